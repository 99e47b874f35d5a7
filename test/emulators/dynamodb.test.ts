import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

let emulator: DynamoDbEmulator;
let client: DynamoDBClient;
const TableName = 'things';

const keep = closeAfterEachTest();

beforeEach(async () => {
  emulator = keep(await startDynamoDbEmulator());
  client = keep(new DynamoDBClient(settingsFor(emulator.url)));
  await createTable(TableName);
});

const createTable = (name: string) =>
  client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
const put = (pk: string) =>
  client.send(
    new PutItemCommand({ TableName, Item: { pk: { S: pk } }, ConditionExpression: 'attribute_not_exists(pk)' }),
  );
const get = async (pk: string) => (await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item;

test('a table can be read as soon as its creation is answered, also if timers are late', async () => {
  const { setTimeout: runLater } = globalThis;
  const late = ((run: () => void, milliseconds = 0) => runLater(run, milliseconds + 30)) as typeof setTimeout;
  const timers = jest.spyOn(globalThis, 'setTimeout').mockImplementation(late);
  await createTable('other-things');
  timers.mockRestore();
  const read = await client.send(new GetItemCommand({ TableName: 'other-things', Key: { pk: { S: 'a' } } }));
  expect(read.Item).toBeUndefined();
});

test('items are put under a condition and found again', async () => {
  await put('a');
  await expect(put('a')).rejects.toThrow(ConditionalCheckFailedException);
  const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
  expect((await client.send(new QueryCommand(query))).Items).toEqual([{ pk: { S: 'a' } }]);
});

test('a refused write that asks for the old item gets it with the error', async () => {
  const Item = { pk: { S: 'a' }, count: { N: '1' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  const update = {
    TableName,
    Key: { pk: { S: 'a' } },
    UpdateExpression: 'SET #count = :two',
    ConditionExpression: '#count = :two',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':two': { N: '2' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const refusalOf = (sending: Promise<unknown>) =>
    sending.then(
      () => 'not refused',
      (error: unknown) => error,
    );
  const updated = await refusalOf(client.send(new UpdateItemCommand(update)));
  expect(updated).toBeInstanceOf(ConditionalCheckFailedException);
  expect(updated).toMatchObject({ Item, message: 'The conditional request failed' });
  const conditional = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
  const put = new PutItemCommand({
    ...conditional,
    Item: { pk: { S: 'a' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  expect(await refusalOf(client.send(put))).toMatchObject({ Item });
  // If there is no item, none is returned; without the parameter, none is requested.
  const absent = new UpdateItemCommand({ ...update, Key: { pk: { S: 'b' } } });
  expect(await refusalOf(client.send(absent))).toMatchObject({ Item: undefined });
  const silent = new UpdateItemCommand({ ...update, ReturnValuesOnConditionCheckFailure: 'NONE' });
  expect(await refusalOf(client.send(silent))).toMatchObject({ Item: undefined });
});

test('throughput exceeded is the typed exception, as often as was asked, and applies nothing', async () => {
  const name = 'ProvisionedThroughputExceededException';
  emulator.addFault({ operation: 'PutItem', kind: 'error', name, times: 2 });
  await expect(put('a')).rejects.toThrow(ProvisionedThroughputExceededException);
  await expect(put('a')).rejects.toThrow(ProvisionedThroughputExceededException);
  expect(await get('a')).toBeUndefined();
  await put('a');
});

test('a write whose answer is lost is applied', async () => {
  emulator.addFault({ operation: 'PutItem', kind: 'lost-answer', bodyIncludes: '"b"' });
  await put('a');
  await expect(put('b')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await get('b')).toEqual({ pk: { S: 'b' } });
});

test('HTTP 500 and a connection reset before the write apply nothing', async () => {
  emulator.addFault({ operation: 'PutItem', kind: 'error', name: 'InternalServerError', status: 500, times: 1 });
  emulator.addFault({ operation: 'PutItem', kind: 'reset', times: 1 });
  await expect(put('a')).rejects.toMatchObject({ name: 'InternalServerError' });
  await expect(put('a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await get('a')).toBeUndefined();
});

test('every call is in the log with its table and its outcome', async () => {
  emulator.clearCalls();
  await get('a');
  expect(emulator.calls()).toMatchObject([
    { operation: 'GetItem', region: 'eu-west-1', params: { TableName }, outcome: 200, inFlight: 1 },
  ]);
});
