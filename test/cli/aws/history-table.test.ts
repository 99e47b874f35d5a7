import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, jest, test } from '@jest/globals';
import { HistoryTable } from '../../../cli/aws/history-table.ts';

test('P7: the keys that DynamoDB leaves out of an answer are requested again, until none is left', async () => {
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const requested: number[] = [];
  jest.spyOn(client, 'send').mockImplementation(async (command: unknown) => {
    if (!(command instanceof BatchGetItemCommand)) throw new Error('expected a BatchGetItem');
    const { Keys = [], ConsistentRead } = command.input.RequestItems?.['Snapshots'] ?? {};
    requested.push(Keys.length);
    // Two items in each answer.
    const [answered, left] = [Keys.slice(0, 2), Keys.slice(2)];
    return {
      Responses: { Snapshots: answered },
      UnprocessedKeys: left.length === 0 ? {} : { Snapshots: { Keys: left, ConsistentRead } },
    };
  });
  const keys = Array.from({ length: 5 }, (_, i) => ({ pk: 'one', sk: `${i}` }));
  const items = await new HistoryTable(client, 'Snapshots').getItems(keys, true);
  expect(items).toEqual(keys);
  expect(requested).toEqual([5, 3, 1]);
});
