/** Fills a table like the deployed one. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../lambda/adapters/items/read-item.ts';
import { batchWrite } from '../support/batch-write.ts';

/** Writes items into an existing table. Throws if an item is left out. */
export async function writeItems(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> {
  const writes = items.map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
  await batchWrite(client, tableName, writes);
}
