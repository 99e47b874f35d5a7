/** The alert of the weekly digest, with its headline and the problems of the monitor. */
import type { Alert, Coverage, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { scanKey } from '../contract/table-keys.ts';
import { renderDuration, severities } from '../firewall/index.ts';
import { hashAlertId } from './alert-id.ts';
import { blankAlert } from './blank-alert.ts';
import type { DigestContext } from './build-digest.ts';
import { renderCount } from './render-count.ts';

export interface WeekState {
  coverage: Coverage;
  /** True if the scan that sends the digest was complete. */
  complete: boolean;
  /** All gaps that the metric `OpenGaps` counts, not only those that the digest lists. */
  openGaps: number;
  hasUnalerted: boolean;
  /** The longest time without a complete scan, if it was too long for the configured interval; `null`: no time was too long. */
  tooLongSeconds: number | null;
}

/** Most important problem first; empty if all is well. */
export function listProblems(week: Omit<WeekSummary, 'problems'>, state: WeekState): string[] {
  const { counts, subscriptions } = week;
  const { instancesListed, instancesRead, regionsListed, regionsNotDue = [] } = state.coverage;
  const isNothingWatched = regionsListed === 0 && regionsNotDue.length === 0;
  const problems: string[] = [];
  if (isNothingWatched) problems.push('no region could be listed, so nothing is watched');
  if (state.hasUnalerted) problems.push('changes without an alert yet');
  if (state.openGaps > 0) problems.push(`${renderCount(state.openGaps, 'gap')} open`);
  else if (instancesRead < instancesListed)
    problems.push(`${instancesListed - instancesRead} of ${renderCount(instancesListed, 'instance')} not read`);
  if (!state.complete && !isNothingWatched) problems.push('this scan is incomplete');
  if (counts === null) problems.push('the week could not be counted');
  else {
    if (state.tooLongSeconds !== null) problems.push(`${renderDuration(state.tooLongSeconds)} without a complete scan`);
    const incomplete = counts.scans - counts.completeScans;
    if (incomplete > 0) problems.push(`${incomplete} of ${renderCount(counts.scans, 'scan')} incomplete`);
  }
  if (subscriptions !== null && subscriptions.pending > 0)
    problems.push(`${renderCount(subscriptions.pending, 'subscription')} not confirmed`);
  return problems;
}

/** `all is well: 43 instances watched, 2 changes this week`, or the problems in place of "all is well". */
function renderWeekHeadline(week: WeekSummary, { instancesListed, accounts }: Coverage): string {
  const verdict = week.problems.length === 0 ? 'all is well' : week.problems.join(', ');
  const open = week.openToWorld.length + week.openToWorldMore;
  const where = accounts === undefined ? '' : ` in ${renderCount(accounts, 'account')}`;
  const facts = [`${renderCount(instancesListed, 'instance')} watched${where}`];
  if (week.counts !== null) facts.push(`${renderCount(sumChanges(week.counts), 'change')} ${renderSpan(week)}`);
  if (open > 0) facts.push(`${open} open to the world`);
  return `${verdict}: ${facts.join(', ')}`;
}

export function sumChanges({ changes }: WeekCounts): number {
  return severities.reduce((sum, severity) => sum + changes[severity], 0);
}

/** `this week`; `in 12 days` if the digest had to wait for a confirmed subscription, `in 3 days` if the history is kept for 3 days only. */
function renderSpan({ from, until }: WeekSummary): string {
  const days = Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
  return days === 7 || days === 8 ? 'this week' : `in ${renderCount(days, 'day')}`;
}

/** `startedAt`: start or number of the week, so that a repeated digest has the same id. */
export function buildWeekAlert(week: WeekSummary, startedAt: string, context: DigestContext): Alert {
  const { account, tableName, tableRegion, scannedAt, coverage } = context;
  return blankAlert({
    alertId: hashAlertId(account, startedAt, 'all-is-well'),
    kind: 'all-is-well',
    reason: renderWeekHeadline(week, coverage),
    // The region of the monitor, because the alert is about the whole account.
    region: tableRegion ?? '',
    changedAfter: week.from,
    changedBefore: week.until,
    details: { table: tableName, ...scanKey(account, scannedAt) },
    week,
  });
}
