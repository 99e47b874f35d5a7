/** Approvals by command in the table of a deployed account, for tests of the command line. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import type { MadeApproval } from '../../lambda/adapters/items/approval-item.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import { approvalsPartition } from '../../lambda/contract/table-keys.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { batchWrite } from '../support/batch-write.ts';
import { account, at, type DeployedAccount, tableName } from './deployed-account.ts';

const tableOf = ({ client }: Pick<DeployedAccount, 'client'>) => new DynamoDbTable(client, tableName);

export const approvalStoreOf = (deployed: Pick<DeployedAccount, 'client'>) => buildApprovalStore(tableOf(deployed));

const write = /^(Put|Update|Delete|BatchWrite)Item$/;

/** True if an item was written since the log of the stand-in was cleared. */
export const hasWritten = ({ dynamodb }: DeployedAccount) =>
  dynamodb.calls().some(({ operation }) => write.test(operation));

/** Stores the approval that `approvalOf()` returns, with `from` at 09:30. `fields` replace its fields. */
export async function addApproval(
  deployed: Pick<DeployedAccount, 'client'>,
  fields: Partial<MadeApproval>,
): Promise<void> {
  const { origin: _, revoked: __, ...made } = approvalOf();
  await approvalStoreOf(deployed).addApproval(account, { ...made, from: at('09:30'), ...fields });
}

export async function loadTableApprovals(deployed: DeployedAccount): Promise<Approval[]> {
  return (await approvalStoreOf(deployed).loadApprovals(account)).approvals;
}

/** Deletes the items of a partition. `from`: the first sort key; left out: every item. */
export async function deleteItems(deployed: DeployedAccount, partition: string, from?: string): Promise<void> {
  const items = await tableOf(deployed).queryAll({ partition, ...(from && { from }), oldestFirst: true });
  const writes = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: marshall({ pk, sk }) } }));
  await batchWrite(deployed.client, tableName, writes);
}

export const deleteApprovals = (deployed: DeployedAccount) => deleteItems(deployed, approvalsPartition(account));
