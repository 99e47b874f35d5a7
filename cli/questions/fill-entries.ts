/**
 * Decides which entries of a history a question about a door needs whole. Most changes concern other doors: what goes through this one
 * is after them what it was before, and the light steps of the timeline index are enough to say so.
 */

import type { Reach } from '../../lambda/firewall/index.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { filterReach, type PortQuery } from './port-query.ts';

/** What the timeline index has of an entry. `opened`, `closed`: `null` where they are too large to stand there. */
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
 * Must the entry itself be read? Not where it is a change of which all is told, that opened and shut nothing at this door. Throws
 * RangeError as `filterReach` does.
 */
export function concernsPorts({ kind, verdict, opened, closed }: LightEntry, door: PortQuery): boolean {
  if (kind !== 'changed' || opened === null || closed === null) return true;
  // A difference that was left out for want of room looks like none; so does one that is none.
  if (opened.length === 0 && closed.length === 0) return verdict !== 'rewritten' && verdict !== 'identical';
  return filterReach(opened, door).length > 0 || filterReach(closed, door).length > 0;
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
