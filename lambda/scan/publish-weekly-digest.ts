/**
 * Step 7 of a scan: publishes a digest once a week, so that people notice when the monitor has stopped. The instant of the digest is stored
 * later, when the lease is returned. If the scan dies before the instant is stored, the digest is sent again, with the same `alertId`. The
 * same happens if the answer to a publish is lost.
 */

import type { DigestContext } from '../alerts/build-digest.ts';
import { buildWeekAlert, listProblems } from '../alerts/weekly-digest-alert.ts';
import { type Approval, phaseOf } from '../approvals/approval.ts';
import type { OpenGap, OpenInstance, WeekSummary } from '../contract/json-event.ts';
import { isWatched, type ScanSettings } from '../contract/settings-schema.ts';
import { isAtLeast, isExpired } from '../firewall/index.ts';
import { compareText } from '../history/compare-text.ts';
import { toInstant } from '../history/instants.ts';
import { isOpenGap, type LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import { countWeek } from './count-week.ts';
import { decideWeekStart, isWeekOver } from './decide/decide-week.ts';
import type { SubscriptionCounts } from './interfaces.ts';
import { listUnapproved } from './list-unapproved.ts';
import { publishGroups } from './publish-groups.ts';
import { attempt, type Run, type WeeklySources } from './scan-run.ts';

/** A digest counts scans and changes of at most this many days, and of no more days than the history is kept. */
const longestCountedDays = 31;
const mostListed = 20;

interface WeekFindings {
  digest: DigestContext;
  states: readonly LatestState[];
  approvals: readonly Approval[];
  complete: boolean;
  /** The value of the metric `OpenGaps`. */
  openGaps: number;
  hasUnalerted: boolean;
}

/** Returns the instant of the digest, for the caller to store; `null`: no digest was published. Never throws: the next scan tries again. */
export async function publishWeeklyDigest(findings: WeekFindings, run: Run): Promise<string | null> {
  const { digest, states } = findings;
  const { scannedAt } = digest;
  const startedAt = decideWeekStart(run.grant, states, scannedAt);
  if (run.weekly === null || startedAt === null || !isWeekOver(startedAt, scannedAt, run.outbox !== null)) return null;
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

async function summariseWeek(
  startedAt: string,
  findings: WeekFindings,
  subscriptions: SubscriptionCounts | null,
  weekly: WeeklySources,
  run: Run,
): Promise<WeekSummary> {
  const { digest, approvals, complete, openGaps, hasUnalerted } = findings;
  const { settings } = run;
  const states = findings.states.filter(({ resource }) => isWatched(settings, resource.region));
  const until = digest.scannedAt;
  const countedDays = Math.min(longestCountedDays, settings.keepHistoryDays ?? longestCountedDays);
  const from = toInstant(Math.max(Date.parse(startedAt), Date.parse(until) - countedDays * 86_400_000));
  // If the counts of the week cannot be loaded, the digest still lists what is open now.
  const counted = await attempt(run, 'count the week', () => countWeek(from, until, weekly, run));
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
  const tooLongSeconds = counted?.tooLongSeconds ?? null;
  const state = { coverage: digest.coverage, complete, openGaps, hasUnalerted, tooLongSeconds };
  return { ...week, problems: listProblems(week, state) };
}

function countInForce(approvals: readonly Approval[], at: string): Pick<WeekSummary, 'approvalsInForce'> {
  const inForce = approvals.filter((approval) => phaseOf(approval, at) === 'in-force').length;
  return inForce === 0 ? {} : { approvalsInForce: inForce };
}

/** Lists expected changes that expired in this week. Each expected change is listed in the digest of one week only. */
function listRanOut({ expected }: ScanSettings, from: string, until: string): Pick<WeekSummary, 'ranOut'> {
  const ranOut = expected.filter((entry) => isExpired(entry, until) && !isExpired(entry, from));
  return ranOut.length === 0 ? {} : { ranOut: ranOut.map(({ reason }) => reason) };
}

/** Lists regions before instances, because a gap of a region hides all instances of the region. */
function listGaps(states: readonly LatestState[]): OpenGap[] {
  const isInstance = ({ resource }: LatestState) => Number(resource.instanceName !== null);
  const open = states
    .filter(isOpenGap)
    .sort((a, b) => isInstance(a) - isInstance(b) || compareText(resourceKey(a.resource), resourceKey(b.resource)));
  return open.flatMap(({ resource: { region, instanceName }, failure }) =>
    failure === null ? [] : [{ region, instanceName, reason: failure.reason, since: failure.since }],
  );
}
