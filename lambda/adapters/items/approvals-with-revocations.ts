import { type Approval, revocationSchema } from '../../approvals/approval.ts';
import { approvalIdOf, isRevocation } from '../../contract/table-keys.ts';
import type { LoadedApprovals } from '../../scan/interfaces.ts';
import { fromApprovalItem } from './approval-item.ts';
import { type Item, readEach, readItem } from './read-item.ts';

/**
 * If the revocation of an approval is unreadable, `refused` lists the approval: an approval that somebody revoked must not stay in force.
 */
export function readApprovals(items: readonly Item[]): LoadedApprovals {
  const revocations = new Map(items.filter(isRevocation).map((item) => [approvalIdOf(item), item]));
  const { found, refused } = readEach(
    items.filter((item) => !isRevocation(item)),
    (item) => revokedBy(fromApprovalItem(item), revocations.get(approvalIdOf(item))),
  );
  return { approvals: found, refused };
}

function revokedBy(approval: Approval, revocation: Item | undefined): Approval {
  return revocation === undefined ? approval : { ...approval, revoked: readItem(revocation, revocationSchema) };
}
