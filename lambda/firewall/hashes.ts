import { hash } from 'node:crypto';
import type { PortState } from './rules/port-state.ts';
import { encodeRule, listRules } from './rules/rule-encoding.ts';
import { canonicaliseReach } from './sets/canonical-reach.ts';
import { encodeReach, type Reach } from './sets/reach.ts';

/** Rises when a release parses, encodes or renders the same rules in another way. Hashes of different versions must not be compared. */
export const algoVersion = 1;

/** SHA-256, hex, of the sorted encoding of every field of every rule: equal if and only if `diffFirewalls` returns `identical`. */
export function hashRules(rules: readonly PortState[]): string {
  return hash('sha256', toWellFormed(Array.from(listRules(rules), encodeRule).sort().join()));
}

/** SHA-256, hex: equal if and only if the same ports can be reached from the same sources. The reach need not be canonical. */
export function hashExposure(reach: readonly Reach[]): string {
  return hash('sha256', encodeReach(canonicaliseReach(reach)));
}

/** Hashing turns every unpaired surrogate into U+FFFD. Escapes keep two different texts different. */
function toWellFormed(text: string): string {
  return text.isWellFormed() ? text : JSON.stringify(text);
}
