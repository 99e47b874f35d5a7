import type { Firewall } from '../firewall/index.ts';
import type { HistoryEntry } from './entry.ts';

/** An entry, a latest state, or another record that holds the rules of an instance. */
export interface RulesHolder {
  rules: HistoryEntry['rules'];
  instance: { ipAddressType: string | null } | null;
}

/** The firewall that an entry or a latest state holds; `null` if it holds no rules. */
export function firewallOf(holder: RulesHolder & { rules: NonNullable<RulesHolder['rules']> }): Firewall;
export function firewallOf(holder: RulesHolder | null): Firewall | null;
export function firewallOf(holder: RulesHolder | null): Firewall | null {
  if (holder === null || holder.rules === null) return null;
  return { rules: holder.rules, ipAddressType: holder.instance?.ipAddressType };
}
