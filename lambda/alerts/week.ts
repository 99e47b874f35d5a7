/** What the weekly digest says, and in how few words. Refuses to decide when it is due, and where its numbers come from. */
import { createHash } from 'node:crypto';
import type { Alert, Coverage, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { scanKey } from '../contract/table-keys.ts';
import { severities } from '../firewall/index.ts';
import { nothingSaid } from './blank-alert.ts';
import { countOf } from './count-of.ts';
import type { DigestContext } from './digest.ts';

/** What the summary does not show and the verdict needs. */
export interface WeekState {
  coverage: Coverage;
  /** Was the scan that sends this complete? */
  complete: boolean;
  /** Everything that can't be read or kept, in `gaps` or not. */
  openGaps: number;
  hasUntold: boolean;
  scanEveryMinutes: number | null;
}

/** As the alarm on complete scans has it: three intervals; half an hour at least. */
function isTooLong(seconds: number, scanEveryMinutes: number | null): boolean {
  return scanEveryMinutes !== null && seconds > Math.max(30, 3 * scanEveryMinutes) * 60;
}

/** Everything that keeps "all is well" from being said, worst first. */
export function listProblems(week: Omit<WeekSummary, 'problems'>, state: WeekState): string[] {
  const { counts, subscriptions } = week;
  const { instancesListed, instancesRead } = state.coverage;
  const problems: string[] = [];
  if (state.hasUntold) problems.push('changes wait untold');
  if (state.openGaps > 0) problems.push(`${countOf(state.openGaps, 'gap')} open`);
  else if (instancesRead < instancesListed)
    problems.push(`${instancesListed - instancesRead} of ${countOf(instancesListed, 'instance')} not read`);
  if (!state.complete) problems.push('this scan is incomplete');
  if (counts === null) problems.push('the week could not be counted');
  else {
    if (isTooLong(counts.longestSilenceSeconds, state.scanEveryMinutes))
      problems.push(`${renderDuration(counts.longestSilenceSeconds)} without a complete scan`);
    const incomplete = counts.scans - counts.completeScans;
    if (incomplete > 0) problems.push(`${incomplete} of ${countOf(counts.scans, 'scan')} incomplete`);
  }
  if (subscriptions !== null && subscriptions.pending > 0)
    problems.push(`${countOf(subscriptions.pending, 'subscription')} not confirmed`);
  return problems;
}

/** `all is well: 43 instances watched, 2 changes this week`, or what is not. */
export function renderWeekHeadline(week: WeekSummary, { instancesListed }: Coverage): string {
  const verdict = week.problems.length === 0 ? 'all is well' : week.problems.join(', ');
  const open = week.openToWorld.length + week.openToWorldMore;
  const said = [`${countOf(instancesListed, 'instance')} watched`];
  if (week.counts !== null) said.push(`${countOf(sumChanges(week.counts), 'change')} ${renderSpan(week)}`);
  if (open > 0) said.push(`${open} open to the world`);
  return `${verdict}: ${said.join(', ')}`;
}

export function sumChanges({ changes }: WeekCounts): number {
  return severities.reduce((sum, severity) => sum + changes[severity], 0);
}

/** `this week`; `in 12 days` where it took longer, for want of anybody to tell. */
function renderSpan({ from, until }: WeekSummary): string {
  const days = Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
  return days <= 8 ? 'this week' : `in ${days} days`;
}

/** What a person is to do about changes that no event brought; `null`: there were none. */
export function renderUnannounced({ unannounced = 0 }: WeekCounts): string | null {
  if (unannounced === 0) return null;
  return (
    `${countOf(unannounced, 'change')} found by scans, of which no event told: that takes a trail of CloudTrail ` +
    'that logs management events in that region'
  );
}

/** `35 minutes`, `5 hours`, `3 days`: the largest unit of which there are two at least. */
export function renderDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return countOf(minutes, 'minute');
  return minutes < 2 * 1440 ? countOf(Math.round(minutes / 60), 'hour') : countOf(Math.round(minutes / 1440), 'day');
}

/** `startedAt`: where the week began; a week that is told again has the same id. */
export function buildWeekAlert(week: WeekSummary, startedAt: string, context: DigestContext): Alert {
  const { account, tableName, tableRegion, scannedAt, coverage } = context;
  return {
    alertId: createHash('sha256')
      .update(JSON.stringify([account, startedAt, 'all-is-well']))
      .digest('hex')
      .slice(0, 32),
    kind: 'all-is-well',
    severity: 'info',
    reason: renderWeekHeadline(week, coverage),
    // Of the monitor: it is about the whole account.
    region: tableRegion ?? '',
    instance: null,
    changedAfter: week.from,
    changedBefore: week.until,
    ...nothingSaid(),
    details: { table: tableName, ...scanKey(account, scannedAt) },
    week,
  };
}
