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

/** True for an entry that opened some of the part. The newest such entry shows since when the whole part has been open. */
export function hasOpened(entry: HistoryEntry, part: readonly Reach[]): boolean {
  return !leavesStateUnchanged(entry) && intersectReach(entry.opened, part).length > 0;
}
