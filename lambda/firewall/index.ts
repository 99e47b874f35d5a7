/**
 * The pure core: what a Lightsail firewall lets through, what a difference is, how bad it is, and how it is said. It imports nothing
 * but Node's own, does no I/O and has no clock: instants come in as arguments.
 */

export { canonicaliseReach, intersectReach, subtractReach } from './canonical-reach.ts';
export { checkExpectedChange } from './check-expected-change.ts';
export { type DescribeOptions, describeReach } from './describe-reach.ts';
export { type ExpectedChange, findExpected, isExpired } from './expected-change.ts';
export { type Exposure, exposureOf } from './exposure.ts';
export { compareFirewalls, diffFirewalls } from './firewall-diff.ts';
export { algoVersion, hashExposure, hashRules } from './hashes.ts';
export { parseNetwork } from './ip-address.ts';
export { type Phrase, renderPhrase } from './phrase.ts';
export type { Firewall, PortState } from './port-state.ts';
export { type RatedChange, rateChange } from './rate-change.ts';
export { rateArrival, rateDeparture, rateExposure } from './rate-instance.ts';
export { defaultRatingPolicy, type Rating, type RatingPolicy } from './rating-policy.ts';
export type { FirewallDiff, Note, Reach, ReachProtocol, Verdict } from './reach.ts';
export { isAtLeast, type Severity, severities, worstSeverity } from './severity.ts';
export { keepOpenToWorld } from './world-reach.ts';
