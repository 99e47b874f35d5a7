import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { buildPassStore } from '../../lambda/adapters/dynamodb-pass-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { describePassStore } from '../pass/pass-store-suite.ts';
import { type SnapshotTable, startSnapshotTable } from '../support/snapshot-table.ts';

describe('the passes on DynamoDB', () => {
  let snapshots: SnapshotTable;
  let table: DynamoDbTable;
  let monitors = 0;

  beforeAll(async () => {
    snapshots = await startSnapshotTable(3);
    table = new DynamoDbTable(snapshots.client, 'Snapshots');
  });

  afterAll(() => snapshots.close());

  describePassStore(() => {
    monitors += 1;
    const accounts = buildAccountStore(table, `monitor-${monitors}`);
    return {
      passes: buildPassStore(table, `monitor-${monitors}`),
      savePass: (pass) => accounts.savePass(pass),
      loadPass: async () => (await accounts.loadAccounts()).pass,
    };
  });

  test('the newest scan of an account is what its lease item keeps', async () => {
    const store = buildFleetStore(snapshots.client, 'Snapshots');
    const now = Date.parse('2026-11-23T10:00:00.000Z');
    await store.takeLease({ account: '111122223333', holder: 'me', now, until: now + 60_000 });
    const lastScan = {
      ...{ startedAt: '2026-11-23T10:00:00.000Z', complete: true, regionsListed: ['eu-west-1'], notRead: [] },
      ...{ instancesListed: 3, instancesRead: 3, openGaps: 1, oldestWaitingAt: null },
    };
    await store.releaseLease({
      account: '111122223333',
      holder: 'me',
      lastScan,
      allIsWellAt: null,
      settingsHash: null,
    });
    const scans = await buildPassStore(table, 'monitor').loadLastScans(['111122223333', '444455556666']);
    expect(scans).toEqual(new Map([['111122223333', lastScan]]));
  });
});
