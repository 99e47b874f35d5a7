import type { Firewall } from '../firewall/index.ts';
import type { HistoryEntry } from './entry.ts';

/** An entry, a latest state, or another record that holds the rules of an instance. */
export interface WithRules {
  rules: HistoryEntry['rules'];
  instance: { ipAddressType: string | null } | null;
}

/** The firewall that an entry or a latest state holds; `null` if `holder` is `null` or has no rules. */
export function firewallOf(holder: WithRules & { rules: NonNullable<WithRules['rules']> }): Firewall;
export function firewallOf(holder: WithRules | null): Firewall | null;
export function firewallOf(holder: WithRules | null): Firewall | null {
  if (holder === null || holder.rules === null) return null;
  return { rules: holder.rules, ipAddressType: holder.instance?.ipAddressType };
}
