import type { Approval } from '../../lambda/approvals/approval.ts';
import { type AccountNames, accountFields } from '../questions/account-names.ts';
import type { InstanceReach } from '../questions/approved-fleet.ts';

/** An approval as `--json` prints it; docs/command-line.md describes each field. */
export function toApprovalDocument({
  id,
  origin,
  instance,
  region,
  account,
  arn,
  exposure,
  reason,
  by,
  from,
  until,
  revoked,
}: Approval) {
  return { id, origin, instance, region, account, arn, exposure, reason, by, from, until, revoked };
}

export function toInstanceReachDocument({ resource, reach }: InstanceReach, names: AccountNames) {
  return {
    ...accountFields(names, resource.account),
    region: resource.region,
    instanceName: resource.instanceName,
    reach,
  };
}
