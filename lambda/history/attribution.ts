import * as z from 'zod/mini';
import { instant, text, textOrNull } from '../contract/item-fields.ts';

/**
 * The ways to make a call: in the AWS console, by a program (`api`), or by an AWS service. A call has `null` if its record does not show
 * the way.
 */
export const callerKinds = ['console', 'api', 'aws-service'] as const;

/**
 * `explained`: the calls, applied in order to the old firewall, give the new firewall. `not-explained`: they give another firewall, so
 * another actor may have contributed. `not-told`: the records lack data that is needed to decide this.
 */
export const callFits = ['explained', 'not-explained', 'not-told'] as const;

/** `event`: an event brought the call; `lookup`: the call was looked up in CloudTrail later. */
export const callSearches = ['event', 'lookup'] as const;

/** One API call that changed a firewall, from its CloudTrail record. Text from outside: every renderer must escape it. */
const callSchema = z.object({
  /** CloudTrail's `eventID`. */
  eventId: text,
  /** `eventTime`. CloudTrail has whole seconds only. */
  at: instant,
  /** `PutInstancePublicPorts`, … */
  name: text,
  /** The actor in words: "IAM user alice", "role deploy (session ci-42)". */
  by: text,
  /** The caller's ARN; `null`: the record has none. */
  arn: textOrNull,
  /** An IP address, or the name of the AWS service that called. */
  sourceIpAddress: textOrNull,
  userAgent: textOrNull,
  through: z.nullable(z.enum(callerKinds)),
});

export const attributionSchema = z.object({
  /** At least one, in the order in which they were made. */
  calls: z.array(callSchema),
  fit: z.enum(callFits),
  foundBy: z.enum(callSearches),
  foundAt: instant,
});

export type AttributedCall = z.output<typeof callSchema>;
/** The API calls in the window of a change. */
export type Attribution = z.output<typeof attributionSchema>;
