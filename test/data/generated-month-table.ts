/** Fills a table like the deployed one: sixteen batches of 25 items at the same time. */
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import pLimit from 'p-limit';
import type { Item } from '../../lambda/adapters/items/read-item.ts';

/** Writes items into an existing table. Throws if an item is refused. */
export async function writeItems(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> {
  const limit = pLimit(16);
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, i) => items.slice(i * 25, i * 25 + 25));
  await Promise.all(batches.map((batch) => limit(() => putBatch(client, tableName, batch))));
}

async function putBatch(client: DynamoDBClient, tableName: string, batch: readonly Item[]): Promise<void> {
  const requests = batch.map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
  const { UnprocessedItems } = await client.send(
    new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
  );
  if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error(`items were left out of ${tableName}`);
}
