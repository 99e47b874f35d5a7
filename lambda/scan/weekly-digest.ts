/**
 * Once a week people are told how things stand, so that silence means something: a week without this mail is a sign by itself.
 * Published first, remembered then (the scan's last write, the return of the lease, carries it): so it is sent twice only where a scan
 * dies in between or its answers are lost, and then with the same `alertId`.
 */

import type { DigestContext } from '../alerts/digest.ts';
import { planMessages } from '../alerts/plan-messages.ts';
import { buildWeekAlert, listProblems } from '../alerts/weekly-digest-alert.ts';
import type { Coverage, OpenGap, OpenInstance, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import type { ScanSettings } from '../contract/settings.ts';
import {
  exposureOf,
  isAtLeast,
  isExpired,
  rateExposure,
  ratingPolicy,
  type Severity,
  severities,
} from '../firewall/index.ts';
import type { EntryKind } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { countUnannounced } from './count-unannounced.ts';
import type { AlertPublisher, FleetStore, LeaseGrant, ScanObserver } from './interfaces.ts';
import { isOpenGap, type LatestState, resourceKey } from './latest-state.ts';
import type { HistoryStep, ScanNote, SubscriptionCounts, Weekly } from './weekly-roles.ts';

const weekMs = 7 * 86_400_000;
/** Of a longer time without a digest only the end is counted: it is a mail, not an archive. */
const longestCountedMs = 31 * 86_400_000;
const mostListed = 20;

/** How the scan that sends it found things. */
export interface WeekMoment {
  context: DigestContext;
  grant: LeaseGrant;
  states: readonly LatestState[];
  complete: boolean;
  /** As the scan counts them for its metric. */
  openGaps: number;
  hasUntold: boolean;
}

export interface WeekDeps {
  store: Pick<FleetStore, 'loadEntry' | 'loadAttribution'>;
  weekly: Weekly;
  publisher: AlertPublisher;
  observe: ScanObserver;
  settings: ScanSettings;
  newId: () => string;
  signal: AbortSignal;
}

/** The instant to remember where the digest was due and is told; `null`: nothing was sent. Never throws: the next scan tries again. */
export async function tellWeek(moment: WeekMoment, deps: WeekDeps): Promise<string | null> {
  const { scannedAt } = moment.context;
  const startedAt = decideWeekStart(moment.grant, moment.states, scannedAt);
  if (startedAt === null || Date.parse(scannedAt) - Date.parse(startedAt) < weekMs) return null;
  try {
    const subscriptions = await deps.weekly.subscriptions.countSubscriptions();
    if (subscriptions?.confirmed === 0) {
      deps.observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return null;
    }
    const week = await summariseWeek(startedAt, moment, subscriptions, deps);
    const alert = buildWeekAlert(week, startedAt, moment.context);
    for (const { message } of planMessages([[alert]], moment.context, deps.newId())) {
      deps.signal.throwIfAborted();
      await deps.publisher.publish(message);
      deps.observe({ event: 'told', alerts: 1, subject: message.subject });
    }
    return scannedAt;
  } catch (error) {
    deps.observe({ event: 'not-told', why: 'publish-failed', error });
    return null;
  }
}

/**
 * The last digest; before the first one, the first scan, which left its instant with what it listed. `null`: nothing was ever listed.
 * A digest that lies a day or more ahead was sent by a clock that was wrong: it must not silence those to come.
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
  moment: WeekMoment,
  subscriptions: SubscriptionCounts | null,
  { weekly, settings, observe, store }: WeekDeps,
): Promise<WeekSummary> {
  const { context, states } = moment;
  const until = context.scannedAt;
  const from = new Date(Math.max(Date.parse(startedAt), Date.parse(until) - longestCountedMs)).toISOString();
  const span = { account: context.account, from, until };
  let counts: WeekCounts | null = null;
  try {
    counts = await countWeek(span, weekly, store);
  } catch (error) {
    // What is open now is worth the mail without them.
    observe({ event: 'bookkeeping-failed', step: 'count the week', error });
  }
  const open = listOpen(states, settings);
  const gaps = listGaps(states);
  const week = {
    from,
    until,
    counts,
    openToWorld: open.slice(0, mostListed),
    openToWorldMore: Math.max(0, open.length - mostListed),
    gaps: gaps.slice(0, mostListed),
    gapsMore: Math.max(0, gaps.length - mostListed),
    subscriptions,
    ...listRanOut(settings, from, until),
  };
  return { ...week, problems: listProblems(week, stateOf(moment, weekly)) };
}

/** Each is said once: in the digest of the time in which it ran out. */
function listRanOut({ expected }: ScanSettings, from: string, until: string): Pick<WeekSummary, 'ranOut'> {
  const ranOut = expected.filter((entry) => isExpired(entry, until) && !isExpired(entry, from));
  return ranOut.length === 0 ? {} : { ranOut: ranOut.map(({ reason }) => reason) };
}

function stateOf({ context, complete, openGaps, hasUntold }: WeekMoment, { scanEveryMinutes }: Weekly) {
  const coverage: Coverage = context.coverage;
  return { coverage, complete, openGaps, hasUntold, scanEveryMinutes };
}

async function countWeek(
  { account, from, until }: { account: string; from: string; until: string },
  { reader, eventRegions = [] }: Weekly,
  store: WeekDeps['store'],
): Promise<WeekCounts> {
  const scans = await reader.loadScans(account, from, until);
  const steps = await reader.loadSteps(account, from, until);
  return {
    scans: scans.length,
    completeScans: scans.filter(({ complete }) => complete).length,
    longestSilenceSeconds: longestSilence(scans, from, until),
    ...countChanges(steps),
    ...(eventRegions.length > 0 && { unannounced: await countUnannounced(account, steps, eventRegions, store) }),
  };
}

/** In seconds; the ends of the span count as complete scans would. */
export function longestSilence(scans: readonly ScanNote[], from: string, until: string): number {
  const complete = scans.filter((scan) => scan.complete).map(({ startedAt }) => startedAt);
  let longest = 0;
  let last = from;
  for (const instant of [...complete, until]) {
    longest = Math.max(longest, Date.parse(instant) - Date.parse(last));
    last = instant;
  }
  return longest / 1000;
}

const changeKinds: readonly EntryKind[] = ['changed', 'appeared', 'gone', 'flapped'];

/** Region entries and gaps are no changes; a first listing is where watching began. */
export function countChanges(
  steps: readonly Pick<HistoryStep, 'kind' | 'verdict' | 'severity' | 'expected'>[],
): Pick<WeekCounts, 'changes' | 'expectedChanges' | 'rewritten'> {
  const changes: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let expectedChanges = 0;
  let rewritten = 0;
  for (const { kind, verdict, severity, expected } of steps) {
    if (!changeKinds.includes(kind)) continue;
    if (expected !== null) expectedChanges += 1;
    else if (kind === 'changed' && (verdict === 'rewritten' || verdict === 'identical')) rewritten += 1;
    else changes[severity] += 1;
  }
  return { changes, expectedChanges, rewritten };
}

/** What is live and critical or high, worst first. */
function listOpen(states: readonly LatestState[], { highRiskPorts }: ScanSettings): OpenInstance[] {
  const policy = ratingPolicy(highRiskPorts);
  const open = states.flatMap((latest): OpenInstance[] => {
    const { resource, status, rulesAt, failure } = latest;
    const firewall = firewallOf(latest);
    if (resource.instanceName === null || firewall === null || status === 'gone') return [];
    const exposure = exposureOf(firewall);
    const { severity, reason } = rateExposure({ ...exposure, dormant: [] }, policy);
    if (!isAtLeast(severity, 'high')) return [];
    const { region, instanceName } = resource;
    return [{ instanceName, region, severity, reason, since: rulesAt, isLastKnown: failure !== null }];
  });
  const rank = ({ severity }: OpenInstance) => severities.indexOf(severity);
  return open.sort((a, b) => rank(a) - rank(b));
}

function listGaps(states: readonly LatestState[]): OpenGap[] {
  const open = states.filter(isOpenGap).sort((a, b) => (resourceKey(a.resource) < resourceKey(b.resource) ? -1 : 1));
  return open.flatMap(({ resource: { region, instanceName }, failure }) =>
    failure === null ? [] : [{ region, instanceName, reason: failure.reason, since: failure.since }],
  );
}
