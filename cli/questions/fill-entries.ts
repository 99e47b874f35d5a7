/**
 * Decides which entries of a history a port query needs in full. Most changes concern other ports: the answer is the same before and
 * after them, so their light entries of the timeline index are enough.
 */

import type { Reach } from '../../lambda/firewall/index.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { filterReach, type PortQuery } from './port-query.ts';

/** The fields of an entry that the timeline index holds. `opened`, `closed`: `null` if they are too large for the index. */
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
 * True if the full entry must be read; false for a change that opened and closed nothing on the ports of this query. The source does not
 * matter: only the full entry shows whether its rules are understood.
 */
export function concernsPorts({ kind, verdict, opened, closed }: LightEntry, door: PortQuery): boolean {
  if (kind !== 'changed' || opened === null || closed === null) return true;
  // The index also shows empty lists for a difference that was too large for the item.
  if (opened.length === 0 && closed.length === 0) return verdict !== 'rewritten' && verdict !== 'identical';
  return [opened, closed].some((reach) => filterReach(reach, { ...door, source: null }).length > 0);
}

/**
 * The steps as entries, oldest first: those of `whole` as they are; of the others, which do not concern the door, with a firewall that
 * lets through that door what theirs did. Good for questions about that door, and for nothing else. `before`: the entries that the
 * firewall in force at the first step is to be taken from, oldest first. `null`: a version is missing between them, or nobody knows what
 * was in force before a step that is not whole.
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

/** `verdict` and the like are the step's; rules, and what they are rules of, those in force before it. */
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
