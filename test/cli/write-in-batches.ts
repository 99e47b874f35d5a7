/** Stores the items of a table that a test begins with in few requests, through the codecs of the product. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { batchWrite } from '../support/batch-write.ts';

/**
 * `write` gets a client that keeps each item that is put. Afterwards `client` stores the kept items. Of two items with the same key the
 * later one is stored. Conditions are not checked, so the items must be new, or may replace the stored items.
 */
export async function writeInBatches(
  client: DynamoDBClient,
  write: (collector: DynamoDBClient) => Promise<unknown>,
): Promise<void> {
  const tables = new Map<string, Map<string, PutItemCommand['input']['Item']>>();
  const send = async (command: unknown) => {
    if (!(command instanceof PutItemCommand)) throw new Error('expected only items that are put');
    const { TableName = '', Item } = command.input;
    const items = tables.get(TableName) ?? new Map();
    tables.set(TableName, items.set(`${Item?.['pk']?.S} ${Item?.['sk']?.S}`, Item));
    return {};
  };
  await write({ send } as unknown as DynamoDBClient);
  for (const [name, items] of tables) {
    const writes = Array.from(items.values(), (Item) => ({ PutRequest: { Item } }));
    await batchWrite(client, name, writes);
  }
}
