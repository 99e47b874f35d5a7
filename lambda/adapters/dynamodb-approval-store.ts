/**
 * The approvals that were made by command: an item for each approval, and another item for its revocation. Items are never rewritten. The
 * role of a scan is allowed only to read this partition. Only the command line calls `addApproval` and `revokeApproval`.
 */
import type { Revocation } from '../approvals/approval.ts';
import { approvalsPartition, revocationKey } from '../contract/table-keys.ts';
import type { LoadedApprovals } from '../scan/interfaces.ts';
import { type DynamoDbTable, isAbsent } from './dynamodb-table.ts';
import { type MadeApproval, toApprovalItem } from './items/approval-item.ts';
import { readApprovals } from './items/approvals-with-revocations.ts';
import { toItem } from './items/read-item.ts';

interface ApprovalStore {
  /** Consistent read. An item that cannot be read approves nothing, and is in `refused`. */
  loadApprovals(account: string): Promise<LoadedApprovals>;
  /** False: an approval with this id exists already. */
  addApproval(account: string, approval: MadeApproval): Promise<boolean>;
  /** False: the approval was revoked before; the first revocation stays. Does not check that the approval exists. */
  revokeApproval(account: string, id: string, revocation: Revocation): Promise<boolean>;
}

export function buildApprovalStore(table: DynamoDbTable): ApprovalStore {
  return {
    async loadApprovals(account) {
      return readApprovals(await table.queryAll({ partition: approvalsPartition(account), oldestFirst: true }));
    },

    addApproval: async (account, approval) => (await table.put(toApprovalItem(account, approval), isAbsent)).written,

    revokeApproval: async (account, id, revocation) =>
      (await table.put(toItem(revocationKey(account, id), revocation), isAbsent)).written,
  };
}
