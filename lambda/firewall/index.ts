/**
 * The pure core: what a Lightsail firewall lets through, what a difference is, how bad it is, and how it is said. It imports nothing
 * but Node's own, does no I/O and has no clock: instants come in as arguments.
 */

export { compareFirewalls, diffFirewalls } from './compare.ts';
export { type Exposure, exposureOf } from './exposure.ts';
export { algoVersion, hashExposure, hashRules } from './hashes.ts';
export { type ExpectedChange, findExpected, isExpired } from './rating/expected-change.ts';
export { keepOpenToWorld } from './rating/open-to-world.ts';
export { type RatedChange, rateChange } from './rating/rate-change.ts';
export { rateArrival, rateDeparture, rateExposure } from './rating/rate-instance.ts';
export { defaultRatingPolicy, type Rating, type RatingPolicy, ratingPolicy } from './rating/rating-policy.ts';
export { isAtLeast, type Severity, severities, worstSeverity } from './rating/severity.ts';
export { parseNetwork } from './rules/ip-address.ts';
export type { Firewall, PortState } from './rules/port-state.ts';
export { canonicaliseReach, intersectReach, subtractReach } from './sets/canonical-reach.ts';
export type { FirewallDiff, Note, Reach, ReachProtocol, Verdict } from './sets/reach.ts';
export { type DescribeOptions, describeReach, type Phrase, renderPhrase } from './wording/describe-reach.ts';
