/** `portwatch doctor` on a monitor of two accounts, neither of them its own: what is healthy, and what one account lacks. */
import { beforeEach, expect, test } from '@jest/globals';
import { buildAccountStore } from '../../../lambda/adapters/dynamodb-account-store.ts';
import { DynamoDbTable } from '../../../lambda/adapters/dynamodb-table.ts';
import { defaultSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import { historyPartition, settingsKey } from '../../../lambda/contract/table-keys.ts';
import { entryOf } from '../../scan/entries.ts';
import { httpFromAnywhere } from '../../scan/samples.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { minutesAgo, account as own, tableName } from '../deployed-account.ts';
import { names, region, startHealthyMonitor } from '../healthy-monitor.ts';
import { watchedOf, writeAccount, writeRegistry } from '../several-accounts.ts';
import { deleteItems } from '../table-approvals.ts';
import { type Breakage, expectRows, listRuns } from './breakage.ts';
import { runDoctor } from './doctor-answer.ts';

const [dev, prod] = ['222233334444', '333344445555'];
const accounts = { accounts: [dev, prod], externalId: 'acme', regions: [region] };
const failure = {
  ...{ reason: 'throttled' as const, message: 'Rate exceeded', since: '2026-11-01T00:00:00.000Z' },
  ...{ sinceScan: 1, confirmedAt: '2026-11-01T00:00:00.000Z', gapAt: '2026-11-01T00:00:00.000Z' },
};
const memberRule = `Portwatch|${names.rule}`;

// The own account was scanned before the monitor became one of several accounts.
const monitor = await closeAfterTests(startHealthyMonitor(600));
const { client } = monitor.deployed;
await writeRegistry(client, tableName, own, [watchedOf(dev, 'dev'), watchedOf(prod, 'prod')]);
const pass = { startedAt: minutesAgo(2), accounts: 2, endedAt: minutesAgo(1), complete: true };
await buildAccountStore(new DynamoDbTable(client, tableName), own).savePass(pass);
const times = { readAt: minutesAgo(600), lastScanAt: minutesAgo(2) };
await writeAccount(client, tableName, {
  account: dev,
  name: 'dev',
  instances: {},
  ...times,
  lastScanAt: minutesAgo(9),
});
await putSettings(dev, { name: 'dev', scanEveryMinutes: 10 });
await writeAccount(client, tableName, {
  ...{ account: prod, name: 'prod', ...times },
  instances: { 'web-1': [httpFromAnywhere] },
});
await putSettings(prod, { name: 'prod' });

beforeEach(async () => {
  await monitor.heal();
  monitor.resources.push({ type: 'AWS::Events::Rule', logicalId: 'MemberRule', physicalId: memberRule });
  monitor.facts.buses.push('Portwatch');
  monitor.deploy();
});

function putSettings(account: string, fields: object) {
  const settings = { ...effectiveSettings({ ...defaultSettings(), ...accounts }), ...fields };
  return monitor.deployed.put({ ...settingsKey(account, minutesAgo(90)), schema: 1, hash: 'a', settings });
}

const configured = ['-c', `accounts=${dev},${prod}`, '-c', 'externalId=acme', '-c', `regions=${region}`];

/** `bad`: without the row of the trails, which are never known. */
async function ask() {
  const { bad, ...answer } = await runDoctor(monitor, ...configured);
  return { ...answer, bad: bad.filter(({ check }) => check !== 'trail') };
}

const web = { account: prod, region, instanceName: 'web-1' };
const db = { account: prod, region, instanceName: 'db-1' };
const odd = { account: dev, region, instanceName: 'odd' };

const breakages: Readonly<Record<string, Breakage>> = {
  'the bus of the watched accounts has no rule': {
    broken: () => monitor.facts.buses.pop(),
    rows: [{ check: 'event-rule', resource: memberRule, status: 'failure' }],
  },
  'a firewall cannot be read: the row names its account': {
    broken: () => monitor.putState(web, { failure, status: 'unknown' }),
    rows: [
      {
        check: 'readability',
        resource: `prod (${prod}) ${region} web-1`,
        found: 'cannot be read since 2026-11-01T00:00:00.000Z: throttled (Rate exceeded)',
        remedy: `try the request with credentials of account ${prod}; docs/runbook.md#gaps-stay-open explains each reason`,
        command: `aws lightsail get-instance-port-states --instance-name web-1 --region ${region}`,
      },
    ],
    mend: () => monitor.putState(web, {}),
  },
  'an item cannot be read: the row names its account': {
    broken: () => monitor.deployed.put({ pk: `FLEET#${dev}`, sk: `${region}#odd`, schema: 1, region }),
    rows: [{ check: 'readability', resource: `dev (${dev}) ${region}#odd` }],
    mend: () => monitor.putState(odd, {}),
  },
  'alerts of a watched account have not reached the outbox': {
    broken: () => monitor.putState(db, { version: 3, recorded: 3, alerted: 2 }),
    rows: [{ check: 'waiting-alerts', found: expect.stringMatching(/^1 alert waits to be sent/) as unknown as string }],
    mend: () => monitor.putState(db, {}),
  },
  'a change in a watched account came without an event': {
    broken: () => monitor.deployed.store.putEntry(entryOf(web, 2, minutesAgo(30), {})),
    rows: [{ check: 'events', found: '1 of 1 change in 7 days came without an event' }],
    mend: () => deleteItems(monitor.deployed, historyPartition(web), minutesAgo(60)),
  },
};

test('of a healthy monitor only the trails of the watched accounts are unknown; the settings are those of the newest scan of a watched account', async () => {
  // A region that was taken out of `regions` is not read, and is no failure.
  await monitor.putState({ account: prod, region: 'us-east-1', instanceName: null }, { failure, status: 'unknown' });
  const { code, rows } = await ask();
  expect(rows.filter(({ status }) => status !== 'ok')).toMatchObject([
    {
      check: 'trail',
      resource: 'other accounts',
      status: 'unknown',
      found: `not known: the trails of 2 other watched accounts are in these accounts, and the command reads only account ${own}`,
    },
  ]);
  expect(code).toBe(2);
  const found = Object.fromEntries(rows.map((row) => [row.check, row.found]));
  expect(found).toMatchObject({
    settings: 'the last scan worked with the configuration of this clone',
    accounts: '2 accounts can be entered',
    readability: 'every region and instance can be read (3 resources)',
    'waiting-alerts': 'every recorded change is alerted',
  });
  // The rule is found by the name of the bus of the watched accounts.
  expect(rows.find(({ resource }) => resource === memberRule)).toMatchObject({ check: 'event-rule', status: 'ok' });
  expect(found['last-scan']).toMatch(/the interval is 5 minutes; it is a pass over 2 accounts that ended at /);
});

test.each(listRuns('five parts at the same time', breakages))('%s', async (_, broken) => {
  await expectRows(broken, ask);
});

test('a monitor that has become one of a single account again is checked as such', async () => {
  await monitor.putScan(1);
  const { rows } = await ask();
  expect(rows.find(({ check }) => check === 'accounts')).toMatchObject({
    found: 'the monitor watches the account in which it is deployed',
  });
  expect(rows.find(({ check }) => check === 'last-scan')).toMatchObject({ found: expect.not.stringContaining('pass') });
  await monitor.putScan(600);
});
