import type { Approval } from '../../lambda/approvals/approval.ts';
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

export function toInstanceReachDocument({ resource, reach }: InstanceReach) {
  return { region: resource.region, instanceName: resource.instanceName, reach };
}
