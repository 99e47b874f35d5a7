import type { watchedCalls } from '../contract/watched-calls.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { AttributedCall } from '../history/attribution.ts';

export type CallName = (typeof watchedCalls)[number];

/**
 * One call that can change a firewall, from a CloudTrail record that shows no failure. A nullable field is `null` if the record lacks the
 * value. The same call can arrive several times, with the same `eventId`.
 */
export interface ApiCall extends AttributedCall {
  account: string;
  region: string;
  name: CallName;
  /** At least one name. */
  instanceNames: string[];
  /**
   * The rules of the request (Open, Close: one rule; Put: all rules of the new firewall). `null`: the record does not show them, or the
   * call has another name.
   */
  portInfos: PortState[] | null;
  /** The new type of a SetIpAddressType call; `null`: the record does not show the type, or the call has another name. */
  ipAddressType: string | null;
}
