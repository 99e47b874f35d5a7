import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { RatingPolicy } from '../../lambda/firewall/index.ts';
import type { ApprovalsAt } from '../questions/approvals-at.ts';
import type { RenderTime } from '../time/render-time.ts';
import { describeEnd, describeExposure } from './describe-approval.ts';
import { listOpen } from './list-reach.ts';
import { renderSeverity } from './render-severity.ts';
import type { Terminal } from './terminal.ts';

/** The maximum number of lines for one exposure. The output of `--json` has every line. */
const maxLines = 40;

export function renderApprovalsAt(
  { held, unapproved }: ApprovalsAt,
  policy: RatingPolicy,
  renderTime: RenderTime,
  { out }: Terminal,
): string {
  const approved = held.map(({ approval: { id, by, until, reason }, covers }) => {
    const what = covers.length === 0 ? 'nothing that was open' : describeExposure(covers, maxLines);
    return `Approved:   ${what}. By ${renderPlain(by)}, ${describeEnd(until, renderTime)}: ${renderPlain(reason)} (approval ${renderPlain(id, 80)})`;
  });
  return [
    ...(held.length === 0 ? ['Approved:   nothing on this instance then'] : approved),
    ...renderRest(unapproved, policy, out),
  ].join('\n');
}

function renderRest(unapproved: ApprovalsAt['unapproved'], policy: RatingPolicy, channel: Terminal['out']): string[] {
  if (unapproved === null) return [];
  const { severity, reason, reach } = unapproved;
  if (reach.length === 0) return ['Not approved: nothing that was open'];
  return [
    'Open and not approved:',
    ...listOpen(unapproved, policy, maxLines).map((line) => `  ${line}`),
    `  ${renderSeverity(severity, channel)}: ${renderPlain(reason, 500)}`,
  ];
}
