/** Decides how severe an opening is: by the sources that gained access, and by the ports. */

import type { Reach } from '../sets/reach.ts';
import { axisSize } from '../sets/rectangle.ts';
import { describePorts, isPlural } from '../wording/describe-ports.ts';
import { findServiceName } from '../wording/service-names.ts';
import { type AudienceClass, classifyAudience, isOpenToWorld } from './classify-audience.ts';
import { cutPieces, type PortPiece } from './port-pieces.ts';
import type { Rating } from './rating.ts';
import { type RatingPolicy, securityHubPorts } from './rating-policy.ts';
import { isAtLeast, type Severity } from './severity.ts';

export interface Opening {
  opened: readonly Reach[];
  /** The whole exposure before and after the change. */
  before: readonly Reach[];
  after: readonly Reach[];
  /** True if a rule has a field that is not known. Everything that opened then counts as open to the world. */
  hasUnknownField: boolean;
  /** The verb of the reason: `is now` for a change, `is` for an exposure. */
  verb: 'is now' | 'is';
}

/**
 * First the ratings for completely open protocols: `all protocols and ports`, or all tcp or all udp ports. Then one rating for each stretch
 * (neighbouring ports) that was opened to the same audience.
 */
export function rateOpened(opening: Opening, policy: RatingPolicy): Rating[] {
  const pieces = cutPieces(opening.opened, opening.before, opening.after);
  return [...rateWholes(opening), ...joinStretches(pieces).map((stretch) => rateStretch(stretch, opening, policy))];
}

/** Neighbouring ports that were opened to the same class of audience. */
interface Stretch {
  protocol: Reach['protocol'];
  from: number;
  to: number;
  audience: AudienceClass;
}

function joinStretches(pieces: readonly PortPiece[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const piece of pieces) {
    const { protocol, from, to } = piece;
    const audience = classifyAudience(piece);
    const last = stretches.at(-1);
    const isNext = last !== undefined && last.protocol === protocol && last.to === from - 1;
    if (isNext && last.audience.open === audience.open) last.to = to;
    else stretches.push({ protocol, from, to, audience });
  }
  return stretches;
}

/**
 * Rates the protocols that are completely open to the world since the change, even if the change opened only the last missing port.
 */
function rateWholes({ before, after, verb }: Opening): Rating[] {
  const are = verb === 'is' ? 'are' : 'are now';
  return findNewWholes(before, after).map((whole): Rating => {
    const what = whole === 'other' ? 'all protocols and ports' : `all ${whole} ports`;
    return { severity: 'critical', reason: `${what} ${are} open to anywhere` };
  });
}

/**
 * Returns `tcp` and `udp`, each if all ports of the protocol became open to anywhere. `other` is every further IP protocol, and only a rule
 * for all protocols opens `other`. So if `other` became open to anywhere, the result is only `other`.
 */
export function findNewWholes(before: readonly Reach[], after: readonly Reach[]): ('other' | 'tcp' | 'udp')[] {
  const isNewlyWhole = (protocol: Reach['protocol']) => isWhole(after, protocol) && !isWhole(before, protocol);
  return isNewlyWhole('other') ? ['other'] : (['tcp', 'udp'] as const).filter(isNewlyWhole);
}

/** `reach` is canonical, so its ports ascend. Port 0 can be missing: no service listens on it. */
function isWhole(reach: readonly Reach[], protocol: Reach['protocol']): boolean {
  const ofProtocol = reach.filter((one) => one.protocol === protocol);
  let next = 1;
  for (const { from, to } of ofProtocol) if (from <= next) next = to + 1;
  return next === axisSize && ofProtocol.every(({ to, sources }) => to === 0 || isOpenToWorld(sources));
}

function rateStretch(stretch: Stretch, { hasUnknownField, verb }: Opening, policy: RatingPolicy): Rating {
  const what = describePorts(stretch.protocol, stretch.from, stretch.to);
  const toWorld = rateToWorld(stretch, what, policy);
  const isOpen = isPlural(what) ? verb.replace('is', 'are') : verb;
  if (hasUnknownField) {
    const oddRule = verb === 'is' ? 'a rule has an unknown field' : 'a new rule has an unknown field';
    return { ...toWorld, reason: `${what} ${isPlural(what) ? 'count' : 'counts'} as open to anywhere: ${oddRule}` };
  }
  const { kind, open } = stretch.audience;
  if (kind === 'world') {
    const risk = toWorld.reason;
    return {
      severity: toWorld.severity,
      reason: risk === what ? `${what} ${isOpen} ${open}` : `${risk} ${verb} ${open}`,
    };
  }
  const severity =
    kind === 'very-wide' && findHighRiskPorts(stretch, policy).length === 0 ? 'medium' : severities[kind];
  const isLimited = isAtLeast(severity, toWorld.severity);
  return { severity: isLimited ? toWorld.severity : severity, reason: `${what} ${isOpen} ${open}` };
}

const severities = {
  'very-wide': 'high',
  public: 'medium',
  'lightsail-connect': 'medium',
  'few-hosts': 'low',
  private: 'low',
  'alias-in-world': 'info',
} as const satisfies Record<string, Severity>;

/** The rating as if the stretch were open to the world: the upper limit for narrower audiences. The reason has no verb yet. */
function rateToWorld(stretch: Stretch, what: string, policy: RatingPolicy): Rating {
  const { protocol, from, to } = stretch;
  // ICMP has types instead of ports: ICMP type 22 is not SSH.
  if (protocol === 'icmp' || protocol === 'icmpv6') return { severity: 'low', reason: what };
  if (from <= 1 && to === axisSize - 1) return { severity: 'critical', reason: what };
  const risky = findHighRiskPorts(stretch, policy);
  const [first] = risky;
  if (first !== undefined) return { severity: 'critical', reason: nameRisk(stretch, what, first, risky.length - 1) };
  const isWeb = protocol === 'tcp' && from === to && (from === 80 || from === 443);
  return { severity: isWeb ? 'low' : 'high', reason: what };
}

function nameRisk({ protocol, from, to }: Stretch, what: string, first: number, more: number): string {
  const list = securityHubPorts.includes(first) ? 'the high-risk list (AWS Security Hub EC2.19)' : 'the high-risk list';
  if (from === to) return `${what} is on ${list} and`;
  const service = findServiceName(protocol, first);
  const name = service === undefined ? `${first}` : `${first} (${service})`;
  return `${what} includes ${name}${more > 0 ? ` and ${more} more ${more === 1 ? 'port' : 'ports'}` : ''} on ${list} and`;
}

function findHighRiskPorts({ from, to }: Stretch, { highRiskPorts }: RatingPolicy): number[] {
  return highRiskPorts.filter((port) => port >= from && port <= to).sort((a, b) => a - b);
}
