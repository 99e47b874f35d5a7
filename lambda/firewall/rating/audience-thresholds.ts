/**
 * A set of sources with at least this share of a family's routable addresses counts as the world. The internet without the addresses of a
 * few countries still has this share; one half of the internet does not.
 */
export const worldShare = 0.75;

/** A public network is very wide from this number of addresses on: a /8 of IPv4, a /32 of IPv6. */
export const veryWide4 = 2 ** 24;
export const veryWide6 = 2 ** 96;

/** More public hosts than this count as a network. */
export const fewHosts = 4;
