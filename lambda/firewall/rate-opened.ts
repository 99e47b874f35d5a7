/**
 * Decides how bad it is that a piece of the port axis was opened: by who can come now and could not before, and by what listens there.
 */

import { type Audience, measureAudience } from './audience.ts';
import { describePorts } from './describe-ports.ts';
import type { PortPiece } from './port-pieces.ts';
import { type Rating, type RatingPolicy, securityHubPorts } from './rating-policy.ts';
import { axisSize } from './rectangle.ts';
import { isAtLeast, type Severity } from './severity.ts';
import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from './source-names.ts';

/** How far the opening goes: the widest of those who gained something. */
type Circle = 'world' | 'very-wide' | 'public' | 'lightsail-connect' | 'few-hosts' | 'private' | 'alias-in-world';

/** More public hosts than these are a network. */
const fewHosts = 4;

const connect = aliasPrefix + lightsailConnect;

export function ratePiece(piece: PortPiece, policy: RatingPolicy, isNotUnderstood: boolean): Rating {
  const { circle, who } = isNotUnderstood
    ? { circle: 'world' as const, who: 'to a rule that is not fully understood, so it counts as open to anywhere' }
    : decideCircle(piece);
  const toWorld = rateToWorld(piece, policy);
  const severity = least(severityOf(circle, piece, policy), toWorld.severity);
  const what = describePorts(piece.protocol, piece.from, piece.to);
  return { severity, reason: circle === 'world' ? `${toWorld.what} is now open ${who}` : `${what} is now open ${who}` };
}

function severityOf(circle: Circle, piece: PortPiece, policy: RatingPolicy): Severity {
  switch (circle) {
    case 'world':
      return 'critical';
    case 'very-wide':
      return findHighRiskPorts(piece, policy).length > 0 ? 'high' : 'medium';
    case 'public':
    case 'lightsail-connect':
      return 'medium';
    case 'few-hosts':
    case 'private':
      return 'low';
    case 'alias-in-world':
      return 'info';
  }
}

/** What opening the piece to the whole world would be: nothing narrower is rated worse than that. */
function rateToWorld(piece: PortPiece, policy: RatingPolicy): { severity: Severity; what: string } {
  const { protocol, from, to } = piece;
  const what = describePorts(protocol, from, to);
  if (protocol === 'icmp' || protocol === 'icmpv6') return { severity: 'low', what };
  if (protocol === 'other' || (from <= 1 && to === axisSize - 1)) return { severity: 'critical', what };
  const risky = findHighRiskPorts(piece, policy);
  const [first] = risky;
  if (first === undefined) {
    const isWeb = protocol === 'tcp' && from === to && (from === 80 || from === 443);
    return { severity: isWeb ? 'low' : 'high', what };
  }
  const list = securityHubPorts.includes(first) ? 'the high-risk list (AWS Security Hub EC2.19)' : 'the high-risk list';
  const name = describePorts(protocol, first, first);
  if (from === to) return { severity: 'critical', what: `${name} is on ${list} and` };
  const others = risky.length > 1 ? ` and ${risky.length - 1} more` : '';
  return { severity: 'critical', what: `${what} includes ${name}${others} on ${list} and` };
}

/** The policy's ports within the piece, ascending. ICMP has types, not ports: its type 22 is not SSH. */
function findHighRiskPorts({ protocol, from, to }: PortPiece, { highRiskPorts }: RatingPolicy): number[] {
  if (protocol === 'icmp' || protocol === 'icmpv6') return [];
  if (protocol === 'other') return [...highRiskPorts];
  return highRiskPorts.filter((port) => port >= from && port <= to).sort((a, b) => a - b);
}

function decideCircle(piece: PortPiece): { circle: Circle; who: string } {
  const [opened, before, after] = [piece.opened, piece.before, piece.after].map(measureAudience);
  if (opened === undefined || before === undefined || after === undefined)
    throw new TypeError('three measures of three');
  if (piece.protocol.startsWith('unknown:'))
    return { circle: 'world', who: 'and not understood, so it counts as open to anywhere' };
  const isInWorld = after.isWorld4 || after.isWorld6 || after.names.includes(unspecified);
  const unknown = opened.names.find((name) => isWorldByName(name, isInWorld));
  const world = nameWorld(opened, before, after);
  if (world !== null) return { circle: 'world', who: `to ${world}` };
  if (unknown !== undefined) return { circle: 'world', who: `to ${nameUnknown(unknown)}, which counts as anywhere` };
  return decideNarrowCircle(opened, before, after, isInWorld);
}

function decideNarrowCircle(
  opened: Audience,
  before: Audience,
  after: Audience,
  isInWorld: boolean,
): { circle: Circle; who: string } {
  const isVeryWide =
    opened.isVeryWide4 ||
    opened.isVeryWide6 ||
    isNew(before.isVeryWide4, after.isVeryWide4, opened) ||
    isNew(before.isVeryWide6, after.isVeryWide6, opened);
  if (isVeryWide) return { circle: 'very-wide', who: 'to a very wide public network' };
  if (opened.publicCount > fewHosts) return { circle: 'public', who: 'to a public network' };
  if (opened.names.includes(connect) && !isInWorld)
    return { circle: 'lightsail-connect', who: 'to lightsail-connect (SSH and RDP in the browser)' };
  if (opened.publicCount > 0) return { circle: 'few-hosts', who: `to ${countHosts(opened.publicCount)}` };
  if (opened.names.length > 0) return { circle: 'alias-in-world', who: 'to an alias where the world is already in' };
  return { circle: 'private', who: 'to private networks only' };
}

function countHosts(count: number): string {
  return count === 1 ? 'one public host' : `${count} public hosts`;
}

function isNew(was: boolean, is: boolean, opened: Audience): boolean {
  return is && !was && opened.publicCount > 0;
}

/** Judged on the resulting set: the second half of the world is as bad as the whole. `null` where the world gained nothing. */
function nameWorld(opened: Audience, before: Audience, after: Audience): string | null {
  const in4 = opened.isWorld4 || isNew(before.isWorld4, after.isWorld4, opened);
  const in6 = opened.isWorld6 || isNew(before.isWorld6, after.isWorld6, opened);
  if (in4) return 'anywhere';
  return in6 ? 'anywhere (IPv6)' : null;
}

/** Not understood counts as the world; an alias that is not known only where the world is not already in. */
function isWorldByName(name: string, isInWorld: boolean): boolean {
  if (name === unspecified || name.startsWith(unparsedPrefix)) return true;
  return name.startsWith(aliasPrefix) ? name !== connect && !isInWorld : true;
}

function nameUnknown(name: string): string {
  if (name === unspecified) return 'a source that is not named';
  return name.startsWith(aliasPrefix) ? 'an alias that is not known' : 'a source that is not understood';
}

function least(a: Severity, b: Severity): Severity {
  return isAtLeast(a, b) ? b : a;
}
