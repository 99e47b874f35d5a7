/**
 * Decides the audience class of a piece of opened ports: the class of the opened sources. If the opened sources and the sources that were
 * open before form a wider set, the class is that of the wider set. So opening the second half of the internet is as severe as opening the
 * whole internet.
 */

import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from '../rules/source-names.ts';
import { areEqualLists } from '../sets/intervals.ts';
import { fewHosts } from './audience-thresholds.ts';
import { type Audience, measureAudience } from './measure-audience.ts';
import type { PortPiece } from './port-pieces.ts';

export interface AudienceClass {
  kind: 'world' | 'very-wide' | 'public' | 'lightsail-connect' | 'few-hosts' | 'private' | 'alias-in-world';
  /** The words after "is now" in the reason of a rating. Neighbouring ports with the same words are rated together. */
  open: string;
}

const connect = aliasPrefix + lightsailConnect;

export function classifyAudience(piece: PortPiece): AudienceClass {
  if (piece.protocol.startsWith('unknown:')) return countsAsWorld('its protocol is unknown');
  const opened = measureAudience(piece.opened);
  const gain = {
    opened,
    before: measureAudience(piece.before),
    // Usually both lists are equal. Measuring is the slow part of rating thousands of sources.
    after: areEqualLists(piece.opened, piece.after) ? opened : measureAudience(piece.after),
  };
  return classifyAsWorld(gain) ?? classifyNarrower(gain);
}

/** True if the sources include the world in at least one address family. */
export function isOpenToWorld(sources: readonly string[]): boolean {
  const { isWorld4, isWorld6 } = measureAudience(sources);
  return isWorld4 || isWorld6;
}

interface Gain {
  opened: Audience;
  before: Audience;
  after: Audience;
}

function classifyAsWorld(gain: Gain): AudienceClass | null {
  if (gained(gain, 'isWorld4')) return { kind: 'world', open: 'open to anywhere' };
  if (gained(gain, 'isWorld6')) return { kind: 'world', open: 'open to anywhere (IPv6)' };
  const { names } = gain.opened;
  if (names.includes(unspecified)) return countsAsWorld('its rule names no source');
  if (names.some((name) => name.startsWith(unparsedPrefix))) return countsAsWorld('a source is not understood');
  if (!includesWorld(gain.after) && names.some((name) => name !== connect)) return countsAsWorld('an alias is unknown');
  return null;
}

function countsAsWorld(why: string): AudienceClass {
  return { kind: 'world', open: `open; ${why}, so it counts as open to anywhere` };
}

function classifyNarrower(gain: Gain): AudienceClass {
  const { publicCount, names } = gain.opened;
  if (gained(gain, 'isVeryWide4') || gained(gain, 'isVeryWide6'))
    return { kind: 'very-wide', open: 'open to a very wide public network' };
  if (publicCount > fewHosts) return { kind: 'public', open: 'open to a public network' };
  if (names.includes(connect) && !includesWorld(gain.after))
    return { kind: 'lightsail-connect', open: 'open to lightsail-connect (SSH and RDP in the browser)' };
  if (publicCount === 1) return { kind: 'few-hosts', open: 'open to one public host' };
  if (publicCount > 0) return { kind: 'few-hosts', open: `open to ${publicCount} public hosts` };
  if (names.length > 0) return { kind: 'alias-in-world', open: 'open to an alias; it is open to anywhere already' };
  return { kind: 'private', open: 'open to private networks only' };
}

type Width = 'isWorld4' | 'isWorld6' | 'isVeryWide4' | 'isVeryWide6';

/**
 * True if the opened sources alone are as wide as `width`. Also true if public addresses opened, and all sources together became as wide as
 * `width`.
 */
function gained({ opened, before, after }: Gain, width: Width): boolean {
  return opened[width] || (after[width] && !before[width] && opened.publicCount > 0);
}

function includesWorld({ isWorld4, isWorld6, names }: Audience): boolean {
  return isWorld4 || isWorld6 || names.includes(unspecified);
}
