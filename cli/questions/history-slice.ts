/**
 * What the table says about one instance, as far as a question needs it. Loading it is somebody else's work; everything in this folder
 * that answers a question answers it from this alone.
 */
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

export interface HistorySlice {
  /** An instance. */
  resource: Resource;
  /**
   * Oldest first, complete (`completeEntry`), with what was found later of who did it. May be a slice of the history: from the entry in
   * force at the first instant asked about to the second entry with `rules`, or of kind `gone`, after the last instant asked about, none
   * left out in between; before it, the entries that rules are to be taken from (`previousRulesAt` of the first). Where the slice ends
   * with the first of those two, an instant within the very scan that found it may lack an alternative.
   */
  entries: readonly HistoryEntry[];
  /** Of its region, oldest first: from the entry in force at the first instant asked about to the first after the last one. */
  regionEntries: readonly HistoryEntry[];
  /** Sorted by `startedAt`. May be a slice: the nearest few before and after what is asked about. */
  scans: readonly ScanNote[];
}
