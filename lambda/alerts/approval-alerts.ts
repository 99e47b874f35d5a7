/** Builds the alerts about approvals (made, ended, revoked, unreadable), and the reminders of unapproved exposure. */
import type { ApprovalMarks, UnreadableApproval } from '../approvals/account-approvals.ts';
import { type Approval, contentOf } from '../approvals/approval.ts';
import { countRemovals } from '../approvals/list-approval-news.ts';
import type { Alert, StillOpen } from '../contract/json-event.ts';
import { approvalKey, approvalMarksKey } from '../contract/table-keys.ts';
import { type Severity, worstSeverity } from '../firewall/index.ts';
import { hashAlertId } from './alert-id.ts';
import { blankAlert } from './blank-alert.ts';
import type { DigestContext } from './build-digest.ts';
import { renderCount } from './render-count.ts';

const mostListed = 20;

export function buildApprovedAlert(approval: Approval, marks: ApprovalMarks, context: DigestContext): Alert {
  return {
    ...ofApproval('approved', approval, marks, context),
    reason: `approved by ${approval.by}: ${approval.reason}`,
    approval: toAlertApproval(approval),
  };
}

/** `open`: exposure of this approval that is still open and not approved now; most severe first. */
export function buildApprovalOverAlert(
  kind: 'approval-ended' | 'approval-revoked',
  approval: Approval,
  open: readonly StillOpen[],
  marks: ApprovalMarks,
  context: DigestContext,
): Alert {
  const over = kind === 'approval-ended' ? 'the approval ended' : `the approval was revoked by ${approval.revoked?.by}`;
  const rest =
    open.length === 0
      ? 'nothing that it covered is open without approval'
      : `still open on ${renderCount(open.length, 'instance')}`;
  return {
    ...ofApproval(kind, approval, marks, context),
    severity: worstSeverity(open.map(({ severity }) => severity)),
    reason: `${over}; ${rest}`,
    approval: toAlertApproval(approval),
    ...listed(open),
  };
}

export function buildApprovalUnreadableAlert({ key, problem }: UnreadableApproval, context: DigestContext): Alert {
  return blankAlert({
    alertId: hashAlertId(context.account, key, 'approval-unreadable'),
    kind: 'approval-unreadable',
    severity: 'medium',
    reason: problem.slice(0, 500),
    region: context.tableRegion ?? '',
    changedBefore: context.scannedAt,
    details: { table: context.tableName, ...approvalKey(context.account, key) },
  });
}

/**
 * `remindedAt`: instant of the previous reminder, or of the scan that turned reminders on. If this reminder is sent twice after a failure,
 * both have the same id.
 */
export function buildStillOpenAlert(
  severity: Severity,
  open: readonly StillOpen[],
  remindedAt: string | null,
  context: DigestContext,
): Alert {
  return blankAlert({
    alertId: hashAlertId(context.account, severity, remindedAt, 'still-open'),
    kind: 'still-open',
    severity,
    reason: `still open: ${renderCount(open.length, 'instance')} with ${severity} exposure that is not approved`,
    region: context.tableRegion ?? '',
    changedAfter: remindedAt,
    changedBefore: context.scannedAt,
    details: { table: context.tableName, ...approvalMarksKey(context.account) },
    ...listed(open),
  });
}

function ofApproval(
  kind: Alert['kind'],
  approval: Approval,
  marks: ApprovalMarks,
  { account, tableName, tableRegion, scannedAt }: DigestContext,
): Alert {
  const { id, origin, region } = approval;
  const key = origin === 'command' ? approvalKey(account, id) : approvalMarksKey(account);
  return blankAlert({
    alertId: hashAlertId(account, id, contentOf(approval), countRemovals(marks, id), kind),
    kind,
    region: region ?? tableRegion ?? '',
    changedBefore: scannedAt,
    details: { table: tableName, ...key },
  });
}

function toAlertApproval({ origin, ...approval }: Approval): NonNullable<Alert['approval']> {
  return { ...approval, origin };
}

function listed(open: readonly StillOpen[]): Pick<Alert, 'stillOpen' | 'stillOpenMore'> {
  const more = open.length - mostListed;
  return { stillOpen: open.slice(0, mostListed), ...(more > 0 && { stillOpenMore: more }) };
}
