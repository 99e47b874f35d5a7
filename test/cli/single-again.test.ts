/**
 * The answers after `accounts` was removed from the configuration: the registry stays in the table, but the monitor watches only its own
 * account again.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { defaultSettings, effectiveSettings } from '../../lambda/contract/settings-schema.ts';
import { settingsKey } from '../../lambda/contract/table-keys.ts';
import { sshFromAnywhere } from '../scan/samples.ts';
import { saveNewestScan, scanRecordOf } from '../scan/scan-records.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { at, account as own, startDeployedAccount, tableName } from './deployed-account.ts';
import { watchedOf, writeAccount, writeRegistry } from './several-accounts.ts';

const dev = '222233334444';
const deployed = await closeAfterTests(startDeployedAccount());
const run = (...args: string[]) => deployed.run(...args, '--utc');
const ask = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
const setNow = (instant: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(instant));

const removed = { account: dev, kind: 'account-removed', since: at('10:01'), because: 'not-configured' };

beforeAll(async () => {
  const { client } = deployed;
  // The monitor watched dev, and not its own account, which it had watched before.
  await writeRegistry(client, tableName, own, [
    watchedOf(own, 'own', { status: 'removed', since: at('09:00'), removedBecause: 'not-configured' }),
    watchedOf(dev, 'dev'),
  ]);
  const pass = { startedAt: at('10:00'), accounts: 1, endedAt: at('10:01'), complete: true };
  await buildAccountStore(new DynamoDbTable(client, tableName), own).savePass(pass);
  const plan = { readAt: at('08:00'), instances: { 'web-1': [sshFromAnywhere] } };
  await writeAccount(client, tableName, { ...plan, account: dev, name: 'dev', lastScanAt: at('10:00') });
  await writeAccount(client, tableName, { ...plan, account: own, name: 'own', lastScanAt: at('08:55') });
  const settings = effectiveSettings(defaultSettings());
  await deployed.put({ ...settingsKey(own, at('08:00')), schema: 1, hash: 'a', settings });
  setNow(at('10:07'));
});

afterAll(() => {
  jest.restoreAllMocks();
});

describe('P5: while the registry counts', () => {
  test('the account of the deployment is removed, and dev is watched', async () => {
    const { blindSpots } = await ask('exposed', 'ssh');
    expect(blindSpots).toMatchObject([{ account: own, kind: 'account-removed', since: at('09:00') }]);
  });
});

describe('P5: when its own scans go on and no pass begins', () => {
  beforeAll(async () => {
    await saveNewestScan(deployed.store, scanRecordOf(own, at('10:05'), { instancesListed: 1, instancesRead: 1 }));
  });

  test('status knows its own instance, and shows dev as not watched since the last pass', async () => {
    const { instances, accounts } = await ask('status');
    expect(instances).toMatchObject([
      { account: dev, gap: { scope: 'account', since: at('10:01'), reason: 'not-watched' } },
      { account: own, gap: null },
    ]);
    expect(accounts).toMatchObject([
      { account: dev, status: 'removed' },
      { account: own, status: 'watched' },
    ]);
    expect((await run('status')).stdout).not.toContain('Last pass');
  });

  test('exposed, report and at are incomplete about dev only, and only since then', async () => {
    const exposed = await run('exposed', 'ssh', '--json');
    expect(exposed.code).toBe(2);
    expect(JSON.parse(exposed.stdout).blindSpots).toEqual([expect.objectContaining(removed)]);
    expect(await run('exposed', 'ssh', '--account', own)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('exposed', 'ssh', '--at', at('10:00'), '--account', dev)).toMatchObject({ code: 0, stderr: '' });
    const report = await run('report', '--since', at('09:59'), '--out', '-');
    expect([report.code, report.stderr]).toEqual([
      2,
      expect.stringContaining('dev (222233334444): the account has not been watched since 2026-11-10 10:01:00 UTC'),
    ]);
    expect(await run('at', 'web-1', 'now', '--account', own)).toMatchObject({ code: 0, stderr: '' });
    expect((await run('at', 'web-1', 'now', '--account', dev)).code).toBe(2);
  });
});
