/**
 * Step 7: publishes a digest once a week, so that people notice a monitor that has stopped. The digest is published first, and its
 * instant is stored when the lease is returned. It is sent twice only if the scan dies in between, or an answer is lost, and then with
 * the same `alertId`.
 */

import type { DigestContext } from '../alerts/build-digest.ts';
import { buildWeekAlert, listProblems } from '../alerts/weekly-digest-alert.ts';
import { type Approval, phaseOf } from '../approvals/approval.ts';
import { numberPeriod } from '../approvals/number-period.ts';
import type { OpenGap, OpenInstance, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { isWatched, type ScanSettings } from '../contract/settings-schema.ts';
import { isAtLeast, isExpired, type Severity } from '../firewall/index.ts';
import { hasEffect } from '../firewall/sets/reach.ts';
import { compareText } from '../history/compare-text.ts';
import { causedKinds } from '../history/entry.ts';
import { toInstant } from '../history/instants.ts';
import { isOpenGap, type LatestState, resourceKey } from '../history/latest-state.ts';
import { isSilence } from '../history/scan-silence.ts';
import { countChangesWithoutEvent } from './count-changes-without-event.ts';
import type { LeaseGrant, SubscriptionCounts, TimelineEntry, WeekScan } from './interfaces.ts';
import { listUnapproved } from './list-unapproved.ts';
import { publishGroups } from './publish-groups.ts';
import { attempt, type Run, type WeeklySources } from './scan-run.ts';

const weekMs = 7 * 86_400_000;
/** Without a digest for longer than this, only the last days are counted, and only days for which the history is kept. */
const longestCountedDays = 31;
const mostListed = 20;

/** The findings of the scan that sends the digest. */
interface WeekFindings {
  digest: DigestContext;
  states: readonly LatestState[];
  /** The approvals of the account. */
  approvals: readonly Approval[];
  complete: boolean;
  /** The value of the metric `OpenGaps`. */
  openGaps: number;
  /** True if an alert is waiting to be sent. */
  hasWaiting: boolean;
}

/** The instant to store if a digest was due and was published; otherwise `null`. Never throws: the next scan tries again. */
export async function publishWeeklyDigest(findings: WeekFindings, run: Run): Promise<string | null> {
  const { digest, states } = findings;
  const { scannedAt } = digest;
  const startedAt = decideWeekStart(run.grant, states, scannedAt);
  if (run.weekly === null || startedAt === null || !isDue(startedAt, scannedAt, run.outbox !== null)) return null;
  try {
    const subscriptions = await run.weekly.subscriptions.countSubscriptions();
    if (subscriptions?.confirmed === 0) {
      run.observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return null;
    }
    const week = await summariseWeek(startedAt, findings, subscriptions, run.weekly, run);
    const alert = buildWeekAlert(week, startedAt, digest);
    const outcome = await publishGroups([{ alerts: [alert] }], digest, async () => undefined, run);
    return outcome === 'published' ? scannedAt : null;
  } catch (error) {
    run.observe({ event: 'not-told', why: 'publish-failed', error });
    return null;
  }
}

/** `isAligned`: true with several accounts. Then the digests of all accounts are due in the same pass, the first one of the week. */
function isDue(startedAt: string, scannedAt: string, isAligned: boolean): boolean {
  if (isAligned) return numberPeriod(scannedAt, 7) > numberPeriod(startedAt, 7);
  return Date.parse(scannedAt) - Date.parse(startedAt) >= weekMs;
}

/**
 * The instant of the last digest; before the first digest, the instant of the first scan (the earliest `firstSeenAt`). `null`: nothing was
 * listed yet. An instant that is a day or more in the future comes from a wrong clock, and must not delay the next digest.
 */
export function decideWeekStart(
  { allIsWellAt }: Pick<LeaseGrant, 'allIsWellAt'>,
  states: readonly Pick<LatestState, 'firstSeenAt'>[],
  scannedAt: string,
): string | null {
  if (allIsWellAt !== null && Date.parse(allIsWellAt) - Date.parse(scannedAt) < weekMs / 7) return allIsWellAt;
  return states.reduce<string | null>(
    (first, { firstSeenAt }) => (first === null || firstSeenAt < first ? firstSeenAt : first),
    null,
  );
}

async function summariseWeek(
  startedAt: string,
  findings: WeekFindings,
  subscriptions: SubscriptionCounts | null,
  weekly: WeeklySources,
  run: Run,
): Promise<WeekSummary> {
  const { digest, approvals } = findings;
  const { settings } = run;
  const states = findings.states.filter(({ resource }) => isWatched(settings, resource.region));
  const until = digest.scannedAt;
  const countedDays = Math.min(longestCountedDays, settings.keepHistoryDays ?? longestCountedDays);
  const from = toInstant(Math.max(Date.parse(startedAt), Date.parse(until) - countedDays * 86_400_000));
  // Without the counts, the digest still lists what is open now.
  const counted = await attempt(run, 'count the week', () => countWeek(from, until, weekly, run));
  // Approved exposure may be open: the list shows the exposure that nobody has approved.
  const open = listUnapproved(states, { approvals, settings, at: until })
    .filter(({ severity }) => isAtLeast(severity, 'high'))
    .map(({ reach: _, ...instance }): OpenInstance => instance);
  const gaps = listGaps(states);
  const week = {
    from,
    until,
    counts: counted?.counts ?? null,
    openToWorld: open.slice(0, mostListed),
    openToWorldMore: Math.max(0, open.length - mostListed),
    gaps: gaps.slice(0, mostListed),
    gapsMore: Math.max(0, gaps.length - mostListed),
    subscriptions,
    ...countInForce(approvals, until),
    ...listRanOut(settings, startedAt, until),
  };
  return { ...week, problems: listProblems(week, stateOf(findings, counted?.tooLongSeconds ?? null)) };
}

function countInForce(approvals: readonly Approval[], at: string): Pick<WeekSummary, 'approvalsInForce'> {
  const inForce = approvals.filter((approval) => phaseOf(approval, at) === 'in-force').length;
  return inForce === 0 ? {} : { approvalsInForce: inForce };
}

/** Each expected change is listed once: in the digest of the week in which it expired. */
function listRanOut({ expected }: ScanSettings, from: string, until: string): Pick<WeekSummary, 'ranOut'> {
  const ranOut = expected.filter((entry) => isExpired(entry, until) && !isExpired(entry, from));
  return ranOut.length === 0 ? {} : { ranOut: ranOut.map(({ reason }) => reason) };
}

function stateOf({ digest, complete, openGaps, hasWaiting }: WeekFindings, tooLongSeconds: number | null) {
  return { coverage: digest.coverage, complete, openGaps, hasUnalerted: hasWaiting, tooLongSeconds };
}

async function countWeek(
  from: string,
  until: string,
  { reader, eventRegions }: WeeklySources,
  { settings, store }: Run,
): Promise<{ counts: WeekCounts; tooLongSeconds: number | null }> {
  const { account, scanEveryMinutes } = settings;
  const scans = await reader.loadScans(account, from, until);
  const entries = await reader.loadChanges(account, from, until);
  const silences = listSilences(scans, from, until, scanEveryMinutes);
  const tooLong = silences.filter(({ isTooLong }) => isTooLong);
  const counts = {
    scans: scans.length,
    completeScans: scans.filter(({ complete }) => complete).length,
    longestSilenceSeconds: longestOf(silences),
    ...countChanges(entries),
    ...(eventRegions.length > 0 && {
      unannounced: await countChangesWithoutEvent(account, entries, eventRegions, store),
    }),
  };
  return { counts, tooLongSeconds: tooLong.length === 0 ? null : longestOf(tooLong) };
}

const longestOf = (silences: readonly { seconds: number }[]) => Math.max(0, ...silences.map(({ seconds }) => seconds));

/**
 * The times between two complete scans; both ends of the span count as complete scans. The interval can differ between the two scans,
 * because a new setting begins between them; the longer one counts. `scanEveryMinutes`: the present interval.
 */
export function listSilences(
  scans: readonly WeekScan[],
  from: string,
  until: string,
  scanEveryMinutes: number,
): { seconds: number; isTooLong: boolean }[] {
  const complete = scans.filter((scan) => scan.complete);
  return [...complete, { startedAt: until, scanEveryMinutes }].map((scan, i) => {
    const before = complete[i - 1];
    const seconds = (Date.parse(scan.startedAt) - Date.parse(before?.startedAt ?? from)) / 1000;
    const noted = [before?.scanEveryMinutes, scan.scanEveryMinutes].filter((interval) => interval !== undefined);
    // Notes of earlier versions have no interval.
    const interval = noted.length === 0 ? scanEveryMinutes : Math.max(...noted);
    return { seconds, isTooLong: isSilence(seconds, interval) };
  });
}

/** Entries of regions, gaps and first listings are not changes. */
export function countChanges(
  entries: readonly Pick<TimelineEntry, 'kind' | 'verdict' | 'severity' | 'expected'>[],
): Pick<WeekCounts, 'changes' | 'expectedChanges' | 'rewritten'> {
  const changes: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let expectedChanges = 0;
  let rewritten = 0;
  for (const { kind, verdict, severity, expected } of entries) {
    if (!causedKinds.includes(kind) && kind !== 'flapped') continue;
    if (expected !== null) expectedChanges += 1;
    else if (kind === 'changed' && !hasEffect(verdict)) rewritten += 1;
    else changes[severity] += 1;
  }
  return { changes, expectedChanges, rewritten };
}

/** Regions first, because a gap of a region hides all of its instances. */
function listGaps(states: readonly LatestState[]): OpenGap[] {
  const isInstance = ({ resource }: LatestState) => Number(resource.instanceName !== null);
  const open = states
    .filter(isOpenGap)
    .sort((a, b) => isInstance(a) - isInstance(b) || compareText(resourceKey(a.resource), resourceKey(b.resource)));
  return open.flatMap(({ resource: { region, instanceName }, failure }) =>
    failure === null ? [] : [{ region, instanceName, reason: failure.reason, since: failure.since }],
  );
}
