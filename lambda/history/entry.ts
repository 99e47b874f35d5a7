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
  /** `dualstack`, `ipv4` or `ipv6`. The type decides which rules are live (have an effect). */
  ipAddressType: textOrNull,
  blueprintId: textOrNull,
});

/** What a listing shows about an instance: everything except its rules. AWS or a user wrote the text, so every renderer must escape it. */
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
  /** Name and message of the error, cut to 300 characters. The text comes from AWS or the SDK, so every renderer must escape it. */
  message: text,
  /** Start of the first scan that could not read the resource. */
  since: instant,
});

export type Failure = z.output<typeof failureSchema>;

/**
 * `flapped`: a transient change, which only CloudTrail's records show. From `changedAfter` to `changedBefore`, the exposure in `opened` was
 * open, and the exposure in `closed` was closed. The firewall is the same before and after the entry.
 */
const entryKinds = ['baseline', 'appeared', 'changed', 'gone', 'gap', 'gap-over', 'flapped'] as const;

export type EntryKind = (typeof entryKinds)[number];

/**
 * The kinds of entries for a lasting change that an API call causes. `baseline` is left out, because the instances of a region's first
 * listing existed before Portwatch watched the region.
 */
export const causedKinds: readonly EntryKind[] = ['changed', 'appeared', 'gone'];

const replacedSchema = z.object({
  instance: factsSchema,
  firstSeenAt: instant,
  /** Instant of the entry with the last firewall of the replaced instance; `null` if that firewall was never read. */
  rulesAt: instantOrNull,
  /** The last known exposure of the replaced instance. */
  exposure: reachSchema,
  /**
   * `opened`: open on the new instance, and not open on the replaced instance. `closed`: open on the replaced instance, and not open on the
   * new instance.
   */
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
   * At most 20 instances, sorted by the severity of their unapproved exposure, worst first. `exposure` is the unapproved exposure.
   * `hasApproved`: the instance also has approved exposure.
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
  /** When the scan decided to write this entry. The instant is at least 1 ms after the previous entry of the resource. */
  at: instant,
  /** The number of the entry in the history of its resource: 1, 2, 3, … */
  version: count,
  kind: z.enum(entryKinds),
  /** The facts of the instance from the listing at this entry. `gone` and `flapped`: from an earlier listing. `null` for a region. */
  instance: z.nullable(factsSchema),
  /** The rules that were read. `null` for the kinds without a read of the rules (`gap`, `gap-over`, `gone`, `flapped`) and for a region. */
  rules: z.nullable(rulesSchema),
  /** Instant of the entry with the rules that were in force before this entry; `null` if there is no such entry. */
  previousRulesAt: instantOrNull,
  verdict: verdictSchema,
  /** The exposure that opened. `appeared` and `baseline`: the whole exposure of the instance. `gone`, and a region: []. */
  opened: reachSchema,
  /** The exposure that closed. `gone`: the last known exposure of the instance. */
  closed: reachSchema,
  /** Exposure of the dormant rules: rules that have no effect with the instance's `ipAddressType`. */
  dormant: reachSchema,
  notes: z.array(z.object({ code: text, text })),
  /**
   * Set if one item has no room for all fields. Then `opened`, `closed`, `dormant`, `notes` and the exposures in `replaces` are stored
   * empty. `completeEntry` computes these fields again from the rules.
   */
  differenceLeftOut: z.optional(z.literal(true)),
  severity: severitySchema,
  reason: text,
  /**
   * Start of the last scan that confirmed the state before the change; `null` if no scan confirmed this state. `flapped`: when the
   * transient change began.
   */
  changedAfter: instantOrNull,
  /** When the state after the change was read. `flapped`: when the transient change ended. */
  changedBefore: instant,
  /**
   * The attribution, if it is known. An attribution that is found after the commit is stored as a separate item. The functions that load
   * entries add such an attribution to this field.
   */
  changedBy: z.optional(z.nullable(attributionSchema)),
  /** The `reason` of the expected change in the configuration that matches this change; `null` if no expected change matches. */
  expected: textOrNull,
  /**
   * The approvals in force at the start of the scan that cover a part of the change, or of a new instance's exposure. Left out if there are
   * none and all approvals could be read.
   */
  approved: z.optional(entryApprovalSchema),
  /**
   * `gap`: why the resource cannot be read. `gap-over`, and every other kind that ends a gap: why the resource could not be read in this
   * gap. Otherwise `null`.
   */
  failure: z.nullable(failureSchema),
  /** The earlier instance of the same name that this instance replaces (`kind: 'appeared'` only). */
  replaces: z.nullable(replacedSchema),
  /** The result of a region's first complete listing. In the table, only the `baseline` entry of a region has a summary. */
  summary: z.nullable(summarySchema),
  /**
   * `rulesHash` is the SHA-256, in hex, of the sorted encoding of the rules. `exposureHash` is the SHA-256 of the canonical exposure. Both
   * are `null` if `rules` is `null`.
   */
  rulesHash: textOrNull,
  exposureHash: textOrNull,
  /** The version of the algorithm that computed the hashes, `opened` and `closed`. */
  algoVersion: count,
  /** Unique for each attempt to commit. With this id a scan recognises its own commit if the answer of DynamoDB was lost. */
  commitId: text,
});

/** An entry is written once and never rewritten. From entry to entry of a resource, `at` rises strictly and `version` rises by one. */
export type HistoryEntry = z.output<typeof entrySchema>;
