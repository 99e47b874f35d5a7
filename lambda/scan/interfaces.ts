/**
 * What a scan needs from outside, named by role. Adapters play these roles on AWS, fakes play them in tests, and both pass the same
 * suites. Every method of `FleetStore` and `AlertPublisher` is one effect: it happens whole or not at all, though its answer may be lost.
 */

import type { SnsMessage } from '../alerts/sns-message.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { Attribution } from '../history/attribution.ts';
import type { FailureReason, HistoryEntry, InstanceFacts, Resource } from '../history/entry.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { CallState, FoundCalls } from './call-roles.ts';
import type { LatestState, OngoingFailure, StateCommit } from './latest-state.ts';

/** A call to Lightsail that did not bring a usable answer. It speaks of the one thing that was asked for, and of nothing else. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message.slice(0, 300), options);
    this.reason = reason;
  }
}

export interface ListedInstance {
  /** `null`: listed without a name, so that nothing can be asked about it; it counts as listed and not read. */
  name: string | null;
  facts: InstanceFacts;
}

export interface FirewallReader {
  /** Every region that Lightsail has. Throws ReadError. */
  listRegions(signal: AbortSignal): Promise<string[]>;
  /** Every instance of a region, all pages, or a ReadError: never a part of them. */
  listInstances(region: string, signal: AbortSignal): Promise<ListedInstance[]>;
  /** The firewall of one instance, whole. Throws ReadError. */
  readFirewall(region: string, instanceName: string, signal: AbortSignal): Promise<PortState[]>;
}

/** What the scan before this one left behind. */
export interface LastScan {
  startedAt: string;
  complete: boolean;
  regionsListed: string[];
  /** `<region>#<instanceName>` of what was listed and not read. */
  notRead: string[];
}

export interface ScanRecord extends LastScan {
  account: string;
  endedAt: string;
  /** Region to the reason why it could not be listed. */
  regionsFailed: Record<string, FailureReason>;
  instancesListed: number;
  instancesRead: number;
  changes: number;
  alerts: number;
}

export interface LeaseGrant {
  /** Rises by one or more with every scan. */
  scanNumber: number;
  lastScan: LastScan | null;
  /** Start of the scan that sent the last weekly digest; `null`: none was sent yet. */
  allIsWellAt: string | null;
}

export interface LeaseReturn {
  account: string;
  holder: string;
  lastScan: LastScan | null;
  allIsWellAt: string | null;
}

export interface LeaseRequest {
  account: string;
  holder: string;
  /** Ms since the epoch. */
  now: number;
  until: number;
}

/** Who has the lease: a scan of the whole fleet, or a run for events. */
export type LeaseHolder = 'scan' | 'events';

/** What the last run for events left behind, so that a burst of them costs a bounded number of reads. */
export interface LastEventRun {
  startedAt: string;
  endedAt: string;
  /** `resourceKey` of what it settled, as of `startedAt`; may be cut short. */
  settled: string[];
}

/** A run for events has the lease like a scan, and counts for none: gaps are counted in scans. */
export interface EventGrant extends LeaseGrant {
  /** `null`: there was none yet. */
  lastEventRun: LastEventRun | null;
}

export interface Departed {
  resource: Resource;
  arn: string | null;
  firstSeenAt: string;
  goneAt: string;
}

/** An item of the table that this version of Portwatch can't read: it is left as it is, and asking again would not help. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
}

/** An item that this version of Portwatch can't read: written by a newer one, or damaged. It is left as it is. */
export interface RefusedItem {
  /** `<region>#<instanceName>` as the item's key says it. */
  key: string;
  problem: string;
}

export interface LoadedFleet {
  states: LatestState[];
  refused: RefusedItem[];
  /** `null`: never yet, or this version can't read it. */
  callState: CallState | null;
}

export interface FleetStore {
  /** Takes the lease if it is free, expired or `holder`'s own already; else the kind of its holder. */
  takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder>;
  /** Leaves what the next scan needs to know (`null`: nothing new) and gives the lease back, if it is still `holder`'s. */
  releaseLease(lease: LeaseReturn): Promise<void>;
  /** The same lease for a run for events; it does not raise `scanNumber`. */
  takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder>;
  /** Gives it back, if it is still `holder`'s. `lastEventRun`: `null` where nothing was looked at. */
  releaseEventLease(lease: { account: string; holder: string; lastEventRun: LastEventRun | null }): Promise<void>;
  /** Every latest of the account, consistently read, and how far calls were followed. */
  loadFleet(account: string): Promise<LoadedFleet>;
  /** Consistently read; `null`: there is none. Throws where the item can't be read. */
  loadState(resource: Resource): Promise<LatestState | null>;
  /**
   * Writes the latest state if its version and its recorded mark are both `expected`; `null`: if there is no latest state.
   * A new latest state starts with `recorded` and `alerted` at `commit.version - 1`. False: refused, nothing was written.
   */
  commitState(commit: StateCommit, expected: number | null): Promise<boolean>;
  /** Sets or clears the failure if the latest state's version is `version`. False: refused. */
  markFailure(resource: Resource, version: number, failure: OngoingFailure | null): Promise<boolean>;
  /** Puts a latest state that has no entry yet (version 0), if there is none. False: refused. */
  createState(latest: LatestState): Promise<boolean>;
  /** Puts an entry under its key, if there is none. False: it is there already. */
  putEntry(entry: HistoryEntry): Promise<boolean>;
  /** Lets DynamoDB delete an entry that is no longer in force, and what lies beside it, at an instant in seconds since the epoch. */
  expireEntry(resource: Resource, at: string, expiresAtSeconds: number): Promise<void>;
  /** Puts who did it beside the entry of that instant, if nothing is there. False: something is. */
  putAttribution(resource: Resource, at: string, attribution: Attribution): Promise<boolean>;
  /** What was put beside an entry; `null`: nothing was. Throws where the item can't be read. */
  loadAttribution(resource: Resource, at: string): Promise<Attribution | null>;
  putDeparted(departed: Departed): Promise<void>;
  /** `recorded = version` and no more pending, if the latest state is at `version` and `recorded` is one below. False: refused. */
  markRecorded(resource: Resource, version: number): Promise<boolean>;
  /** `alerted = version`, if that is more than it was and not more than is recorded. False: refused. */
  markAlerted(resource: Resource, version: number): Promise<boolean>;
  loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null>;
  /** Entries with a version above `version`, oldest first; with who did it where that was put beside one. */
  loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]>;
  /** The same, from the entry that was the newest at an instant on; earlier ones may come with them, none is left out in between. */
  loadEntriesSince(resource: Resource, from: string): Promise<HistoryEntry[]>;
  /** `null`: the resource has no history. */
  loadNewestEntry(resource: Resource): Promise<HistoryEntry | null>;
  /** Removes the latest state of a gone instance of which all is told, if it is still at `version`. */
  deleteState(resource: Resource, version: number): Promise<void>;
  putScan(scan: ScanRecord, expiresAtSeconds: number | null): Promise<void>;
  /** The scans that began at an instant or later, oldest first. */
  loadScansSince(account: string, from: string): Promise<ScanNote[]>;
  /** Keeps how far calls were followed; what a newer version keeps there stays. */
  saveCallState(account: string, state: CallState): Promise<void>;
}

export interface AlertPublisher {
  /** Is there anybody to hear it? */
  hasConfirmedSubscriber(): Promise<boolean>;
  publish(message: SnsMessage): Promise<void>;
}

/** What happens while a scan runs, for logs and progress; never for decisions. */
export type ScanEvent =
  | { event: 'regions'; regions: readonly string[] }
  | { event: 'region-listed'; region: string; instances: number }
  | { event: 'region-failed'; region: string; error: ReadError }
  | { event: 'instance-read'; region: string; instanceName: string; outcome: 'unchanged' | 'changed' }
  | { event: 'instance-failed'; region: string; instanceName: string | null; error: ReadError }
  | { event: 'instance-not-committed'; region: string; instanceName: string; error: unknown }
  | { event: 'item-refused'; item: RefusedItem }
  | { event: 'calls-looked-up'; region: string; calls: number; ignored: FoundCalls['ignored']; isComplete: boolean }
  | { event: 'calls-not-looked-up'; region: string; error: ReadError }
  | { event: 'told'; alerts: number; subject: string }
  /** Who did it was put beside the entry of that instant: whoever tells of it takes up from here. */
  | { event: 'attributed'; resource: Resource; at: string; attribution: Attribution }
  | { event: 'not-told'; why: 'no-confirmed-subscriber' | 'publish-failed'; error?: unknown }
  | { event: 'bookkeeping-failed'; step: string; error: unknown };

export type ScanObserver = (event: ScanEvent) => void;
