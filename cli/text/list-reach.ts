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
 * Reach as lines for a person, worst first; the line `nothing` for an empty reach. The last line counts the lines beyond `maxLines`; the
 * JSON has all.
 */
export function listReach(reach: readonly Reach[], ranking: Ranking, maxLines: number): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, ranking, { maxLines });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}

/** `listReach` for open exposure. `notes`: of the firewall, because they affect the order of the lines. */
export function listOpen(open: Pick<Exposure, 'reach' | 'notes'>, policy: RatingPolicy, maxLines: number): string[] {
  return listReach(open.reach, rankOpen(open, policy), maxLines);
}

/**
 * The order of both lists of a change. The exposure after the change is not used, so that equal lists have the same order in every answer.
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
