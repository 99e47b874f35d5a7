/** Decides which rules of a firewall are live. If an instance has no IPv6 address, its IPv6 rules are dormant; the same for IPv4. */

import type { Rectangle } from '../sets/rectangle.ts';
import type { SourceSet } from '../sets/source-set.ts';

/** The address families that an instance has. */
export type LiveFamilies = 'both' | 'v4' | 'v6';

/** Every value except `ipv4` and `ipv6` is read as both families: every rule is live. */
export function readLiveFamilies(ipAddressType: unknown): LiveFamilies {
  if (ipAddressType === 'ipv4') return 'v4';
  return ipAddressType === 'ipv6' ? 'v6' : 'both';
}

/**
 * Returns all rectangles twice: with their live sources and with their dormant sources. Either list of sources may be empty. Named sources
 * are always live, because their addresses are not known.
 */
export function splitByFamily(
  rectangles: readonly Rectangle[],
  families: LiveFamilies,
): { live: readonly Rectangle[]; dormant: readonly Rectangle[] } {
  if (families === 'both') return { live: rectangles, dormant: [] };
  return {
    live: rectangles.map((one) => ({ ...one, sources: keepLive(one.sources, families) })),
    dormant: rectangles.map((one) => ({ ...one, sources: keepDormant(one.sources, families) })),
  };
}

function keepLive({ v4, v6, names }: SourceSet, families: 'v4' | 'v6'): SourceSet {
  return families === 'v4' ? { v4, v6: [], names } : { v4: [], v6, names };
}

function keepDormant({ v4, v6 }: SourceSet, families: 'v4' | 'v6'): SourceSet {
  return families === 'v4' ? { v4: [], v6, names: [] } : { v4, v6: [], names: [] };
}
