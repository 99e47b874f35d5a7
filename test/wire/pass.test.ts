/** A monitor of three accounts on the stand-ins: passes through the handlers, the queue, the roles and the organisation. */
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { drainQueue } from '../../emulators/sqs/event-source.ts';
import type { Emulators } from '../../emulators/start.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { batchWrite } from '../support/batch-write.ts';
import { callEvent } from '../support/call-event.ts';
import { DeployedMonitor, account as monitorAccount, region, tableName } from '../support/deployed-monitor.ts';
import { depth } from '../support/depth.ts';

const organization = 'o-a1b2c3d4e5';
const externalId = 'portwatch-1';
const monitorRole = `arn:aws:iam::${monitorAccount}:role/PortwatchMonitor`;
const members = ['111111111111', '222222222222'];
const names = ['web', 'shop'];

const settings = {
  name: 'security',
  attribution: false,
  weeklyDigest: false,
  accounts: { organization },
  externalId,
};

describe('a pass over three accounts', () => {
  let monitor: DeployedMonitor;
  let emulators: Emulators;

  beforeEach(async () => {
    monitor = await DeployedMonitor.start(JSON.stringify(settings));
    emulators = monitor.emulators;
    process.env[environmentKeys.accountsQueueUrl] = emulators.sqs.createQueue({ name: 'accounts' });
    emulators.sts.setCaller(monitorRole);
    setRoles();
    setAccounts();
    for (const account of [monitorAccount, ...members]) {
      const arn = `arn:aws:lightsail:${region}:${account}:Instance/web-1`;
      emulators.lightsail.addInstance({ account, region, name: 'web-1', arn, portStates: [sshFromOffice] });
    }
  });

  afterEach(() => monitor.close());

  const roleOf = (account: string, id = externalId) => ({
    account,
    roleName: 'PortwatchMember',
    externalId: id,
    trusted: [monitorRole],
  });
  const setRoles = (...others: ReturnType<typeof roleOf>[]) =>
    emulators.sts.setRoles([
      ...others,
      ...members.filter((one) => others.every(({ account }) => account !== one)).map((one) => roleOf(one)),
    ]);
  const setAccounts = (states: Record<string, 'SUSPENDED'> = {}, ids = members) =>
    emulators.organizations.setOrganization({
      id: organization,
      managementAccount: monitorAccount,
      root: 'r-ab12',
      accounts: [
        { id: monitorAccount, name: 'security' },
        ...ids.map((id) => ({ id, name: names[members.indexOf(id)] ?? id, ...(states[id] && { state: states[id] }) })),
      ],
    });

  const startPass = () => monitor.invoke({});
  /** Delivers every message of the queue, like the event source mapping. */
  const drain = (batchSize = 10) =>
    drainQueue({
      sqs: emulators.sqs,
      queue: 'accounts',
      account: monitorAccount,
      region,
      batchSize,
      maximumConcurrency: 1,
      reportsFailures: true,
      invoke: (event) => monitor.invoke(event),
    });
  /** The table after the first pass and its scans. It is the same in each test, so the scans run once and the table is copied later. */
  let tableAfterPass: Record<string, AttributeValue>[] | undefined;
  const keepTableAfterPass = async () => {
    tableAfterPass = (await monitor.table.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))).Items;
  };
  const completeFirstPass = async () => {
    if (tableAfterPass === undefined) {
      await startPass();
      await drain();
      await keepTableAfterPass();
    } else {
      const writes = tableAfterPass.map((Item) => ({ PutRequest: { Item } }));
      await batchWrite(monitor.table, tableName, writes);
    }
  };
  const registry = async () => {
    const items = await monitor.items(`ACCOUNTS#${monitorAccount}`);
    return Object.fromEntries(items.map((item) => [item['sk'], item]));
  };
  const outbox = async () =>
    (await monitor.items(`OUTBOX#${monitorAccount}`)).map(({ sk, alerts }) => {
      const [alert] = alerts as { kind: string }[];
      return `${String(sk).split('#')[1]} ${alert?.kind}`;
    });

  test('scans every account with its own credentials, and each history is that of its account', async () => {
    expect(await startPass()).toEqual({
      skipped: false,
      complete: false,
      instancesListed: 0,
      instancesRead: 0,
      alerts: 0,
      accountsQueued: 3,
    });
    expect(await drain()).toEqual({ invocations: 1, failed: 0, itemFailures: 0 });
    await keepTableAfterPass();
    for (const account of [monitorAccount, ...members]) {
      const entries = await monitor.items(`INSTANCE#${account}#${region}#web-1`);
      expect(entries.map(({ kind }) => kind)).toEqual(['baseline']);
      const [lease] = (await monitor.items(`FLEET#${account}`)).filter(({ sk }) => sk === '!scan');
      expect(lease?.['lastScan']).toMatchObject({
        ...{ complete: true, instancesListed: 1, instancesRead: 1, openGaps: 0, oldestWaitingAt: null },
      });
    }
    expect(await registry()).toMatchObject({
      '!pass': { accounts: 3, endedAt: null, complete: false },
      [monitorAccount]: { name: 'security', status: 'watched', failure: null },
      222222222222: { name: 'shop', status: 'watched', failure: null, version: 1 },
    });
    // The scans publish nothing, because the collector does.
    expect(emulators.sns.outbox()).toEqual([]);
    expect((await outbox()).filter((group) => group.endsWith('monitoring-started'))).toHaveLength(3);
    const groups = await monitor.items(`OUTBOX#${monitorAccount}`);
    expect(new Set(groups.map(({ account, accountName }) => `${account} ${accountName}`))).toEqual(
      new Set([`${monitorAccount} security`, ...members.map((id, index) => `${id} ${names[index]}`)]),
    );
  });

  test('the collector ends the pass, and publishes the alerts of all accounts together', async () => {
    const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open', cidrs: ['0.0.0.0/0'] };
    emulators.lightsail.addInstance({ account: '222222222222', region, name: 'bad', portStates: [ssh] });
    await startPass();
    // After the account scans, critical alerts are published at once.
    await drain();
    const digests = () => emulators.sns.outbox().map(({ body }) => JSON.parse(body));
    const sent = () =>
      digests().flatMap(({ alerts }) =>
        alerts.map((alert: Record<string, string>) => `${alert['accountName']} ${alert['severity']}`),
      );
    expect(sent()).toEqual(['shop critical']);
    expect(await monitor.invoke({ portwatch: 'collect' })).toMatchObject({
      ...{ skipped: false, alerts: 2 },
      passEnded: { complete: true, accounts: 3, accountsScanned: 3, accountsFailed: 0, accountsNotScanned: 0 },
    });
    expect(await outbox()).toEqual([]);
    expect(digests()[1]).toMatchObject({
      ...{ schema: 'portwatch.digest/2', account: monitorAccount, name: 'security' },
      coverage: { accounts: 3, accountsScanned: 3, instancesListed: 4, instancesRead: 4 },
    });
    expect((await registry())['!pass']).toMatchObject({ complete: true, endedAt: expect.any(String) });
    expect(monitor.metrics()).toMatchObject({
      CompleteScans: 1,
      AccountsNotScanned: 0,
      OpenGaps: 0,
      OldestUntoldAlertAge: 0,
    });
    expect(await monitor.invoke({ portwatch: 'collect' })).toMatchObject({ published: 0, passEnded: null });
  });

  /** The kinds of the alerts in the outbox that are about an account as a whole. */
  const accountAlerts = async () => (await outbox()).filter((group) => /account-|organization-/.test(group));
  const endOf = (account: string) =>
    monitor.log().find((line) => line['account'] === account && 'passStartedAt' in line);

  const refusals: [string, () => void, string][] = [
    ['has a role with another external id', () => setRoles(roleOf('222222222222', 'portwatch-2')), 'access-denied'],
    [
      'has no role',
      () => emulators.sts.setRoles(members.filter((one) => one !== '222222222222').map((one) => roleOf(one))),
      'access-denied',
    ],
    [
      'is suspended in the middle of the pass',
      () => emulators.lightsail.setSuspended({ account: '222222222222', isSuspended: true }),
      'access-denied',
    ],
  ];

  /** The quick cases are one in which STS refuses, and one in which Lightsail refuses. */
  const chosenRefusals = refusals.filter((_, index) => index % depth({ quick: 2, full: 1 }) === 0);

  test.each(chosenRefusals)(
    'an account that %s has an alert of its own, and delays no other account',
    async (_, refuse, reason) => {
      await startPass();
      refuse();
      expect(await drain()).toEqual({ invocations: 1, failed: 0, itemFailures: 0 });
      expect(endOf('222222222222')).toMatchObject({ message: 'account not entered', name: 'shop', reason });
      expect((await registry())['222222222222']).toMatchObject({
        status: 'watched',
        failure: { reason, passes: 1, isAlerted: true },
      });
      expect(await accountAlerts()).toEqual(['222222222222 account-unreadable']);
      await monitor.invoke({ portwatch: 'collect' });
      // The monitor works, and a separate alarm counts the account.
      expect(monitor.metrics()).toMatchObject({ CompleteScans: 1, AccountsNotScanned: 1 });
      for (const account of ['111111111111', monitorAccount])
        expect(await monitor.items(`INSTANCE#${account}#${region}#web-1`)).toHaveLength(1);
      // The next pass can enter the account again, and alerts the recovery.
      emulators.lightsail.setSuspended({ account: '222222222222', isSuspended: false });
      setRoles();
      await startPass();
      await drain();
      expect((await registry())['222222222222']).toMatchObject({ failure: null });
      expect(await accountAlerts()).toEqual(['222222222222 account-readable-again']);
    },
  );

  test('an outage of STS for one account is alerted in the second pass, and its message is not delivered again', async () => {
    const fault = { kind: 'error', name: 'InternalFailure', status: 500 } as const;
    emulators.sts.addFault({ ...fault, operation: 'AssumeRole', account: '111111111111' });
    await startPass();
    expect(await drain()).toMatchObject({ itemFailures: 0 });
    expect((await registry())['111111111111']).toMatchObject({
      failure: { reason: 'service-error', passes: 1, isAlerted: false },
    });
    await startPass();
    await drain();
    expect(await accountAlerts()).toEqual(['111111111111 account-unreadable']);
  });

  test('an account that is suspended or leaves is alerted once, and its history stays', async () => {
    await completeFirstPass();
    setAccounts({ 222222222222: 'SUSPENDED' }, ['222222222222']);
    for (const _ of [1, 2]) expect(await startPass()).toMatchObject({ accountsQueued: 1 });
    expect(await accountAlerts()).toEqual(['111111111111 account-removed', '222222222222 account-removed']);
    expect(await registry()).toMatchObject({
      111111111111: { status: 'removed', removedBecause: 'left', version: 2 },
      222222222222: { status: 'removed', removedBecause: 'suspended', version: 2 },
    });
    expect(await monitor.items(`INSTANCE#111111111111#${region}#web-1`)).toHaveLength(1);
  });

  test('a message of a removed account, a stale one and one that is no message of a pass scan nothing', async () => {
    await startPass();
    setAccounts({ 222222222222: 'SUSPENDED' });
    await startPass();
    const body = (fields: object) =>
      JSON.stringify({ portwatch: 'scan-account', account: '111111111111', name: 'web', ...fields });
    const now = Date.now();
    const bodies = [
      body({ account: '222222222222', passStartedAt: new Date(now).toISOString() }),
      body({ passStartedAt: new Date(now - 301_000).toISOString() }),
      'hello',
    ];
    const Records = bodies.map((text, index) => ({ messageId: `m-${index}`, body: text, eventSource: 'aws:sqs' }));
    emulators.lightsail.clearCalls();
    expect(await monitor.invoke({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-2' }] });
    expect(emulators.lightsail.calls()).toEqual([]);
    expect(monitor.log().at(-1)).toMatchObject({
      ...{ message: 'account scans over', messages: 3, removed: 1, stale: 1, unknown: 1 },
    });
  });

  test('P3: an invocation that dies loses nothing, and a message that comes twice finds nothing new', async () => {
    await startPass();
    let invocations = 0;
    const killed = await drainQueue({
      ...{ sqs: emulators.sqs, queue: 'accounts', account: monitorAccount, region },
      ...{ batchSize: 1, maximumConcurrency: 1, reportsFailures: true },
      invoke: async (event) => {
        invocations += 1;
        // The second invocation does its work, and dies before it returns.
        const result = await monitor.invoke(event);
        if (invocations === 2) throw new Error('killed');
        return result;
      },
    });
    expect(killed).toEqual({ invocations: 3, failed: 1, itemFailures: 0 });
    const before = (await outbox()).sort();
    for (const account of [monitorAccount, ...members])
      expect(await monitor.items(`INSTANCE#${account}#${region}#web-1`)).toHaveLength(1);
    // All messages are sent again: the same accounts are scanned, and no alert is new.
    await startPass();
    await drain();
    expect((await outbox()).sort()).toEqual(before);
  });

  test('an account that does not start for lack of time goes back to the queue', async () => {
    await startPass();
    const report = await drainQueue({
      ...{ sqs: emulators.sqs, queue: 'accounts', account: monitorAccount, region },
      ...{ batchSize: 10, maximumConcurrency: 1, reportsFailures: true },
      invoke: (event) => monitor.invoke(event, 15_000),
    });
    expect(report).toEqual({ invocations: 1, failed: 0, itemFailures: 3 });
    expect(emulators.lightsail.calls()).toEqual([]);
  });

  test('a lease that another scan holds is no failure, and a table that fails returns the message of its account only', async () => {
    await startPass();
    const leaseUntil = new Date(Date.now() + 600_000).toISOString();
    await monitor.put({
      pk: 'FLEET#111111111111',
      sk: '!scan',
      schema: 1,
      holder: 'other',
      leaseUntil,
      leaseFor: 'scan',
    });
    emulators.dynamodb.addFault({ kind: 'error', name: 'ValidationException', bodyIncludes: 'FLEET#222222222222' });
    expect(await drain()).toEqual({ invocations: 1, failed: 0, itemFailures: 1 });
    expect(monitor.log().at(-1)).toMatchObject({ messages: 3, scanned: 1, busy: 1, failed: 1 });
  });

  test('an organisation that cannot be listed: the known accounts are scanned, and an alert is sent', async () => {
    await completeFirstPass();
    emulators.organizations.setOrganization(null);
    expect(await startPass()).toMatchObject({ accountsQueued: 3 });
    await startPass();
    expect(await accountAlerts()).toEqual([`${monitorAccount} organization-unreadable`]);
    expect(await registry()).toMatchObject({
      '!organization': { failure: { message: expect.stringContaining('AWSOrganizationsNotInUseException') } },
      '!pass': { accounts: 3 },
    });
    setAccounts();
    await startPass();
    expect(await accountAlerts()).toContain(`${monitorAccount} organization-readable-again`);
  });

  test('an organisation that cannot be listed before any account is known: the error is one sentence', async () => {
    emulators.organizations.setOrganization(null);
    await expect(startPass()).rejects.toThrow(
      `No pass: the organisation ${organization} could not be listed, and no account of it is known yet. ` +
        'Only the management account of the organisation, or a delegated administrator, can list it.',
    );
  });

  test.each(depth({ quick: ['aws-cn'], full: ['aws-cn', 'aws-us-gov'] }))(
    'in the partition %s, a pass and an event assume the roles of that partition',
    async (partition) => {
      const { alertTopicArn } = environmentKeys;
      process.env[alertTopicArn] = process.env[alertTopicArn]?.replace('arn:aws:', `arn:${partition}:`);
      const [account = ''] = members;
      const entries = () => monitor.items(`INSTANCE#${account}#${region}#web-1`);
      emulators.sts.setRoles([{ account, roleName: 'PortwatchMember', partition, externalId }]);
      await startPass();
      await drain();
      expect(await entries()).toHaveLength(1);
      emulators.lightsail.setPortStates({ account, region, name: 'web-1', portStates: [sshFromAnywhere] });
      const event = callEvent({ account, region, instanceName: 'web-1', portInfos: [sshFromAnywhere] });
      await monitor.handleEvents({ Records: [{ messageId: 'm-1', body: JSON.stringify(event) }] });
      expect(await entries()).toHaveLength(2);
    },
  );

  describe('events', () => {
    const eventIn = (account: string, detail: Record<string, unknown> = {}) =>
      callEvent({ account, region, instanceName: 'web-1', portInfos: [sshFromAnywhere], detail });
    const handle = (...events: unknown[]) =>
      monitor.handleEvents({
        Records: events.map((event, index) => ({ messageId: `m-${index}`, body: JSON.stringify(event) })),
      });
    const openSsh = (account: string) =>
      emulators.lightsail.setPortStates({ account, region, name: 'web-1', portStates: [sshFromAnywhere] });
    const looked = (account: string) =>
      monitor.log().find((line) => line['message'] === 'events looked at' && line['account'] === account);

    beforeEach(async () => {
      await completeFirstPass();
      emulators.lightsail.clearCalls();
    });

    test('of two accounts are read in each with its own credentials, and their alerts name the actor', async () => {
      for (const account of ['111111111111', '222222222222']) openSsh(account);
      expect(await handle(eventIn('111111111111'), eventIn('222222222222'))).toEqual({ batchItemFailures: [] });
      expect(
        emulators.lightsail
          .calls()
          .map(({ operation, account }) => `${account} ${operation}`)
          .sort(),
      ).toEqual([
        '111111111111 GetInstancePortStates',
        '111111111111 GetInstances',
        '222222222222 GetInstancePortStates',
        '222222222222 GetInstances',
      ]);
      // Critical alerts are published at once, and the changes of both accounts are in one message.
      const sent = emulators.sns.outbox().map(({ body }) => JSON.parse(body));
      expect(sent.map(({ alerts }) => alerts.map((alert: Record<string, string>) => alert['account']))).toEqual([
        ['111111111111', '222222222222'],
      ]);
      expect((await outbox()).filter((group) => group.endsWith('firewall-changed'))).toEqual([]);
      const [, change] = await monitor.items(`INSTANCE#222222222222#${region}#web-1`);
      expect(change).toMatchObject({ kind: 'changed', changedBy: { fit: 'explained', foundBy: 'event' } });
    });

    test('of an account that is not watched, or whose record is of another account, are ignored', async () => {
      setAccounts({ 222222222222: 'SUSPENDED' });
      await startPass();
      const forged = eventIn('111111111111', { recipientAccountId: '222222222222' });
      expect(await handle(eventIn('999999999999'), eventIn('222222222222'), forged, {})).toEqual({
        batchItemFailures: [],
      });
      expect(emulators.lightsail.calls()).toEqual([]);
      for (const account of ['999999999999', '222222222222', '111111111111'])
        expect(looked(account)).toMatchObject({ ignored: { 'other-account': 1 } });
      expect(monitor.log()).toContainEqual(expect.objectContaining({ ignored: { 'other-source': 1 } }));
    });

    test('of an account that denies access are deleted, because the next pass alerts the denial; of one with an outage they are delivered again', async () => {
      setRoles(roleOf('111111111111', 'portwatch-2'));
      // The function for events does not share the sessions of the scan function.
      const fault = { kind: 'error', name: 'InternalFailure', status: 500 } as const;
      emulators.sts.addFault({ ...fault, operation: 'AssumeRole', account: '222222222222' });
      openSsh(monitorAccount);
      const result = await handle(eventIn('111111111111'), eventIn('222222222222'), eventIn(monitorAccount));
      expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
      expect(looked(monitorAccount)).toMatchObject({ instancesRead: 1, changes: 1 });
    });
  });
});
