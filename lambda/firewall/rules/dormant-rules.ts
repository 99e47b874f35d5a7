/** Decides which rules of a firewall are live. If an instance has no IPv6 address, its IPv6 rules are dormant; the same for IPv4. */

import type { Rectangle } from '../sets/rectangle.ts';

export type LiveFamilies = 'both' | 'v4' | 'v6';

/** Every value except `ipv4` and `ipv6` is read as both families: every rule is live. */
export function readLiveFamilies(ipAddressType: unknown): LiveFamilies {
  if (ipAddressType === 'ipv4') return 'v4';
  return ipAddressType === 'ipv6' ? 'v6' : 'both';
}

/**
 * Returns each rectangle with its live sources, and with its dormant sources; either can be empty. Named sources are always live, because
 * their addresses are not known.
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
