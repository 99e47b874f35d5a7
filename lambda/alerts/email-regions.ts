/** What a mail says about regions as a whole. */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, renderPhrase } from '../firewall/index.ts';
import type { MonitoringSummary } from '../history/entry.ts';
import { renderPlain } from './escape.ts';
import { renderStart } from './headline.ts';
import { renderInstant } from './instants.ts';
import { renderOnce } from './render-once.ts';

/** `account`: the account as the mail calls it. */
export const renderStartedLines = renderOnce((alert, account: string): readonly string[] => {
  const { summary, severity, region } = alert;
  const heading = `${severity.toUpperCase()}  ${renderPlain(renderStart([alert]))}   account ${account}`;
  if (summary === undefined) return [heading, `  What was found in ${renderPlain(region, 40)} is in the table.`];
  const { worst, more, instancesListed, instancesRead } = summary;
  const lines = worst.map(renderWatched);
  if (more > 0) lines.push(`  and ${more} more${worst.length > 0 ? ', none of them worse' : ''}`);
  const unread = instancesListed - instancesRead;
  if (unread > 0) lines.push(`  ${unread} of ${instancesListed} could not be read yet; you are told if that stays so.`);
  return [heading, ...lines, '  From now on you are told when this changes.'];
});

/** One line an instance: at most three openings, the rest counted. */
function renderWatched({ instanceName, severity, exposure }: MonitoringSummary['worst'][number]): string {
  const { phrases, more } = describeReach(exposure, { maxLines: 3, maxSources: 2 });
  const said = phrases.map(renderPhrase);
  if (more > 0) said.push(`${more} more`);
  const open = said.length === 0 ? 'nothing reaches it' : said.join('; ');
  return `  ${severity.toUpperCase().padEnd(8)}  ${renderPlain(instanceName, 80)}   ${open}`;
}

export function renderEmptyRegionsLines(alerts: readonly Alert[]): string[] {
  const subject = alerts.length === 1 ? '1 region without instances' : `${alerts.length} regions without instances`;
  return [`INFO  watching ${subject}: ${listRegions(alerts)}`];
}

export function renderFailedRegionsLines(reason: string, alerts: readonly [Alert, ...Alert[]]): string[] {
  const [{ severity, failure }] = alerts;
  const level = severity.toUpperCase();
  if (reason === 'region-not-enabled') {
    return [
      `${level}  not enabled in this account, so not watched: ${listRegions(alerts)}`,
      '  You are told this once. A region that is enabled later is watched from then on.',
    ];
  }
  const subject = alerts.length === 1 ? 'region' : `${alerts.length} regions:`;
  const lines = [`${level}  could not list ${subject} ${listRegions(alerts)}`];
  if (failure !== undefined) {
    const why = `${renderPlain(reason, 60)}. ${renderPlain(failure.message, 300)}`;
    lines.push(`  Since ${renderInstant(failure.since)}: ${why}`);
  }
  return [...lines, '  What changes there is not seen until it can be listed again; you are told when it can.'];
}

export function listRegions(alerts: readonly Alert[]): string {
  return alerts.map(({ region }) => renderPlain(region, 40)).join(', ');
}
