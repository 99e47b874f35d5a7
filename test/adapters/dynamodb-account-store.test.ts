import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const at = '2026-11-23T10:05:00.000Z';
const account: WatchedAccount = {
  account: '222222222222',
  name: 'shop',
  status: 'watched',
  since: at,
  removedBecause: null,
  isRemovalAlerted: false,
  failure: { reason: 'access-denied', message: 'no role', since: at, lastAt: at, passes: 3, isAlerted: true },
  version: 1,
};
const pass = { startedAt: at, accounts: 2, endedAt: null, complete: false };

const snapshots = await closeAfterTests(startSnapshotTable(3));

describe('the registry of accounts on DynamoDB', () => {
  let monitors = 0;

  const open = () => {
    monitors += 1;
    const monitor = `monitor-${monitors}`;
    const put = (sk: string, fields: Record<string, unknown>) =>
      snapshots.client.send(
        new PutItemCommand({ TableName: 'Snapshots', Item: marshall({ pk: `ACCOUNTS#${monitor}`, sk, ...fields }) }),
      );
    return { store: buildAccountStore(snapshots.table, monitor), put };
  };

  test('has nothing at first', async () => {
    const { store } = open();
    const organization = { failure: null, version: 0 };
    expect(await store.loadAccounts()).toEqual({ accounts: [], refused: [], organization, pass: null });
    expect(await store.loadAccount('222222222222')).toBeNull();
  });

  test('returns everything as it was saved', async () => {
    const { store } = open();
    const removed = { ...account, account: '333333333333', status: 'removed', removedBecause: 'left' } as const;
    const organization = { failure: account.failure, version: 1 };
    for (const one of [removed, account]) expect(await store.saveAccount(one)).toBe(true);
    expect(await store.saveOrganization(organization)).toBe(true);
    await store.savePass(pass);
    expect(await store.loadAccounts()).toEqual({ accounts: [account, removed], refused: [], organization, pass });
    expect(await store.loadAccount('222222222222')).toEqual(account);
    const ended = { ...pass, endedAt: at, complete: true };
    await store.savePass(ended);
    expect((await store.loadAccounts()).pass).toEqual(ended);
  });

  test('refuses a version that is not the next one: another writer was first', async () => {
    const { store } = open();
    expect(await store.saveAccount({ ...account, version: 2 })).toBe(false);
    expect(await store.saveAccount(account)).toBe(true);
    expect(await store.saveAccount({ ...account, name: 'other' })).toBe(false);
    expect(await store.saveAccount({ ...account, version: 3 })).toBe(false);
    expect(await store.saveAccount({ ...account, name: 'new', version: 2 })).toBe(true);
    expect(await store.loadAccount('222222222222')).toMatchObject({ name: 'new', version: 2 });
    expect(await store.saveOrganization({ failure: null, version: 2 })).toBe(false);
    expect(await store.saveOrganization({ failure: null, version: 1 })).toBe(true);
    expect(await store.saveOrganization({ failure: null, version: 1 })).toBe(false);
  });

  test('leaves items of a newer version, and damaged ones, as they are, and names them; replaces a damaged record of the organisation', async () => {
    const { store, put } = open();
    await put('222222222222', { ...account, schema: 2 });
    await put('333333333333', { schema: 1, account: '333333333333' });
    await put('!pass', { ...pass, schema: 2 });
    await put('!organization', { failure: 'no', version: 4, schema: 1 });
    const loaded = await store.loadAccounts();
    expect(loaded.refused.map(({ key }) => key)).toEqual(['222222222222', '333333333333']);
    expect(loaded).toMatchObject({ accounts: [], organization: { failure: null, version: 4 }, pass: null });
    await expect(store.loadAccount('222222222222')).rejects.toThrow(ItemError);
    expect(await store.saveAccount({ ...account, version: 2 })).toBe(false);
    await expect(store.savePass(pass)).rejects.toThrow('a newer version of Portwatch wrote the pass');
    // Otherwise the failed listing would be alerted again by every pass, or never.
    expect(await store.saveOrganization({ failure: account.failure, version: 5 })).toBe(true);
    expect((await store.loadAccounts()).organization).toEqual({ failure: account.failure, version: 5 });
  });
});
