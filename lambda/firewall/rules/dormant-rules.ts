/**
 * Decides which rules of a firewall are live (in effect) and which are dormant. If an instance has no IPv6 address, its IPv6 rules are
 * dormant. If an instance has no IPv4 address, its IPv4 rules are dormant.
 */

import type { Rectangle } from '../sets/rectangle.ts';

export type LiveFamilies = 'both' | 'v4' | 'v6';

/** Every value except `ipv4` and `ipv6` is read as both families: every rule is live. */
export function readLiveFamilies(ipAddressType: unknown): LiveFamilies {
  if (ipAddressType === 'ipv4') return 'v4';
  return ipAddressType === 'ipv6' ? 'v6' : 'both';
}

/**
 * Returns each rectangle (a range of ports with its sources) twice. In `live` with the sources of the families that the instance has, in
 * `dormant` with the sources of the family that the instance lacks. Either list of sources can be empty. Named sources are always live,
 * because their addresses are not known.
 */
export function splitByFamily(
  rectangles: readonly Rectangle[],
  families: LiveFamilies,
): { live: readonly Rectangle[]; dormant: readonly Rectangle[] } {
  if (families === 'both') return { live: rectangles, dormant: [] };
  const isIpv4 = families === 'v4';
  return {
    live: rectangles.map((one) => ({ ...one, sources: { ...one.sources, [isIpv4 ? 'v6' : 'v4']: [] } })),
    dormant: rectangles.map(({ sources: { v4, v6 }, ...one }) => {
      return { ...one, sources: { v4: isIpv4 ? [] : v4, v6: isIpv4 ? v6 : [], names: [] } };
    }),
  };
}
