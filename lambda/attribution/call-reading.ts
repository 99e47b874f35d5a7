/**
 * What Lightsail's documents leave open about Open, Close and Put. A service behaves the same way every time: so a reading is tried
 * on all calls of a window together, and the one that leads to the firewall that was read next is the right one, as far as that tells.
 */
export interface CallReading {
  /** A request that names sources, and none of one address family: is that family left out, or open to the world? */
  missingFamily: 'none' | 'world';
  /** Opening ports that are open already: are the sources added to those that are there, or put in their place? */
  opening: 'adds' | 'replaces';
  /** Closing ports with sources named: are these closed, or the ports as a whole? */
  closing: 'sources' | 'ports';
}

/** The first is the most literal: what it opens, the request itself names. */
export const callReadings: readonly [CallReading, ...CallReading[]] = [
  { missingFamily: 'none', opening: 'adds', closing: 'sources' },
  { missingFamily: 'world', opening: 'adds', closing: 'sources' },
  { missingFamily: 'none', opening: 'replaces', closing: 'sources' },
  { missingFamily: 'world', opening: 'replaces', closing: 'sources' },
  { missingFamily: 'none', opening: 'adds', closing: 'ports' },
  { missingFamily: 'world', opening: 'adds', closing: 'ports' },
  { missingFamily: 'none', opening: 'replaces', closing: 'ports' },
  { missingFamily: 'world', opening: 'replaces', closing: 'ports' },
];
