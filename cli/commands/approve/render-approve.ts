import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { toApprovalDocument, toInstanceReachDocument } from '../../json/to-approval-document.ts';
import { type AccountNames, accountFields } from '../../questions/account-names.ts';
import { describeEnd, describeExposure, describeInstanceReach, describeScope } from '../../text/describe-approval.ts';
import { describePlace } from '../../text/render-place.ts';
import { renderSeverity } from '../../text/render-severity.ts';
import { renderTable } from '../../text/render-table.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';
import type { ApprovalPlan, PlannedApproval } from './plan-approvals.ts';

/** The limit for each exposure, in lines, and for each list of instances, in instances. `--json` has no limit. */
const maxLines = 8;

/** Renders the planned approvals, and the instances that get no approval. A person reads this text before any approval is written. */
export function renderPlan(
  { planned, leftOut }: ApprovalPlan,
  renderTime: RenderTime,
  { out, width }: Terminal,
  names: AccountNames,
): string {
  const rows = planned.map((one) => [
    renderSeverity(one.severity, out),
    describeScope(one.approval).replace(' (this one instance, by its ARN)', ''),
    [describeExposure(one.approval.exposure, maxLines), ...describeOverlaps(one)].join('\n'),
  ]);
  const first = planned[0]?.approval;
  const rest = leftOut.map(({ resource, why }) => `Not approved: ${describePlace(resource, names)}, because ${why}.`);
  return [
    renderTable(['SEVERITY', 'INSTANCE', 'APPROVES'], rows, width, out),
    ...(rest.length > 0 ? [rest.join('\n')] : []),
    ...(first === undefined
      ? []
      : [
          `${renderCount(planned.length, 'approval')}, ${describeEnd(first.until, renderTime)}, by ${renderPlain(first.by, 200)} (as the credentials say; nobody checks it).\nReason: ${renderPlain(first.reason)}`,
        ]),
    ...(planned.some(({ approval }) => approval.arn !== null)
      ? [
          'Each is for what was open at the last scan, and for that one instance: a new instance of the same name has another ARN.',
        ]
      : planned.map((one) => describeCovers(one, names))),
  ].join('\n\n');
}

function describeOverlaps({ overlaps }: PlannedApproval): string[] {
  return overlaps.map(
    ({ id, reach }) => `approved already by ${renderPlain(id, 80)}: ${describeExposure(reach, maxLines)}`,
  );
}

function describeCovers({ covers }: PlannedApproval, names: AccountNames): string {
  if (covers.length === 0) return 'Nothing of it is open now.';
  const shown = covers.slice(0, maxLines).map((one) => `  ${describeInstanceReach(one, maxLines, names)}`);
  const more = covers.length - shown.length;
  return ['Open now:', ...shown, ...(more > 0 ? [`  and ${renderCount(more, 'more instance')}`] : [])].join('\n');
}

export function renderWritten(written: readonly MadeApproval[], isDryRun: boolean): string {
  if (isDryRun) return 'Nothing was approved, because of --dry-run.';
  const lines = written.map(
    ({ id, instance, region, arn, account }) =>
      `Approved: ${describeScope({ instance, region, arn, account })}. Approval ${id}.`,
  );
  return [...lines, 'An approval counts from the next scan on. That scan sends an alert about the approval.'].join(
    '\n',
  );
}

/** Names the approvals that were written and those that were not, for an interruption or an error during the writes. */
export function describeProgress(written: readonly MadeApproval[], planned: readonly PlannedApproval[]): string {
  if (written.length === 0) return 'Nothing was approved.';
  const name = ({ id, instance }: MadeApproval) => `${renderPlain(instance ?? 'every instance', 80)} (${id})`;
  const left = planned
    .slice(written.length)
    .map(({ approval }) => renderPlain(approval.instance ?? 'every instance', 80));
  return `Approved: ${written.map(name).join(', ')}. Not approved: ${left.length === 0 ? 'none' : left.join(', ')}.`;
}

/** The document of `portwatch approve --json`; docs/command-line.md describes each field. */
export function toApproveDocument(
  account: string,
  { planned, leftOut }: ApprovalPlan,
  isDryRun: boolean,
  names: AccountNames,
) {
  return {
    schema: 'portwatch.approve/1',
    account,
    ...accountFields(names, account),
    isDryRun,
    approvals: planned.map(({ approval, severity, covers, overlaps }) => ({
      ...toApprovalDocument({ ...approval, origin: 'command', revoked: null }),
      severity,
      covers: covers.map((one) => toInstanceReachDocument(one, names)),
      overlaps,
    })),
    notApproved: leftOut.map(({ resource, why }) => ({
      region: resource.region,
      instanceName: resource.instanceName,
      why,
    })),
  };
}
