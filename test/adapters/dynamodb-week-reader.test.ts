import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { DynamoDbWeekReader } from '../../lambda/adapters/dynamodb-week-reader.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { describeWeekReader } from '../scan/week-reader-suite.ts';
import { type SnapshotTable, startSnapshotTable } from '../support/snapshot-table.ts';

const tableName = 'Snapshots';

describe('the week reader on DynamoDB', () => {
  let snapshots: SnapshotTable;
  let client: DynamoDBClient;
  let store: FleetStore;
  let reader: DynamoDbWeekReader;

  beforeAll(async () => {
    snapshots = await startSnapshotTable(3);
    ({ client } = snapshots);
    store = buildFleetStore(client, tableName);
    reader = new DynamoDbWeekReader(client, tableName);
  });

  afterAll(async () => {
    await snapshots.close();
  });

  describeWeekReader(() => ({ store, reader }), '111122223333');

  test('entries with a kind or severity of a later version are left out', async () => {
    const put = (sk: string, more: Record<string, unknown>) =>
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall({
            pk: 'INSTANCE#newer',
            sk,
            timelineMonth: 'newer#2026-12',
            timelineAt: `${sk}#eu-west-1#web-1`,
            ...more,
          }),
        }),
      );
    await put('2026-12-01T00:00:00.000Z', { kind: 'renamed', severity: 'low' });
    await put('2026-12-01T00:00:01.000Z', { kind: 'changed', severity: 'grave' });
    await put('2026-12-01T00:00:02.000Z', { kind: 'changed', severity: 'low', verdict: 'narrowed' });
    expect(await reader.loadChanges('newer', '2026-12-01T00:00:00.000Z', '2026-12-08T00:00:00.000Z')).toEqual([
      {
        ...{ at: '2026-12-01T00:00:02.000Z', region: 'eu-west-1', instanceName: 'web-1' },
        ...{ kind: 'changed', verdict: 'narrowed', severity: 'low', expected: null },
      },
    ]);
  });
});
