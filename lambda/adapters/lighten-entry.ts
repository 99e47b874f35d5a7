/** Decides what a history entry leaves out where it is too large for an item: what can be computed again, or what says how much it lacks. */
import type { HistoryEntry, Replaced } from '../history/entry.ts';

type Bulk = Pick<
  HistoryEntry,
  'rules' | 'opened' | 'closed' | 'dormant' | 'notes' | 'replaces' | 'summary' | 'differenceLeftOut'
>;

/** Ever lighter versions, the whole one first. Rules are never left out: nobody could compute them. */
export function* lightenEntry<T extends Bulk>(entry: T): Generator<T> {
  yield entry;
  if (entry.summary === null) yield leaveOutDifference(entry);
  // "At most 20 lines, and so many more": fewer lines are still true.
  else for (const lines of [10, 3, 1, 0]) yield shortenSummary(entry, lines);
}

/** `completeEntry` of the history computes it again. */
function leaveOutDifference<T extends Bulk>(entry: T): T {
  const replaces = entry.replaces && emptyReplaced(entry.replaces);
  return { ...entry, opened: [], closed: [], dormant: [], notes: [], replaces, differenceLeftOut: true };
}

function emptyReplaced(replaced: Replaced): Replaced {
  return { ...replaced, exposure: [], opened: [], closed: [] };
}

function shortenSummary<T extends Bulk>(entry: T, lines: number): T {
  const { summary } = entry;
  if (summary === null || summary.worst.length <= lines) return entry;
  const more = summary.more + summary.worst.length - lines;
  return { ...entry, summary: { ...summary, worst: summary.worst.slice(0, lines), more } };
}
