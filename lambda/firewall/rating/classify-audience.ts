/**
 * Decides how far an opening goes: the widest of those who gained something. Judged on the resulting set: the second half of the world
 * is as bad as the whole, and who was already in gained nothing.
 */

import { aliasPrefix, lightsailConnect, unparsedPrefix, unspecified } from '../rules/source-names.ts';
import { type Audience, measureAudience } from './measure-audience.ts';
import type { PortPiece } from './port-pieces.ts';

export interface Circle {
  kind: 'world' | 'very-wide' | 'public' | 'lightsail-connect' | 'few-hosts' | 'private' | 'alias-in-world';
  /** In words, to follow "open to"; no two kinds share theirs. */
  who: string;
}

/** More public hosts than these are a network. */
const fewHosts = 4;

const connect = aliasPrefix + lightsailConnect;

export function decideCircle(piece: PortPiece): Circle {
  if (piece.protocol.startsWith('unknown:'))
    return { kind: 'world', who: 'whomever: its protocol is not known, which counts as anywhere' };
  const opened = measureAudience(piece.opened);
  const isAllNew = piece.opened.length === piece.after.length && piece.opened.every((one, i) => one === piece.after[i]);
  const gain = {
    opened,
    before: measureAudience(piece.before),
    // Mostly everything that is reachable afterwards was opened. Measuring thousands of sources twice takes as long as all the rest.
    after: isAllNew ? opened : measureAudience(piece.after),
  };
  return decideWorld(gain) ?? decideNarrower(gain);
}

/** Is the world among these sources? */
export function isOpenToWorld(sources: readonly string[]): boolean {
  const { isWorld4, isWorld6 } = measureAudience(sources);
  return isWorld4 || isWorld6;
}

interface Gain {
  opened: Audience;
  before: Audience;
  after: Audience;
}

function decideWorld(gain: Gain): Circle | null {
  if (gained(gain, 'isWorld4')) return { kind: 'world', who: 'anywhere' };
  if (gained(gain, 'isWorld6')) return { kind: 'world', who: 'anywhere (IPv6)' };
  const { names } = gain.opened;
  if (names.includes(unspecified))
    return { kind: 'world', who: 'a source that is not named, which counts as anywhere' };
  if (names.some((name) => name.startsWith(unparsedPrefix)))
    return { kind: 'world', who: 'a source that is not understood, which counts as anywhere' };
  if (!isWorldIn(gain.after) && names.some((name) => name !== connect))
    return { kind: 'world', who: 'an alias that is not known, which counts as anywhere' };
  return null;
}

function decideNarrower(gain: Gain): Circle {
  const { publicCount, names } = gain.opened;
  if (gained(gain, 'isVeryWide4') || gained(gain, 'isVeryWide6'))
    return { kind: 'very-wide', who: 'a very wide public network' };
  if (publicCount > fewHosts) return { kind: 'public', who: 'a public network' };
  if (names.includes(connect) && !isWorldIn(gain.after))
    return { kind: 'lightsail-connect', who: 'lightsail-connect (SSH and RDP in the browser)' };
  if (publicCount === 1) return { kind: 'few-hosts', who: 'one public host' };
  if (publicCount > 0) return { kind: 'few-hosts', who: `${publicCount} public hosts` };
  if (names.length > 0) return { kind: 'alias-in-world', who: 'an alias, where the world is already in' };
  return { kind: 'private', who: 'private networks only' };
}

type Width = 'isWorld4' | 'isWorld6' | 'isVeryWide4' | 'isVeryWide6';

/** By itself, or as the last piece of something that was not so before. */
function gained({ opened, before, after }: Gain, width: Width): boolean {
  return opened[width] || (after[width] && !before[width] && opened.publicCount > 0);
}

function isWorldIn({ isWorld4, isWorld6, names }: Audience): boolean {
  return isWorld4 || isWorld6 || names.includes(unspecified);
}
