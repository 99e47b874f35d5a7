/** A monitor of five accounts on the stand-ins: passes through the handlers, the queue, the roles and the organisation. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { drainQueue } from '../../emulators/sqs/event-source.ts';
import type { Emulators } from '../../emulators/start.ts';
import { environmentKeys } from '../../lambda/contract/names.ts';
import { sshFromOffice } from '../scan/samples.ts';
import { DeployedMonitor, account as monitorAccount, region } from '../support/deployed-monitor.ts';

const organization = 'o-a1b2c3d4e5';
const externalId = 'portwatch-1';
const monitorRole = `arn:aws:iam::${monitorAccount}:role/PortwatchMonitor`;
const members = ['111111111111', '222222222222', '333333333333', '444444444444'];
const names = ['web', 'shop', 'data', 'lab'];

const settings = {
  name: 'security',
  attribution: false,
  weeklyDigest: false,
  accounts: { organization },
  externalId,
};

describe('a pass over five accounts', () => {
  let monitor: DeployedMonitor;
  let emulators: Emulators;

  beforeEach(async () => {
    monitor = await DeployedMonitor.start(JSON.stringify(settings));
    emulators = monitor.emulators;
    process.env[environmentKeys.accountsQueueUrl] = emulators.sqs.createQueue({ name: 'accounts' });
    emulators.sts.setCaller(monitorRole);
    setRoles();
    setAccounts();
    for (const account of [monitorAccount, ...members])
      emulators.lightsail.addInstance({ account, region, name: 'web-1', portStates: [sshFromOffice] });
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
  /** Every message of the queue, as the event source mapping delivers them. */
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
      accountsQueued: 5,
    });
    expect(await drain()).toEqual({ invocations: 1, failed: 0, itemFailures: 0 });
    for (const account of [monitorAccount, ...members]) {
      const entries = await monitor.items(`INSTANCE#${account}#${region}#web-1`);
      expect(entries.map(({ kind }) => kind)).toEqual(['baseline']);
      const [lease] = (await monitor.items(`FLEET#${account}`)).filter(({ sk }) => sk === '!scan');
      expect(lease?.['lastScan']).toMatchObject({
        ...{ complete: true, instancesListed: 1, instancesRead: 1, openGaps: 0, oldestWaitingAt: null },
      });
    }
    expect(await registry()).toMatchObject({
      '!pass': { accounts: 5, endedAt: null, complete: false },
      [monitorAccount]: { name: 'security', status: 'watched', failure: null },
      222222222222: { name: 'shop', status: 'watched', failure: null, version: 1 },
    });
    // Nothing was published: the collector does.
    expect(emulators.sns.outbox()).toEqual([]);
    expect((await outbox()).filter((group) => group.endsWith('monitoring-started'))).toHaveLength(10);
  });
});
