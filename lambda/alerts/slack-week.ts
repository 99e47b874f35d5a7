/** The weekly digest, and a test, in Slack's markdown. */
import type { Alert, OpenGap, OpenInstance, WeekSummary } from '../contract/json-event.ts';
import { countOf } from './count-of.ts';
import { renderSlackCode, renderSlackText } from './escape.ts';
import { renderInstant } from './instants.ts';
import { renderUnannounced } from './week.ts';

const mostLines = 5;
const maxLength = 2_900;

/** Of an alert that is about the whole account. As many whole lines as there is room for: a section of Slack's holds 3,000 characters. */
export function renderSlackAccountWide({ severity, reason, week }: Alert): string {
  const title = `:information_source: *${severity.toUpperCase()}* ${renderSlackText(reason, 300)}`;
  const lines = [title, ...(week === undefined ? [] : renderWeek(week))];
  let length = 0;
  const fitting = lines.filter((line) => {
    length += line.length + 1;
    return length <= maxLength;
  });
  return [...fitting, ...(fitting.length < lines.length ? ['and more: it is in the mail'] : [])].join('\n');
}

/** What it leaves out is in the mail. */
function renderWeek({ openToWorld, openToWorldMore, gaps, gapsMore, counts, subscriptions }: WeekSummary): string[] {
  const lines = [
    ...openToWorld.slice(0, mostLines).map(renderOpen),
    ...renderMore(openToWorld.length + openToWorldMore, 'open to the world'),
    ...gaps.slice(0, mostLines).map(renderGap),
    ...renderMore(gaps.length + gapsMore, "that can't be read"),
  ];
  if (counts !== null) {
    const { scans, completeScans, expectedChanges, rewritten } = counts;
    lines.push(`${completeScans} of ${countOf(scans, 'scan')} complete`);
    const silent = expectedChanges + rewritten;
    const unannounced = renderUnannounced(counts);
    if (unannounced !== null) lines.push(unannounced);
    if (silent > 0) lines.push(`${countOf(silent, 'change')} not sent: expected, or without effect`);
  }
  if (subscriptions !== null && subscriptions.deleted > 0)
    lines.push(`${countOf(subscriptions.deleted, 'subscription')} removed lately`);
  return lines;
}

function renderMore(count: number, what: string): string[] {
  return count > mostLines ? [`and ${count - mostLines} more ${what}`] : [];
}

function renderOpen({ severity, instanceName, region, reason, isLastKnown }: OpenInstance): string {
  const unread = isLastKnown ? "; it can't be read now" : '';
  return `${severity} ${renderSlackCode(instanceName, 60)} ${renderSlackText(region, 40)}: ${renderSlackText(reason, 100)}${unread}`;
}

function renderGap({ instanceName, region, reason, since }: OpenGap): string {
  const who = instanceName === null ? 'region' : renderSlackCode(instanceName, 60);
  return `can't be read: ${who} ${renderSlackText(region, 40)} since ${renderSlackText(renderInstant(since), 60)}, ${renderSlackCode(reason, 60)}`;
}
