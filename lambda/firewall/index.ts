/**
 * The pure core: reads the rules of a Lightsail firewall, compares two firewalls, rates a change or an exposure, and describes both in
 * words. It imports only modules of Node, does no I/O and has no clock: instants are arguments.
 */

export { compareFirewalls, diffFirewalls } from './compare.ts';
export { type Exposure, exposureOf } from './exposure.ts';
export { algoVersion, hashExposure, hashRules } from './hashes.ts';
export { type ExpectedChange, findExpected, isExpired } from './rating/expected-change.ts';
export { keepOpenToWorld } from './rating/keep-open-to-world.ts';
export { type Ranking, rankClosed, rankOpen, rankOpened } from './rating/rank-reach.ts';
export { type RatedChange, rateChange } from './rating/rate-change.ts';
export { rateDeletedInstance } from './rating/rate-deleted-instance.ts';
export { rateExposure } from './rating/rate-exposure.ts';
export { rateNewInstance } from './rating/rate-new-instance.ts';
export type { Rating } from './rating/rating.ts';
export { defaultRatingPolicy, type RatingPolicy, ratingPolicy } from './rating/rating-policy.ts';
export { isAtLeast, type Severity, severities, worstSeverity } from './rating/severity.ts';
export { parseNetwork } from './rules/parse-network.ts';
export type { Firewall, PortState } from './rules/port-state.ts';
export { canonicaliseReach, intersectReach, subtractReach } from './sets/canonical-reach.ts';
export type { FirewallDiff, Note, Reach, ReachProtocol, Verdict } from './sets/reach.ts';
export { cutList } from './wording/cut-list.ts';
export {
  describeLine,
  describeReach,
  findWorstLine,
  keepPorts,
  type Phrase,
  renderPhrase,
} from './wording/describe-reach.ts';
export type { ReachLine } from './wording/fewest-lines.ts';
export { renderDuration } from './wording/render-duration.ts';
