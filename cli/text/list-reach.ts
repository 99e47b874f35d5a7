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

/** Reach as lines for a person, worst first; `nothing` for an empty reach. The last line counts the lines beyond `maxLines`; the JSON has all. */
export function listReach(reach: readonly Reach[], ranking: Ranking, maxLines: number): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, ranking, { maxLines });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}

/** `listReach` for what is open. `notes`: of the firewall, because they decide the ratings that order the lines. */
export function listOpen(open: Pick<Exposure, 'reach' | 'notes'>, policy: RatingPolicy, maxLines: number): string[] {
  return listReach(open.reach, rankOpen(open, policy), maxLines);
}

/** The order of both lists of a change, without the exposure after the change: equal lists then have one order in every answer. */
export function rankChange(
  { opened, closed, notes }: Pick<HistoryEntry, 'opened' | 'closed' | 'notes'>,
  policy: RatingPolicy,
): Record<'opened' | 'closed', Ranking> {
  return {
    opened: rankOpened({ opened, notes, after: null }, policy),
    closed: rankClosed({ closed, after: null }, policy),
  };
}
