/** Decides which parts of an entry are left out if the entry is too large for an item. */
import { shortenSummary } from '../../alerts/shrink-alert.ts';
import type { EntryApproval } from '../../approvals/rate-unapproved.ts';
import type { HistoryEntry, Replaced } from '../../history/entry.ts';

type LargeFields = Pick<
  HistoryEntry,
  'rules' | 'opened' | 'closed' | 'dormant' | 'notes' | 'replaces' | 'summary' | 'approved' | 'differenceLeftOut'
>;

/** Yields the whole entry, then smaller and smaller versions. Rules are never left out, because they cannot be computed again. */
export function* lightenEntry<T extends LargeFields>(entry: T): Generator<T> {
  yield entry;
  if (entry.summary === null) yield leaveOutDifference(entry);
  else for (const lines of [10, 3, 1, 0]) yield shortenSummary(entry, lines);
}

/**
 * Empties the lists of a change. When an alert needs the entry, `completeEntry` computes the lists again from the rules. Only the reach of
 * the approved parts stays empty.
 */
function leaveOutDifference<T extends LargeFields>(entry: T): T {
  const replaces = entry.replaces && emptyReplaced(entry.replaces);
  const approved = entry.approved && emptyApproved(entry.approved);
  const lists = { opened: [], closed: [], dormant: [], notes: [] };
  return { ...entry, ...lists, replaces, ...(approved && { approved }), differenceLeftOut: true };
}

function emptyApproved({ opened, closed, ...rest }: EntryApproval): EntryApproval {
  const empty = (parts: EntryApproval['opened']) => parts.map((part) => ({ ...part, reach: [] }));
  return { ...rest, opened: empty(opened), closed: empty(closed) };
}

function emptyReplaced(replaced: Replaced): Replaced {
  return { ...replaced, exposure: [], opened: [], closed: [] };
}
