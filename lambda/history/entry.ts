import type { EntryApproval } from '../approvals/rate-unapproved.ts';
import type { Severity } from '../firewall/rating/severity.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { Note, Reach, Verdict } from '../firewall/sets/reach.ts';
import type { Attribution } from './attribution.ts';

/** An instance, or (`instanceName: null`) a whole region. */
export interface Resource {
  account: string;
  region: string;
  instanceName: string | null;
}

/** The listed facts of an instance, without its rules. Text from outside: every renderer must escape it. */
export interface InstanceFacts {
  arn: string | null;
  publicIpAddress: string | null;
  ipv6Addresses: string[];
  /** `dualstack`, `ipv4` or `ipv6`; it decides which rules are live. */
  ipAddressType: string | null;
  blueprintId: string | null;
}

/** Why an instance or a region could not be read. */
export const failureReasons = [
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

export interface Failure {
  reason: FailureReason;
  /** Name and message of the error, cut to 300 characters. Text from outside. */
  message: string;
  /** Instant of the first scan that failed. */
  since: string;
}

/**
 * `flapped`: a transient change, known from CloudTrail's records only. `opened` and `closed` hold the exposure that was open, or closed,
 * from `changedAfter` to `changedBefore`. The firewall in force is the same before and after the entry.
 */
export const entryKinds = ['baseline', 'appeared', 'changed', 'gone', 'gap', 'gap-over', 'flapped'] as const;

export type EntryKind = (typeof entryKinds)[number];

/** The kinds that an API call causes, and that last. The instances of a first listing existed before the monitor. */
export const causedKinds: readonly EntryKind[] = ['changed', 'appeared', 'gone'];

/**
 * One record in the history of an instance or of a region. It is written once and never rewritten. From entry to entry of a resource,
 * the instants rise strictly and the versions rise by one.
 */
export interface HistoryEntry {
  resource: Resource;
  /** ISO-8601 UTC with milliseconds: when the observation of this entry was committed. */
  at: string;
  /** 1, 2, 3, …: counts the entries of the resource. */
  version: number;
  kind: EntryKind;
  /** The instance as listed at this entry; `null` for a region. For `gone`: as last listed. */
  instance: InstanceFacts | null;
  /** The rules that were read; `null` if no read belongs to the entry (`gap`, `gap-over`, `gone`, `flapped`, and a region's entries). */
  rules: PortState[] | null;
  /** Instant of the entry whose `rules` were in force before; `null` if there was none. */
  previousRulesAt: string | null;
  verdict: Verdict | null;
  /** `appeared` and `baseline`: the whole exposure. `gone`, and a region: []. */
  opened: Reach[];
  /** `gone`: the last known exposure. */
  closed: Reach[];
  /** Exposure of the rules that are dormant at this entry because of its `ipAddressType`. */
  dormant: Reach[];
  notes: Note[];
  /**
   * Set if the rules and the difference together are too large for one item. `opened`, `closed`, `dormant`, `notes` and the exposures in
   * `replaces` are empty then, and `completeEntry` computes them again.
   */
  differenceLeftOut?: true | undefined;
  severity: Severity;
  /** Why the entry has this severity, in words. */
  reason: string;
  /** Start of the last scan that confirmed the earlier state; `null` if none did. */
  changedAfter: string | null;
  /** When the new state was read. */
  changedBefore: string;
  /**
   * The attribution, if it is known. An attribution that is found after the commit is a separate item; when the table is read, it is added
   * here.
   */
  changedBy?: Attribution | null | undefined;
  /** The reason of the configured expectation that the change matches; `null` if it matches none. */
  expected: string | null;
  /** The approvals in force that cover a part of the change, or of the exposure of a new instance; left out if there are none. */
  approved?: EntryApproval | undefined;
  /** `gap`: the failure. `gap-over`, and every other kind that ends an open gap: the failure of that gap. */
  failure: Failure | null;
  /** The earlier instance of the same name that this instance replaces (`kind: 'appeared'` only). */
  replaces: Replaced | null;
  /** The result of a region's first complete listing (`kind: 'baseline'` of a region only, in the table). */
  summary: MonitoringSummary | null;
  /** SHA-256 in hex: of the sorted encoding of the rules, and of the canonical exposure. `null` if `rules` is `null`. */
  rulesHash: string | null;
  exposureHash: string | null;
  /** The version of the algorithm that computed the hashes and the difference. */
  algoVersion: number;
  /** Unique for each attempt to commit, so that a scan that lost the answer recognises its own commit. */
  commitId: string;
}

export interface Replaced {
  instance: InstanceFacts;
  firstSeenAt: string;
  /** Instant of the entry with the last firewall of the replaced instance; `null` if that firewall was never read. */
  rulesAt: string | null;
  /** The last known exposure of the replaced instance. */
  exposure: Reach[];
  /** The difference from the last firewall of the earlier instance to the firewall of the new one. */
  opened: Reach[];
  closed: Reach[];
  verdict: Verdict | null;
  severity: Severity;
  reason: string;
}

export interface MonitoringSummary {
  instancesListed: number;
  instancesRead: number;
  /**
   * Worst first, at most 20, ordered by unapproved exposure. `exposure` is the unapproved part. `hasApproved`: further exposure is open and
   * approved.
   */
  worst: {
    instanceName: string;
    severity: Severity;
    exposure: Reach[];
    reason: string;
    hasApproved?: true | undefined;
  }[];
  /** Number of instances that are left out of `worst`. */
  more: number;
}
