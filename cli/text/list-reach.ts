import {
  describeReach,
  type Exposure,
  type Ranking,
  type RatingPolicy,
  type Reach,
  rankClosed,
  rankOpen,
  rankOpened,
  renderPhrase,
} from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';

/**
 * Renders a list of reaches as lines for a person, highest severity first. Returns the line `nothing` for an empty list. If there are more
 * than `maxLines` lines, one last line has the number of the missing lines.
 */
export function listReach(reach: readonly Reach[], ranking: Ranking, maxLines: number): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, ranking, { maxLines });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}

/** Renders an open exposure with `listReach`. The notes of the firewall affect the order of the lines. */
export function listOpen(open: Pick<Exposure, 'reach' | 'notes'>, policy: RatingPolicy, maxLines: number): string[] {
  return listReach(open.reach, rankOpen(open, policy), maxLines);
}

/**
 * Ranks the opened and the closed reaches of a change. Does not use the exposure after the change, so that equal lists always have the same
 * order.
 */
export function rankChange(
  { opened, closed, notes }: Pick<HistoryEntry, 'opened' | 'closed' | 'notes'>,
  policy: RatingPolicy,
): Record<'opened' | 'closed', Ranking> {
  return {
    opened: rankOpened({ opened, notes, after: null }, policy),
    closed: rankClosed({ closed, after: null }, policy),
  };
}
