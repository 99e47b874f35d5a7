/**
 * The empty regions that the last scan did not list, because they were not due. An answer about such a region is as old as the last listing
 * of the region.
 */
import { compareText } from '../../lambda/history/compare-text.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

export interface NotDueRegion {
  region: string;
  /** Start of the last scan that listed the region. */
  listedAt: string;
}

/** Sorted by name. `scan`: the note of the last scan; `null`: no scan has ended. */
export function listNotDue(scan: Pick<ScanNote, 'regionsNotDue'> | null): NotDueRegion[] {
  return Object.entries(scan?.regionsNotDue ?? {})
    .flatMap(([listedAt, regions]) => regions.map((region) => ({ region, listedAt })))
    .sort((a, b) => compareText(a.region, b.region));
}
