import type { watchedCalls } from '../contract/watched-calls.ts';
import type { PortState } from '../firewall/rules/port-state.ts';

export type CallName = (typeof watchedCalls)[number];

/** One successful call that can change a firewall, from a CloudTrail record. A field that the record lacks is `null` or empty. */
export interface ApiCall {
  /** CloudTrail's `eventID`. The same call can arrive several times. */
  eventId: string;
  /** `eventTime`, ISO-8601 UTC with milliseconds. CloudTrail has whole seconds only. */
  at: string;
  account: string;
  region: string;
  name: CallName;
  /** At least one. */
  instanceNames: string[];
  /** The rules of the request (Open, Close: one rule; Put: all rules of the new firewall); `null`: the record does not show them. */
  portInfos: PortState[] | null;
  /** SetIpAddressType only. */
  ipAddressType: string | null;
  /** The actor in words. Text from outside. */
  by: string;
  arn: string | null;
  sourceIpAddress: string | null;
  userAgent: string | null;
  through: 'console' | 'api' | 'aws-service' | null;
}
