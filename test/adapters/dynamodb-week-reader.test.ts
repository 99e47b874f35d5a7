import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { DynamoDbWeekReader } from '../../lambda/adapters/dynamodb-week-reader.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import { describeWeekReader } from '../scan/week-reader-suite.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const { client, tableName, store } = await closeAfterTests(startSnapshotTable(3));
const reader = new DynamoDbWeekReader(client, tableName);

describe('the week reader on DynamoDB', () => {
  describeWeekReader(() => ({ store, reader }), '111122223333');

  test.each([
    ['kind', { kind: 'renamed', severity: 'low' }],
    ['severity', { kind: 'changed', severity: 'grave' }],
  ])(
    'P5: a change with a %s of a later version is never left out of the count: the week cannot be counted',
    async (newer, unknown) => {
      const put = (sk: string, more: Record<string, unknown>) =>
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({
              pk: `INSTANCE#${newer}`,
              sk,
              timelineMonth: `${newer}#2026-12`,
              timelineAt: `${sk}#eu-west-1#web-1`,
              ...more,
            }),
          }),
        );
      await put('2026-12-01T00:00:02.000Z', { kind: 'changed', severity: 'low', verdict: 'narrowed' });
      const load = (from: string) => reader.loadChanges(newer, from, '2026-12-08T00:00:00.000Z');
      expect(await load('2026-12-01T00:00:00.000Z')).toEqual([
        {
          ...{ at: '2026-12-01T00:00:02.000Z', region: 'eu-west-1', instanceName: 'web-1' },
          ...{ kind: 'changed', verdict: 'narrowed', severity: 'low', expected: null },
        },
      ]);
      await put('2026-12-01T00:00:01.000Z', unknown);
      await expect(load('2026-12-01T00:00:00.000Z')).rejects.toThrow(
        new ItemError('the change at 2026-12-01T00:00:01.000Z#eu-west-1#web-1 can not be read'),
      );
    },
  );
});
