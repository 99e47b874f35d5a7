import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';

/** The largest number of writes in one request: DynamoDB's limit. */
const writesPerRequest = 25;

/** Puts and deletes in few requests, sixteen at the same time. No two of them may have the same key. Throws if a write is left out. */
export async function batchWrite(
  client: DynamoDBClient,
  tableName: string,
  writes: readonly WriteRequest[],
): Promise<void> {
  const requests = Array.from({ length: Math.ceil(writes.length / writesPerRequest) }, (_, i) =>
    writes.slice(i * writesPerRequest, (i + 1) * writesPerRequest),
  );
  await pLimit(16).map(requests, async (request) => {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: request } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error(`writes to ${tableName} were left out`);
  });
}
