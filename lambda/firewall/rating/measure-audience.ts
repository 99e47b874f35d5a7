/**
 * Measures how wide a set of sources is. The number of public addresses decides, not the text: `0.0.0.0/1` with `128.0.0.0/1` is the
 * world, and the world except one host is still the world.
 */

import { parseNetwork } from '../rules/parse-network.ts';
import { canonicaliseSources, toSourceSet } from '../sets/source-set.ts';
import { fewHosts, veryWide4, veryWide6, worldShare } from './audience-thresholds.ts';

/** Addresses of one family. `public`: not private. `routable`: public, and assigned to hosts on the internet. */
interface Count {
  public: number;
  routable: number;
}

export interface Audience {
  isWorld4: boolean;
  isWorld6: boolean;
  /** At least as many public addresses as an IPv4 /8, or an IPv6 /32. Also true for an IPv4 /8 that is private in part. */
  isVeryWide4: boolean;
  isVeryWide6: boolean;
  /** Number of public addresses of both families. */
  publicCount: number;
  names: readonly string[];
}

/** No packet from these networks arrives from the internet: RFC 1918, 6598, 1122, 3927; RFC 4193, 4291. */
const private4 = toSourceSet([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
]).v4;
const private6 = toSourceSet(['::1/128', 'fc00::/7', 'fe80::/10']).v6;
/** Neither private nor assigned to hosts: "this network", multicast, reserved. */
const unassigned4 = toSourceSet(['0.0.0.0/8', '224.0.0.0/3']).v4;
/** IANA assigns global unicast addresses from this network only (RFC 4291, 2.4). */
const global6 = toSourceSet(['2000::/3']).v6;

const { v4: all4, v6: all6 } = toSourceSet(['0.0.0.0/0', '::/0']);

const routable4 = count4(all4).routable;
const routable6 = count6(all6).routable;

/** A cache, because rating measures the same list of sources several times. */
const known = new WeakMap<readonly string[], Audience>();

export function measureAudience(sources: readonly string[]): Audience {
  const measured = known.get(sources) ?? measure(sources);
  known.set(sources, measured);
  return measured;
}

/**
 * The rank of one block of addresses; a smaller number is wider: 0 a whole family, 1 very wide, 2 public, 3 a few public hosts, 4 private.
 */
export function rankBlock({ family, start, end }: { family: 4 | 6; start: bigint; end: bigint }): number {
  const size = Number(end - start);
  const isIpv4 = family === 4;
  if (size === (isIpv4 ? 2 ** 32 : 2 ** 128)) return 0;
  const { public: inPublic } = isIpv4 ? count4([Number(start), Number(end)]) : count6([start, end]);
  if (inPublic === 0) return 4;
  if (isIpv4 ? size >= veryWide4 : inPublic >= veryWide6) return 1;
  return inPublic > fewHosts ? 2 : 3;
}

function measure(sources: readonly string[]): Audience {
  const set = canonicaliseSources(toSourceSet(sources));
  const in4 = count4(set.v4);
  const in6 = count6(set.v6);
  return {
    isWorld4: in4.routable >= worldShare * routable4,
    isWorld6: in6.routable >= worldShare * routable6,
    isVeryWide4: in4.public >= veryWide4 || hasPublic8(sources),
    isVeryWide6: in6.public >= veryWide6,
    publicCount: in4.public + in6.public,
    names: set.names,
  };
}

/**
 * True for an IPv4 /8, or wider, that is not completely private: 172.0.0.0/8 counts, although it contains private addresses. IPv6 needs no
 * such rule, because no /32 of global IPv6 addresses contains private addresses.
 */
function hasPublic8(sources: readonly string[]): boolean {
  return sources.some((source) => {
    const network = parseNetwork(source);
    if (network === null || network.family !== 4 || network.prefix > 8) return false;
    return count4([network.start, network.end]).public > 0;
  });
}

function count4(intervals: readonly number[]): Count {
  const inPublic = sumOverlap4(intervals, all4) - sumOverlap4(intervals, private4);
  return { public: inPublic, routable: inPublic - sumOverlap4(intervals, unassigned4) };
}

function count6(intervals: readonly bigint[]): Count {
  const inPublic = sumOverlap6(intervals, all6) - sumOverlap6(intervals, private6);
  return { public: Number(inPublic), routable: Number(sumOverlap6(intervals, global6)) };
}

/** The number of addresses that are in both lists of disjoint intervals. */
function sumOverlap4(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 2)
    for (let j = 0; j < b.length; j += 2)
      sum += Math.max(0, Math.min(a[i + 1] ?? 0, b[j + 1] ?? 0) - Math.max(a[i] ?? 0, b[j] ?? 0));
  return sum;
}

function sumOverlap6(a: readonly bigint[], b: readonly bigint[]): bigint {
  let sum = 0n;
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0; j < b.length; j += 2) {
      const low = (a[i] ?? 0n) > (b[j] ?? 0n) ? (a[i] ?? 0n) : (b[j] ?? 0n);
      const high = (a[i + 1] ?? 0n) < (b[j + 1] ?? 0n) ? (a[i + 1] ?? 0n) : (b[j + 1] ?? 0n);
      if (high > low) sum += high - low;
    }
  }
  return sum;
}
