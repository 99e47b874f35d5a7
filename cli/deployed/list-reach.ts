import { describeReach, type Reach, renderPhrase } from '../../lambda/firewall/index.ts';

/** Reach as lines for a person, `nothing` where there is none. What `maxLines` cuts is counted; the JSON has it all. */
export function listReach(reach: readonly Reach[], maxLines: number, background?: readonly Reach[]): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, { maxLines, ...(background && { background }) });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}
