/** Approvals by command in the table of a deployed account, for tests of the command line. */
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import type { MadeApproval } from '../../lambda/adapters/items/approval-item.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import { approvalsPartition } from '../../lambda/contract/table-keys.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { account, at, type DeployedAccount, tableName } from './deployed-account.ts';

const tableOf = ({ client }: DeployedAccount) => new DynamoDbTable(client, tableName);

export const approvalStoreOf = (deployed: DeployedAccount) => buildApprovalStore(tableOf(deployed));

/** Stores the approval that `approvalOf()` returns, with `from` at 09:30. `fields` replace its fields. */
export async function addApproval(deployed: DeployedAccount, fields: Partial<MadeApproval>): Promise<void> {
  const { origin: _, revoked: __, ...made } = approvalOf();
  await approvalStoreOf(deployed).addApproval(account, { ...made, from: at('09:30'), ...fields });
}

export async function loadTableApprovals(deployed: DeployedAccount): Promise<Approval[]> {
  return (await approvalStoreOf(deployed).loadApprovals(account)).approvals;
}

/** Deletes the items of a partition. `from`: the first sort key; left out: every item. */
export async function deleteItems(deployed: DeployedAccount, partition: string, from?: string): Promise<void> {
  const table = tableOf(deployed);
  const isPresent = { condition: 'attribute_exists(pk)' };
  for await (const { pk, sk } of table.query({ partition, ...(from && { from }), oldestFirst: true }))
    await table.delete({ pk: String(pk), sk: String(sk) }, isPresent);
}

export const deleteApprovals = (deployed: DeployedAccount) => deleteItems(deployed, approvalsPartition(account));
