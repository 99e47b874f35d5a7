import {
  describeReach,
  type Exposure,
  type Ranking,
  type RatingPolicy,
  type Reach,
  rankOpen,
  renderPhrase,
} from '../../lambda/firewall/index.ts';

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
