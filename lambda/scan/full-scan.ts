/**
 * One scan: the use case. It decides in which order things happen and refuses to know how any of them is done.
 * Steps are those of docs/architecture.md: lease, load, read, compare, commit and record, tell, note.
 */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/digest.ts';
import type { Coverage } from '../contract/json-event.ts';
import type { ScanSettings } from '../contract/settings.ts';
import { attempt } from './attempt.ts';
import { followCalls } from './attribution-pass.ts';
import type { CallFollowing, CallState } from './call-roles.ts';
import type { CommitContext } from './commit.ts';
import type {
  AlertPublisher,
  FirewallReader,
  FleetStore,
  LastScan,
  LeaseGrant,
  ScanObserver,
  ScanRecord,
} from './interfaces.ts';
import { isOpenGap, type LatestState, resourceKey } from './latest-state.ts';
import { loadLatestStates } from './load-latest-states.ts';
import type { Moment } from './moment.ts';
import { type TellDeps, type Told, tell } from './publish-alerts.ts';
import { toReadError } from './read-and-commit.ts';
import { type RegionResult, scanRegion } from './scan-region.ts';
import { tellWeek } from './weekly-digest.ts';
import type { Weekly } from './weekly-roles.ts';

export interface ScanDeps {
  reader: FirewallReader;
  store: FleetStore;
  publisher: AlertPublisher;
  observe: ScanObserver;
  settings: ScanSettings;
  /** Where the entries lie, for the queries in alerts. */
  tableName: string;
  /** Where that table is; without it the queries are for whatever region the reader's CLI is set to. */
  tableRegion?: string;
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** A signal that aborts after so many milliseconds: `AbortSignal.timeout`, where time is real. */
  timeout: (ms: number) => AbortSignal;
  newId: () => string;
  /** Waits for so many milliseconds. */
  pause: (ms: number) => Promise<void>;
  limits: ScanLimits;
  /** Without it no weekly digest is sent. */
  weekly?: Weekly | undefined;
  /** Without it nobody looks up who did it. */
  calls?: CallFollowing | undefined;
}

export interface ScanLimits {
  /** Reads under way at once in one region. */
  readsPerRegion: number;
  regionsAtOnce: number;
  /** Kept free at the end of the time given, for telling and noting. */
  reserveMs: number;
}

export const defaultLimits: ScanLimits = { readsPerRegion: 5, regionsAtOnce: 8, reserveMs: 12_000 };

export interface ScanResult {
  /** Another scan was running: nothing was done. */
  skipped: boolean;
  /** Every watched region was listed whole and a read of every instance was tried. Regions never yet readable don't count. */
  complete: boolean;
  instancesListed: number;
  instancesRead: number;
  /** Published in this scan. */
  alerts: number;
}

/** What a scan knows beside its result: for metrics. */
export interface ScanReport extends ScanResult {
  /** Seconds; 0 when all is told. */
  oldestUntoldAlertAgeSeconds: number;
  /**
   * Instances and regions in a gap that people were told of (regions never yet readable don't count), or that can't be kept: a damaged
   * item, a commit that was refused.
   */
  openGaps: number;
}

const skippedReport: ScanReport = {
  skipped: true,
  complete: false,
  instancesListed: 0,
  instancesRead: 0,
  alerts: 0,
  oldestUntoldAlertAgeSeconds: 0,
  openGaps: 0,
};

/** The time a gone instance's latest is kept: longer than any scan may run, so that no scan meets a latest state that was removed under it. */
const keepGoneStateMs = 24 * 60 * 60 * 1000;

/** The lease outlives the scan's own deadline by this much. */
const leaseGraceMs = 30_000;

/** Longer than a run for events has the lease, even one that died. */
const waitForEventsMs = 45_000;

/**
 * Scans every watched region once. `deadlineAt`: ms since the epoch by which it must be over.
 * Throws only when nothing could be done: no table, a lease it can't read, no regions to be had.
 */
export async function scanFleet(deps: ScanDeps, deadlineAt: number): Promise<ScanReport> {
  const { store, settings, clock } = deps;
  const { account } = settings;
  const startedAtMs = clock();
  const holder = deps.newId();
  const grant = await takeLease(deps, holder, deadlineAt);
  if (grant === null) return skippedReport;
  let lastScan: LastScan | null = null;
  let allIsWellAt: string | null = null;
  try {
    const scan = await runScan(deps, grant, startedAtMs, deadlineAt);
    lastScan = scan.record;
    allIsWellAt = scan.allIsWellAt;
    return scan.report;
  } finally {
    await attempt(deps.observe, 'give the lease back', () =>
      store.releaseLease({ account, holder, lastScan, allIsWellAt }),
    );
  }
}

/** Events must not keep the fleet from being scanned: a run for them, which is short, is waited for. Another scan is not. */
async function takeLease(deps: ScanDeps, holder: string, deadlineAt: number): Promise<LeaseGrant | null> {
  const { store, settings, clock } = deps;
  const { account } = settings;
  const until = deadlineAt + leaseGraceMs;
  const giveUpAt = Math.min(clock() + waitForEventsMs, (clock() + deadlineAt) / 2);
  for (;;) {
    const now = clock();
    const grant = await store.takeLease({ account, holder, now, until });
    if (typeof grant !== 'string') return grant;
    if (grant === 'scan' || now >= giveUpAt) return null;
    await deps.pause(1_000);
  }
}

async function runScan(deps: ScanDeps, grant: LeaseGrant, startedAtMs: number, deadlineAt: number) {
  const { store, settings, clock } = deps;
  const { account } = settings;
  const startedAt = new Date(startedAtMs).toISOString();
  const context: CommitContext = { store, expiresAtSeconds: expiresAt(settings, startedAtMs) };
  const findings = await readFleet(deps, grant, startedAt, deadlineAt, context);

  const { tableName, tableRegion } = deps;
  const coverage = coverageOf(findings.results);
  const digest = { account, name: settings.name, scannedAt: startedAt, coverage, tableName, tableRegion };
  const tellDeps = { ...deps, signal: deps.timeout(Math.max(0, deadlineAt - clock())) };
  const states = [...findings.states.values()];
  const told = await tell(states, digest, tellDeps);
  await removeGoneStates(deps, findings.states, told.told);
  const record = recordOf(findings.results, account, startedAt, new Date(clock()).toISOString(), told.alerts);
  await attempt(deps.observe, 'note the scan', () => store.putScan(record, context.expiresAtSeconds));
  const report = reportOf(record, findings, told, clock());
  const allIsWellAt = await tellOfWeek(deps, { digest, grant, states, told, report }, tellDeps);
  const { callState } = findings;
  const passed = {
    state: callState,
    states: states.map((latest) => markAlerted(latest, told)),
    digest,
    grant,
    context,
    deadlineAt,
  };
  const alerts = report.alerts + (await followCalls(passed, deps));
  return { report: { ...report, alerts }, record, allIsWellAt };
}

function markAlerted(latest: LatestState, { told }: Told): LatestState {
  return { ...latest, alerted: told.get(resourceKey(latest.resource)) ?? latest.alerted };
}

/** What steps 1 to 4 bring: states as they are now, what could not be read of the table, what each region came to. */
interface Findings {
  states: Map<string, LatestState>;
  refused: ReadonlySet<string>;
  results: RegionResult[];
  callState: CallState | null;
}

async function readFleet(
  deps: ScanDeps,
  grant: LeaseGrant,
  startedAt: string,
  deadlineAt: number,
  context: CommitContext,
): Promise<Findings> {
  const { settings, clock, observe, limits } = deps;
  const { account } = settings;
  const signal = deps.timeout(Math.max(0, deadlineAt - limits.reserveMs - clock()));
  const { states, refused, callState } = await loadLatestStates(account, observe, context);

  const regions = await watchedRegions(deps, states, grant, signal);
  observe({ event: 'regions', regions });
  const moment = (): Moment => ({ now: clock(), scanStartedAt: startedAt, grant, settings, newId: deps.newId });
  const shared = { ...context, reader: deps.reader, observe, signal, moment, states, refused };
  const limitRegions = pLimit(limits.regionsAtOnce);
  const scans = regions.map((region) =>
    limitRegions(() => scanRegion(account, region, { ...shared, limitReads: pLimit(limits.readsPerRegion) })),
  );
  return { states, refused, results: await Promise.all(scans), callState };
}

function reportOf(record: ScanRecord, { states, refused, results }: Findings, told: Told, now: number): ScanReport {
  const { complete, instancesListed, instancesRead } = record;
  const oldest = told.oldestUntoldAt === null ? now : Date.parse(told.oldestUntoldAt);
  return {
    skipped: false,
    complete,
    instancesListed,
    instancesRead,
    alerts: told.alerts,
    oldestUntoldAlertAgeSeconds: Math.max(0, (now - oldest) / 1000),
    openGaps:
      [...states.values()].filter(isOpenGap).length +
      refused.size +
      told.damaged.length +
      sum(results.map(({ notCommitted }) => notCommitted)),
  };
}

interface AfterTelling {
  digest: DigestContext;
  grant: LeaseGrant;
  states: LatestState[];
  told: Told;
  report: ScanReport;
}

/** The instant of the weekly digest that was sent, if one was due and asked for. */
async function tellOfWeek({ weekly }: ScanDeps, after: AfterTelling, deps: TellDeps): Promise<string | null> {
  if (!weekly) return null;
  const { digest, grant, states, told, report } = after;
  const { complete, openGaps } = report;
  const hasUntold = told.oldestUntoldAt !== null;
  return tellWeek({ context: digest, grant, states, hasUntold, complete, openGaps }, { ...deps, weekly });
}

/** A region that is watched and was not answered for must not fall out of sight: states keep theirs on the list. */
async function watchedRegions(
  deps: ScanDeps,
  states: ReadonlyMap<string, LatestState>,
  grant: LeaseGrant,
  signal: AbortSignal,
): Promise<string[]> {
  const configured = deps.settings.regions;
  let regions: string[];
  if (configured !== null) regions = [...new Set(configured)];
  else {
    try {
      regions = await deps.reader.listRegions(signal);
    } catch (error) {
      const { reason, message } = toReadError(error, signal);
      throw new Error(`No scan: the regions of Lightsail could not be listed (${reason}: ${message}).`, {
        cause: error,
      });
    }
    regions = [...new Set([...regions, ...[...states.values()].map(({ resource }) => resource.region)])];
  }
  const reached = new Set(grant.lastScan?.regionsListed);
  return regions.sort((a, b) => Number(reached.has(a)) - Number(reached.has(b)) || (a < b ? -1 : 1));
}

function coverageOf(results: readonly RegionResult[]): Coverage {
  const failed = results.filter((result) => result.failed !== null);
  return {
    instancesListed: sum(results.map(({ instancesListed }) => instancesListed)),
    instancesRead: sum(results.map(({ instancesRead }) => instancesRead)),
    regionsListed: results.length - failed.length,
    regionsSkipped: failed.map(({ region }) => region).sort(),
  };
}

function recordOf(
  results: readonly RegionResult[],
  account: string,
  startedAt: string,
  endedAt: string,
  alerts: number,
): ScanRecord {
  const { instancesListed, instancesRead } = coverageOf(results);
  return {
    account,
    startedAt,
    endedAt,
    complete: results.every(({ failed, isReached }) => isReached && (failed === null || failed.isNeverReadable)),
    regionsListed: results
      .filter(({ failed }) => failed === null)
      .map(({ region }) => region)
      .sort(),
    regionsFailed: Object.fromEntries(
      results.flatMap(({ region, failed }) => (failed ? [[region, failed.reason]] : [])),
    ),
    instancesListed,
    instancesRead,
    notRead: results.flatMap(({ notRead }) => notRead).sort(),
    changes: sum(results.map(({ changes }) => changes)),
    alerts,
  };
}

async function removeGoneStates(
  deps: ScanDeps,
  states: ReadonlyMap<string, LatestState>,
  told: ReadonlyMap<string, number>,
): Promise<void> {
  const now = deps.clock();
  for (const [key, latest] of states) {
    const isOver = latest.status === 'gone' && latest.failure === null && latest.recorded === latest.version;
    const isTold = (told.get(key) ?? latest.alerted) === latest.version;
    if (!isOver || !isTold || latest.lastAt === null || now - Date.parse(latest.lastAt) < keepGoneStateMs) continue;
    await attempt(deps.observe, `remove the latest state of ${key}`, () =>
      deps.store.deleteState(latest.resource, latest.version),
    );
  }
}

/** Seconds since the epoch at which a snapshot that is superseded now may go; `null`: never. */
export function expiresAt({ keepHistoryDays }: ScanSettings, nowMs: number): number | null {
  return keepHistoryDays === null ? null : Math.floor(nowMs / 1000) + keepHistoryDays * 86_400;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
