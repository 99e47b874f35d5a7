import {
  compareFirewalls,
  defaultRatingPolicy,
  type PortState,
  type Rating,
  type RatingPolicy,
  rateChange,
} from '../../../lambda/firewall/index.ts';
import { reachOf, rule, world } from '../build-rule.ts';

export function rate(before: PortState[], after: PortState[], policy: RatingPolicy = defaultRatingPolicy): Rating {
  const diff = compareFirewalls({ rules: before }, { rules: after });
  return rateChange({ ...diff, before: reachOf(...before), after: reachOf(...after) }, policy);
}

/** The rating of one rule that is added to an empty firewall. */
export const openedTo = (protocol: string, from: number, to: number, ...sources: string[]): Rating =>
  rate([], [rule(protocol, from, to, ...sources)]);

/** All IPv4 addresses except those of one network. */
export function allBut(network: string): string[] {
  const diff = compareFirewalls({ rules: [rule('tcp', 22, 22, network)] }, { rules: [rule('tcp', 22, 22, world)] });
  return diff.opened.flatMap(({ sources }) => sources);
}
