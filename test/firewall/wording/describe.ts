import { expect } from '@jest/globals';
import {
  defaultRatingPolicy,
  describeReach,
  diffFirewalls,
  type PortState,
  type Ranking,
  type Reach,
  rankOpen,
  rankOpened,
  renderPhrase,
} from '../../../lambda/firewall/index.ts';
import { mergeRectangles, toReach, toRectangle } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { allProtocols, type Rectangle } from '../../../lambda/firewall/sets/rectangle.ts';
import type { ReachLine } from '../../../lambda/firewall/wording/fewest-lines.ts';
import { reachOf } from '../build-rule.ts';

/** The lines about the exposure of some rules. Their order does not depend on the order of the rules and of the reach. */
export function describeRules(...rules: PortState[]): string[] {
  const phrases = (reach: Reach[]) => describeReach(reach, rankAsOpen(reach)).phrases.map(renderPhrase);
  const sentences = phrases(reachOf(...rules));
  expect(phrases(reachOf(...rules.toReversed()).toReversed())).toEqual(sentences);
  return sentences;
}

/** The lines about what opened between two lists of rules. */
export function describeOpened(before: PortState[], after: PortState[]): string[] {
  const { opened, notes } = diffFirewalls(before, after);
  const ranking = rankOpened({ opened, after: reachOf(...after), notes }, defaultRatingPolicy);
  const sentences = describeReach(opened, ranking, { background: reachOf(...before) }).phrases.map(renderPhrase);
  const again = describeReach(opened.toReversed(), ranking, { background: reachOf(...before).toReversed() });
  expect(again.phrases.map(renderPhrase)).toEqual(sentences);
  return sentences;
}

/** The ranking of an exposure, by the default list of ports. */
export const rankAsOpen = (reach: readonly Reach[]): Ranking =>
  rankOpen({ reach: [...reach], notes: [] }, defaultRatingPolicy);

export const toCanonical = (reach: readonly Reach[]): Rectangle[] => mergeRectangles(reach.map(toRectangle));

/** Everything that the lines cover. */
export function coveredBy(lines: readonly ReachLine[]): Reach[] {
  return toReach(
    lines.flatMap(({ protocol, from, to, sources }) =>
      (protocol === 'all' ? allProtocols : [protocol]).map((one) => {
        return { space: one, protocol: one, from, end: to + 1, sources };
      }),
    ),
  );
}
