/** Decides since when the most severe part of an unapproved exposure has been open. Pure. */
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

/**
 * Returns the part of `reach` on the ports of its most severe line. A line is a range of ports with its sources, as texts show it. Answers
 * show since when this part is open. Empty for an empty `reach`.
 */
export function findWorstPart(reach: readonly Reach[], policy: RatingPolicy): Reach[] {
  const worst = findWorstLine(reach, rankOpen({ reach: [...reach], notes: [] }, policy));
  return worst === null ? [] : keepPorts(reach, worst);
}

/** When a part of an exposure was opened. Both instants are `null` if this is not known. */
export interface Opening {
  /** When the whole part was first read as open; `null`: the entry that shows the opening has expired, or an entry cannot be read. */
  openSince: string | null;
  /** Start of the last scan that did not read the part as open; `null`: no such scan, or not known. */
  notBefore: string | null;
}

export const unknownOpening: Opening = { openSince: null, notBefore: null };

/**
 * Finds the entry that opened the part. `page`: one page of the history, newest entry first. `isWhole`: false if an entry of this page or
 * of a newer page cannot be read. The result is then unknown, because that entry can be a later opening. `null`: no entry of the page
 * opened the part, so an older page can have the opening.
 */
export function findOpening(page: readonly HistoryEntry[], part: readonly Reach[], isWhole: boolean): Opening | null {
  if (!isWhole) return unknownOpening;
  const opening = page.find((entry) => hasOpened(entry, part));
  return opening === undefined ? null : { openSince: opening.changedBefore, notBefore: opening.changedAfter };
}

/**
 * True if the entry opened at least some ports and sources of the part. The newest entry with this result shows since when the whole part
 * has been open.
 */
export function hasOpened(entry: HistoryEntry, part: readonly Reach[]): boolean {
  return !leavesStateUnchanged(entry) && intersectReach(entry.opened, part).length > 0;
}
