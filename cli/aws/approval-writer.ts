/** Writes approvals and revocations with the credentials of the caller: the only items that the command line writes. */
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
 * Each method makes one conditional put, and reads the approvals if the put is refused. An interruption does not end a put that was sent.
 * Throws CommandError.
 */
interface ApprovalWriter {
  /** False: another approval has this id. */
  add(approval: MadeApproval): Promise<boolean>;
  /** False: the approval was revoked before. */
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
        // If the answer of a put was lost, the SDK sends the put again, and the repetition is refused.
        const { approvals } = await explain(store.loadApprovals(account), approval.id);
        return approvals.some((found) => found.id === approval.id && isMadeBy(found, approval, 'from'));
      },
      async revoke(id, revocation) {
        if (await explain(store.revokeApproval(account, id, revocation), id)) return true;
        const { approvals } = await explain(store.loadApprovals(account), id);
        const found = approvals.find((approval) => approval.id === id)?.revoked;
        return found != null && isMadeBy(found, revocation, 'at');
      },
    });
  });
}

/** True if both were written by the same person in the same millisecond. */
function isMadeBy<K extends string>(
  found: { by: string } & Record<K, string | null>,
  made: { by: string } & Record<K, string | null>,
  instant: K,
): boolean {
  return found.by === made.by && found[instant] === made[instant];
}
