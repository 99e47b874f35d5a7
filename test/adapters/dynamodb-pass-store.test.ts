import { describe, expect, test } from '@jest/globals';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { buildPassStore } from '../../lambda/adapters/dynamodb-pass-store.ts';
import { describePassStore } from '../pass/pass-store-suite.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const { table, store } = await closeAfterTests(startSnapshotTable(3));

describe('the passes on DynamoDB', () => {
  let monitors = 0;

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
