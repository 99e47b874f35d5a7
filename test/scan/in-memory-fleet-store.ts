/** The FleetStore in memory, with the conditions of the table and one effect for each call. It passes the test suite of the adapter. */

import { type ApprovalMarks, noMarks } from '../../lambda/approvals/account-approvals.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import type { ScanSettings } from '../../lambda/contract/settings-schema.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, InstanceFacts, Resource } from '../../lambda/history/entry.ts';
import type { LatestState, StateCommit } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { LastScan, ScanNote, WeekScan } from '../../lambda/history/scan-note.ts';
import type {
  CallState,
  Departed,
  EventGrant,
  FleetStore,
  LastEventRun,
  LeaseGrant,
  LeaseHolder,
  LeaseRequest,
  LeaseReturn,
  LoadedApprovals,
  LoadedFleet,
  RefusedItem,
  ScanRecord,
  TimelineEntry,
  WeekReader,
  WriteResult,
} from '../../lambda/scan/interfaces.ts';

interface Lease {
  holder: string | null;
  leaseUntil: number;
  scanNumber: number;
  lastScan: LastScan | null;
  allIsWellAt: string | null;
  settingsHash: string | null;
  isForEvents: boolean;
  lastEventRun: LastEventRun | null;
}

const noLease: Lease = {
  holder: null,
  leaseUntil: 0,
  scanNumber: 0,
  lastScan: null,
  allIsWellAt: null,
  settingsHash: null,
  isForEvents: false,
  lastEventRun: null,
};

/** A deep copy of plain data. (`structuredClone` takes ten times as long, and the simulation copies millions of states.) */
function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copied: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) copied[key] = copy(part);
  return copied as T;
}

export class InMemoryFleetStore implements FleetStore, WeekReader {
  readonly states = new Map<string, LatestState>();
  readonly entries = new Map<string, Map<string, HistoryEntry>>();
  readonly expiries = new Map<string, number>();
  /** By the resource's key and the entry's instant. */
  readonly attributions = new Map<string, Attribution>();
  readonly attributionExpiries = new Map<string, number>();
  readonly departed: Departed[] = [];
  readonly scans: ScanRecord[] = [];
  readonly leases = new Map<string, Lease>();
  readonly settings: { settings: ScanSettings; at: string; hash: string }[] = [];
  readonly callStates = new Map<string, CallState>();
  readonly approvalMarks = new Map<string, ApprovalMarks>();
  /** Approvals made by command. The store itself never writes them. */
  readonly approvals: Approval[] = [];
  readonly refusedApprovals: RefusedItem[] = [];

  async takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder> {
    const taken = this.#takeLease(lease, false);
    if (typeof taken === 'string') return taken;
    const { scanNumber, lastScan, allIsWellAt, settingsHash } = taken;
    return copy({ scanNumber, lastScan, allIsWellAt, settingsHash });
  }

  async takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder> {
    const taken = this.#takeLease(lease, true);
    if (typeof taken === 'string') return taken;
    const { scanNumber, lastScan, allIsWellAt, settingsHash, lastEventRun } = taken;
    return copy({ scanNumber, lastScan, allIsWellAt, settingsHash, lastEventRun });
  }

  #takeLease({ account, holder, now, until }: LeaseRequest, isForEvents: boolean): Lease | LeaseHolder {
    const found = this.leases.get(account) ?? noLease;
    const isFree = found.holder === null || found.leaseUntil < now || found.holder === holder;
    if (!isFree) return found.isForEvents ? 'events' : 'scan';
    const scanNumber = found.scanNumber + (isForEvents ? 0 : 1);
    const taken = { ...found, holder, leaseUntil: until, scanNumber, isForEvents };
    this.leases.set(account, taken);
    return taken;
  }

  async releaseLease(lease: LeaseReturn): Promise<void> {
    const found = this.leases.get(lease.account);
    if (found?.holder !== lease.holder) return;
    const lastScan = lease.lastScan ?? found.lastScan;
    const allIsWellAt = lease.allIsWellAt ?? found.allIsWellAt;
    const settingsHash = lease.settingsHash ?? found.settingsHash;
    this.leases.set(lease.account, copy({ ...found, lastScan, allIsWellAt, settingsHash, holder: null }));
  }

  async releaseEventLease(lease: {
    account: string;
    holder: string;
    lastEventRun: LastEventRun | null;
  }): Promise<void> {
    const found = this.leases.get(lease.account);
    if (found?.holder !== lease.holder) return;
    this.leases.set(
      lease.account,
      copy({ ...found, lastEventRun: lease.lastEventRun ?? found.lastEventRun, holder: null }),
    );
  }

  async loadFleet(account: string): Promise<LoadedFleet> {
    const states = [...this.states.values()].filter(({ resource }) => resource.account === account);
    const callState = copy(this.callStates.get(account) ?? null);
    return {
      states: copy(states),
      refused: [],
      callState,
      approvalMarks: copy(this.approvalMarks.get(account) ?? noMarks),
    };
  }

  async loadApprovals(_account: string): Promise<LoadedApprovals> {
    return copy({ approvals: this.approvals, refused: this.refusedApprovals });
  }

  async loadState(resource: Resource): Promise<LatestState | null> {
    return copy(this.states.get(keyOf(resource)) ?? null);
  }

  async commitState(commit: StateCommit, expected: number | null): Promise<WriteResult> {
    const key = keyOf(commit.resource);
    const found = this.states.get(key);
    if (expected === null) {
      if (found) return refused(found);
      const mark = commit.version - 1;
      this.states.set(key, copy({ ...commit, recorded: mark, alerted: mark }));
      return { written: true };
    }
    if (found?.version !== expected || found.recorded !== expected) return refused(found);
    this.states.set(key, copy({ ...commit, recorded: found.recorded, alerted: found.alerted }));
    return { written: true };
  }

  async createState(latest: LatestState): Promise<WriteResult> {
    const key = keyOf(latest.resource);
    const found = this.states.get(key);
    if (found) return refused(found);
    this.states.set(key, copy(latest));
    return { written: true };
  }

  async markFailure(
    resource: Resource,
    version: number,
    { failure, seenAt }: Pick<LatestState, 'failure' | 'seenAt'>,
    instance?: InstanceFacts,
  ): Promise<WriteResult> {
    const found = this.states.get(keyOf(resource));
    if (found?.version !== version || found.recorded !== version) return refused(found);
    found.failure = copy(failure);
    found.seenAt = seenAt;
    if (instance) found.instance = copy(instance);
    return { written: true };
  }

  async putEntry(entry: HistoryEntry): Promise<boolean> {
    const history = this.#history(entry.resource);
    if (history.has(entry.at)) return false;
    history.set(entry.at, copy(entry));
    return true;
  }

  async expireEntry(resource: Resource, at: string, expiresAtSeconds: number): Promise<void> {
    const key = `${keyOf(resource)}@${at}`;
    if (this.#history(resource).has(at) && !this.expiries.has(key)) this.expiries.set(key, expiresAtSeconds);
    this.#expireAttribution(key);
  }

  async putAttribution(
    resource: Resource,
    at: string,
    found: Attribution,
    known: Attribution | null,
  ): Promise<boolean> {
    const key = `${keyOf(resource)}@${at}`;
    const stored = this.attributions.get(key);
    if (stored !== undefined && stored.foundAt !== known?.foundAt) return false;
    this.attributions.set(key, copy(found));
    this.#expireAttribution(key);
    return true;
  }

  #expireAttribution(key: string): void {
    const expiresAt = this.expiries.get(key);
    if (expiresAt !== undefined && this.attributions.has(key)) this.attributionExpiries.set(key, expiresAt);
  }

  async loadAttribution(resource: Resource, at: string): Promise<Attribution | null> {
    return copy(this.attributions.get(`${keyOf(resource)}@${at}`) ?? null);
  }

  async putDeparted(departed: Departed): Promise<void> {
    const isSame = ({ resource, goneAt }: Departed) =>
      keyOf(resource) === keyOf(departed.resource) && goneAt === departed.goneAt;
    if (!this.departed.some(isSame)) this.departed.push(copy(departed));
  }

  async markRecorded(resource: Resource, version: number): Promise<boolean> {
    const found = this.states.get(keyOf(resource));
    if (found?.version !== version || found.recorded !== version - 1) return false;
    found.recorded = version;
    found.pending = null;
    return true;
  }

  async markAlerted(resource: Resource, version: number): Promise<boolean> {
    const found = this.states.get(keyOf(resource));
    if (!found || found.alerted >= version || found.recorded < version) return false;
    found.alerted = version;
    return true;
  }

  async loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null> {
    return copy(this.#history(resource).get(at) ?? null);
  }

  async loadEntriesAfter(resource: Resource, version: number): Promise<HistoryEntry[]> {
    return copy(this.historyOf(resource).filter((entry) => entry.version > version)).map((entry) =>
      this.#withActor(entry),
    );
  }

  async loadEntriesSince(resource: Resource, from: string): Promise<HistoryEntry[]> {
    const history = this.historyOf(resource);
    const first = Math.max(
      0,
      history.findLastIndex(({ at }) => at <= from),
    );
    return copy(history.slice(Math.min(first, Math.max(0, history.length - 20)))).map((entry) =>
      this.#withActor(entry),
    );
  }

  #withActor(entry: HistoryEntry): HistoryEntry {
    const changedBy = this.attributions.get(`${keyOf(entry.resource)}@${entry.at}`);
    return changedBy === undefined ? entry : { ...entry, changedBy: copy(changedBy) };
  }

  async loadNewestEntry(resource: Resource): Promise<HistoryEntry | null> {
    return copy(this.historyOf(resource).at(-1) ?? null);
  }

  async deleteState(resource: Resource, version: number): Promise<void> {
    const found = this.states.get(keyOf(resource));
    if (found?.version === version && found.alerted === version && found.status === 'gone')
      this.states.delete(keyOf(resource));
  }

  async putScan(scan: ScanRecord): Promise<void> {
    const { account, startedAt } = scan;
    const known = this.scans.findIndex((one) => one.account === account && one.startedAt === startedAt);
    this.scans.splice(known === -1 ? this.scans.length : known, 1, copy(scan));
  }

  async loadScansSince(account: string, from: string): Promise<ScanNote[]> {
    return this.scans
      .filter((scan) => scan.account === account && scan.startedAt >= from)
      .map(({ startedAt, endedAt, complete, regionsListed, regionsNotDue, notRead }) =>
        copy({ startedAt, endedAt, complete, regionsListed, ...(regionsNotDue && { regionsNotDue }), notRead }),
      )
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  async saveCallState(account: string, state: CallState): Promise<void> {
    this.callStates.set(account, copy(state));
  }

  async saveApprovalMarks(account: string, marks: ApprovalMarks): Promise<void> {
    this.approvalMarks.set(account, copy(marks));
  }

  async recordSettings(settings: ScanSettings, at: string, hash: string): Promise<void> {
    this.settings.push(copy({ settings, at, hash }));
  }

  async loadScans(account: string, from: string, until: string): Promise<WeekScan[]> {
    return this.scans
      .filter((scan) => scan.account === account && scan.startedAt >= from && scan.startedAt < until)
      .map(({ startedAt, complete, scanEveryMinutes }) => ({ startedAt, complete, scanEveryMinutes }))
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  async loadChanges(account: string, from: string, until: string): Promise<TimelineEntry[]> {
    return [...this.entries.values()]
      .flatMap((history) => [...history.values()])
      .filter(({ resource, at }) => resource.account === account && at >= from && at < until)
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ at, resource: { region, instanceName }, kind, verdict, severity, expected }) => {
        return { at, region, instanceName, kind, verdict, severity, expected };
      });
  }

  /** The whole history of a resource, oldest first. */
  historyOf(resource: Resource): HistoryEntry[] {
    return [...this.#history(resource).values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  #history(resource: Resource): Map<string, HistoryEntry> {
    const key = keyOf(resource);
    const history = this.entries.get(key) ?? new Map<string, HistoryEntry>();
    this.entries.set(key, history);
    return history;
  }
}

const refused = (found: LatestState | undefined): WriteResult => ({ written: false, found: copy(found ?? null) });

const keyOf = (resource: Resource): string => `${resource.account}#${resourceKey(resource)}`;
