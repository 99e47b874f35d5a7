/**
 * The part of the history of one instance that a question needs. Each answer in this folder is computed from slices only; cli/aws loads
 * them.
 */
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

/** The note of a scan, with the reason for each region that could not be listed. */
export interface SliceScan extends ScanNote {
  regionsFailed: Readonly<Record<string, string>>;
}

/** A time in which scan notes have expired, or may have expired: `until` is not included. */
export interface ExpiredScans {
  from: string;
  until: string;
}

export interface HistorySlice {
  /** The instance of the slice. */
  resource: Resource;
  /**
   * Oldest first, complete (`completeEntry`), with attributions, and with no entry missing in between. First comes the entry at
   * `previousRulesAt` of the entry in force at the first instant, then that entry, then all entries up to the second one with `rules` or of
   * kind `gone` after the last instant. A slice that ends one such entry earlier may lack an alternative state, for an instant within the
   * scan that recorded the missing entry.
   */
  entries: readonly HistoryEntry[];
  /** Entries of the region, oldest first: from the entry in force at the first instant to the first entry after the last instant. */
  regionEntries: readonly HistoryEntry[];
  /** Sorted by `startedAt`. Includes at least the last scan before the question that confirmed the instance, and the first one after it. */
  scans: readonly SliceScan[];
  /** Oldest first. Times after a note in `scans` are not listed, because later notes have not expired either. */
  expiredScans: readonly ExpiredScans[];
}
