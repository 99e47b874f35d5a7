import { parseNetwork } from '../rules/parse-network.ts';
import { aliasPrefix, isNamedSource, lightsailConnect } from '../rules/source-names.ts';
import { intersectReach } from '../sets/canonical-reach.ts';

type WidestSource =
  | { kind: 'any' }
  | { kind: 'inside'; network: string }
  /** The shortest prefix that is allowed in each family; `null`: no source of that family. */
  | { kind: 'prefix'; ipv4: number | null; ipv6: number }
  | { kind: 'lightsail-connect' };

/** `null`: the text is neither a network, a prefix length nor `lightsail-connect`. */
export function readWidestSource(text: string | undefined): WidestSource | null {
  if (text === undefined) return { kind: 'any' };
  if (text === lightsailConnect) return { kind: 'lightsail-connect' };
  const [, digits] = /^\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  if (digits !== undefined) return readPrefixLength(Number(digits));
  return parseNetwork(text) === null ? null : { kind: 'inside', network: text };
}

/** Lengths up to /32 are IPv4 lengths, and allow as many IPv6 addresses as IPv4 addresses: /32 is one address of either family. */
function readPrefixLength(length: number): WidestSource | null {
  if (length <= 32) return { kind: 'prefix', ipv4: length, ipv6: length + 96 };
  return length <= 128 ? { kind: 'prefix', ipv4: null, ipv6: length } : null;
}

/** The sources, or parts of sources, that are not wider than allowed. A source that is not understood is never kept. */
export function keepWithin(sources: readonly string[], widest: WidestSource): string[] {
  const connect = aliasPrefix + lightsailConnect;
  switch (widest.kind) {
    case 'any':
      return sources.filter((source) => source === connect || !isNamedSource(source));
    case 'lightsail-connect':
      return sources.filter((source) => source === connect);
    case 'inside':
      return intersectSources(sources, widest.network);
    case 'prefix':
      return sources.filter((source) => isAtMost(source, widest.ipv4, widest.ipv6));
  }
}

function intersectSources(sources: readonly string[], network: string): string[] {
  const at = (list: readonly string[]) => [{ protocol: 'other' as const, from: 0, to: 0, sources: [...list] }];
  return intersectReach(at(sources), at([network])).flatMap((reach) => reach.sources);
}

function isAtMost(source: string, ipv4: number | null, ipv6: number): boolean {
  const network = isNamedSource(source) ? null : parseNetwork(source);
  if (network === null) return false;
  return network.family === 4 ? ipv4 !== null && network.prefix >= ipv4 : network.prefix >= ipv6;
}
