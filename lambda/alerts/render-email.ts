/** Assembles the mail: plain text, worst alert first, coverage last. Text that others wrote, such as names, is made printable. */
import type { Digest } from '../contract/json-event.ts';
import { groupAlerts, hasCoverage } from './alert-view.ts';
import { sumCounted } from './count-alerts-by-kind.ts';
import { renderPlain } from './escape.ts';
import { renderCount } from './render-count.ts';
import { renderInstant } from './render-instant.ts';
import { type RenderedAlerts, renderAccount } from './rendered-alerts.ts';

/** `digest.alerts`: most severe first, with complete lists, because the mail has its own limits. */
export function renderEmail(digest: Digest, rendered: RenderedAlerts): string {
  const sections = groupAlerts(digest.alerts).map((group) => rendered.mail(group));
  if (digest.counted !== undefined) sections.push(renderCounted(digest.counted, digest.countedQuery).join('\n'));
  return `${[...sections, renderFooter(digest).join('\n')].join('\n\n')}\n`;
}

function renderCounted(counted: NonNullable<Digest['counted']>, query: string | undefined): string[] {
  const lines = [`${renderCount(sumCounted(counted), 'more alert')} of a backlog, counted only:`];
  for (const { severity, kind, count } of counted) lines.push(`  ${count} x ${severity} ${renderPlain(kind, 60)}`);
  if (query === undefined) return [...lines, '  The command portwatch history lists them.'];
  return [...lines, '  This command lists them:', `    ${query}`];
}

function renderFooter(digest: Digest): string[] {
  const { coverage, scannedAt, part, alerts } = digest;
  const instant = `${renderInstant(scannedAt)}, account ${renderAccount(digest)}`;
  if (!hasCoverage(alerts)) return ['--', `Portwatch, test of ${instant}`];
  const what = coverage.accounts === undefined ? 'scan' : 'pass';
  return [
    '--',
    `Portwatch, ${what} of ${instant}`,
    renderCoverage(coverage),
    ...(part.count > 1 ? [`Part ${part.index} of ${part.count} of the alerts of this ${what}.`] : []),
  ];
}

/** `Read 41 of 43 instances in 16 regions; could not list: ap-east-1.` With several accounts, `Scanned 298 of 300 accounts.` is first. */
export function renderCoverage(coverage: Digest['coverage']): string {
  return [...renderAccountCoverage(coverage), renderOwnCoverage(coverage)].join(' ');
}

const mostFailedNamed = 10;

/** `Scanned 298 of 300 accounts; could not scan: 111122223333, 444455556666.` */
function renderAccountCoverage(coverage: Digest['coverage']): string[] {
  const { accounts, accountsScanned = 0, accountsFailed = [], accountsFailedMore = 0 } = coverage;
  if (accounts === undefined) return [];
  const named = accountsFailed.slice(0, mostFailedNamed).map((account) => renderPlain(account, 20));
  const more = accountsFailed.length - named.length + accountsFailedMore;
  const failed = more > 0 ? [...named, `${more} more`] : named;
  const rest = failed.length === 0 ? '' : `; could not scan: ${failed.join(', ')}`;
  return [`Scanned ${accountsScanned} of ${renderCount(accounts, 'account')}${rest}.`];
}

function renderOwnCoverage(coverage: Digest['coverage']): string {
  const { instancesListed, instancesRead, regionsListed, regionsSkipped, regionsNotDue = [], onlyNamed } = coverage;
  if (onlyNamed && instancesListed === 0)
    return 'No instance was read: the event reports a change that a scan had already found.';
  if (onlyNamed) return `Read ${instancesRead} of ${renderCount(instancesListed, 'instance')} that events named.`;
  const skipped = regionsSkipped.map((region) => renderPlain(region, 40)).join(', ');
  if (regionsListed === 0 && regionsNotDue.length === 0)
    return `No region could be listed, so no instance was read${skipped && `: ${skipped}`}.`;
  const notDue = regionsNotDue.length === 0 ? '' : `; not due: ${renderCount(regionsNotDue.length, 'empty region')}`;
  const rest = `${notDue}${skipped && `; could not list: ${skipped}`}`;
  return `Read ${instancesRead} of ${renderCount(instancesListed, 'instance')} in ${renderCount(regionsListed, 'region')}${rest}.`;
}
