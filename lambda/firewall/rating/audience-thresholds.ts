/** From how many addresses on a set of sources belongs to a wider audience class. */

/** A set with this share of a family's routable addresses is the world: all except some countries is, one half is not. */
export const worldShare = 0.75;

/** Addresses of a very wide public network: a /8 of IPv4, a /32 of IPv6. */
export const veryWide4 = 2 ** 24;
export const veryWide6 = 2 ** 96;

/** More public hosts than this count as a network. */
export const fewHosts = 4;
