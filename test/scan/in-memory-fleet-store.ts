/** The FleetStore in memory: the same conditions as the table's, one effect a call. It passes the suite that the adapter passes. */
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Subject } from '../../lambda/history/entry.ts';
import type { ScanNote as EndedScan } from '../../lambda/history/evidence.ts';
import type { CallState } from '../../lambda/scan/call-roles.ts';
import { type Head, type HeadCommit, type HeadFailure, subjectKey } from '../../lambda/scan/head.ts';
import type {
  Departed,
  EventGrant,
  FleetStore,
  LastEventRun,
  LastScan,
  LeaseGrant,
  LeaseHolder,
  LeaseRequest,
  LeaseReturn,
  LoadedFleet,
  ScanRecord,
} from '../../lambda/scan/roles.ts';
import type { HistoryStep, ScanNote, WeekReader } from '../../lambda/scan/weekly-roles.ts';

interface Lease {
  holder: string | null;
  leaseUntil: number;
  scanNumber: number;
  lastScan: LastScan | null;
  allIsWellAt: string | null;
  isForEvents: boolean;
  lastEventRun: LastEventRun | null;
}

const noLease: Lease = {
  holder: null,
  leaseUntil: 0,
  scanNumber: 0,
  lastScan: null,
  allIsWellAt: null,
  isForEvents: false,
  lastEventRun: null,
};

/** A deep copy of plain data. (`structuredClone` takes ten times as long, and the simulation copies millions of heads.) */
function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copied: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) copied[key] = copy(part);
  return copied as T;
}

export class InMemoryFleetStore implements FleetStore, WeekReader {
  readonly heads = new Map<string, Head>();
  readonly entries = new Map<string, Map<string, HistoryEntry>>();
  readonly expiries = new Map<string, number>();
  /** By the subject's key and the entry's instant. */
  readonly attributions = new Map<string, Attribution>();
  readonly departed: Departed[] = [];
  readonly scans: ScanRecord[] = [];
  readonly leases = new Map<string, Lease>();
  readonly callStates = new Map<string, CallState>();

  async takeLease(lease: LeaseRequest): Promise<LeaseGrant | LeaseHolder> {
    const taken = this.#takeLease(lease, false);
    if (typeof taken === 'string') return taken;
    const { scanNumber, lastScan, allIsWellAt } = taken;
    return copy({ scanNumber, lastScan, allIsWellAt });
  }

  async takeEventLease(lease: LeaseRequest): Promise<EventGrant | LeaseHolder> {
    const taken = this.#takeLease(lease, true);
    if (typeof taken === 'string') return taken;
    const { scanNumber, lastScan, allIsWellAt, lastEventRun } = taken;
    return copy({ scanNumber, lastScan, allIsWellAt, lastEventRun });
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
    const { lastScan, allIsWellAt } = lease;
    const left = { lastScan: lastScan ?? found.lastScan, allIsWellAt: allIsWellAt ?? found.allIsWellAt };
    this.leases.set(lease.account, copy({ ...found, ...left, holder: null }));
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
    const heads = [...this.heads.values()].filter(({ subject }) => subject.account === account);
    return { heads: copy(heads), refused: [], callState: copy(this.callStates.get(account) ?? null) };
  }

  async loadHead(subject: Subject): Promise<Head | null> {
    return copy(this.heads.get(keyOf(subject)) ?? null);
  }

  async commitHead(commit: HeadCommit, expected: number | null): Promise<boolean> {
    const key = keyOf(commit.subject);
    const found = this.heads.get(key);
    if (expected === null) {
      if (found) return false;
      const mark = commit.version - 1;
      this.heads.set(key, copy({ ...commit, recorded: mark, told: mark }));
      return true;
    }
    if (found?.version !== expected || found.recorded !== expected) return false;
    this.heads.set(key, copy({ ...commit, recorded: found.recorded, told: found.told }));
    return true;
  }

  async createHead(head: Head): Promise<boolean> {
    const key = keyOf(head.subject);
    if (this.heads.has(key)) return false;
    this.heads.set(key, copy(head));
    return true;
  }

  async markFailure(subject: Subject, version: number, failure: HeadFailure | null): Promise<boolean> {
    const found = this.heads.get(keyOf(subject));
    if (found?.version !== version || found.recorded !== version) return false;
    found.failure = copy(failure);
    return true;
  }

  async putEntry(entry: HistoryEntry): Promise<boolean> {
    const history = this.#history(entry.subject);
    if (history.has(entry.at)) return false;
    history.set(entry.at, copy(entry));
    return true;
  }

  async expireEntry(subject: Subject, at: string, expiresAtSeconds: number): Promise<void> {
    const key = `${keyOf(subject)}@${at}`;
    if (this.#history(subject).has(at) && !this.expiries.has(key)) this.expiries.set(key, expiresAtSeconds);
  }

  async putAttribution(subject: Subject, at: string, attribution: Attribution): Promise<boolean> {
    const key = `${keyOf(subject)}@${at}`;
    if (this.attributions.has(key)) return false;
    this.attributions.set(key, copy(attribution));
    return true;
  }

  async loadAttribution(subject: Subject, at: string): Promise<Attribution | null> {
    return copy(this.attributions.get(`${keyOf(subject)}@${at}`) ?? null);
  }

  async putDeparted(departed: Departed): Promise<void> {
    const isSame = ({ subject, goneAt }: Departed) =>
      keyOf(subject) === keyOf(departed.subject) && goneAt === departed.goneAt;
    if (!this.departed.some(isSame)) this.departed.push(copy(departed));
  }

  async markRecorded(subject: Subject, version: number): Promise<boolean> {
    const found = this.heads.get(keyOf(subject));
    if (found?.version !== version || found.recorded !== version - 1) return false;
    found.recorded = version;
    found.pending = null;
    return true;
  }

  async markTold(subject: Subject, version: number): Promise<boolean> {
    const found = this.heads.get(keyOf(subject));
    if (!found || found.told >= version || found.recorded < version) return false;
    found.told = version;
    return true;
  }

  async loadEntry(subject: Subject, at: string): Promise<HistoryEntry | null> {
    return copy(this.#history(subject).get(at) ?? null);
  }

  async loadEntriesAfter(subject: Subject, version: number): Promise<HistoryEntry[]> {
    return copy(this.historyOf(subject).filter((entry) => entry.version > version)).map((entry) =>
      this.#withActor(entry),
    );
  }

  async loadEntriesSince(subject: Subject, from: string): Promise<HistoryEntry[]> {
    const history = this.historyOf(subject);
    const first = Math.max(
      0,
      history.findLastIndex(({ at }) => at <= from),
    );
    return copy(history.slice(Math.min(first, Math.max(0, history.length - 20)))).map((entry) =>
      this.#withActor(entry),
    );
  }

  #withActor(entry: HistoryEntry): HistoryEntry {
    const changedBy = this.attributions.get(`${keyOf(entry.subject)}@${entry.at}`);
    return entry.changedBy || changedBy === undefined ? entry : { ...entry, changedBy: copy(changedBy) };
  }

  async loadNewestEntry(subject: Subject): Promise<HistoryEntry | null> {
    return copy(this.historyOf(subject).at(-1) ?? null);
  }

  async deleteHead(subject: Subject, version: number): Promise<void> {
    const found = this.heads.get(keyOf(subject));
    if (found?.version === version && found.told === version && found.status === 'gone')
      this.heads.delete(keyOf(subject));
  }

  async putScan(scan: ScanRecord): Promise<void> {
    this.scans.push(copy(scan));
  }

  async loadScansSince(account: string, from: string): Promise<EndedScan[]> {
    return this.scans
      .filter((scan) => scan.account === account && scan.startedAt >= from)
      .map(({ startedAt, endedAt, complete, regionsListed, notRead }) =>
        copy({ startedAt, endedAt, complete, regionsListed, notRead }),
      )
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  async saveCallState(account: string, state: CallState): Promise<void> {
    this.callStates.set(account, copy(state));
  }

  async loadScans(account: string, from: string, until: string): Promise<ScanNote[]> {
    return this.scans
      .filter((scan) => scan.account === account && scan.startedAt >= from && scan.startedAt < until)
      .map(({ startedAt, complete }) => ({ startedAt, complete }))
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  async loadSteps(account: string, from: string, until: string): Promise<HistoryStep[]> {
    return [...this.entries.values()]
      .flatMap((history) => [...history.values()])
      .filter(({ subject, at }) => subject.account === account && at >= from && at < until)
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ at, subject: { region, instanceName }, kind, verdict, severity, expected }) => {
        return { at, region, instanceName, kind, verdict, severity, expected };
      });
  }

  /** A subject's whole history, oldest first. */
  historyOf(subject: Subject): HistoryEntry[] {
    return [...this.#history(subject).values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  #history(subject: Subject): Map<string, HistoryEntry> {
    const key = keyOf(subject);
    const history = this.entries.get(key) ?? new Map<string, HistoryEntry>();
    this.entries.set(key, history);
    return history;
  }
}

const keyOf = (subject: Subject): string => `${subject.account}#${subjectKey(subject)}`;
