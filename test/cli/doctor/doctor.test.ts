/** `portwatch doctor` against the stand-ins, over HTTP: a healthy deployment, and deployments that are each broken or unusual in one way. */

import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Row } from '../../../cli/commands/doctor/row.ts';
import { toItem } from '../../../lambda/adapters/items/read-item.ts';
import { attributionKey, stateKey } from '../../../lambda/contract/table-keys.ts';
import { entryOf } from '../../scan/entries.ts';
import { closeAfterEachTest, closeAfterTests } from '../../support/close-after-tests.ts';
import { account, byAlice, minutesAgo, tableName } from '../deployed-account.ts';
import { names, region, startHealthyMonitor } from '../healthy-monitor.ts';
import type { Ended } from '../run-cli.ts';
import { type Breakage, expectRows, listRuns } from './breakage.ts';
import { runDoctor } from './doctor-answer.ts';

const monitor = await closeAfterTests(startHealthyMonitor());
beforeEach(() => monitor.heal());
const keep = closeAfterEachTest();
const ask = (...args: string[]) => runDoctor(monitor, ...args);

/** Without the instants, which depend on the time of the test. */
const describeRows = (rows: readonly Row[]) =>
  rows.map(({ check, status, found }) => `${status} ${check} ${found.replace(/\(20[^)]*\)/, '(…)')}`);

describe('P5: scans', () => {
  test('none for a day; then one that is not complete, and finds an instance without a name', async () => {
    const own = keep(await startHealthyMonitor(1440));
    const silent = await runDoctor(own);
    expect([silent.code, describeRows(silent.bad)]).toEqual([
      1,
      [
        'failure last-scan the last scan began 24 h ago (…); the interval is 5 minutes',
        'failure complete-scan the last complete scan began 24 h ago (…)',
      ],
    ]);
    await own.putScan(1, false, { regionsFailed: { 'us-east-1': 'access-denied' }, notRead: ['eu-west-1#?'] });
    const incomplete = await runDoctor(own);
    expect([incomplete.code, describeRows(incomplete.bad)]).toEqual([
      1,
      [
        'failure complete-scan the last complete scan began 24 h ago (…); the newest scan lacks us-east-1 (access-denied), eu-west-1 ?',
        'failure readability Lightsail lists an instance without a name, so nobody can read it',
      ],
    ]);
  });
});

describe('a healthy deployment', () => {
  let healthy: Ended;

  beforeAll(async () => {
    await monitor.heal();
    monitor.deployed.dynamodb.clearCalls();
    healthy = await monitor.doctor();
  });

  test('P10: with one account the outbox is not read', () => {
    const asked = monitor.deployed.dynamodb.calls().map(({ params }) => JSON.stringify(params));
    expect(asked.filter((params) => params.includes('FLEET#'))).not.toEqual([]);
    expect(asked.filter((params) => params.includes('OUTBOX#'))).toEqual([]);
  });

  test('has a row for each check, all of them OK, and ends with 0', () => {
    const { code, stdout, stderr } = healthy;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('OK  '))).toEqual([
      '',
      `Account ${account}, stack Portwatch in ${region}: 30 OK.`,
    ]);
    expect(lines).toContain('OK       schedule                Portwatch-Schedule: enabled, rate(5 minutes)');
    expect(lines).toContain('OK       queue                   Portwatch-DeadLetters: no dead letters');
    expect(lines).toContain(
      'OK       trail                   eu-west-1, us-east-1: the trail all-regions logs management events',
    );
  });

  test('--json has the place, the status, and the rows with every field', async () => {
    const { stdout } = await monitor.doctor('--json');
    const { askedAt, rows, ...document } = JSON.parse(stdout);
    expect(document).toEqual({ schema: 'portwatch.doctor/1', account, stack: 'Portwatch', region, status: 'ok' });
    expect(Date.parse(askedAt)).not.toBeNaN();
    expect(rows[3]).toEqual({
      check: 'schedule',
      resource: 'Portwatch-Schedule',
      status: 'ok',
      found: 'enabled, rate(5 minutes)',
      expected: null,
      remedy: null,
      command: null,
      permissions: [],
    });
  });
});

describe("a stack of a CDK app of one's own, with two monitors and other resources", () => {
  const other = { type: 'AWS::Lambda::Function', logicalId: 'WebhookFunction1A2B3C4D', physicalId: 'not-of-portwatch' };
  const deployTwo = () => {
    const outputs = {
      SnapshotTableName: tableName,
      ScanFunctionName: names.scan,
      AlertTopicArn: monitor.topics.alerts,
    };
    const ofWeb = Object.entries({ ...outputs, HealthTopicArn: monitor.topics.health }).map(
      ([name, value]) => [`Web${name}1A2B3C4D`, value] as const,
    );
    const parts = monitor.resources.map((part) => ({ ...part, logicalId: `WebAlertTopic${part.logicalId}` }));
    const ofApi = parts.map((part) => ({
      ...part,
      logicalId: part.logicalId.replace('Web', 'Api'),
      physicalId: 'of-api',
    }));
    monitor.deployed.cloudFormation.setStack(
      'Own',
      { ...Object.fromEntries(ofWeb), ApiSnapshotTableName1A2B3C4D: 'other-table' },
      [...parts, ...ofApi, other],
    );
  };

  test('is checked for the monitor that is named, and compared with no portwatch.json', async () => {
    deployTwo();
    const { rows, bad } = await ask('--stack', 'Own', '--monitor', 'Web');
    expect(bad.map(({ check }) => check)).toEqual(['version']);
    expect(rows.filter(({ resource }) => /not-of-portwatch|of-api/.test(resource ?? ''))).toEqual([]);
    expect(rows.find(({ check }) => check === 'settings')?.found).toBe(
      'not compared: they are in the CDK app of the monitor',
    );
  });

  test('is named in the text; text from AWS cannot change the terminal', async () => {
    deployTwo();
    Object.assign(monitor.facts.alarms[names.errorsAlarm] ?? {}, {
      StateValue: 'ALARM',
      StateReason: 'bad\u001B[2J\nOK  forged',
    });
    const { stdout } = await monitor.doctor('--stack', 'Own', '--monitor', 'Web');
    expect(stdout).toContain(`Account ${account}, stack Own, monitor Web in ${region}: `);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toMatch(/^OK {2}forged/m);
    expect(stdout).toContain('ALARM: bad\uFFFD[2J\uFFFDOK  forged');
  });

  test('is not checked without the name of a monitor', async () => {
    deployTwo();
    const { code, stderr } = await monitor.doctor('--stack', 'Own');
    expect(code).toBe(2);
    expect(stderr).toContain('Stack Own has the monitors Api and Web; choose one with --monitor.');
  });
});

const at = `--region ${region}`;

const waiting = { account, region: 'us-east-1', instanceName: 'web-1' };
const odd = { account, region: 'us-east-1', instanceName: 'odd' };
const change = entryOf({ account, region, instanceName: 'web-2' }, 1, minutesAgo(60), {});
const waitingSince = minutesAgo(180);

async function recordChange(foundBy: 'event' | 'lookup'): Promise<void> {
  await monitor.deployed.store.putEntry(change);
  await monitor.deployed.put(toItem(attributionKey(change.resource, change.at), { ...byAlice, foundBy }));
}

const breakages: Readonly<Record<string, Breakage>> = {
  'a subscription is not confirmed: a warning with its address, next to the confirmed one': {
    broken: () => monitor.subscribe(monitor.topics.alerts, 'new@example.com'),
    rows: [
      {
        check: 'subscription',
        resource: 'Portwatch-Alerts email new@example.com',
        status: 'warning',
        found: 'not confirmed: this address gets nothing',
        command: `aws sns subscribe --topic-arn '${monitor.topics.alerts}' --protocol email --notification-endpoint 'new@example.com' ${at}`,
      },
    ],
    mend: async () => monitor.sns.confirmSubscriptions(),
  },
  'a subscription of the stack does not exist any more': {
    async broken() {
      monitor.resources.push({
        type: 'AWS::SNS::Subscription',
        logicalId: 'MonitorAlertTopicmeexamplecom',
        physicalId: `${monitor.topics.alerts}:00000000-0000-0000-0000-000000000000`,
      });
      monitor.deploy();
    },
    args: ['-c', 'email=you@example.com,me@example.com'],
    rows: [
      {
        resource: 'Portwatch-Alerts MonitorAlertTopicmeexamplecom',
        status: 'failure',
        found:
          'the subscription that the stack created does not exist any more (me@example.com): somebody unsubscribed, or nobody confirmed it within two days',
      },
      {
        resource: 'Portwatch-Health email me@example.com',
        status: 'failure',
        found: 'the configuration of this clone has this address, and the topic has no subscription of it',
      },
    ],
  },
  'P5: an alert waits for hours: a failure': {
    async broken() {
      await monitor.deployed.store.putEntry(entryOf(waiting, 2, waitingSince, {}));
      await monitor.putState(waiting, { version: 2, recorded: 2, alerted: 1, lastAt: waitingSince });
    },
    rows: [
      {
        check: 'waiting-alerts',
        status: 'failure',
        found: `1 alert waits to be sent, the oldest for 3 h (since ${waitingSince})`,
      },
    ],
    mend: () => monitor.putState(waiting, { version: 2 }),
  },
  'a change without an event is a warning': {
    // CloudTrail's event history has the caller, but no event arrived.
    broken: () => recordChange('lookup'),
    rows: [{ check: 'events', status: 'warning', found: '1 of 1 change in 7 days came without an event' }],
    mend: () => recordChange('event'),
  },
  'P7: an item that this version cannot read is a failure': {
    broken: () => monitor.deployed.put({ ...stateKey(odd), schema: 1, region: 'us-east-1' }),
    rows: [{ check: 'readability', resource: 'us-east-1#odd', status: 'failure' }],
    mend: () => monitor.putState(odd, {}),
  },
  'the settings differ: each one is named with both values; the options -c are those of cdk deploy': {
    broken: async () => undefined,
    args: ['-c', 'scanEveryMinutes=10', '-c', 'regions=eu-west-1'],
    rows: [
      {
        check: 'settings',
        status: 'warning',
        found:
          'the last scan worked with other settings than those of this clone: scanEveryMinutes is 5, here 10; regions is null, here ["eu-west-1"]',
        command: `AWS_REGION=${region} npx cdk diff Portwatch`,
      },
    ],
  },
};

describe('a deployment that is broken', () => {
  test.each(listRuns('in six ways at the same time', breakages))('%s', async (_, broken) => {
    expect(await expectRows(broken, ask)).toBe(1);
  });

  test('P5: status says in its first line that an alert waits', async () => {
    await monitor.putState(waiting, { version: 2, recorded: 2, alerted: 1, lastAt: waitingSince });
    await monitor.deployed.store.putEntry(entryOf(waiting, 2, waitingSince, {}));
    const status = await monitor.deployed.run('status', '--utc');
    const document = await monitor.deployed.run('status', '--json');
    await monitor.putState(waiting, { version: 2 });
    expect(status.stdout.split('\n')[0]).toMatch(
      /^1 alert waits to be sent, the oldest for 3 h, since 20.* UTC: nobody has been notified\. npm run portwatch -- doctor shows why\.$/,
    );
    expect(JSON.parse(document.stdout).waitingAlerts).toEqual({ count: 1, oldestAt: waitingSince });
  });

  test('P5: a topic that does not exist, and one whose only subscriber is a function that passes the messages on', async () => {
    const passer = `arn:aws:lambda:${region}:${account}:function:Portwatch-EventTopic`;
    const [alerts = '', events = ''] = await monitor.createTopics('Only-Functions', 'Events');
    await monitor.subscribe(alerts, passer, 'lambda');
    const health = `arn:aws:sns:${region}:${account}:acme-health`;
    monitor.deploy('UPDATE_COMPLETE', {
      AlertTopicArn: alerts,
      HealthTopicArn: health,
      Channels: JSON.stringify([{ name: 'events', functionName: 'Portwatch-EventTopic', topicArn: events }]),
    });
    for (const alarm of Object.values(monitor.facts.alarms)) alarm['AlarmActions'] = [health];
    const before = await ask();
    await monitor.subscribe(events, `arn:aws:sqs:${region}:${account}:queue`, 'sqs');
    await monitor.createTopics('acme-health');
    await monitor.subscribe(health, 'you@example.com');
    monitor.sns.confirmSubscriptions();
    const after = await ask();
    // A deployment does not create a topic that existed before the stack.
    expect(before.bad).toMatchObject([
      {
        check: 'topic',
        resource: 'Only-Functions',
        status: 'failure',
        found: 'nobody has confirmed a subscription: its messages reach nobody',
      },
      {
        check: 'topic',
        resource: 'acme-health',
        found: 'the topic does not exist: its messages reach nobody',
        command: `aws sns create-topic --name acme-health ${at}`,
      },
    ]);
    expect(after.bad).toEqual([]);
    const ofTopic = after.rows.filter(({ resource }) => resource?.startsWith('acme-health'));
    expect(ofTopic.map(({ check }) => check)).toEqual(['topic', 'subscription', 'deliveries']);
  });

  test('a configuration that is not valid is an unknown row, and hides no other; an announced change is OK', async () => {
    await recordChange('event');
    const { code, bad, rows } = await ask('-c', 'scanEveryMinutes=0');
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect({ code, bad: bad.map(({ check, status }) => ({ check, status })) }).toEqual({
      code: 2,
      bad: [{ check: 'settings', status: 'unknown' }],
    });
    expect(rows.find(({ check }) => check === 'events')).toMatchObject({
      status: 'ok',
      found: 'an event announced each of 1 change in 7 days',
    });
  });
});

test('P5: without the table, every answer from it is unknown', async () => {
  const own = keep(await startHealthyMonitor());
  await own.deployed.client.send(new DeleteTableCommand({ TableName: tableName }));
  const { code, bad } = await runDoctor(own);
  const rows = describeRows(bad);
  expect(code).toBe(1);
  expect(rows.filter((row) => !row.startsWith('unknown'))).toEqual([
    'failure table the table does not exist: the history is lost, and no scan can work',
    'failure deletion-protection the table does not exist',
    'failure point-in-time-recovery the table does not exist',
    'failure time-to-live the table does not exist',
  ]);
  expect(rows).toContainEqual(
    expect.stringMatching(/^unknown last-scan not known: the request failed \(ResourceNotFoundException/),
  );
});
