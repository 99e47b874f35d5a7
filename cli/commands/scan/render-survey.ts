import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { defaultRatingPolicy, type Reach, type Severity } from '../../../lambda/firewall/index.ts';
import { listOpen } from '../../text/list-reach.ts';
import { countSeverities, renderSeverity } from '../../text/render-severity.ts';
import { renderTable } from '../../text/render-table.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { SurveyedInstance, Unread } from './read-and-rate-fleet.ts';
import type { AccountSurvey } from './survey-account.ts';

/** The limit for each list of one instance, in lines. `--json` has no limit. */
const maxLines = 12;

/**
 * In columns. On a terminal of this width or more, the table also shows addresses and reasons. A narrower terminal leaves both out, so that
 * the open ports have room. `--json` always has both.
 */
const roomyWidth = 100;

const reasonsFrom: readonly Severity[] = ['critical', 'high'];

export function renderSurvey(survey: AccountSurvey, terminal: Terminal): string {
  const { out } = terminal;
  const caller = [
    `Account ${survey.account}`,
    ...(survey.profile === null ? [] : [`profile ${survey.profile}`]),
    survey.callerArn,
  ];
  const parts = [
    out.style('bold', renderPlain(caller.filter(Boolean).join(' · '), 300)),
    ...(survey.instances.length > 0 ? [renderInstances(survey.instances, terminal)] : []),
    ...renderTrouble(survey, terminal),
    renderCoverage(survey),
  ];
  return parts.join('\n\n');
}

function renderInstances(instances: readonly SurveyedInstance[], { out, width }: Terminal): string {
  const isRoomy = width >= roomyWidth;
  const rows = instances.map((instance) => [
    renderSeverity(instance.severity, out),
    renderPlain(instance.name, 60),
    renderPlain(instance.region, 40),
    ...(isRoomy ? [renderPlain(instance.facts.publicIpAddress ?? instance.facts.ipv6Addresses[0] ?? '-', 45)] : []),
    renderExposure(instance, isRoomy, (text) => out.style('dim', text)),
  ]);
  const head = ['SEVERITY', 'INSTANCE', 'REGION', ...(isRoomy ? ['ADDRESS'] : []), 'OPEN'];
  return renderTable(head, rows, width, out);
}

function renderExposure(
  { exposure, severity, reason }: SurveyedInstance,
  showReason: boolean,
  dim: (text: string) => string,
): string {
  const { notes } = exposure;
  const list = (reach: Reach[]) => listOpen({ reach, notes }, defaultRatingPolicy, maxLines);
  const lines = list(exposure.reach);
  if (exposure.dormant.length > 0) {
    lines.push(dim('dormant, until the instance gets an address of that family:'), ...list(exposure.dormant));
  }
  lines.push(...notes.slice(0, maxLines).map(({ text }) => dim(`note: ${renderPlain(text)}`)));
  if (showReason && reasonsFrom.includes(severity)) lines.push(dim(renderPlain(reason)));
  return lines.join('\n');
}

function renderTrouble(survey: AccountSurvey, { out }: Terminal): string[] {
  const { notRead, regionsFailed, regionsUnavailable } = survey;
  const list = (title: string, unread: readonly Unread[]) =>
    unread.length === 0 ? [] : [[out.style('yellow', title), ...unread.map(renderUnread)].join('\n')];
  const isNotEnabled = ({ reason }: Unread) => reason === 'region-not-enabled';
  const names = regionsUnavailable.filter(isNotEnabled).map(({ region }) => renderPlain(region, 40));
  const denied = regionsUnavailable.filter((unread) => !isNotEnabled(unread));
  return [
    ...list('Instances that could not be read, so their exposure is unknown:', notRead),
    ...list('Regions that could not be listed, so the exposure of their instances is unknown:', regionsFailed),
    ...list('Skipped regions: these credentials may not list instances there:', denied),
    ...(names.length > 0 ? [`Skipped regions that are not enabled in this account: ${names.join(', ')}.`] : []),
  ];
}

function renderUnread({ region, instanceName, reason, message }: Unread): string {
  const place = renderPlain(region, 40);
  const name = instanceName === null ? place : `${renderPlain(instanceName, 60)} (${place})`;
  return `  ${name}: ${reason}, ${renderPlain(message)}`;
}

function renderCoverage({ instances, notRead, regionsListed }: AccountSurvey): string {
  const listed = instances.length + notRead.length;
  const counts = countSeverities(instances);
  const found = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  return `Read ${instances.length} of ${renderCount(listed, 'instance')} in ${renderCount(regionsListed.length, 'region')}${found}.`;
}
