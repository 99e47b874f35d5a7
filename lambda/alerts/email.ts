/**
 * The mail: plain text for a tired person. What is worst stands first; each alert says what happened, who can come in now, when, and
 * what to do, in at most about 50 lines; what the scan could read stands at the end. All text from outside is made printable.
 */
import type { Digest } from '../contract/json-event.ts';
import { countOf } from './count-of.ts';
import type { DigestContext } from './digest.ts';
import { renderAlertLines } from './email-alert.ts';
import { renderEmptyRegionsLines, renderFailedRegionsLines, renderStartedLines } from './email-regions.ts';
import { renderWeekLines } from './email-week.ts';
import { renderPlain } from './escape.ts';
import { renderInstant } from './instants.ts';
import { groupIntoSections, type Section } from './sections.ts';
import { renderTestLines } from './test-alert.ts';

/** `digest.alerts` worst first, and whole: what is null in them for want of room is not shown. */
export function renderEmail(digest: Digest, context: Pick<DigestContext, 'tableRegion'>): string {
  const sections = groupIntoSections(digest.alerts).map((section) => renderSection(section, digest, context));
  if (digest.counted !== undefined) sections.push(renderCounted(digest.counted, digest.countedQuery));
  sections.push(renderFooter(digest));
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function renderSection(
  section: Section,
  { account, name }: Digest,
  { tableRegion }: Pick<DigestContext, 'tableRegion'>,
): readonly string[] {
  switch (section.kind) {
    case 'started':
      return renderStartedLines(section.alerts[0], renderAccount(account, name));
    case 'started-empty':
      return renderEmptyRegionsLines(section.alerts);
    case 'regions-failed':
      return renderFailedRegionsLines(section.reason, section.alerts);
    case 'alert': {
      const [alert] = section.alerts;
      if (alert.kind === 'test') return renderTestLines(alert, renderAccount(account, name));
      if (alert.week !== undefined) return renderWeekLines(alert, alert.week, renderAccount(account, name));
      return renderAlertLines(alert, { account, accountName: renderAccount(account, name), tableRegion });
    }
  }
}

function renderCounted(counted: NonNullable<Digest['counted']>, query: string | undefined): string[] {
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const lines = [`${total} more alerts of a backlog, counted only:`];
  for (const { severity, kind, count } of counted) lines.push(`  ${count} x ${severity} ${renderPlain(kind, 60)}`);
  return query === undefined ? lines : [...lines, '  They are listed by:', `    ${query}`];
}

function renderFooter({ coverage, account, name, scannedAt, part, alerts }: Digest): string[] {
  if (alerts.some(({ kind }) => kind === 'test'))
    return ['--', `Portwatch, test of ${renderInstant(scannedAt)}, account ${renderAccount(account, name)}`];
  return [
    '--',
    `Portwatch, scan of ${renderInstant(scannedAt)}, account ${renderAccount(account, name)}`,
    renderCoverage(coverage),
    ...(part.count > 1 ? [`Part ${part.index} of ${part.count} of what this scan has to tell.`] : []),
  ];
}

/** `Read 41 of 43 instances in 16 regions; could not list: ap-east-1.` */
export function renderCoverage(coverage: Digest['coverage']): string {
  const { instancesListed, instancesRead, regionsListed, regionsSkipped, onlyNamed } = coverage;
  if (onlyNamed && instancesListed === 0) return 'Nothing was read for this: an event told of what scans had found.';
  if (onlyNamed) return `Read ${instancesRead} of ${countOf(instancesListed, 'instance')} that events named.`;
  const skipped = regionsSkipped.map((region) => renderPlain(region, 40)).join(', ');
  const regions = `${regionsListed} ${regionsListed === 1 ? 'region' : 'regions'}`;
  const rest = skipped === '' ? '' : `; could not list: ${skipped}`;
  return `Read ${instancesRead} of ${instancesListed} instances in ${regions}${rest}.`;
}

/** `123456789012 (prod)` */
function renderAccount(account: string, name: string): string {
  return name === account ? renderPlain(account, 40) : `${renderPlain(account, 40)} (${renderPlain(name, 80)})`;
}
