/** The stored items of the registry of accounts. */
import * as z from 'zod/mini';
import { count, instant, text } from '../contract/item-fields.ts';
import { failureSchema } from '../history/entry.ts';

const accountFailureSchema = z.extend(failureSchema, {
  /** Instant of the newest failure. */
  lastAt: instant,
  /** The number of passes in a row that could not enter the account, or could not list the organisation. */
  passes: count,
  isAlerted: z.boolean(),
});

/** Why an account cannot be entered, or the organisation cannot be listed. `since`: the first failure after the last success. */
export type AccountFailure = z.output<typeof accountFailureSchema>;

export const accountSchema = z.object({
  account: text,
  name: text,
  status: z.enum(['watched', 'removed']),
  /** Instant since which the account has this status. */
  since: instant,
  /** `null`: the account is watched. */
  removedBecause: z.nullable(z.enum(['suspended', 'left', 'not-configured'])),
  /** False for a removed account: the alert about the removal must still be sent. */
  isRemovalAlerted: z.boolean(),
  failure: z.nullable(accountFailureSchema),
  /** Rises with each write. */
  version: count,
});

/** One account that the monitor watches, or watched. */
export type WatchedAccount = z.output<typeof accountSchema>;

export const organizationSchema = z.object({
  failure: z.nullable(accountFailureSchema),
  /** Rises with each write; 0: nothing is stored. */
  version: count,
});

/** The state of the listing of the organisation. `failure` is `null` if the last listing succeeded. */
export type OrganizationState = z.output<typeof organizationSchema>;
