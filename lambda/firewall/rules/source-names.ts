/** Sources that are no networks: points of their own, equal by their text and by nothing else. */

/** Followed by the name of a list that AWS keeps. Its ranges move, so it is no set of addresses here. */
export const aliasPrefix = 'alias:';
/** Followed by what stood where a network should be. */
export const unparsedPrefix = 'unparsed:';
/** A rule that names no source at all. */
export const unspecified = 'unspecified';
/** AWS's own ranges for SSH and RDP in the browser: the one alias that the documents know. */
export const lightsailConnect = 'lightsail-connect';

export function isNamedSource(source: string): boolean {
  return source === unspecified || source.startsWith(aliasPrefix) || source.startsWith(unparsedPrefix);
}
