/** The full scan: reads every instance of every watched region once. The steps of `runFullScan` are those of docs/architecture.md. */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { Coverage } from '../contract/json-event.ts';
import { isWatched } from '../contract/settings-schema.ts';
import { toInstant } from '../history/instants.ts';
import { isOpenGap } from '../history/latest-state.ts';
import { regionOfKey } from '../history/resource-key.ts';
import { type PassCounts, runAttributionPass } from './attribution-pass.ts';
import { hasListing } from './decide/decide-region-request.ts';
import { deleteGoneStates } from './delete-gone-states.ts';
import { buildDigestContext } from './digest-context.ts';
import type { LeaseReturn, ScanRecord } from './interfaces.ts';
import { returnLease, startFullScan } from './lease.ts';
import { type ListedRegions, listRegions, listWatched, listWatchedRegions } from './list-watched-regions.ts';
import { loadLatestStates } from './load-latest-states.ts';
import { type PublishedAlerts, publishAlerts } from './publish-alerts.ts';
import { publishApprovalNews } from './publish-approval-news.ts';
import { publishWeeklyDigest } from './publish-weekly-digest.ts';
import { recordSettings } from './record-settings.ts';
import { failNameless, type RegionResult, scanRegion } from './scan-region.ts';
import { attempt, type Fleet, type Run, type ScanSetup } from './scan-run.ts';

export interface ScanResult {
  /** True: another scan had the lease, and this scan did nothing. */
  skipped: boolean;
  /**
   * True if each watched region was completely listed or not due, and the scan tried to read each listed instance. Regions that were never
   * readable are ignored. False if every region failed.
   */
  complete: boolean;
  instancesListed: number;
  instancesRead: number;
  /** Number of alerts that this scan published, or put into the outbox. The weekly digest does not count. */
  alerts: number;
}

/** The result of a full scan, with the values of its metrics. */
export interface ScanReport extends ScanResult {
  /** Seconds; 0 if every entry is alerted. */
  oldestUntoldAlertAgeSeconds: number;
  /**
   * The sum of open gaps, items that cannot be read, failed commits, and instances without a name. All regions without a name add 1
   * together. Unreadable approvals also add 1 together. A region that was never readable adds nothing.
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

/**
 * `deadlineAt`: ms since the epoch; the scan must end by then. Throws if the table fails, if a newer version of Portwatch wrote the lease
 * item, or if the regions cannot be listed.
 */
export async function runFullScan(setup: ScanSetup, deadlineAt: number): Promise<ScanReport> {
  const run = await startFullScan(setup, deadlineAt); //                            0 lease
  if (run === null) return skippedReport;
  const left: Omit<LeaseReturn, 'account' | 'holder'> = { lastScan: null, allIsWellAt: null, settingsHash: null };
  try {
    left.settingsHash = await recordSettings(run);
    const [fleet, regions] = await Promise.all([loadLatestStates(run), listRegions(run)]); // 1 load; record what a dead scan committed
    const results = await scanRegions(listWatchedRegions(regions, fleet, run), fleet, run); // 2 read, 3 commit, 4 record
    const digest = buildDigestContext(run, coverageOf(results));
    const published = await publishAlerts([...fleet.states.values()], digest, fleet, run); // 5 publish
    const news = await publishApprovalNews(digest, fleet, run); //                  5 publish, about approvals
    await deleteGoneStates(fleet, run);
    const record = recordOf(results, published.alerts + news, run);
    await noteScan(record, run); //                                                 6 note
    const report = reportOf(record, results, published, fleet, run);
    left.lastScan = { ...record, openGaps: report.openGaps, oldestWaitingAt: published.oldestWaitingAt };
    const findings = weekFindingsOf(report, published, digest, fleet);
    left.allIsWellAt = await publishWeeklyDigest(findings, run); //                 7 weekly digest
    const found = await runAttributionPass(digest, fleet, run); //                  8 attribution pass
    if (found.alerts + found.changes > 0) await noteScan(addCounts(record, found), run);
    return { ...report, alerts: report.alerts + found.alerts };
  } finally {
    await returnLease(run, left); //                                                9 return the lease
  }
}

async function scanRegions(regions: ListedRegions, fleet: Fleet, run: Run): Promise<RegionResult[]> {
  const limitRegions = pLimit(run.limits.regionsAtOnce);
  return Promise.all(
    regions.map((region) => (region === null ? failNameless(run) : limitRegions(() => scanRegion(region, fleet, run)))),
  );
}

function coverageOf(results: readonly RegionResult[]): Coverage {
  const failed = results.filter((result) => result.failed !== null);
  const notDue = results.filter(({ notDueSince }) => notDueSince !== null);
  return {
    instancesListed: sum(results.map(({ instancesListed }) => instancesListed)),
    instancesRead: sum(results.map(({ instancesRead }) => instancesRead)),
    regionsListed: results.length - failed.length - notDue.length,
    regionsSkipped: failed.map(({ region }) => region).sort(),
    ...(notDue.length > 0 && { regionsNotDue: notDue.map(({ region }) => region).sort() }),
  };
}

function recordOf(results: readonly RegionResult[], alerts: number, run: Run): ScanRecord {
  const { instancesListed, instancesRead } = coverageOf(results);
  const listed = results.filter(({ failed, notDueSince }) => failed === null && notDueSince === null);
  const notDue = results.filter(({ notDueSince }) => notDueSince !== null);
  const regions = {
    regionsListed: namesOf(listed),
    ...(notDue.length > 0 && { regionsNotDue: groupByListing(notDue) }),
  };
  const failed = results.flatMap(({ region, failed: failure }) => (failure ? [[region, failure.reason]] : []));
  return {
    account: run.settings.account,
    startedAt: run.startedAt,
    endedAt: toInstant(run.clock()),
    complete:
      hasListing(regions) &&
      results.every(({ failed: failure, isReached }) => isReached && (failure?.isNeverReadable ?? true)),
    ...regions,
    regionsFailed: Object.fromEntries(failed),
    instancesListed,
    instancesRead,
    notRead: results.flatMap(({ notRead }) => notRead).sort(),
    changes: sum(results.map(({ changes }) => changes)),
    alerts,
    scanEveryMinutes: run.settings.scanEveryMinutes,
  };
}

const namesOf = (results: readonly RegionResult[]): string[] => results.map(({ region }) => region).sort();

function groupByListing(notDue: readonly RegionResult[]): Record<string, string[]> {
  const byListing = Map.groupBy(notDue, ({ notDueSince }) => notDueSince ?? '');
  return Object.fromEntries([...byListing].map(([listedAt, results]) => [listedAt, namesOf(results)]));
}

/** The attribution pass runs after the scan item is written. Its changes and alerts count for the scan, so the item is written again. */
function addCounts(record: ScanRecord, { alerts, changes }: PassCounts): ScanRecord {
  return { ...record, alerts: record.alerts + alerts, changes: record.changes + changes };
}

async function noteScan(record: ScanRecord, run: Run): Promise<void> {
  await attempt(run, 'note the scan', () => run.store.putScan(record, run.expiresAtSeconds));
}

function reportOf(
  { complete, instancesListed, instancesRead, alerts }: ScanRecord,
  results: readonly RegionResult[],
  { oldestWaitingAt, damaged }: PublishedAlerts,
  fleet: Fleet,
  { clock, settings }: Run,
): ScanReport {
  const now = clock();
  const oldest = oldestWaitingAt === null ? now : Date.parse(oldestWaitingAt);
  const gaps = listWatched(fleet, settings).filter(isOpenGap).length;
  const refused = [...fleet.refused].filter((key) => key.startsWith('!') || isWatched(settings, regionOfKey(key)));
  const unreadApprovals = fleet.approvals.isComplete ? 0 : 1;
  const notKept = sum(results.map(({ nameless, notCommitted }) => nameless + notCommitted));
  return {
    skipped: false,
    complete,
    instancesListed,
    instancesRead,
    alerts,
    oldestUntoldAlertAgeSeconds: Math.max(0, (now - oldest) / 1000),
    openGaps: gaps + refused.length + damaged.length + notKept + unreadApprovals,
  };
}

function weekFindingsOf(
  { complete, openGaps }: ScanReport,
  { oldestWaitingAt }: PublishedAlerts,
  digest: DigestContext,
  { states, approvals: { approvals } }: Fleet,
) {
  return {
    digest,
    states: [...states.values()],
    approvals,
    complete,
    openGaps,
    hasUnalerted: oldestWaitingAt !== null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
