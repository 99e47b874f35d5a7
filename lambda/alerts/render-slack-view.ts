/**
 * Renders one view of an alert in Slack's markdown, for the webhook and for Amazon Q Developer. Names and exposures are in code spans,
 * where formatting, mentions and links have no effect.
 */
import type { Severity } from '../firewall/index.ts';
import { cutEscaped, escapeSlackEntities, renderSlackCode, renderSlackText } from './escape.ts';
import { renderCount } from './render-count.ts';
import { renderGuardedCommand } from './restore-command.ts';
import type { AlertView, ChannelFormat, ExposureList, ViewPart } from './view-parts.ts';

export const slackChannel: ChannelFormat = {
  text: (text, maxLength) => renderSlackText(text, Math.min(maxLength, 300)),
  name: renderSlackCode,
  isBrief: true,
  maxSources: 2,
  maxLines: { opened: 6, closed: 6, dormant: 0, replaced: 0, notes: 0, worst: 1 },
};

export const severityEmoji: Readonly<Record<Severity, string>> = {
  critical: ':rotating_light:',
  high: ':red_circle:',
  medium: ':large_orange_circle:',
  low: ':large_yellow_circle:',
  info: ':information_source:',
};

/** Slack's maximum number of characters in a section. */
export const maxSectionLength = 3_000;
/** A longer restore command is only in the mail and in the JSON event. */
const maxCommandLength = 1_200;

/**
 * Returns at most 3,000 characters. Text that is too long is cut between lines; only a first line that is too long is cut inside.
 *
 * `shownAccount`: the account for the heading, which must be escaped. `null`: only one account is watched.
 */
export function renderSlackView(
  { severity, heading, hasAccount, parts, restore }: AlertView,
  account: string,
  shownAccount: string | null,
): string {
  const own = shownAccount === null || !hasAccount ? [] : [`account ${shownAccount}`];
  const headline = [...heading, ...own].join('  ');
  const [first = '', ...rest] = [...(headline === '' ? [] : [headline]), ...parts.flatMap((part) => renderPart(part))];
  const title = `${severityEmoji[severity]} *${severity.toUpperCase()}* ${first}`;
  const end = restore === null ? '' : renderRestore(restore, account);
  return `${joinLines([title, ...rest], maxSectionLength - end.length)}${end}`;
}

function renderPart(part: ViewPart): string[] {
  switch (part.part) {
    case 'sentence':
      return [part.text.trim(), ...(part.list ?? [])];
    case 'reason':
      return [`Because ${part.text}.`];
    case 'rated':
      return [`${part.severity} ${part.text}`];
    case 'exposure':
      return part.lists.flatMap(renderList);
  }
}

function renderList({ label, phrases, more }: ExposureList): string[] {
  const name = label.toLowerCase();
  if (phrases === null) return [`${name}: the list is too long for a message`];
  const lines = phrases.map(
    ({ what, from }) => `${name} ${renderSlackCode(what, 120)} from ${renderSlackCode(from, 200)}`,
  );
  return more === 0 ? lines : [...lines, `${name}: and ${more} more`];
}

/** A code block can't contain a backtick. So a command with a backtick is left out, as is a command that is too long. */
function renderRestore({ lead, command }: NonNullable<AlertView['restore']>, account: string): string {
  const code = escapeSlackEntities(renderGuardedCommand(account, command));
  const problem =
    code.length > maxCommandLength
      ? 'is too long for Slack'
      : code.includes('`')
        ? 'has a backtick, which ends a code block in Slack'
        : null;
  if (problem !== null)
    return `\nThe restore command ${problem}: alerts by mail have it, and the history has the earlier rules.`;
  return `\n${lead}\n\`\`\`${code}\`\`\``;
}

function joinLines(lines: readonly string[], maxTextLength: number): string {
  const fitting: string[] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length + 1;
    // 20 characters are kept for the number of lines that are left out.
    if (length > maxTextLength - 20) {
      fitting.push(
        index === 0
          ? `${cutEscaped(line, maxTextLength - 20)}…`
          : `and ${renderCount(lines.length - index, 'more line')}`,
      );
      break;
    }
    fitting.push(line);
  }
  return fitting.join('\n');
}
