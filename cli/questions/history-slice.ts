/** The part of the history of one instance that a question needs. The answers in this folder come from slices only; cli/aws loads them. */
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

/** The note of a scan, with the reason for each region that could not be listed. */
export interface SliceScan extends ScanNote {
  regionsFailed: Readonly<Record<string, string>>;
}

/** A time in which scan notes have certainly or perhaps expired. `until` is not included. */
export interface ExpiredScans {
  from: string;
  until: string;
}

export interface HistorySlice {
  resource: Resource;
  /**
   * Oldest first, complete (`completeEntry`), without a missing entry in between:
   *
   * 1. The entry that holds the rules in force at the first instant of the question.
   * 2. If a later entry without rules is in force at that instant: this entry.
   * 3. All later entries until the last instant of the question, and more until two of them have `rules` or the kind `gone`. One scan can
   *    record two entries, and at an instant within that scan the state of each is possible.
   *
   * Attributions are included; only `loadHistoryOfPorts` can leave them out.
   */
  entries: readonly HistoryEntry[];
  /** Entries of the region, oldest first: from the entry in force at the start of the question's span to the first entry after its end. */
  regionEntries: readonly HistoryEntry[];
  /**
   * Sorted by `startedAt`. Includes the last scan before the question's span, and the first after the span, that confirmed the instance.
   * Each must be among the 111 scans nearest to the span.
   */
  scans: readonly SliceScan[];
  /** Oldest first. `scans` can still have notes of these times, because DynamoDB deletes an expired item late. */
  expiredScans: readonly ExpiredScans[];
}
