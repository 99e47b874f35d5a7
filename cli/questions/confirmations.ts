import { confirms, findConfirmedAt } from '../../lambda/history/find-confirmation.ts';
import type { StatusAt } from './decide-entry-in-force.ts';
import type { HistorySlice } from './history-slice.ts';
import { leavesStateUnchanged } from './leaves-state-unchanged.ts';
import { countUntil, instantOf, startOf, type Timeline } from './timeline.ts';

export interface Confirmations {
  /**
   * The last instant at or before `at` at which the state was confirmed: the start of a scan that ended by `at`, or the instant of an entry
   * with this state. `null`: not known.
   */
  confirmedBefore: string | null;
  /** Start of the first scan that began after `at` and confirmed the state; `null`: no such scan ended before the next change. */
  confirmedAfter: string | null;
}

/** A scan that was running at `at` confirms nothing: perhaps it read the instance before `at`, perhaps after `at`. */
export function findConfirmations(
  slice: HistorySlice,
  timeline: Timeline,
  reading: StatusAt,
  at: string,
): Confirmations {
  const period = periodOf(timeline, reading, at);
  if (period === null) return { confirmedBefore: null, confirmedAfter: null };
  const reads = [period.from, lastReadAgain(timeline, period, at), lastBefore(slice, period, at)].sort();
  return { confirmedBefore: reads.at(-1) || null, confirmedAfter: firstAfter(slice, period, at) };
}

/** Searches backwards from `at`, because in most cases the nearest scan confirms the state. */
function lastBefore({ resource, scans }: HistorySlice, period: StatePeriod, at: string): string {
  for (let i = countUntil(scans, startOf, at) - 1; i >= 0; i -= 1) {
    const scan = scans[i];
    if (scan === undefined || scan.startedAt <= period.from) break;
    const confirmedAt = scan.endedAt <= at ? findConfirmedAt(scan, resource) : null;
    if (confirmedAt !== null) return confirmedAt;
  }
  return '';
}

function firstAfter({ resource, scans }: HistorySlice, { until }: StatePeriod, at: string): string | null {
  for (let i = countUntil(scans, startOf, at); i < scans.length; i += 1) {
    const scan = scans[i];
    if (scan === undefined || (until !== '' && scan.startedAt >= until)) break;
    if ((until === '' || scan.endedAt < until) && confirms(scan, resource)) return scan.startedAt;
  }
  return null;
}

/**
 * The time of one state. `from`: the instant of the entry that began the state. `until`: the instant of the entry that ended the state.
 * Empty text: no such entry. A gap does not end a state.
 */
interface StatePeriod {
  from: string;
  until: string;
}

/** Returns `null` if the state at `at` is not known, because an unknown state cannot be confirmed. */
function periodOf(timeline: Timeline, { entry, snapshot, exposure, gap }: StatusAt, at: string): StatePeriod | null {
  // In a time whose scan notes have expired the status is unknown, but the entries remain and show the state. If the entry has expired too,
  // the state is not known.
  const isWithoutEntry = gap?.reason === 'expired' && !timeline.unread.some((unread) => unread === gap);
  if (exposure === null || isWithoutEntry) return null;
  return { from: (snapshot ?? entry)?.at ?? '', until: endOf(timeline, at) };
}

/**
 * Returns the instant of the next change. If an entry before that change has expired, returns the instant of the last entry before the
 * expired one, because perhaps the state changed from then on.
 */
function endOf({ entries, changes }: Timeline, at: string): string {
  const next = changes[countUntil(changes, (change) => change.entry.at, at)]?.entry.at ?? '';
  for (let i = Math.max(1, countUntil(entries, instantOf, at)); i < entries.length; i += 1) {
    const [before, entry] = [entries[i - 1], entries[i]];
    if (before !== undefined && entry !== undefined && entry.version > before.version + 1) return before.at;
    if (entry === undefined || (next !== '' && entry.at >= next)) break;
  }
  return next;
}

/** The instant of the last entry of the period, at or before `at`, that ended a gap; empty text: none. */
function lastReadAgain({ entries }: Timeline, { from }: StatePeriod, at: string): string {
  const readAgain = entries.filter(
    (entry) =>
      entry.at > from &&
      entry.at <= at &&
      (entry.kind === 'gap-over' || entry.kind === 'flapped') &&
      !leavesStateUnchanged(entry),
  );
  return readAgain.at(-1)?.at ?? '';
}
