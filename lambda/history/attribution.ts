import * as z from 'zod/mini';
import { instant, text, textOrNull } from '../contract/item-fields.ts';
import { callerKinds, callFits, callSearches } from './attribution-values.ts';

/**
 * One API call that can change a firewall, from its CloudTrail record. AWS or a user wrote the text of the fields, so every renderer must
 * escape this text.
 */
const callSchema = z.object({
  eventId: text,
  /** CloudTrail's `eventTime`, in whole seconds. */
  at: instant,
  /** The name of the API call: `PutInstancePublicPorts`. */
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
  /** At least one call. The calls are in the order in which they were made. */
  calls: z.array(callSchema),
  fit: z.enum(callFits),
  foundBy: z.enum(callSearches),
  foundAt: instant,
});

export type AttributedCall = z.output<typeof callSchema>;
/** The API calls in the time window of a change, and whether these calls explain the change. */
export type Attribution = z.output<typeof attributionSchema>;
