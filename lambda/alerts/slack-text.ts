/**
 * One section of a digest in Slack's markdown: for the incoming webhook and for Amazon Q Developer alike. Names and reach stand in code
 * spans, so that nothing in them can format, mention or link.
 */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, type Reach, type Severity } from '../firewall/index.ts';
import { isAccountWide } from './account-wide.ts';
import { describeWho } from './describe-actor-lines.ts';
import { escapeSlackEntities, renderSlackCode, renderSlackText } from './escape.ts';
import { renderHeadline, renderStart } from './headline.ts';
import { renderInstant, renderSpan } from './instants.ts';
import { renderOnce } from './render-once.ts';
import { renderGuardedCommand } from './restore-command.ts';
import type { Section } from './sections.ts';
import { renderSlackAccountWide } from './slack-week.ts';

export const severityEmoji: Readonly<Record<Severity, string>> = {
  critical: ':rotating_light:',
  high: ':red_circle:',
  medium: ':large_orange_circle:',
  low: ':large_yellow_circle:',
  info: ':information_source:',
};

/** A section text of Slack's holds 3,000 characters; a longer command is in the mail and in the JSON. */
const maxCommandLength = 1_200;
const maxTextLength = 1_700;
const maxReachLines = 6;

/** At most 3,000 characters, cut between lines. */
export function renderSlackSection(section: Section, account: string): string {
  const [first] = section.alerts;
  if (isAccountWide(first)) return renderSlackAccountWide(first);
  const title = `${severityEmoji[first.severity]} *${first.severity.toUpperCase()}*`;
  switch (section.kind) {
    case 'started':
      return joinLines([`${title} ${renderSlackText(renderStart(section.alerts))}`, ...renderWatched(first)]);
    case 'started-empty':
      return joinLines([`${title} watching without instances so far: ${renderRegions(section.alerts)}`]);
    case 'regions-failed':
      return joinLines([
        section.reason === 'region-not-enabled'
          ? `${title} not enabled in this account, so not watched: ${renderRegions(section.alerts)}`
          : `${title} could not list: ${renderRegions(section.alerts)}`,
        ...(section.reason === 'region-not-enabled' ? [] : renderFailure(first)),
      ]);
    case 'alert':
      return renderSlackAlert(first, title, account);
  }
}

const renderSlackAlert = renderOnce((alert, title: string, account: string): string => {
  const lines = [`${title} ${renderWho(alert)}`, ...renderWhat(alert), ...renderRestoreNote(alert)];
  return `${joinLines(lines)}${renderRestore(alert, account)}`;
});

function renderWho({ instance, region }: Alert): string {
  const name = instance === null ? 'region' : renderSlackCode(instance.name, 100);
  const address = instance?.publicIpAddress ?? instance?.ipv6Addresses[0];
  return [name, renderSlackText(region, 40), ...(address ? [renderSlackCode(address, 60)] : [])].join('  ');
}

function renderWhat(alert: Alert): string[] {
  const when = renderWhen(alert);
  switch (alert.kind) {
    case 'firewall-changed':
      return [
        ...renderReach('opened', alert.opened),
        ...renderReach('closed', alert.closed),
        ...renderReason(alert),
        ...renderActors(alert, `Changed ${when}.`),
      ];
    case 'firewall-flapped': {
      const isTold = alert.opened?.length !== 0 || alert.closed?.length !== 0;
      return [
        ...renderReach('was open', alert.opened),
        ...renderReach('was closed', alert.closed),
        ...renderReason(alert),
        ...renderActors(alert, isTold ? `It was so ${when}; it is over.` : `CloudTrail has it ${when}.`),
      ];
    }
    case 'attributed':
      return renderActors(alert, `Told before: ${renderSlackText(alert.reason)}, ${when}.`);
    case 'instance-appeared': {
      const what = alert.replaces === undefined ? 'New instance' : 'New instance in the place of another of that name';
      return [
        `${what}, ${when}.`,
        ...renderReach('open', alert.opened),
        ...renderReason(alert),
        ...renderKnownActors(alert),
      ];
    }
    case 'instance-gone':
      return [`Instance is gone, ${when}.`, ...renderReach('was open', alert.closed), ...renderKnownActors(alert)];
    case 'unreadable':
      return ["Its firewall can't be read: what reaches it is unknown.", ...renderFailure(alert)];
    default:
      return [renderSlackText(renderHeadline(alert)), ...renderReason(alert)];
  }
}

/** Names stand in code spans, so that nothing in them formats, mentions or links. */
function renderActors(alert: Alert, sentence: string): string[] {
  const { lead, calls, doubt } = describeWho(alert, renderSlackCode);
  return [`${sentence} ${lead}`.trim(), ...calls, ...(doubt === null ? [] : [doubt])];
}

function renderKnownActors(alert: Alert): string[] {
  return alert.changedBy === null ? [] : renderActors(alert, '');
}

function renderReach(label: string, reach: readonly Reach[] | null): string[] {
  if (reach === null) return [`${label}: too much to list it here`];
  const { phrases, more } = describeReach(reach, { maxLines: maxReachLines, maxSources: 2 });
  const lines = phrases.map(
    ({ what, from }) => `${label} ${renderSlackCode(what, 120)} from ${renderSlackCode(from, 200)}`,
  );
  return more === 0 ? lines : [...lines, `${label}: and ${more} more`];
}

function renderReason({ reason }: Alert): string[] {
  return reason === '' ? [] : [`Because ${renderSlackText(reason)}.`];
}

function renderWhen({ changedAfter, changedBefore }: Alert): string {
  return renderSlackText(renderSpan(changedAfter, changedBefore), 120);
}

function renderFailure({ failure }: Alert): string[] {
  if (failure === undefined) return [];
  const since = renderSlackText(renderInstant(failure.since), 60);
  return [`Since ${since}: ${renderSlackCode(failure.reason, 60)} ${renderSlackText(failure.message, 200)}`];
}

const renderWatched = renderOnce(({ summary }): readonly string[] => {
  const lines = (summary?.worst ?? []).map(({ instanceName, severity, exposure }) => {
    const { phrases, more } = describeReach(exposure, { maxLines: 1, maxSources: 2 });
    const [first] = phrases;
    const open = first === undefined ? 'nothing reaches it' : renderSlackCode(`${first.what} from ${first.from}`, 160);
    return `${severity} ${renderSlackCode(instanceName, 100)} ${open}${more === 0 ? '' : ` and ${more} more`}`;
  });
  return summary === undefined || summary.more === 0 ? lines : [...lines, `and ${summary.more} more`];
});

function renderRegions(alerts: readonly Alert[]): string {
  return alerts.map(({ region }) => renderSlackText(region, 40)).join(', ');
}

function renderRestoreNote({ restoreCommand, restoreNote }: Alert): string[] {
  if (restoreCommand !== null || restoreNote === null) return [];
  return [`No command puts it back for certain: ${renderSlackText(restoreNote)}.`];
}

/** A command with a backtick in it can't stand in a code block and stay the same: it is left to the mail. */
function renderRestore({ restoreCommand }: Alert, account: string): string {
  if (restoreCommand === null) return '';
  const code = escapeSlackEntities(renderGuardedCommand(account, restoreCommand));
  if (code.includes('`') || code.length > maxCommandLength) return '\nThe command that puts it back is in the mail.';
  return `\nPut it back (replaces the whole firewall with what it was):\n\`\`\`${code}\`\`\``;
}

/** As many whole lines as there is room for. */
function joinLines(lines: readonly string[]): string {
  const said: string[] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length + 1;
    if (length > maxTextLength) {
      said.push(
        index === 0
          ? `${line.slice(0, maxTextLength).replace(/&[a-z]*$/, '')}…`
          : `and ${lines.length - index} more lines`,
      );
      break;
    }
    said.push(line);
  }
  return said.join('\n');
}
