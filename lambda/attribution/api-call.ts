/** The calls that can change what an instance lets through, as CloudTrail records them and EventBridge brings them. */
import type { PortState } from '../firewall/rules/port-state.ts';
import type { watchedCalls } from '../firewall/watched-calls.ts';

export type CallName = (typeof watchedCalls)[number];

/** One call that succeeded. What a record leaves out is `null`, or empty: no real record of these calls has been seen. */
export interface ApiCall {
  /** CloudTrail's `eventID`: the same call may come several times. */
  eventId: string;
  /** `eventTime`, ISO-8601 UTC with milliseconds; CloudTrail knows whole seconds. */
  at: string;
  account: string;
  region: string;
  name: CallName;
  /** Whom it is about; at least one. */
  instanceNames: string[];
  /** The rules that it asks for (Open, Close: one; Put: all that there are to be); `null`: the record does not say. */
  portInfos: PortState[] | null;
  /** SetIpAddressType only. */
  ipAddressType: string | null;
  /** Who, as a person would say it. Text from outside. */
  by: string;
  arn: string | null;
  sourceIpAddress: string | null;
  userAgent: string | null;
  through: 'console' | 'api' | 'aws-service' | null;
}
