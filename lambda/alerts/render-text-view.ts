/** Renders one view of an alert as lines of plain text, for the mail. */
import { renderPlain } from './escape.ts';
import { renderGuardedCommand } from './restore-command.ts';
import type { AlertView, ChannelFormat, ExposureList, ViewPart } from './view-parts.ts';

/** With these limits an alert has at most about 50 lines. */
export const mailChannel: ChannelFormat = {
  text: renderPlain,
  name: renderPlain,
  isBrief: false,
  maxSources: 4,
  maxLines: { opened: 18, closed: 10, dormant: 4, replaced: 4, notes: 4, worst: 3 },
};

interface TextPlace {
  account: string;
  /** `123456789012 (prod)` */
  accountName: string;
  historyQuery: string;
  /** The account of the table, whose credentials the query needs. `null`: the resource is in the same account. */
  tableAccount: string | null;
}

export function renderTextView(
  view: AlertView,
  { account, accountName, historyQuery, tableAccount }: TextPlace,
): string[] {
  const { severity, heading, hasAccount, parts, restore, historyLead } = view;
  const where = tableAccount === null ? '' : ` (with credentials of account ${tableAccount})`;
  return [
    `${[severity.toUpperCase(), ...heading].join('  ')}${hasAccount ? `   account ${accountName}` : ''}`,
    ...parts.flatMap((part) => renderPart(part, severity)),
    ...(restore === null ? [] : [`  ${restore.lead}`, `    ${renderGuardedCommand(account, restore.command)}`]),
    ...(historyLead === null ? [] : [`  ${historyLead.replace(/:$/, '')}${where}:`, `    ${historyQuery}`]),
  ];
}

function renderPart(part: ViewPart, severity: AlertView['severity']): string[] {
  switch (part.part) {
    case 'sentence':
      return [`  ${part.text}`, ...(part.list ?? []).map((line) => `    ${line}`)];
    case 'reason':
      return [`  ${severity.charAt(0).toUpperCase()}${severity.slice(1)} because ${part.text}.`];
    case 'rated':
      return [`${part.isNested ? '    ' : '  '}${part.severity.toUpperCase().padEnd(8)}  ${part.text}`];
    case 'exposure': {
      const width = columnWidth(part.lists);
      return part.lists.flatMap((list) => renderList(list, width, part.isNested ? '    ' : '  '));
    }
  }
}

function renderList({ label, phrases, more }: ExposureList, width: number, indent: string): string[] {
  if (phrases === null)
    return [`${indent}${label}  the list is too long for a message; the history has the whole list.`];
  const lines = phrases.map(({ what, from }) => `${indent}${label}  ${what.padEnd(width)}   from ${from}`);
  return more === 0 ? lines : [...lines, `${indent}${label}  and ${more} more`];
}

/** The sources of all lists begin in one column. Ports with more than 40 characters shift only their own line. */
function columnWidth(lists: readonly ExposureList[]): number {
  const lengths = lists.flatMap(({ phrases }) => (phrases ?? []).map(({ what }) => what.length));
  return Math.min(40, Math.max(0, ...lengths));
}
