/** Decides since when the worst part of an unapproved exposure has been open. Pure. */
import {
  findWorstLine,
  intersectReach,
  keepPorts,
  type RatingPolicy,
  type Reach,
  rankOpen,
} from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { leavesStateUnchanged } from './leaves-state-unchanged.ts';

/** The part of the reach on the ports of the worst line. Answers show the age of this part. */
export function findWorstPart(reach: readonly Reach[], policy: RatingPolicy): Reach[] {
  const worst = findWorstLine(reach, rankOpen({ reach: [...reach], notes: [] }, policy));
  return worst === null ? [] : keepPorts(reach, worst);
}

/** When a part was opened. Both instants are `null` if this is not known. */
export interface Opening {
  /** When the whole part was first read as open; `null`: the entry has expired, or an entry cannot be read. */
  openSince: string | null;
  /** Start of the last scan that did not read the part as open; `null`: no such scan, or not known. */
  notBefore: string | null;
}

export const unknownOpening: Opening = { openSince: null, notBefore: null };

/**
 * `page`: newest first. `isWhole`: false if an entry of this page or of a newer one cannot be read, because that entry can be a later
 * opening. `null`: no entry of the page opened the part, so perhaps an older page has the opening.
 */
export function findOpening(page: readonly HistoryEntry[], part: readonly Reach[], isWhole: boolean): Opening | null {
  if (!isWhole) return unknownOpening;
  const opening = page.find((entry) => hasOpened(entry, part));
  return opening === undefined ? null : { openSince: opening.changedBefore, notBefore: opening.changedAfter };
}

/** True for an entry that opened some of the part. The newest such entry shows since when the whole part has been open. */
export function hasOpened(entry: HistoryEntry, part: readonly Reach[]): boolean {
  return !leavesStateUnchanged(entry) && intersectReach(entry.opened, part).length > 0;
}
