/** Was an address let in? Exact on sets, by the arithmetic of the product itself. */

import { parseNetwork } from '../../../lambda/firewall/rules/ip-address.ts';
import { isNamedSource } from '../../../lambda/firewall/rules/source-names.ts';
import { intersectReach, subtractReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import type { Reach } from '../../../lambda/firewall/sets/reach.ts';

/**
 * `all`: every address that was asked about. `some`: a part of that network. `maybe`: only sources that are no networks (an alias, one
 * that is not understood, none named), so that nobody can tell.
 */
export type SourceMatch = 'none' | 'maybe' | 'some' | 'all';

/** Bare address or CIDR. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== null;

/** `address` `null`: from anywhere at all, so everybody matches. */
export function matchSources(sources: readonly string[], address: string | null): SourceMatch {
  if (address === null) return sources.length === 0 ? 'none' : 'all';
  const asked = toReach([address]);
  const networks = toReach(sources.filter((source) => !isNamedSource(source)));
  if (subtractReach(asked, networks).length === 0) return 'all';
  if (intersectReach(asked, networks).length > 0) return 'some';
  return sources.some(isNamedSource) ? 'maybe' : 'none';
}

/** Is there an address, or a named source, of those asked about that is in each of these lists? `address` `null`: any. */
export function isSharedBy(lists: readonly (readonly string[])[], address: string | null): boolean {
  const [first = [], ...others] = lists;
  const start = address === null ? toReach([...first]) : intersectReach(toReach([...first]), toReach([address]));
  return others.reduce((shared, list) => intersectReach(shared, toReach([...list])), start).length > 0;
}

function toReach(sources: string[]): Reach[] {
  return [{ protocol: 'other', from: 0, to: 0, sources }];
}
