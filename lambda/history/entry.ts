/** One record in the history of an instance or of a region: the schema of its item, and the types that follow from the schema. */
import * as z from 'zod/mini';
import { entryApprovalSchema } from '../approvals/rate-unapproved.ts';
import {
  count,
  instant,
  instantOrNull,
  reachSchema,
  rulesSchema,
  severitySchema,
  text,
  textOrNull,
  verdictSchema,
} from '../contract/item-fields.ts';
import { attributionSchema } from './attribution.ts';

export const resourceSchema = z.object({ account: text, region: text, instanceName: textOrNull });

/** An instance, or (`instanceName: null`) a whole region. */
export type Resource = z.output<typeof resourceSchema>;

export const factsSchema = z.object({
  arn: textOrNull,
  publicIpAddress: textOrNull,
  ipv6Addresses: z.array(text),
  /** `dualstack`, `ipv4` or `ipv6`. The type decides which rules are live. */
  ipAddressType: textOrNull,
  blueprintId: textOrNull,
});

/** The listed facts of an instance, without its rules. Text from outside: every renderer must escape it. */
export type InstanceFacts = z.output<typeof factsSchema>;

const failureReasons = [
  'access-denied',
  'unauthenticated',
  'region-not-enabled',
  'setup-in-progress',
  'not-found',
  'throttled',
  'timeout',
  'network',
  'service-error',
  'invalid-answer',
  'out-of-time',
  'unexpected',
] as const;

export type FailureReason = (typeof failureReasons)[number];

export const failureSchema = z.object({
  reason: z.enum(failureReasons),
  /** Name and message of the error, cut to 300 characters. Text from outside. */
  message: text,
  /** Instant of the first scan that failed. */
  since: instant,
});

export type Failure = z.output<typeof failureSchema>;

/**
 * `flapped`: a transient change, known from CloudTrail's records only. `opened` and `closed` hold the exposure that was open, or closed,
 * from `changedAfter` to `changedBefore`. The firewall in force is the same before and after the entry.
 */
const entryKinds = ['baseline', 'appeared', 'changed', 'gone', 'gap', 'gap-over', 'flapped'] as const;

export type EntryKind = (typeof entryKinds)[number];

/**
 * The kinds of a lasting change that an API call causes. `baseline` is not one of them: the instances of a first listing existed before the
 * monitor.
 */
export const causedKinds: readonly EntryKind[] = ['changed', 'appeared', 'gone'];

const replacedSchema = z.object({
  instance: factsSchema,
  firstSeenAt: instant,
  /** Instant of the entry with the last firewall of the replaced instance; `null` if that firewall was never read. */
  rulesAt: instantOrNull,
  /** The last known exposure of the replaced instance. */
  exposure: reachSchema,
  /** The difference from the last firewall of the earlier instance to the firewall of the new one. */
  opened: reachSchema,
  closed: reachSchema,
  verdict: verdictSchema,
  severity: severitySchema,
  reason: text,
});

export type Replaced = z.output<typeof replacedSchema>;

const summarySchema = z.object({
  instancesListed: count,
  instancesRead: count,
  /**
   * Worst first, at most 20, ordered by unapproved exposure. `exposure` is the unapproved part. `hasApproved`: further exposure is open and
   * approved.
   */
  worst: z.array(
    z.object({
      instanceName: text,
      severity: severitySchema,
      exposure: reachSchema,
      reason: text,
      hasApproved: z.optional(z.literal(true)),
    }),
  ),
  /** Number of instances that are left out of `worst`. */
  more: count,
});

export type MonitoringSummary = z.output<typeof summarySchema>;

export const entrySchema = z.object({
  resource: resourceSchema,
  /** When the observation of this entry was committed. */
  at: instant,
  /** 1, 2, 3, …: counts the entries of the resource. */
  version: count,
  kind: z.enum(entryKinds),
  /** The instance as listed at this entry; `null` for a region. For `gone`: as last listed. */
  instance: z.nullable(factsSchema),
  /** The rules that were read; `null` if no read belongs to the entry (`gap`, `gap-over`, `gone`, `flapped`, and a region's entries). */
  rules: z.nullable(rulesSchema),
  /** Instant of the entry whose `rules` were in force before; `null` if there was none. */
  previousRulesAt: instantOrNull,
  verdict: verdictSchema,
  /** `appeared` and `baseline`: the whole exposure. `gone`, and a region: []. */
  opened: reachSchema,
  /** `gone`: the last known exposure. */
  closed: reachSchema,
  /** Exposure of the rules that are dormant at this entry because of its `ipAddressType`. */
  dormant: reachSchema,
  notes: z.array(z.object({ code: text, text })),
  /**
   * Set if the rules and the difference together are too large for one item. `opened`, `closed`, `dormant`, `notes` and the exposures in
   * `replaces` are empty then, and `completeEntry` computes them again.
   */
  differenceLeftOut: z.optional(z.literal(true)),
  severity: severitySchema,
  reason: text,
  /** Start of the last scan that confirmed the state before the change; `null` if none did. */
  changedAfter: instantOrNull,
  /** When the new state was read. */
  changedBefore: instant,
  /**
   * The attribution, if it is known. An attribution that is found after the commit is a separate item; when the table is read, it is added
   * here.
   */
  changedBy: z.optional(z.nullable(attributionSchema)),
  /** The reason of the configured expectation that the change matches; `null` if it matches none. */
  expected: textOrNull,
  /**
   * The approvals in force that cover a part of the change, or of the exposure of a new instance. Left out if there are none and all
   * approvals could be read.
   */
  approved: z.optional(entryApprovalSchema),
  /** `gap`: the failure. `gap-over`, and every other kind that ends an open gap: the failure of that gap. */
  failure: z.nullable(failureSchema),
  /** The earlier instance of the same name that this instance replaces (`kind: 'appeared'` only). */
  replaces: z.nullable(replacedSchema),
  /** The result of a region's first complete listing. In the table, only the `baseline` entry of a region has a summary. */
  summary: z.nullable(summarySchema),
  /**
   * `rulesHash` is the SHA-256, in hex, of the sorted encoding of the rules; `exposureHash` is that of the canonical exposure. Both are
   * `null` if `rules` is `null`.
   */
  rulesHash: textOrNull,
  exposureHash: textOrNull,
  /** The version of the algorithm that computed the hashes and the difference. */
  algoVersion: count,
  /** Unique for each attempt to commit. With this id a scan recognises its own commit if the answer of DynamoDB was lost. */
  commitId: text,
});

/** Written once and never rewritten. From entry to entry of a resource, the instants rise strictly and the versions rise by one. */
export type HistoryEntry = z.output<typeof entrySchema>;
