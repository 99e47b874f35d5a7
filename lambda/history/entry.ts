import type { Severity } from '../firewall/rating/severity.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { Note, Reach, Verdict } from '../firewall/sets/reach.ts';
import type { Attribution } from './attribution.ts';

/** Whom an entry is about: an instance, or (`instanceName: null`) a region as a whole. */
export interface Resource {
  account: string;
  region: string;
  instanceName: string | null;
}

/** What the listing says of an instance beside its rules. Text from outside: escape it for where it is shown. */
export interface InstanceFacts {
  arn: string | null;
  publicIpAddress: string | null;
  ipv6Addresses: string[];
  /** `dualstack`, `ipv4`, `ipv6`: decides which rules are live. */
  ipAddressType: string | null;
  blueprintId: string | null;
}

/** Why something could not be read. */
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
  /** The error's own name and words, cut to 300 characters. Text from outside. */
  message: string;
  /** Instant of the first scan that failed. */
  since: string;
}

/**
 * `flapped`: something was reachable between two reads that saw nothing of it, as CloudTrail's records say; `opened` and `closed` are
 * what was open, or shut, for that while, `changedAfter` and `changedBefore` are when it began and ended. The firewall in force is
 * the same before and after it.
 */
export const entryKinds = ['baseline', 'appeared', 'changed', 'gone', 'gap', 'gap-over', 'flapped'] as const;

export type EntryKind = (typeof entryKinds)[number];

/**
 * One step in the history of an instance or of a region; written once, never rewritten. The instants of a subject's entries rise
 * strictly, its versions rise by one.
 */
export interface HistoryEntry {
  resource: Resource;
  /** ISO-8601 UTC with milliseconds: when the read that this entry rests on was committed. */
  at: string;
  /** 1, 2, 3, … within the resource. */
  version: number;
  kind: EntryKind;
  /** The instance as listed at this entry; `null` for a region. For `gone`: as last listed. */
  instance: InstanceFacts | null;
  /** The firewall from this entry on, as read; `null` where nothing was read (`gap`, `gone`, a region's entries). */
  rules: PortState[] | null;
  /** Instant of the entry whose `rules` were in force before; `null` if there was none. */
  previousRulesAt: string | null;
  verdict: Verdict | null;
  /** `appeared`, `baseline`: the whole exposure. `gone`: []. Region: []. */
  opened: Reach[];
  /** `gone`: the last known exposure. */
  closed: Reach[];
  /** Reach of rules that are dormant because of `ipAddressType`, as of this entry. */
  dormant: Reach[];
  notes: Note[];
  /**
   * Set where the rules are too many for an item that also says what changed: `opened`, `closed`, `dormant`, `notes` and the reach in
   * `replaces` are empty then, and computed again by `completeEntry`.
   */
  differenceLeftOut?: true | undefined;
  severity: Severity;
  /** Why it is that severe, in words. */
  reason: string;
  /** Start of the last scan that confirmed the earlier state; `null` if none did. */
  changedAfter: string | null;
  /** When the new state was read. */
  changedBefore: string;
  /** Who did it, where that is known; what was found later lies beside the entry, and readers put it here. */
  changedBy?: Attribution | null | undefined;
  /** The configured reason under which this change is business as usual; `null` if it is not. */
  expected: string | null;
  /** `gap`: why, and since when. `gap-over`, or any other kind that also ends a gap that was told: what it ended. */
  failure: Failure | null;
  /** The instance of the same name that this one took the place of (`kind: 'appeared'` only). */
  replaces: Replaced | null;
  /** What a region's first complete listing found (`kind: 'baseline'` of a region only). */
  summary: MonitoringSummary | null;
  /** SHA-256, hex; of the rules' sorted encoding, and of the canonical exposure. `null` where `rules` is. */
  rulesHash: string | null;
  exposureHash: string | null;
  /** The version of the algorithm that computed the hashes and the difference. */
  algoVersion: number;
  /** Unique to the attempt that wrote it: how a scan that lost an answer knows its own commit again. */
  commitId: string;
}

export interface Replaced {
  instance: InstanceFacts;
  firstSeenAt: string;
  /** Instant of the entry with its last firewall; `null` if it was never read. */
  rulesAt: string | null;
  /** Its last known exposure. */
  exposure: Reach[];
  /** The difference from its last firewall to the new one; empty where its firewall was never read. */
  opened: Reach[];
  closed: Reach[];
  verdict: Verdict | null;
  severity: Severity;
  reason: string;
}

export interface MonitoringSummary {
  instancesListed: number;
  instancesRead: number;
  /** Worst first, at most 20. */
  worst: { instanceName: string; severity: Severity; exposure: Reach[]; reason: string }[];
  /** How many instances were left out of `worst`. */
  more: number;
}
