/**
 * The approvals that people made by command, append-only: an item for the approval, and another one for its revocation. A scan only reads
 * them; its role has no permission to write in their partition. `add` and `revoke` are for the command line.
 */
import type { Revocation } from '../approvals/approval.ts';
import { approvalsPartition, revocationKey } from '../contract/table-keys.ts';
import type { LoadedApprovals } from '../scan/interfaces.ts';
import { type DynamoDbTable, isAbsent } from './dynamodb-table.ts';
import { type MadeApproval, toApprovalItem } from './items/approval-item.ts';
import { readApprovals } from './items/approvals-with-revocations.ts';
import { toItem } from './items/read-item.ts';

interface ApprovalStore {
  /** Consistent read of all pages, in one Query. An item that cannot be read is reported, and approves nothing. */
  loadApprovals(account: string): Promise<LoadedApprovals>;
  /** False: an approval with this id exists already, and nothing was written. */
  addApproval(account: string, approval: MadeApproval): Promise<boolean>;
  /** False: the approval was revoked before, and the first revocation stays. The caller checks that the approval exists. */
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
