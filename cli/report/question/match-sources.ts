/** Decides whether a set of sources includes an address, with the set arithmetic of `lambda/firewall`. */

import { parseNetwork } from '../../../lambda/firewall/rules/parse-network.ts';
import { isNamedSource } from '../../../lambda/firewall/rules/source-names.ts';
import { intersectReach, subtractReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import type { Reach } from '../../../lambda/firewall/sets/reach.ts';
import type { SourceSetData } from '../data/report-data.ts';

/**
 * `all`: every queried address is included. `some`: a part of the queried network is included. `maybe`: no network of the set includes a
 * queried address, but the protocol is unknown, or a source of the set is not a network. (An alias, an unparsed and an unspecified source
 * are not networks.)
 */
export type SourceMatch = 'none' | 'maybe' | 'some' | 'all';

/** True for a network and for a single address. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== null;

/** `address` `null`: any source, so every set with sources matches. An unknown protocol can let any source in: at least `maybe`. */
export function matchSources(
  { sources, isOfUnknownProtocol }: Pick<SourceSetData, 'sources' | 'isOfUnknownProtocol'>,
  address: string | null,
): SourceMatch {
  if (address === null) return sources.length === 0 ? 'none' : 'all';
  const asked = toReach([address]);
  const networks = toReach(sources.filter((source) => !isNamedSource(source)));
  if (subtractReach(asked, networks).length === 0) return 'all';
  if (intersectReach(asked, networks).length > 0) return 'some';
  return isOfUnknownProtocol || sources.some(isNamedSource) ? 'maybe' : 'none';
}

/**
 * True if at least one source is in every list. With an `address`, this source must be an address within `address`, so sources that are not
 * networks do not count. With `null`, any network or named source counts.
 */
export function isSharedBy(lists: readonly (readonly string[])[], address: string | null): boolean {
  const [first = [], ...others] = lists;
  const start = address === null ? toReach(first) : intersectReach(toReach(first), toReach([address]));
  return others.reduce((shared, list) => intersectReach(shared, toReach(list)), start).length > 0;
}

function toReach(sources: readonly string[]): Reach[] {
  return [{ protocol: 'other', from: 0, to: 0, sources: [...sources] }];
}
