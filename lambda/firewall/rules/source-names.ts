/** Sources that are not networks. Two of them are equal if their texts are equal. */

/** Starts the name of an address list of AWS. The addresses of the list change, so the list is not read as a set of addresses. */
export const aliasPrefix = 'alias:';
/** Starts a source that Lightsail returned in place of a network and that is not a network. */
export const unparsedPrefix = 'unparsed:';
/** The source of a rule without sources. */
export const unspecified = 'unspecified';
/** The addresses of AWS for SSH and RDP in the browser. The only alias that the Lightsail documentation names. */
export const lightsailConnect = 'lightsail-connect';

export function isNamedSource(source: string): boolean {
  return source === unspecified || source.startsWith(aliasPrefix) || source.startsWith(unparsedPrefix);
}
