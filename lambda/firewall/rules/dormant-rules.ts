/** Which of a firewall's rules are live: rules of a family that the instance has no address of lie dormant. */

import type { Rectangle } from '../sets/rectangle.ts';
import type { SourceSet } from '../sets/source-set.ts';

/** The families that an instance has addresses of, as far as they decide what is live. */
export type LiveFamilies = 'both' | 'v4' | 'v6';

/** Anything but `ipv4` and `ipv6` is read as both: every rule is live. */
export function readLiveFamilies(ipAddressType: unknown): LiveFamilies {
  if (ipAddressType === 'ipv4') return 'v4';
  return ipAddressType === 'ipv6' ? 'v6' : 'both';
}

/**
 * The same rectangles twice, with the sources that are live and with those that are not; of some there is nothing left.
 * Named sources are live whatever the addresses: what hides behind them is not known.
 */
export function splitRectangles(
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
