/**
 * Decides which entries of a history a port query needs in full. Most changes concern other ports, and do not change the answer, so their
 * short entries in the timeline index are enough.
 */

import type { Reach } from '../../lambda/firewall/index.ts';
import { hasEffect } from '../../lambda/firewall/sets/reach.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { filterReach, type PortQuery } from './port-query.ts';

/** An entry without its rules, as the timeline index holds it. `opened`, `closed`: `null` if they are too large for the index. */
export type LightEntry = Pick<
  HistoryEntry,
  | 'resource'
  | 'at'
  | 'version'
  | 'kind'
  | 'verdict'
  | 'severity'
  | 'reason'
  | 'changedAfter'
  | 'changedBefore'
  | 'changedBy'
  | 'expected'
> & { opened: Reach[] | null; closed: Reach[] | null };

/**
 * True if the change of an entry was too large for the entry's item in the table. The lists `opened` and `closed` are then missing, or read
 * as empty.
 */
export function isLeftOut({ verdict, opened, closed }: Pick<LightEntry, 'verdict' | 'opened' | 'closed'>): boolean {
  if (opened === null || closed === null) return true;
  return opened.length === 0 && closed.length === 0 && hasEffect(verdict);
}

/**
 * True if the full entry must be read. False for a change that opened and closed nothing on the queried ports. The source of the query does
 * not matter, because a rule that is not understood can be open to any source. Only the full entry shows whether a rule is understood.
 */
export function mustReadFullEntry(step: LightEntry, door: PortQuery): boolean {
  if (step.kind !== 'changed' || isLeftOut(step)) return true;
  return [step.opened, step.closed].some((reach) => filterReach(reach ?? [], { ...door, source: null }).length > 0);
}

/**
 * Returns the changes `steps` as entries, oldest first. `before`: the entries before these changes, oldest first, at least from the last
 * one with rules. `whole`: the loaded full entries by instant. A change without a full entry does not concern the queried ports, so it gets
 * the firewall that was in force before. The result is valid for this port query only. Returns `null` if a version is missing, or if the
 * firewall before a change without a full entry is not known.
 */
export function fillEntries(
  before: readonly HistoryEntry[],
  steps: readonly LightEntry[],
  whole: ReadonlyMap<string, HistoryEntry>,
): HistoryEntry[] | null {
  const filled: HistoryEntry[] = [];
  let last = before.at(-1) ?? null;
  let inForce = last?.kind === 'gone' ? null : (before.findLast(({ rules }) => rules !== null) ?? null);
  for (const step of steps) {
    if (step.version !== (last?.version ?? 0) + 1) return null;
    const entry: HistoryEntry | null = whole.get(step.at) ?? (inForce && fillEntry(step, inForce));
    if (entry === null) return null;
    filled.push(entry);
    last = entry;
    if (entry.rules !== null) inForce = entry;
    if (entry.kind === 'gone') inForce = null;
  }
  return filled;
}

/** Adds the rules to an entry of the timeline index. They come from `inForce`, the entry whose rules were in force before the change. */
function fillEntry({ opened, closed, ...said }: LightEntry, inForce: HistoryEntry): HistoryEntry {
  const { instance, rules, at } = inForce;
  return blankEntry({
    ...said,
    instance,
    rules,
    previousRulesAt: at,
    opened: opened ?? [],
    closed: closed ?? [],
    algoVersion: inForce.algoVersion,
    commitId: '',
  });
}
