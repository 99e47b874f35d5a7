/**
 * The interfaces between a scan and its environment. Adapters implement them with AWS, fakes implement them in tests, and both pass the
 * same test suites. Every method of `FleetStore` and of `AlertPublisher` is one effect: it happens completely or not at all, but its answer
 * may be lost.
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
  /** `null`: the listing has no name, so the firewall cannot be read. The instance counts as listed and not read. */
  name: string | null;
  facts: InstanceFacts;
}

/** The reader limits its requests by itself: a caller may start all reads of a region at once. */
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
  /** In the order of their time; calls of the same second as CloudTrail returned them. A call may appear more than once. */
  calls: ApiCall[];
  /** Number of records that are not relevant, by reason. */
  ignored: Partial<Record<IgnoredReason, number>>;
  /** False: there were too many calls, and the oldest ones are missing. */
  isComplete: boolean;
}

export interface CallReader {
  /** Every matching API call that CloudTrail has recorded so far. Throws ReadError; `access-denied` if the permission is missing. */
  findCalls(lookup: CallLookup, signal: AbortSignal): Promise<FoundCalls>;
}

export const callStateSchema = z.object({
  /** Start of the last attribution pass. */
  passedAt: instant,
  /** By region: the instant up to which every call of the region is processed. */
  doneUntil: z.record(text, instant),
  /** A change lacks an actor, and calls are looked up more often until this instant; `null`: there is no such change. */
  waitsUntil: instantOrNull,
  /** Regions whose calls cannot be looked up and for which an alert was sent. */
  toldDenied: z.array(text),
});

/** The instants up to which API calls were looked up. If this item is lost, the calls are looked up again; there is no other effect. */
export type CallState = z.output<typeof callStateSchema>;

export interface ScanRecord extends NotedScan {
  account: string;
  regionsFailed: Record<string, FailureReason>;
}

/** The kind of the scan that has the lease: a full scan, or an event scan. */
export type LeaseHolder = 'scan' | 'events';

export interface LeaseRequest {
  account: string;
  holder: string;
  /** Ms since the epoch. */
  now: number;
  until: number;
}

export interface LeaseGrant {
  /** Rises with every full scan. */
  scanNumber: number;
  lastScan: LastScan | null;
  /** Start of the scan that sent the last weekly digest; `null`: no digest was sent yet. */
  allIsWellAt: string | null;
  /** Hash of the settings that were recorded last; `null`: none were recorded yet. */
  settingsHash: string | null;
}

export interface LeaseReturn {
  account: string;
  holder: string;
  /** In the next three fields, `null` leaves the stored value as it is. */
  lastScan: LastScan | null;
  allIsWellAt: string | null;
  settingsHash: string | null;
}

export const lastEventRunSchema = z.object({
  startedAt: instant,
  endedAt: instant,
  /** `resourceKey` of each instance that this event scan read and finished, at `startedAt` or later. The list is cut if it is too long. */
  settled: z.array(text),
});

/** The data that the last event scan left in the lease item, so that a burst of events causes a limited number of reads. */
export type LastEventRun = z.output<typeof lastEventRunSchema>;

/** An event scan has the same lease as a full scan, but does not raise `scanNumber`, because gaps are counted in full scans. */
export interface EventGrant extends LeaseGrant {
  /** `null`: there was no event scan yet. */
  lastEventRun: LastEventRun | null;
}

export interface EventLeaseReturn {
  account: string;
  holder: string;
  /** `null`: nothing was read, and the stored value stays. */
  lastEventRun: LastEventRun | null;
}

export interface Departed {
  resource: Resource;
  arn: string | null;
  firstSeenAt: string;
  goneAt: string;
}

/** An item that a newer version wrote, or that is damaged. */
export interface RefusedItem {
  /** `<region>#<instanceName>`, from the item's key. */
  key: string;
  problem: string;
}

export interface LoadedFleet {
  states: LatestState[];
  refused: RefusedItem[];
  /** `null`: no attribution pass was made yet, or this version cannot read the item. */
  callState: CallState | null;
  /** `noMarks`: no alert about approvals was sent yet. Marks that cannot be read are in `refused`. */
  approvalMarks: ApprovalMarks;
}

/** The approvals that people made by command. */
export interface LoadedApprovals {
  approvals: Approval[];
  /** `key`: the sort key. */
  refused: RefusedItem[];
}

/** The result of a conditional write. */
export type WriteResult =
  | { written: true }
  /** The condition did not hold and nothing was written. `found`: the latest state that is stored; `null`: there is none. */
  | { written: false; found: LatestState | null };

export interface FleetStore {
  /**
   * Acquires the lease if it is free, has expired, or belongs to `holder` already. Otherwise returns the kind of the scan that has the
   * lease.
   */
  takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder>;
  /** Saves the data for the next scan, and releases the lease if `holder` still has it. */
  releaseLease(lease: LeaseReturn): Promise<void>;
  /** The same lease for an event scan; `scanNumber` stays. */
  takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder>;
  /** Releases the lease if `holder` still has it. */
  releaseEventLease(lease: EventLeaseReturn): Promise<void>;
  /** Every latest state of the account, the state of its call lookups, and the marks of its alerts about approvals. Consistent read. */
  loadFleet(account: string): Promise<LoadedFleet>;
  /** Every approval that was made by command. Consistent read. */
  loadApprovals(account: string): Promise<LoadedApprovals>;
  /** Consistent read; `null`: no such item. Throws ItemError if the item cannot be read. */
  loadState(resource: Resource): Promise<LatestState | null>;
  /**
   * Writes the latest state if its version and its `recorded` mark both equal `expected` (`null`: if there is no latest state). A new
   * latest state gets `recorded` and `alerted` = `commit.version - 1`.
   */
  commitState(commit: StateCommit, expected: number | null): Promise<WriteResult>;
  /**
   * If the latest state has this version: stores the failure (`null` ends it) and `seenAt`. Also stores `instance`, the facts of the newest
   * listing, if they are given.
   */
  markFailure(
    resource: Resource,
    version: number,
    mark: Pick<LatestState, 'failure' | 'seenAt'>,
    instance?: InstanceFacts,
  ): Promise<WriteResult>;
  /** Writes a latest state that has no entry yet, if there is no latest state. */
  createState(latest: LatestState): Promise<WriteResult>;
  /** Writes an entry if its key is free. False: the entry exists already. */
  putEntry(entry: HistoryEntry): Promise<boolean>;
  /** Sets the instant (seconds since the epoch) from which DynamoDB may delete an entry and its attribution. */
  expireEntry(resource: Resource, at: string, expiresAtSeconds: number): Promise<void>;
  /**
   * Stores the attribution of the entry at `at`, if none is stored yet, or if the stored one is `known`: so a later attribution that names
   * more calls replaces `known`. An attribution expires with its entry. False: another attribution is stored.
   */
  putAttribution(resource: Resource, at: string, found: Attribution, known: Attribution | null): Promise<boolean>;
  /** The stored attribution of an entry; `null`: there is none. Throws ItemError if the item cannot be read. */
  loadAttribution(resource: Resource, at: string): Promise<Attribution | null>;
  putDeparted(departed: Departed): Promise<void>;
  /** `recorded = version`, `pending = null`, if the latest state has this version and `recorded` is `version - 1`. False: refused. */
  markRecorded(resource: Resource, version: number): Promise<boolean>;
  /** `alerted = version`, if `alerted < version` and `version <= recorded`. False: refused. */
  markAlerted(resource: Resource, version: number): Promise<boolean>;
  loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null>;
  /** Entries with a greater version, oldest first, each with its stored attribution. A stored attribution replaces the one in the entry. */
  loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]>;
  /**
   * Returns the entry that was in force at `from` (the newest one at or before this instant) and every later entry, oldest first. Can also
   * return older entries; the list has no hole.
   */
  loadEntriesSince(resource: Resource, from: string): Promise<HistoryEntry[]>;
  /** `null`: the resource has no history. */
  loadNewestEntry(resource: Resource): Promise<HistoryEntry | null>;
  /** Deletes the latest state of an instance that is gone and whose entries are all alerted, if it has this version. */
  deleteState(resource: Resource, version: number): Promise<void>;
  putScan(scan: ScanRecord, expiresAtSeconds: number | null): Promise<void>;
  /** The scans that began at or after an instant, oldest first. */
  loadScansSince(account: string, from: string): Promise<ScanNote[]>;
  /** Does not overwrite an item of a newer version. */
  saveCallState(account: string, state: CallState): Promise<void>;
  /** Does not overwrite an item of a newer version. */
  saveApprovalMarks(account: string, marks: ApprovalMarks): Promise<void>;
  /** Appends the effective settings. They are in force from the instant `at` on. */
  recordSettings(settings: ScanSettings, at: string, hash: string): Promise<void>;
}

/** Alerts that stay together: those of one history entry, or of one event about approvals, of one account. */
export interface AlertGroup {
  account: string;
  /** The name of the account in the organisation; the id if there is none. */
  accountName: string;
  /** Instant at which the group was put into the outbox for the first time. */
  at: string;
  /** At least one. */
  alerts: readonly DecidedAlert[];
}

/** With several accounts, scans put their alerts into the outbox, and the collector publishes them together. */
export interface AlertOutbox {
  /**
   * Stores a group. A stored group of the same account with the same first alert is replaced, so that a repeated step adds nothing. The
   * stored `at` stays. A group that is too large for an item loses long fields, as it would in a message.
   */
  putGroup(group: AlertGroup): Promise<void>;
}

export interface AlertPublisher {
  /** True if at least one subscription to the topic is confirmed. */
  hasConfirmedSubscriber(): Promise<boolean>;
  publish(message: SnsMessage): Promise<void>;
}

/** One entry in the history of an instance or a region, as the index `timeline` contains it. */
export type TimelineEntry = Pick<Resource, 'region' | 'instanceName'> &
  Pick<HistoryEntry, 'at' | 'kind' | 'verdict' | 'severity' | 'expected'>;

/** Reads the data that the weekly digest counts. */
export interface WeekReader {
  /** The scans that began in a span (without its end), oldest first. */
  loadScans(account: string, from: string, until: string): Promise<WeekScan[]>;
  /**
   * The entries of all resources in a span. They come from an index that DynamoDB updates with a delay, so the newest entries can be
   * missing.
   */
  loadChanges(account: string, from: string, until: string): Promise<TimelineEntry[]>;
}

/** The topic's own counts; `deleted`: subscriptions that were deleted in the last days. */
export interface SubscriptionCounts {
  confirmed: number;
  pending: number;
  deleted: number;
}

export interface SubscriptionCounter {
  /** `null`: the topic has no counts. */
  countSubscriptions(): Promise<SubscriptionCounts | null>;
}

/** Events during a scan, for logs and progress. No decision depends on them. */
export type ScanEvent =
  | { event: 'regions'; regions: readonly string[] }
  | { event: 'region-listed'; region: string; instances: number }
  | { event: 'organization-failed'; organization: string; error: ReadError }
  | { event: 'region-failed'; region: string; error: ReadError }
  /** The region was always denied, and is not requested in this scan. */
  | { event: 'region-paused'; region: string; reason: FailureReason }
  | { event: 'instance-read'; region: string; instanceName: string; outcome: 'unchanged' | 'changed' }
  | { event: 'instance-failed'; region: string; instanceName: string | null; error: ReadError }
  | { event: 'instance-not-committed'; region: string; instanceName: string; error: unknown }
  | { event: 'item-refused'; item: RefusedItem }
  /** Approvals made by command could not be loaded, and approve nothing in this scan. */
  | { event: 'approvals-not-loaded'; error: unknown }
  | { event: 'calls-looked-up'; region: string; calls: number; ignored: FoundCalls['ignored']; isComplete: boolean }
  | { event: 'calls-not-looked-up'; region: string; error: ReadError }
  | { event: 'told'; alerts: number; subject: string }
  /** Groups of alerts are in the outbox. */
  | { event: 'collected'; groups: number; alerts: number }
  | { event: 'attributed'; resource: Resource; at: string; attribution: Attribution }
  | { event: 'not-told'; why: 'no-confirmed-subscriber' | 'publish-failed'; error?: unknown }
  | { event: 'bookkeeping-failed'; step: string; error: unknown };

export type ScanObserver = (event: ScanEvent) => void;
