/** The weekly digest as lines of a mail. */
import type { Alert, OpenGap, OpenInstance, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { severities } from '../firewall/index.ts';
import { renderPlain } from './escape.ts';
import { renderDay, renderInstant } from './instants.ts';
import { renderDuration, renderUnannounced, sumChanges } from './week.ts';

/** `account`: the account as the mail calls it. */
export function renderWeekLines({ reason }: Alert, week: WeekSummary, account: string): string[] {
  return [
    `INFO  from ${renderDay(week.from)} to ${renderDay(week.until)}   account ${account}`,
    `  ${renderPlain(reason.charAt(0).toUpperCase() + reason.slice(1), 500)}.`,
    ...renderCounts(week.counts),
    ...renderOpen(week),
    ...renderGaps(week),
    ...renderSubscriptions(week.subscriptions),
    ...renderRanOut(week.ranOut ?? []),
    '  This mail comes once a week. If it does not, look after Portwatch: docs/runbook.md.',
  ];
}

function renderCounts(counts: WeekCounts | null): string[] {
  if (counts === null) return ['  Scans and changes: could not be counted, since the table did not answer.'];
  const incomplete = counts.scans - counts.completeScans;
  const unannounced = renderUnannounced(counts);
  const severe = severities.filter((severity) => counts.changes[severity] > 0);
  const changes = severe.map((severity) => `${counts.changes[severity]} ${severity}`).join(', ');
  const silent = [
    ...(counts.expectedChanges > 0 ? [`${counts.expectedChanges} as expected, not sent`] : []),
    ...(counts.rewritten > 0 ? [`${counts.rewritten} without effect, rules rewritten`] : []),
  ];
  return [
    `  Scans: ${counts.scans}, ${incomplete === 0 ? 'all complete' : `${incomplete} incomplete`}; ` +
      `the longest time without a complete one: ${renderDuration(counts.longestSilenceSeconds)}.`,
    `  Changes: ${sumChanges(counts)}${changes === '' ? '' : ` (${changes})`}${silent.map((each) => `; ${each}`).join('')}.`,
    ...(unannounced === null ? [] : [`  ${unannounced} (docs/configuration.md#events).`]),
  ];
}

function renderOpen({ openToWorld, openToWorldMore }: WeekSummary): string[] {
  if (openToWorld.length === 0) return ['  Open to the world and critical or high: nothing.'];
  const more = openToWorldMore === 0 ? [] : [`    and ${openToWorldMore} more`];
  return ['  Open to the world and critical or high:', ...openToWorld.map(renderOpenInstance), ...more];
}

function renderOpenInstance({ severity, instanceName, region, reason, since, isLastKnown }: OpenInstance): string {
  const who = `${severity.toUpperCase().padEnd(8)}  ${renderPlain(instanceName, 80)}  ${renderPlain(region, 40)}`;
  const when = since === null ? '' : `; its firewall is the same since ${renderInstant(since)}`;
  return `    ${who}   ${renderPlain(reason, 300)}${when}${isLastKnown ? "; it can't be read now" : ''}`;
}

function renderGaps({ gaps, gapsMore }: WeekSummary): string[] {
  if (gaps.length === 0) return [];
  const more = gapsMore === 0 ? [] : [`    and ${gapsMore} more`];
  return ["  Can't be read, so that changes there go unseen:", ...gaps.map(renderGap), ...more];
}

function renderGap({ region, instanceName, reason, since }: OpenGap): string {
  const who = instanceName === null ? 'the region' : renderPlain(instanceName, 80);
  return `    ${who}  ${renderPlain(region, 40)}   since ${renderInstant(since)}: ${renderPlain(reason, 60)}`;
}

function renderRanOut(reasons: readonly string[]): string[] {
  return reasons.map((reason) => `  No longer expected, its time has run out: ${renderPlain(reason, 200)}.`);
}

function renderSubscriptions(subscriptions: WeekSummary['subscriptions']): string[] {
  if (subscriptions === null) return [];
  const { confirmed, pending, deleted } = subscriptions;
  const rest = [
    ...(pending > 0 ? [`${pending} not confirmed: whoever that is hears nothing`] : []),
    ...(deleted > 0 ? [`${deleted} removed lately`] : []),
  ];
  return [`  Subscriptions to alerts: ${[`${confirmed} confirmed`, ...rest].join('; ')}.`];
}
