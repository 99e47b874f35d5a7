import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { Approval } from '../../../lambda/approvals/approval.ts';
import { toApprovalDocument, toInstanceReachDocument } from '../../json/to-approval-document.ts';
import { type AccountNames, accountFields } from '../../questions/account-names.ts';
import type { InstanceReach } from '../../questions/approved-fleet.ts';
import type { AccountSpot } from '../../questions/blind-spots.ts';
import type { AccountApproval, ListedApproval, ListedPhase } from '../../questions/list-approvals.ts';
import { describeEnd, describeExposure, describeInstanceReach, describeScope } from '../../text/describe-approval.ts';
import { renderAccount } from '../../text/render-place.ts';
import { renderTable } from '../../text/render-table.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';

/** The limit for each exposure, in lines, and for each list of instances, in instances. `--json` has no limit. */
const maxLines = 4;

const phaseNames: Readonly<Record<ListedPhase, string>> = {
  'in-force': 'in force',
  planned: 'not begun',
  ended: 'ended',
  revoked: 'revoked',
  'not-counted': 'not counted',
};

export function renderApprovals(
  listed: readonly AccountApproval[],
  renderTime: RenderTime,
  { out, width }: Terminal,
  names: AccountNames,
): string {
  if (listed.length === 0)
    return 'No approvals, neither in the configuration nor by command: npm run portwatch -- approve --help shows how to approve.';
  const rows = listed.map((one) => [
    renderPlain(one.approval.id, 80),
    out.style(one.phase === 'in-force' ? 'bold' : 'dim', phaseNames[one.phase]),
    describeOne(one, renderTime, names).join('\n'),
  ]);
  return [
    renderTable(['APPROVAL', 'PHASE', 'INSTANCES AND EXPOSURE'], rows, width, out),
    renderSummary(listed),
    ...(listed.some(({ phase }) => phase === 'not-counted')
      ? [
          'The deployment counts approvals of the configuration only (approvalsByCommand is false): those made by command approve nothing.',
        ]
      : []),
  ].join('\n\n');
}

function describeOne(
  { approval, phase, covers, stillOpen, madeIn }: AccountApproval,
  renderTime: RenderTime,
  names: AccountNames,
): string[] {
  const { exposure, reason } = approval;
  return [
    describeScope(approval),
    ...(names === null || madeIn === null ? [] : [`In account ${renderAccount(madeIn, names)}`]),
    describeExposure(exposure, maxLines),
    describeOrigin(approval, renderTime),
    `Reason: ${renderPlain(reason)}`,
    ...describeRevocation(approval, renderTime),
    ...(phase === 'in-force' ? describeReaches('Covers now', covers, names) : []),
    ...(phase === 'in-force' && covers.length === 0 ? ['Covers nothing that is open now.'] : []),
    ...describeReaches('Still open, and not approved any more', stillOpen, names),
  ];
}

function describeOrigin({ by, from, until, origin }: Approval, renderTime: RenderTime): string {
  const where = origin === 'configuration' ? 'in the configuration' : 'by command';
  const since = from === null ? '' : ` on ${renderTime(from)}`;
  return `Approved ${where} by ${renderPlain(by, 200)}${since}, ${describeEnd(until, renderTime)}`;
}

function describeRevocation({ revoked }: Approval, renderTime: RenderTime): string[] {
  if (revoked === null) return [];
  const { at, by, reason } = revoked;
  return [
    `Revoked by ${renderPlain(by, 200)} on ${renderTime(at)}${reason === null ? '' : `: ${renderPlain(reason)}`}`,
  ];
}

function describeReaches(title: string, reaches: readonly InstanceReach[], names: AccountNames): string[] {
  const shown = reaches.slice(0, maxLines).map((one) => `${title}: ${describeInstanceReach(one, maxLines, names)}`);
  const more = reaches.length - shown.length;
  return [...shown, ...(more > 0 ? [`${title}: ${renderCount(more, 'more instance')} (--json has them all)`] : [])];
}

function renderSummary(listed: readonly ListedApproval[]): string {
  const counts = (Object.keys(phaseNames) as ListedPhase[])
    .map((phase) => ({ phase, count: listed.filter((one) => one.phase === phase).length }))
    .filter(({ count }) => count > 0)
    .map(({ phase, count }) => `${count} ${phaseNames[phase]}`);
  const idle = listed.filter(({ phase, covers }) => phase === 'in-force' && covers.length === 0).length;
  const unused =
    idle === 0 ? '' : ` ${idle} of those in force ${idle === 1 ? 'covers' : 'cover'} nothing that is open now.`;
  return `${renderCount(listed.length, 'approval')}: ${counts.join(', ')}.${unused}`;
}

/** The document of `portwatch approvals --json`; docs/command-line.md describes each field. */
export function toApprovalsDocument(
  account: string,
  at: string,
  listed: readonly AccountApproval[],
  refused: number,
  names: AccountNames,
  blindSpots: readonly AccountSpot[],
) {
  return {
    schema: 'portwatch.approvals/1',
    account,
    askedAt: at,
    approvals: listed.map(({ approval, phase, covers, stillOpen, madeIn }) => ({
      ...toApprovalDocument(approval),
      ...(names !== null && { madeIn: madeIn === null ? null : accountFields(names, madeIn) }),
      phase,
      covers: covers.map((one) => toInstanceReachDocument(one, names)),
      stillOpen: stillOpen.map((one) => toInstanceReachDocument(one, names)),
    })),
    notReadable: refused,
    ...(names !== null && { blindSpots }),
  };
}
