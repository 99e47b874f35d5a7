/** One alert about one instance (or anything this version does not know), as lines of a mail. */
import type { Alert } from '../contract/json-event.ts';
import { compareFirewalls, describeReach, exposureOf, type Phrase, type Reach } from '../firewall/index.ts';
import { renderAttributionDeniedLines } from './attribution-denied-alert.ts';
import { renderAttributedLines, renderTransientLines, renderWhoLines } from './email-who.ts';
import { renderPlain } from './escape.ts';
import { renderInstant, renderWindow } from './instants.ts';
import { renderOnce } from './render-once.ts';
import { renderGuardedCommand } from './restore-command.ts';
import { renderHistoryQuery } from './table-queries.ts';

export interface MailPlace {
  account: string;
  /** The account as the mail calls it, printable. */
  accountName: string;
  tableRegion: string | undefined;
}

/** Lines for each part, so that an alert stays within about 50. */
const maxLines = { opened: 18, closed: 10, dormant: 4, replaced: 4, notes: 4 };

export const renderAlertLines = renderOnce((alert, place: MailPlace): readonly string[] => [
  renderHeading(alert, place),
  ...renderWhatHappened(alert),
  ...renderNotes(alert),
  ...renderRestore(alert, place),
  ...(withoutHistory.includes(alert.kind) ? [] : renderHistory(alert, place)),
]);

/** Of the one it was shown with the alert before; the other is about no instance. */
const withoutHistory: readonly string[] = ['attributed', 'attribution-denied'];

/** `CRITICAL  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)` */
function renderHeading({ severity, instance, region }: Alert, { accountName }: MailPlace): string {
  const address = instance?.publicIpAddress ?? instance?.ipv6Addresses[0] ?? null;
  const parts = [
    severity.toUpperCase(),
    instance === null ? 'region' : renderPlain(instance.name, 80),
    renderPlain(region, 40),
  ];
  if (address !== null) parts.push(renderPlain(address, 60));
  return `${parts.join('  ')}   account ${accountName}`;
}

function renderWhatHappened(alert: Alert): string[] {
  switch (alert.kind) {
    case 'firewall-changed':
      return [
        ...renderDifference(alert),
        ...renderDormant(alert),
        ...renderReason(alert),
        ...renderWhoLines(alert, renderWhen('Changed', alert)),
      ];
    case 'firewall-flapped':
      return [
        ...renderReach('WAS OPEN', alert.opened, maxLines.opened),
        ...renderReach('WAS CLOSED', alert.closed, maxLines.closed),
        ...renderReason(alert),
        ...renderTransientLines(alert),
      ];
    case 'attributed':
      return renderAttributedLines(alert);
    case 'attribution-denied':
      return renderAttributionDeniedLines(alert);
    case 'instance-appeared':
      return renderAppeared(alert);
    case 'instance-gone':
      return [
        `  GONE: its region's list no longer has it. ${renderWhen('Deleted', alert)}`,
        ...renderReach('WAS OPEN', alert.closed, maxLines.closed),
        ...renderReason(alert),
        ...renderKnownWho(alert),
      ];
    case 'unreadable':
      return [...renderFailure(alert), ...renderLastKnown(alert)];
    case 'readable-again':
    case 'region-readable-again':
      return renderRecovery(alert);
    default:
      return [
        `  ${renderPlain(alert.kind, 60)}: ${renderPlain(alert.reason, 500)}`,
        `  ${renderWhen('Happened', alert)}`,
      ];
  }
}

function renderDifference(alert: Alert): string[] {
  if (alert.opened === null || alert.closed === null)
    return ['  Too much changed to list it here; its history has it whole.'];
  const background = exposureBefore(alert);
  const opened = describeReach(alert.opened, { maxLines: maxLines.opened, ...(background && { background }) });
  const closed = describeReach(alert.closed, { maxLines: maxLines.closed });
  const width = columnWidth([...opened.phrases, ...closed.phrases]);
  return [...renderPhrases('OPENED', opened, width), ...renderPhrases('CLOSED', closed, width)];
}

/** What was open before, if the rules before are at hand and it was the rules that changed, not the addresses. */
function exposureBefore({ rulesBefore, rulesAfter, instance, opened }: Alert): Reach[] | undefined {
  if (rulesBefore === null || rulesAfter === null) return undefined;
  const ipAddressType = instance?.ipAddressType;
  const again = compareFirewalls({ rules: rulesBefore, ipAddressType }, { rules: rulesAfter, ipAddressType });
  if (JSON.stringify(again.opened) !== JSON.stringify(opened)) return undefined;
  return exposureOf({ rules: rulesBefore, ipAddressType }).reach;
}

function renderAppeared(alert: Alert): string[] {
  const { replaces } = alert;
  const isEmpty = alert.opened?.length === 0;
  const lines = [
    replaces === undefined
      ? '  NEW instance.'
      : `  NEW instance in the place of another of that name${replaces.arn === null ? '' : ` (${renderPlain(replaces.arn, 120)})`}.`,
    ...(isEmpty ? ['  Nothing reaches it.'] : renderReach('OPEN', alert.opened, maxLines.opened)),
    ...renderDormant(alert),
    ...renderReason(alert),
  ];
  if (
    replaces !== undefined &&
    (replaces.opened === null || replaces.opened.length + (replaces.closed?.length ?? 0) > 0)
  ) {
    lines.push('  Against the firewall of the one before:');
    lines.push(
      ...renderReach('  OPENED', replaces.opened, maxLines.replaced),
      ...renderReach('  CLOSED', replaces.closed, maxLines.replaced),
    );
  }
  lines.push(`  First seen ${renderSeenWhen(alert)}`, ...renderKnownWho(alert));
  return lines;
}

/** Who created or deleted an instance is said where it is known. */
function renderKnownWho(alert: Alert): string[] {
  return alert.changedBy === null ? [] : renderWhoLines(alert);
}

function renderDormant({ dormant, instance }: Alert): string[] {
  if (dormant === null || dormant.length === 0) return [];
  const type = renderPlain(instance?.ipAddressType ?? 'its present', 20);
  const reach = renderReach('  DORMANT', dormant, maxLines.dormant);
  return [`  Dormant: rules that are not live with ${type} addresses, and would be with others:`, ...reach];
}

function renderReach(label: string, reach: readonly Reach[] | null, lines: number): string[] {
  if (reach === null) return [`  ${label}  too much to list it here; its history has it whole.`];
  const described = describeReach(reach, { maxLines: lines });
  return renderPhrases(label, described, columnWidth(described.phrases));
}

function renderPhrases(label: string, { phrases, more }: { phrases: Phrase[]; more: number }, width: number): string[] {
  const lines = phrases.map(({ what, from }) => `  ${label}  ${what.padEnd(width)}   from ${from}`);
  return more === 0 ? lines : [...lines, `  ${label}  and ${more} more`];
}

/** The sources stand under each other, unless a name is so long that they would all be out of sight. */
function columnWidth(phrases: readonly Phrase[]): number {
  return Math.min(40, Math.max(0, ...phrases.map(({ what }) => what.length)));
}

function renderReason({ severity, reason }: Alert): string[] {
  return reason === ''
    ? []
    : [`  ${severity.charAt(0).toUpperCase()}${severity.slice(1)} because ${renderPlain(reason, 500)}.`];
}

function renderWhen(verb: string, { changedAfter, changedBefore }: Alert): string {
  if (changedAfter !== null) return `${verb} ${renderWindow(changedAfter, changedBefore)}.`;
  return `${verb} before ${renderInstant(changedBefore)}; no scan before that confirmed how it was.`;
}

function renderSeenWhen({ changedAfter, changedBefore }: Alert): string {
  const after = changedAfter === null ? '' : `; not there at ${renderInstant(changedAfter)}`;
  return `at ${renderInstant(changedBefore)}${after}.`;
}

function renderFailure({ failure, reason }: Alert): string[] {
  if (failure === undefined) return [`  CAN'T BE READ: ${renderPlain(reason, 500)}`];
  return [
    `  CAN'T BE READ since ${renderInstant(failure.since)}: ${renderPlain(failure.reason, 60)}. ${renderPlain(failure.message, 300)}`,
  ];
}

function renderLastKnown({ changedAfter }: Alert): string[] {
  const last =
    changedAfter === null
      ? 'It was never read.'
      : `What was known of it was last confirmed at ${renderInstant(changedAfter)}.`;
  return [`  ${last} What reaches it now is unknown, not closed. You are told when it can be read again.`];
}

function renderRecovery({ kind, failure, changedBefore }: Alert): string[] {
  const what = kind === 'readable-again' ? 'CAN BE READ AGAIN' : 'CAN BE LISTED AGAIN';
  const gap =
    failure === undefined
      ? ''
      : ` It could not since ${renderInstant(failure.since)} (${renderPlain(failure.reason, 60)}).`;
  return [`  ${what}, at ${renderInstant(changedBefore)}.${gap}`];
}

function renderNotes({ notes }: Alert): string[] {
  if (notes === null) return ['  Notes: too many to list them here; its history has them.'];
  const lines = notes.slice(0, maxLines.notes).map(({ text }) => `  Note: ${renderPlain(text, 400)}`);
  return notes.length <= maxLines.notes ? lines : [...lines, `  and ${notes.length - maxLines.notes} more notes`];
}

function renderRestore({ restoreCommand, restoreNote, instance }: Alert, { account }: MailPlace): string[] {
  const name = renderPlain(instance?.name ?? 'it', 80);
  if (restoreCommand !== null) {
    return [
      `  Put it back (replaces the whole firewall of ${name} with what it was; stops if you are in another account):`,
      `    ${renderGuardedCommand(account, restoreCommand)}`,
    ];
  }
  return restoreNote === null
    ? []
    : [
        `  No command puts it back for certain: ${renderPlain(restoreNote, 500)}.`,
        '  The rules it had are in its history.',
      ];
}

function renderHistory({ details, instance }: Alert, { tableRegion }: MailPlace): string[] {
  return [
    instance === null ? '  The history of the region:' : '  Its history:',
    `    ${renderHistoryQuery({ table: details.table, region: tableRegion }, details.pk)}`,
  ];
}
