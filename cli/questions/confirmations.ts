import { confirms, findConfirmedAt } from '../../lambda/history/find-confirmation.ts';
import type { StatusAt } from './decide-entry-in-force.ts';
import type { HistorySlice } from './history-slice.ts';
import { leavesStateUnchanged } from './leaves-state-unchanged.ts';
import { countUntil, instantOf, startOf, type Timeline } from './timeline.ts';

export interface Confirmations {
  /**
   * The last confirmation of the state at or before the instant: the start of a scan that had already ended, or the read that found the
   * state.
   */
  confirmedBefore: string | null;
  /** Start of the first scan after the instant that found the same state; `null`: none before the next change, or none yet. */
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

/** From the entry that began the state to the entry that ended it; empty text: no such entry. A gap does not end a state. */
interface StatePeriod {
  from: string;
  until: string;
}

/** `null`: an unknown state can't be confirmed. */
function periodOf(timeline: Timeline, { entry, snapshot, exposure, gap }: StatusAt, at: string): StatePeriod | null {
  // A time without notes of scans is unknown, but its entries remain. If the entry has expired too, the state itself is not known.
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
