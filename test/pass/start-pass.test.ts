import { expect, test } from '@jest/globals';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { startPass } from '../../lambda/pass/start-pass.ts';
import { FakeMonitor, organization } from './in-memory-registry.ts';

const listed = (account: string, name: string, isActive = true) => ({ account, name, isActive });
const shop = listed('222222222222', 'shop');
const web = listed('111111111111', 'web');

test('one message for each account, with its name and the start of the pass', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [shop, web, listed('333333333333', 'old', false)];
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 2 });
  const passStartedAt = '2026-11-23T10:00:00.000Z';
  expect(monitor.queued).toEqual([
    { portwatch: 'scan-account', account: '111111111111', name: 'web', passStartedAt },
    { portwatch: 'scan-account', account: '222222222222', name: 'shop', passStartedAt },
  ]);
  expect(monitor.registry.pass).toEqual({ startedAt: passStartedAt, accounts: 2, endedAt: null, complete: false });
});

test('a new account is watched from the next pass, and a pass without a change writes no account', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [web];
  await startPass(monitor.setup());
  monitor.listing = [web, shop];
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 2 });
  monitor.registry.beforeSave = () => {
    throw new Error('no account changed');
  };
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 2 });
  expect(monitor.events).toEqual([]);
  expect(monitor.alerts()).toEqual([]);
});

test('what cannot be written stops no pass: the end of the pass before, an account, an item of a newer version', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [web, shop];
  monitor.registry.refused.push({ key: '222222222222', problem: 'schema 2' });
  monitor.registry.beforeSave = ({ account }) => {
    throw new Error(`throttled ${account}`);
  };
  monitor.endPass = async () => {
    throw new Error('throttled');
  };
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 2 });
  expect(monitor.events).toMatchObject([
    { event: 'bookkeeping-failed', step: 'end the pass before' },
    { event: 'item-refused', item: { key: '222222222222' } },
    { event: 'bookkeeping-failed', step: 'note the account 111111111111' },
  ]);
});

test('without a listing the known accounts are scanned, and none is removed', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [web, shop];
  await startPass(monitor.setup());
  monitor.listing = new ReadError('access-denied', 'AccessDeniedException');
  monitor.queued.length = 0;
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 2 });
  expect(monitor.queued.map(({ name }) => name)).toEqual(['web', 'shop']);
  expect([...monitor.registry.accounts.values()].map(({ status }) => status)).toEqual(['watched', 'watched']);
  expect(monitor.alerts()).toMatchObject([{ kind: 'organization-unreadable' }]);
});

test('messages that the queue refuses are in the log, and the pass says how many it has', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [web, shop];
  monitor.refusedByQueue = ['222222222222'];
  expect(await startPass(monitor.setup())).toEqual({ accountsQueued: 1 });
  expect(monitor.events).toMatchObject([{ step: 'put the account 222222222222 into the queue' }]);
  monitor.refusedByQueue = ['111111111111', '222222222222'];
  await expect(startPass(monitor.setup())).rejects.toThrow('No pass: the queue accepted no message.');
});

test('an organisation without an account to watch is a sentence; the accounts of before are removed first', async () => {
  const monitor = new FakeMonitor();
  monitor.listing = [web];
  await startPass(monitor.setup());
  monitor.listing = [listed('111111111111', 'web', false)];
  await expect(startPass(monitor.setup())).rejects.toThrow(
    `No pass: the organisation ${organization} listed 1 account, and none of them is active and to be watched.`,
  );
  expect(monitor.alerts()).toMatchObject([{ account: '111111111111', kind: 'account-removed', severity: 'medium' }]);
});
