import type { watchedCalls } from '../contract/watched-calls.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { AttributedCall } from '../history/attribution.ts';

export type CallName = (typeof watchedCalls)[number];

/**
 * One successful call that can change a firewall, from a CloudTrail record. A field that the record lacks is `null` or empty. The same call
 * can arrive several times.
 */
export interface ApiCall extends AttributedCall {
  account: string;
  region: string;
  name: CallName;
  /** At least one. */
  instanceNames: string[];
  /** The rules of the request (Open, Close: one rule; Put: all rules of the new firewall); `null`: the record does not show them. */
  portInfos: PortState[] | null;
  /** SetIpAddressType only. */
  ipAddressType: string | null;
}
