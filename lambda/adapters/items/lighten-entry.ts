/**
 * Decides which parts of an entry are left out if the entry is too large for an item: fields that can be computed again, and lines of a
 * summary.
 */
import type { EntryApproval } from '../../approvals/rate-unapproved.ts';
import type { HistoryEntry, Replaced } from '../../history/entry.ts';

type LargeFields = Pick<
  HistoryEntry,
  'rules' | 'opened' | 'closed' | 'dormant' | 'notes' | 'replaces' | 'summary' | 'approved' | 'differenceLeftOut'
>;

/** Yields the whole entry first, then smaller and smaller versions. Rules are never left out, because they are stored nowhere else. */
export function* lightenEntry<T extends LargeFields>(entry: T): Generator<T> {
  yield entry;
  if (entry.summary === null) yield leaveOutDifference(entry);
  // A summary has at most 20 lines and the number of further ones: it stays correct with fewer lines.
  else for (const lines of [10, 3, 1, 0]) yield shortenSummary(entry, lines);
}

/** `completeEntry` computes the difference again. */
function leaveOutDifference<T extends LargeFields>(entry: T): T {
  const replaces = entry.replaces && emptyReplaced(entry.replaces);
  const approved = entry.approved && emptyApproved(entry.approved);
  const lists = { opened: [], closed: [], dormant: [], notes: [] };
  return { ...entry, ...lists, replaces, ...(approved && { approved }), differenceLeftOut: true };
}

/** The approvals stay, without the exposure that they cover. */
function emptyApproved({ opened, closed, ...rest }: EntryApproval): EntryApproval {
  const empty = (parts: EntryApproval['opened']) => parts.map((part) => ({ ...part, reach: [] }));
  return { ...rest, opened: empty(opened), closed: empty(closed) };
}

function emptyReplaced(replaced: Replaced): Replaced {
  return { ...replaced, exposure: [], opened: [], closed: [] };
}

function shortenSummary<T extends LargeFields>(entry: T, lines: number): T {
  const { summary } = entry;
  if (summary === null || summary.worst.length <= lines) return entry;
  const more = summary.more + summary.worst.length - lines;
  return { ...entry, summary: { ...summary, worst: summary.worst.slice(0, lines), more } };
}
