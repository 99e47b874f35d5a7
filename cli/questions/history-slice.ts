/** The part of the history of one instance that a question needs. Each answer in this folder comes from a slice alone; cli/aws loads it. */
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

/** The note of a scan, with the reason for each region that could not be listed. */
export interface SliceScan extends ScanNote {
  regionsFailed: Readonly<Record<string, string>>;
}

/** A time whose scan notes have expired, or may have expired: `until` is not included. */
export interface ExpiredNotes {
  from: string;
  until: string;
}

export interface HistorySlice {
  /** An instance. */
  resource: Resource;
  /**
   * Oldest first, complete (`completeEntry`), with attributions. Without a missing entry, from the entry in force at the first instant of
   * the question to the second entry with `rules` or of kind `gone` after the last instant; in front of them the entry at
   * `previousRulesAt` of the first one. A slice that ends one such entry earlier may lack an alternative state for an instant within
   * the scan that recorded that entry.
   */
  entries: readonly HistoryEntry[];
  /** Entries of the region, oldest first: from the entry in force at the first instant to the first entry after the last instant. */
  regionEntries: readonly HistoryEntry[];
  /** Sorted by `startedAt`; at least from the last scan before the question that confirmed the instance to the first one after it. */
  scans: readonly SliceScan[];
  /** Oldest first; a note in `scans` shows that the later notes have not expired. */
  expiredNotes: readonly ExpiredNotes[];
}
