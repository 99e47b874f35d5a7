/** Merges alerts of several accounts into one: weekly digests, reminders of one severity, alerts about one approval. Pure. */
import type { Alert, OpenGap, OpenInstance, StillOpen, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { passKey } from '../contract/table-keys.ts';
import { bySeverity, type Severity, severities } from '../firewall/rating/severity.ts';
import { hashAlertId } from './alert-id.ts';
import type { DigestContext } from './build-digest.ts';
import { renderCount } from './render-count.ts';
import { buildWeekAlert } from './weekly-digest-alert.ts';

export type AccountAlert = Alert & { account: string; accountName: string };

const mostListed = 20;
const mostProblems = 10;

/** `week`: the number of the week, so that a repeated digest has the same id. */
export function mergeWeeks(alerts: readonly AccountAlert[], week: number, context: DigestContext): Alert {
  const own = alerts.flatMap((alert) => (alert.week === undefined ? [] : [{ ...alert, week: alert.week }]));
  const weeks = own.map((alert) => alert.week);
  const open = own.flatMap((alert) => alert.week.openToWorld.map((one): OpenInstance => named(alert, one)));
  const gaps = own.flatMap((alert) => alert.week.gaps.map((one): OpenGap => named(alert, one)));
  const worst = open.toSorted(bySeverity);
  const ranOut = [...new Set(weeks.flatMap((one) => one.ranOut ?? []))];
  // Every account counts the approvals of the configuration, so the greatest number is used, not the sum.
  const inForce = Math.max(0, ...weeks.map(({ approvalsInForce = 0 }) => approvalsInForce));
  const merged: WeekSummary = {
    from: weeks.map(({ from }) => from).sort()[0] ?? context.scannedAt,
    until:
      weeks
        .map(({ until }) => until)
        .sort()
        .at(-1) ?? context.scannedAt,
    counts: sumCounts(weeks),
    openToWorld: worst.slice(0, mostListed),
    openToWorldMore: moreOf(
      worst,
      weeks.map(({ openToWorldMore }) => openToWorldMore),
    ),
    gaps: gaps.slice(0, mostListed),
    gapsMore: moreOf(
      gaps,
      weeks.map(({ gapsMore }) => gapsMore),
    ),
    subscriptions: weeks.at(-1)?.subscriptions ?? null,
    ...(inForce > 0 && { approvalsInForce: inForce }),
    ...(ranOut.length > 0 && { ranOut }),
    problems: mergeProblems(own, context),
  };
  const alert = buildWeekAlert(merged, String(week), context);
  return { ...alert, ...ofMonitor(context) };
}

/** `day`: the number of the day, so that a repeated reminder has the same id. */
export function mergeReminders(
  alerts: readonly AccountAlert[],
  severity: Severity,
  day: number,
  context: DigestContext,
): Alert | null {
  const [first] = alerts;
  if (first === undefined) return null;
  const listed = listStillOpen(alerts);
  const count = (listed.stillOpen?.length ?? 0) + (listed.stillOpenMore ?? 0);
  const where = renderCount(new Set(alerts.map(({ account }) => account)).size, 'account');
  return {
    ...first,
    ...listed,
    ...ofMonitor(context),
    alertId: hashAlertId(context.account, severity, day, 'still-open'),
    reason: `still open: ${renderCount(count, 'instance')} in ${where} with ${severity} exposure that is not approved`,
    changedAfter: alerts.flatMap(({ changedAfter }) => changedAfter ?? []).sort()[0] ?? null,
  };
}

/** An approval of the configuration is the same in every account, so its alerts become one. */
export function mergeApproval(alerts: readonly AccountAlert[], context: DigestContext): Alert | null {
  const [worst] = alerts.toSorted(bySeverity);
  if (worst === undefined) return null;
  const isOver = alerts.some(({ stillOpen }) => stillOpen !== undefined);
  return { ...worst, ...(isOver && listStillOpen(alerts)), ...ofMonitor(context) };
}

function listStillOpen(alerts: readonly AccountAlert[]): Pick<Alert, 'stillOpen' | 'stillOpenMore'> {
  const all = alerts.flatMap((alert) => (alert.stillOpen ?? []).map((one): StillOpen => named(alert, one)));
  const worst = all.toSorted(bySeverity);
  const more = moreOf(
    all,
    alerts.map(({ stillOpenMore = 0 }) => stillOpenMore),
  );
  return { stillOpen: worst.slice(0, mostListed), ...(more > 0 && { stillOpenMore: more }) };
}

function named<T>({ account, accountName }: AccountAlert, one: T): T {
  return { ...one, account, accountName };
}

function ofMonitor({ account, name, tableName }: DigestContext): Pick<Alert, 'account' | 'accountName' | 'details'> {
  return { account, accountName: name, details: { table: tableName, ...passKey(account) } };
}

function moreOf(listed: readonly unknown[], more: readonly number[]): number {
  return Math.max(0, listed.length - mostListed) + sum(more);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Adds up the counts of all accounts. `null`: no account has counts. */
function sumCounts(weeks: readonly WeekSummary[]): WeekCounts | null {
  const counted = weeks.flatMap(({ counts }) => counts ?? []);
  const [first] = counted;
  if (first === undefined) return null;
  const total = (field: 'scans' | 'completeScans' | 'expectedChanges' | 'rewritten') =>
    sum(counted.map((one) => one[field]));
  const changes = { ...first.changes };
  for (const severity of severities) changes[severity] = sum(counted.map((one) => one.changes[severity]));
  const unannounced = counted.flatMap((one) => one.unannounced ?? []);
  return {
    scans: total('scans'),
    completeScans: total('completeScans'),
    longestSilenceSeconds: Math.max(...counted.map(({ longestSilenceSeconds }) => longestSilenceSeconds)),
    changes,
    expectedChanges: total('expectedChanges'),
    rewritten: total('rewritten'),
    ...(unannounced.length > 0 && { unannounced: sum(unannounced) }),
  };
}

/**
 * A problem that all accounts have is named once. Each other problem is named with its account. One more problem names the accounts that
 * were not scanned. After 10 problems only the number of the rest follows.
 */
function mergeProblems(
  alerts: readonly (AccountAlert & { week: WeekSummary })[],
  { coverage }: DigestContext,
): string[] {
  const accountsOf = Map.groupBy(
    alerts.flatMap(({ accountName, week }) => week.problems.map((problem) => ({ accountName, problem }))),
    ({ problem }) => problem,
  );
  const problems = [...accountsOf].flatMap(([problem, found]) =>
    found.length === alerts.length && alerts.length > 1
      ? [problem]
      : found.map(({ accountName }) => `${accountName}: ${problem}`),
  );
  const { accountsFailed = [], accountsFailedMore = 0 } = coverage;
  const failed = accountsFailed.length + accountsFailedMore;
  const named = accountsFailed.slice(0, 3).join(', ');
  const unread =
    failed === 0 ? [] : [`${renderCount(failed, 'account')} not scanned (${named}${failed > 3 ? ', …' : ''})`];
  const all = [...unread, ...problems];
  const more = all.length - mostProblems;
  return more > 0 ? [...all.slice(0, mostProblems), renderCount(more, 'more problem')] : all;
}
