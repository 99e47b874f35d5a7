/** Writes approvals and revocations with the caller's credentials. The command line writes no other items. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import type { MadeApproval } from '../../lambda/adapters/items/approval-item.ts';
import type { Revocation } from '../../lambda/approvals/approval.ts';
import { approvalsPartition } from '../../lambda/contract/table-keys.ts';
import { explainErrors } from './explain-errors.ts';
import type { Deployment } from './open-deployment.ts';
import { withClient } from './with-client.ts';

/**
 * Each method sends one conditional write. If DynamoDB refuses the write, perhaps as a repetition, the method reads the approvals. An
 * interruption does not stop a write that was sent. Throws CommandError if a request fails.
 */
interface ApprovalWriter {
  /** False: another approval has this id. */
  add(approval: MadeApproval): Promise<boolean>;
  /** False: the approval was revoked before, by another revocation. */
  revoke(id: string, revocation: Revocation): Promise<boolean>;
}

export function withApprovalWriter<T>(
  { tableName, region, account, identity }: Deployment,
  use: (writer: ApprovalWriter) => Promise<T>,
): Promise<T> {
  const { credentials } = identity;
  const config = { ...clientSettings(), region, credentials };
  return withClient(new DynamoDBClient(config), (client) => {
    const store = buildApprovalStore(new DynamoDbTable(client, tableName));
    const explain = <A>(writing: Promise<A>, id: string) =>
      explainErrors(
        writing,
        new AbortController().signal,
        `The table ${tableName} in ${region} did not confirm the write of ${id}, so nobody knows if it was made; npm run portwatch -- approvals shows.`,
        {
          AccessDeniedException: `${id} cannot be written to table ${tableName} in ${region} with these credentials; allow dynamodb:PutItem on its partition ${approvalsPartition(account)}.`,
        },
      );
    return use({
      async add(approval) {
        if (await explain(store.addApproval(account, approval), approval.id)) return true;
        // If the answer to a put is lost, the SDK sends the put again, and DynamoDB refuses the repetition. If the stored approval has the
        // same person and the same instant, this method wrote it.
        const { approvals } = await explain(store.loadApprovals(account), approval.id);
        return approvals.some(({ id, by, from }) => id === approval.id && by === approval.by && from === approval.from);
      },
      async revoke(id, revocation) {
        if (await explain(store.revokeApproval(account, id, revocation), id)) return true;
        const { approvals } = await explain(store.loadApprovals(account), id);
        const found = approvals.find((approval) => approval.id === id)?.revoked;
        return found != null && found.by === revocation.by && found.at === revocation.at;
      },
    });
  });
}
