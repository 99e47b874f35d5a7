/** Decides since when the worst part of an unapproved exposure is open. Pure. */
import {
  findWorstLine,
  intersectReach,
  keepPorts,
  type RatingPolicy,
  type Reach,
  rankOpen,
} from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { isAside } from './is-aside.ts';

/** The part on the ports of the worst line; its age is the age that a person asks for. */
export function findWorstPart(reach: readonly Reach[], policy: RatingPolicy): Reach[] {
  const worst = findWorstLine(reach, rankOpen({ reach: [...reach], notes: [] }, policy));
  return worst === null ? [] : keepPorts(reach, worst);
}

/** True for the entry that opened some of it: read from the newest entry on, all of it is open since the first of them. */
export function hasOpened(entry: HistoryEntry, part: readonly Reach[]): boolean {
  return !isAside(entry) && intersectReach(entry.opened, part).length > 0;
}
