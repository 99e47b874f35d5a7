import { hash } from 'node:crypto';
import type { PortState } from './rules/port-state.ts';
import { encodeRules, listRules } from './rules/rule-encoding.ts';
import { canonicaliseReach } from './sets/canonical-reach.ts';
import type { Reach } from './sets/reach.ts';

/** Rises whenever the same rules are read, encoded or printed otherwise than before: hashes of different versions don't compare. */
export const algoVersion = 1;

/** SHA-256, hex, of the sorted encoding of every field of every rule: equal if and only if `diffFirewalls` says `identical`. */
export function hashRules(rules: readonly PortState[]): string {
  return hash('sha256', toWellFormed(encodeRules(listRules(rules)).join()));
}

/** SHA-256, hex: equal if and only if the same is reachable. The reach needs not be canonical. */
export function hashExposure(reach: readonly Reach[]): string {
  const canonical = canonicaliseReach(reach).map(({ protocol, from, to, sources }) => [protocol, from, to, sources]);
  return hash('sha256', JSON.stringify(canonical));
}

/** Hashing turns every half surrogate pair into U+FFFD; escaped, two different texts stay two. */
function toWellFormed(text: string): string {
  return text.isWellFormed() ? text : JSON.stringify(text);
}
