/**
 * The interfaces between a scan and AWS. The adapters for AWS and the fakes for tests pass the same test suites. A call of a method of
 * `FleetStore` or `AlertPublisher` has its whole effect or no effect. If the answer is lost, the caller does not know which.
 */

import * as z from 'zod/mini';
import type { DecidedAlert } from '../alerts/decide-alerts.ts';
import type { SnsMessage } from '../alerts/sns-message.ts';
import type { ApprovalMarks } from '../approvals/account-approvals.ts';
import type { Approval } from '../approvals/approval.ts';
import type { ApiCall, CallName } from '../attribution/api-call.ts';
import type { IgnoredReason } from '../attribution/ignored-record.ts';
import { instant, instantOrNull, text } from '../contract/item-fields.ts';
import type { ScanSettings } from '../contract/settings-schema.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { Attribution } from '../history/attribution.ts';
import type { FailureReason, HistoryEntry, InstanceFacts, Resource } from '../history/entry.ts';
import type { LatestState, StateCommit } from '../history/latest-state.ts';
import type { ReadError } from '../history/read-errors.ts';
import type { LastScan, NotedScan, ScanNote, WeekScan } from '../history/scan-note.ts';

export interface ListedInstance {
  /** `null`: listed without a name, so the firewall cannot be read. The instance counts as listed and not read. */
  name: string | null;
  facts: InstanceFacts;
}

/** The reader limits its own requests, so a caller can start all reads of a region at once. */
export interface FirewallReader {
  /** Every region of Lightsail. `null` stands for a region without a name, whose instances cannot be listed. Throws ReadError. */
  listRegions(signal: AbortSignal): Promise<(string | null)[]>;
  /** Every instance of a region, from all pages. Throws ReadError, and never returns a part of the list. */
  listInstances(region: string, signal: AbortSignal): Promise<ListedInstance[]>;
  /** All rules of one instance. Throws ReadError. */
  readFirewall(region: string, instanceName: string, signal: AbortSignal): Promise<PortState[]>;
}

/** A time span, both ends included. Instants in ISO-8601 UTC with milliseconds. */
export interface CallSpan {
  from: string;
  until: string;
}

export interface CallLookup extends CallSpan {
  account: string;
  region: string;
  /** Default: all names. CloudTrail needs at least one request for each name, and allows two requests a second. */
  names?: readonly CallName[];
}

export interface FoundCalls {
  /** Oldest first. Calls of the same second are in CloudTrail's order. A call can appear more than once. */
  calls: ApiCall[];
  /** Number of records that are not relevant, by reason. */
  ignored: Partial<Record<IgnoredReason, number>>;
  /** All calls of the span up to this instant are found. If the span ends later, there was no time for the later calls. */
  until: string;
}

export interface CallReader {
  /** The matching API calls that CloudTrail has recorded so far. Throws ReadError; `access-denied` if the permission is missing. */
  findCalls(lookup: CallLookup, signal: AbortSignal): Promise<FoundCalls>;
}

export const callStateSchema = z.object({
  /** Start of the last attribution pass. */
  passedAt: instant,
  /** By region: the instant up to which every call that the lookups found is processed. */
  doneUntil: z.record(text, instant),
  /**
   * Until this instant calls are looked up more often, because CloudTrail has perhaps not delivered the calls of a change yet. `null`: no
   * change waits for its calls.
   */
  waitsUntil: instantOrNull,
  /** Regions whose alert about denied access to CloudTrail was sent. */
  toldDenied: z.array(text),
});

/**
 * The state of the lookups in CloudTrail. If this item is lost, calls are looked up again, and a missing permission for CloudTrail is alerted
 * again.
 */
export type CallState = z.output<typeof callStateSchema>;

export interface ScanRecord extends NotedScan {
  account: string;
  regionsFailed: Record<string, FailureReason>;
}

/** `scan`: a full scan has the lease. `events`: an event scan has the lease. */
export type LeaseHolder = 'scan' | 'events';

/** `now`, and `until` (the end of the lease): ms since the epoch. */
export interface LeaseRequest {
  account: string;
  holder: string;
  now: number;
  until: number;
}

export interface LeaseGrant {
  /** Rises with every full scan. */
  scanNumber: number;
  lastScan: LastScan | null;
  /** Start of the scan that sent the last weekly digest; `null`: no digest was sent yet. */
  allIsWellAt: string | null;
  /** Hash of the settings that were recorded last; `null`: no settings were recorded yet. */
  settingsHash: string | null;
}

/** What a full scan stores for the next scan when it returns the lease. A field that is `null` leaves the stored value unchanged. */
export type LeaseReturn = Pick<LeaseRequest, 'account' | 'holder'> & Omit<LeaseGrant, 'scanNumber'>;

export const lastEventRunSchema = z.object({
  startedAt: instant,
  endedAt: instant,
  /** `resourceKey` of each instance that this event scan read and finished, at `startedAt` or later. At most 200 instances. */
  settled: z.array(text),
});

/**
 * The last event scan that read instances. The lease item stores this record, so that a burst of events causes a limited number of reads.
 */
export type LastEventRun = z.output<typeof lastEventRunSchema>;

/** An event scan has the same lease as a full scan, but does not raise `scanNumber`, because gaps are counted in full scans. */
export interface EventGrant extends LeaseGrant {
  /** `null`: no event scan has read instances yet, or this is the grant of a full scan. */
  lastEventRun: LastEventRun | null;
}

/** What an event scan stores when it returns the lease. `lastEventRun: null` leaves the stored value unchanged. */
export type EventLeaseReturn = Pick<LeaseRequest, 'account' | 'holder'> & Pick<EventGrant, 'lastEventRun'>;

export interface Departed {
  resource: Resource;
  arn: string | null;
  firstSeenAt: string;
  goneAt: string;
}

/** An item that a newer version wrote, or that is damaged. */
export interface RefusedItem {
  /** The sort key of the item. */
  key: string;
  problem: string;
}

export interface LoadedFleet {
  states: LatestState[];
  refused: RefusedItem[];
  /** `null`: there was no attribution pass yet, or this version cannot read the item. */
  callState: CallState | null;
  /** `noMarks`: no alert about approvals was sent yet, or the item with the marks is in `refused`. */
  approvalMarks: ApprovalMarks;
}

/** The approvals that people made by command. */
export interface LoadedApprovals {
  approvals: Approval[];
  refused: RefusedItem[];
}

export type WriteResult =
  | { written: true }
  /** The condition of the write was false, so nothing was written. `found`: the stored latest state; `null`: there is no latest state. */
  | { written: false; found: LatestState | null };

export interface FleetStore {
  /**
   * Acquires the lease if the lease is free, expired, or belongs to `holder`. Otherwise returns the kind of the scan that has the lease.
   * Throws ItemError if a newer version of Portwatch wrote the lease item.
   */
  takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder>;
  /** If `holder` still has the lease: saves the data for the next scan, and releases the lease. */
  releaseLease(lease: LeaseReturn): Promise<void>;
  /** Acquires the same lease as `takeLease`, for an event scan. Does not raise `scanNumber`. */
  takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder>;
  /** As `releaseLease`, for an event scan. */
  releaseEventLease(lease: EventLeaseReturn): Promise<void>;
  /** Every latest state of the account, the state of its call lookups, and the marks of its alerts about approvals. Consistent read. */
  loadFleet(account: string): Promise<LoadedFleet>;
  /** Every approval that was made by command. Consistent read. */
  loadApprovals(account: string): Promise<LoadedApprovals>;
  /** Consistent read; `null`: there is no item. Throws ItemError if the item cannot be read. */
  loadState(resource: Resource): Promise<LatestState | null>;
  /**
   * Writes the latest state if its version and its `recorded` mark both equal `expected` (`null`: if there is no latest state). A new
   * latest state gets `recorded` and `alerted` = `commit.version - 1`.
   */
  commitState(commit: StateCommit, expected: number | null): Promise<WriteResult>;
  /**
   * Stores the failure (`null`: the failure ended), `seenAt`, and `instance` if given. Refused if the latest state has another version, or
   * an entry that is not recorded.
   */
  markFailure(
    resource: Resource,
    version: number,
    mark: Pick<LatestState, 'failure' | 'seenAt'>,
    instance?: InstanceFacts,
  ): Promise<WriteResult>;
  /** Writes a latest state without an entry. Refused if there is a latest state. */
  createState(latest: LatestState): Promise<WriteResult>;
  /** False: an entry of the resource with this instant exists already, and stays. */
  putEntry(entry: HistoryEntry): Promise<boolean>;
  /** Sets the instant (seconds since the epoch) from which DynamoDB can delete an entry and its attribution. */
  expireEntry(resource: Resource, at: string, expiresAtSeconds: number): Promise<void>;
  /**
   * Stores the attribution of the entry at the instant `at`. Overwrites only a stored attribution that equals `known`. False: another
   * attribution is stored, and stays. An attribution expires with its entry.
   */
  putAttribution(resource: Resource, at: string, found: Attribution, known: Attribution | null): Promise<boolean>;
  /** The attribution that is stored as a separate item; `null`: there is none. Throws ItemError if the item cannot be read. */
  loadAttribution(resource: Resource, at: string): Promise<Attribution | null>;
  putDeparted(departed: Departed): Promise<void>;
  /**
   * Sets `recorded = version` and `pending = null`, if the latest state has this version and `recorded` is `version - 1`. False: refused.
   */
  markRecorded(resource: Resource, version: number): Promise<boolean>;
  /** Sets `alerted = version`, if `alerted < version` and `version <= recorded`. False: refused. */
  markAlerted(resource: Resource, version: number): Promise<boolean>;
  loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null>;
  /**
   * Entries with a greater version, oldest first. An attribution that is stored as a separate item replaces the attribution in the entry.
   */
  loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]>;
  /**
   * The newest entry at or before `from`, and every later entry, oldest first. Older entries can come first. No entry in between is
   * missing.
   */
  loadEntriesSince(resource: Resource, from: string): Promise<HistoryEntry[]>;
  /** `null`: the resource has no history. */
  loadNewestEntry(resource: Resource): Promise<HistoryEntry | null>;
  /** Deletes nothing if the latest state has another version, is not `gone`, or has entries that are not alerted. */
  deleteState(resource: Resource, version: number): Promise<void>;
  putScan(scan: ScanRecord, expiresAtSeconds: number | null): Promise<void>;
  /** The scans that began at or after an instant, oldest first. */
  loadScansSince(account: string, from: string): Promise<ScanNote[]>;
  /** Does not overwrite an item that a newer version of Portwatch wrote. */
  saveCallState(account: string, state: CallState): Promise<void>;
  /** Does not overwrite an item that a newer version of Portwatch wrote. */
  saveApprovalMarks(account: string, marks: ApprovalMarks): Promise<void>;
  /** Appends the effective settings, which are in force from `at` on. */
  recordSettings(settings: ScanSettings, at: string, hash: string): Promise<void>;
}

/** Alerts that are always in the same message: all alerts of one history entry, or of one decision about approvals or accounts. */
export interface AlertGroup {
  account: string;
  /** The name of the account in the organisation or in the configuration; without a name, the account id. */
  accountName: string;
  /** Instant at which the group first came into the outbox. */
  at: string;
  /** At least one. */
  alerts: readonly DecidedAlert[];
}

export interface AlertOutbox {
  /**
   * Stores a group, or replaces the stored group of the same account with the same first alert. So a repeated call adds nothing. The stored
   * `at` stays. A group that a newer version of Portwatch wrote is not replaced. If a group is too large for an item, its long fields are
   * left out.
   */
  putGroup(group: AlertGroup): Promise<void>;
}

export interface AlertPublisher {
  /** True if at least one listener is confirmed: a subscriber of the alert topic, or of the topic of a channel. */
  hasConfirmedSubscriber(): Promise<boolean>;
  publish(message: SnsMessage): Promise<void>;
}

/** The fields of a history entry that the index `timeline` holds. */
export type TimelineEntry = Pick<Resource, 'region' | 'instanceName'> &
  Pick<HistoryEntry, 'at' | 'kind' | 'verdict' | 'severity' | 'expected'>;

/** Reads the scans and the entries that the weekly digest counts. */
export interface WeekReader {
  /** The scans that began from `from` to before `until`, oldest first. */
  loadScans(account: string, from: string, until: string): Promise<WeekScan[]>;
  /**
   * The entries of all resources from `from` to before `until`. DynamoDB updates the index `timeline` with a delay, so the newest entries
   * can be missing. Throws ItemError if an entry cannot be read.
   */
  loadChanges(account: string, from: string, until: string): Promise<TimelineEntry[]>;
}

/** `deleted`: SNS counts a deleted subscription for some days. */
export interface SubscriptionCounts {
  confirmed: number;
  pending: number;
  deleted: number;
}

export interface SubscriptionCounter {
  /** `null`: the topic, or the topic of a channel, does not show how many subscriptions were deleted. */
  countSubscriptions(): Promise<SubscriptionCounts | null>;
}

/** What a scan reports for logs and for progress. No decision depends on these events. */
export type ScanEvent =
  | { event: 'regions'; regions: readonly string[] }
  | { event: 'region-listed'; region: string; instances: number }
  | { event: 'organization-failed'; organization: string; error: ReadError }
  | { event: 'region-failed'; region: string; error: ReadError }
  /** The region was denied in every scan, and is not requested in this scan. */
  | { event: 'region-paused'; region: string; reason: FailureReason }
  | { event: 'instance-read'; region: string; instanceName: string; outcome: 'unchanged' | 'changed' }
  | { event: 'instance-failed'; region: string; instanceName: string | null; error: ReadError }
  | { event: 'instance-not-committed'; region: string; instanceName: string; error: unknown }
  | { event: 'item-refused'; item: RefusedItem }
  /** The approvals made by command could not be loaded, so they approve nothing in this scan. */
  | { event: 'approvals-not-loaded'; error: unknown }
  | { event: 'calls-looked-up'; region: string; calls: number; ignored: FoundCalls['ignored']; isComplete: boolean }
  | { event: 'calls-not-looked-up'; region: string; error: ReadError }
  | { event: 'told'; alerts: number; subject: string }
  /** Groups of alerts were put into the outbox. */
  | { event: 'collected'; groups: number; alerts: number }
  | { event: 'attributed'; resource: Resource; at: string; attribution: Attribution }
  | { event: 'not-told'; why: 'no-confirmed-subscriber' | 'publish-failed'; error?: unknown }
  | { event: 'bookkeeping-failed'; step: string; error: unknown };

export type ScanObserver = (event: ScanEvent) => void;
