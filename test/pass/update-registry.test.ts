import { expect, test } from '@jest/globals';
import type { AccountObservation } from '../../lambda/accounts/decide-account.ts';
import { updateAccount, updateOrganization } from '../../lambda/pass/update-registry.ts';
import { FakeMonitor } from './in-memory-registry.ts';

const account = '222222222222';
const passStartedAt = '2026-11-23T10:00:00.000Z';
const denied: AccountObservation = { kind: 'not-entered', reason: 'access-denied', message: 'no role' };

async function watchedBy(monitor: FakeMonitor) {
  return updateAccount(account, null, { kind: 'chosen', name: 'shop' }, passStartedAt, monitor.setup());
}

test('an alert is in the outbox with the name of its account before the registry knows it', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  monitor.registry.beforeSave = () => {
    expect(monitor.alerts()).toMatchObject([
      { account, accountName: 'shop', kind: 'account-unreadable', severity: 'high' },
    ]);
  };
  expect(await updateAccount(account, known, denied, passStartedAt, monitor.setup())).toMatchObject({ version: 2 });
  expect.assertions(2);
});

test('P3: a crash between the outbox and the registry sends the alert again, with the same alertId', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  monitor.registry.beforeSave = () => {
    throw new Error('killed');
  };
  await expect(updateAccount(account, known, denied, passStartedAt, monitor.setup())).rejects.toThrow('killed');
  const [first] = monitor.alerts();
  monitor.registry.beforeSave = () => undefined;
  monitor.now += 300_000;
  await updateAccount(account, known, denied, '2026-11-23T10:05:00.000Z', monitor.setup());
  expect(monitor.alerts().map(({ alertId }) => alertId)).toEqual([first?.alertId]);
});

test('P3: without the outbox the registry keeps what it has, so that the alert is not lost', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  monitor.outbox.failure = new Error('throttled');
  await expect(updateAccount(account, known, denied, passStartedAt, monitor.setup())).rejects.toThrow('throttled');
  expect(monitor.registry.accounts.get(account)).toEqual(known);
});

test('if another writer was first, the account is loaded and decided again', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  // A duplicate of the same message is processed first.
  await updateAccount(account, known, denied, passStartedAt, monitor.setup());
  const noted = await updateAccount(account, known, denied, passStartedAt, monitor.setup());
  expect(noted).toMatchObject({ version: 3, failure: { passes: 1, isAlerted: true } });
  expect(monitor.alerts()).toHaveLength(1);
});

test('a writer that is always faster wins, and the log says so', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  monitor.registry.beforeSave = ({ version }) => {
    if (known !== null) monitor.registry.accounts.set(account, { ...known, version });
  };
  await updateAccount(account, known, { kind: 'chosen', name: 'new' }, passStartedAt, monitor.setup());
  expect(monitor.events).toMatchObject([{ event: 'bookkeeping-failed', step: `note the account ${account}` }]);
});

test('without a listener nothing enters the outbox, and the failure is alerted when there is one', async () => {
  const monitor = new FakeMonitor();
  const known = await watchedBy(monitor);
  monitor.hasListener = false;
  const failing = await updateAccount(account, known, denied, passStartedAt, monitor.setup());
  expect({ alerts: monitor.alerts(), failure: failing?.failure }).toMatchObject({
    alerts: [],
    failure: { passes: 1, isAlerted: false },
  });
  monitor.hasListener = true;
  await updateAccount(account, failing, denied, passStartedAt, monitor.setup());
  expect(monitor.alerts()).toMatchObject([{ kind: 'account-unreadable' }]);
});

test('the failure of the organisation is the alert of the monitor', async () => {
  const monitor = new FakeMonitor();
  const failure = { reason: 'access-denied', message: 'no' } as const;
  await updateOrganization(monitor.registry.organization, failure, passStartedAt, monitor.setup());
  expect(monitor.alerts()).toMatchObject([
    {
      account: '999999999999',
      accountName: 'security',
      kind: 'organization-unreadable',
      severity: 'high',
      reason: 'the organisation can not be listed: access-denied',
    },
  ]);
  expect(monitor.registry.organization).toMatchObject({ version: 1, failure: { isAlerted: true } });
});
