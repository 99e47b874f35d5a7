import type { Approval } from '../../lambda/approvals/approval.ts';
import { type AccountNames, resourceFields } from '../questions/account-names.ts';
import type { InstanceReach } from '../questions/approved-fleet.ts';

/** An approval as `--json` prints it; docs/command-line.md describes each field. */
export function toApprovalDocument(approval: Approval) {
  const { id, origin, instance, region, account, arn, exposure, reason, by, from, until, revoked } = approval;
  return { id, origin, instance, region, account, arn, exposure, reason, by, from, until, revoked };
}

export function toInstanceReachDocument({ resource, reach }: InstanceReach, names: AccountNames) {
  return { ...resourceFields(resource, names), reach };
}
