/** `portwatch doctor` over HTTP: a healthy deployment, the same deployment broken in one way after the other, and denied requests. */
import { spawnSync } from 'node:child_process';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { checks } from '../../../cli/commands/doctor/row.ts';
import { toAttributionItem } from '../../../lambda/adapters/items/attribution-item.ts';
import { stateKey } from '../../../lambda/contract/table-keys.ts';
import { commandPermissions } from '../../docs/command-permissions.ts';
import { entryOf } from '../../scan/entries.ts';
import { depth } from '../../support/depth.ts';
import { account, byAlice, tableName } from '../deployed-account.ts';
import { type HealthyMonitor, names, queueUrl, region, startHealthyMonitor } from '../healthy-monitor.ts';

interface Row {
  check: string;
  resource: string | null;
  status: string;
  found: string;
  expected: string | null;
  remedy: string | null;
  command: string | null;
  permissions: string[];
}

let monitor: HealthyMonitor;

beforeAll(async () => {
  monitor = await startHealthyMonitor();
});

afterAll(() => monitor.close());

beforeEach(() => monitor.heal());

interface Answer {
  code: number | null;
  stderr: string;
  status: string;
  rows: Row[];
  /** The rows that are not OK. */
  bad: Row[];
}

async function ask(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await monitor.doctor('--json', ...args);
  const { status, rows } = JSON.parse(stdout);
  return { code, stderr, status, rows, bad: rows.filter((row: Row) => row.status !== 'ok') };
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const trail = (more: object) => ({
  ...{ arn: names.trail, homeRegion: region, isMultiRegion: true, isLogging: true },
  selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] },
  ...more,
});

describe('a healthy deployment', () => {
  test('has a row for each check, all of them OK, and ends with 0', async () => {
    const { code, stdout, stderr } = await monitor.doctor();
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
    monitor.facts.alarms[names.errorsAlarm] = { StateValue: 'ALARM', ActionsEnabled: true, AlarmActions: [] };
    const { stdout } = await monitor.doctor('--stack', 'Own', '--monitor', 'Web');
    expect(stdout).toContain(`Account ${account}, stack Own, monitor Web in ${region}: `);
  });

  test('is not checked without the name of a monitor', async () => {
    deployTwo();
    const { code, stderr } = await monitor.doctor('--stack', 'Own');
    expect(code).toBe(2);
    expect(stderr).toContain('Stack Own has the monitors Api and Web; choose one with --monitor.');
  });
});

const at = `--region ${region}`;
const revert = `AWS_REGION=${region} npx cdk deploy --revert-drift Portwatch`;

/** How the deployment is broken, the expected row, and the start of its command. */
const breakages: [title: string, broken: () => unknown, row: Partial<Row>, command: string][] = [
  [
    'the schedule is disabled',
    () => monitor.scheduler.setSchedule(names.schedule, { State: 'DISABLED', ScheduleExpression: 'rate(5 minutes)' }),
    {
      check: 'schedule',
      resource: names.schedule,
      status: 'failure',
      found: 'the schedule is disabled: no scan starts',
    },
    revert,
  ],
  [
    'the schedule is deleted',
    () => monitor.scheduler.setSchedule(names.schedule, null),
    {
      check: 'schedule',
      status: 'failure',
      found: 'the schedule does not exist: it was deleted outside the deployment, and no scan starts',
    },
    revert,
  ],
  [
    'the scan function is deleted',
    () => monitor.lambda.setConfiguration(names.scan, null),
    {
      check: 'function',
      resource: names.scan,
      status: 'failure',
      found: 'the function does not exist: it was deleted outside the deployment',
    },
    revert,
  ],
  [
    'the scan function has a reserved concurrency of 0',
    () => monitor.lambda.setConfiguration(names.scan, { configuration: { State: 'Active' }, reservedConcurrency: 0 }),
    {
      check: 'function',
      status: 'failure',
      found: 'its reserved concurrency is 0, so Lambda refuses every invocation',
    },
    `aws lambda delete-function-concurrency --function-name ${names.scan} ${at}`,
  ],
  [
    'a function has errors',
    () => Object.assign(monitor.facts.metrics, { [`Invocations ${names.scan}`]: 288, [`Errors ${names.scan}`]: 3 }),
    {
      check: 'function-errors',
      resource: names.scan,
      status: 'warning',
      found: 'in 24 hours 288 invocations, 3 errors, 0 throttles',
    },
    `aws logs tail "$(aws lambda get-function-configuration --function-name ${names.scan} --query LoggingConfig.LogGroup --output text ${at})"`,
  ],
  [
    'a function is throttled',
    () => Object.assign(monitor.facts.metrics, { [`Throttles ${names.scan}`]: 5 }),
    { check: 'function-errors', status: 'failure', found: 'in 24 hours 0 invocations, 0 errors, 5 throttles' },
    `aws lambda get-account-settings ${at}`,
  ],
  [
    'messages of a topic are not delivered',
    () => Object.assign(monitor.facts.metrics, { 'NumberOfNotificationsFailed Portwatch-Alerts': 2 }),
    {
      check: 'deliveries',
      resource: 'Portwatch-Alerts',
      status: 'failure',
      found: 'in 24 hours 2 messages could not be delivered, 0 delivered',
    },
    `npm run portwatch -- test-alert ${at}`,
  ],
  [
    'dead letters wait',
    () => Object.assign(monitor.facts, { deadLetters: 2 }),
    {
      check: 'queue',
      resource: 'Portwatch-DeadLetters',
      status: 'failure',
      found: '2 dead letters: work that failed after all retries',
    },
    `aws sqs receive-message --queue-url '${queueUrl}'`,
  ],
  [
    "an alarm's actions are off",
    () => Object.assign(monitor.facts.alarms[names.errorsAlarm] ?? {}, { ActionsEnabled: false }),
    {
      check: 'alarm',
      resource: names.errorsAlarm,
      status: 'failure',
      found: 'OK, and its actions are off: nobody would be notified',
    },
    `aws cloudwatch enable-alarm-actions --alarm-names '${names.errorsAlarm}' ${at}`,
  ],
  [
    'an alarm is in ALARM',
    () =>
      Object.assign(monitor.facts.alarms[names.errorsAlarm] ?? {}, {
        StateValue: 'ALARM',
        StateReason: 'Threshold Crossed',
        AlarmDescription: 'See the runbook',
      }),
    {
      check: 'alarm',
      status: 'failure',
      found: 'ALARM: Threshold Crossed',
      expected: 'state OK, with its actions on',
      remedy: 'See the runbook',
    },
    `aws cloudwatch describe-alarm-history --alarm-name '${names.errorsAlarm}'`,
  ],
  [
    'an alarm is deleted',
    () => delete monitor.facts.alarms[names.deadLettersAlarm],
    {
      check: 'alarm',
      resource: names.deadLettersAlarm,
      status: 'failure',
      found: 'the alarm does not exist: it was deleted outside the deployment',
    },
    revert,
  ],
  [
    'the trail has stopped',
    () => monitor.cloudTrail.setTrails([trail({ isLogging: false })]),
    {
      check: 'trail',
      resource: region,
      status: 'warning',
      found:
        'the trail all-regions has stopped logging: no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later',
    },
    `aws cloudtrail start-logging --name '${names.trail}' ${at}`,
  ],
  [
    'there is no trail',
    () => monitor.cloudTrail.setTrails([]),
    { check: 'trail', resource: region, status: 'warning', expected: 'a trail that logs write management events' },
    'aws cloudtrail create-trail --name management-events --is-multi-region-trail',
  ],
  [
    'the trail leaves management events out',
    () =>
      monitor.cloudTrail.setTrails([
        trail({ selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] } }),
      ]),
    { check: 'trail', resource: region, status: 'warning' },
    `aws cloudtrail get-event-selectors --trail-name '${names.trail}' ${at}`,
  ],
  [
    'the rule for events is disabled',
    () => Object.assign(monitor.facts, { rule: { State: 'DISABLED' } }),
    {
      check: 'event-rule',
      resource: names.rule,
      status: 'failure',
      found: 'the rule is disabled: no event is delivered',
    },
    `aws events enable-rule --name ${names.rule} ${at}`,
  ],
  [
    'the rule for events is deleted',
    () => Object.assign(monitor.facts, { rule: null }),
    { check: 'event-rule', status: 'failure' },
    revert,
  ],
  [
    'point-in-time recovery is off',
    () =>
      monitor.deployed.dynamodb.setProtection({
        hasDeletionProtection: true,
        hasRecovery: false,
        timeToLive: 'expiresAt',
      }),
    {
      check: 'point-in-time-recovery',
      resource: tableName,
      status: 'warning',
      found: 'off: a damaged or deleted table cannot be restored',
    },
    `aws dynamodb update-continuous-backups --table-name ${tableName} --point-in-time-recovery-specification 'PointInTimeRecoveryEnabled=true' ${at}`,
  ],
  [
    'deletion protection is off',
    () =>
      monitor.deployed.dynamodb.setProtection({
        hasDeletionProtection: false,
        hasRecovery: true,
        timeToLive: 'expiresAt',
      }),
    { check: 'deletion-protection', status: 'warning', found: 'off: one request can delete the history' },
    `aws dynamodb update-table --table-name ${tableName} --deletion-protection-enabled ${at}`,
  ],
  [
    'the time to live is off',
    () => monitor.deployed.dynamodb.setProtection({ hasDeletionProtection: true, hasRecovery: true, timeToLive: null }),
    { check: 'time-to-live', status: 'warning', found: 'off: nothing expires, and the table grows' },
    `aws dynamodb update-time-to-live --table-name ${tableName}`,
  ],
  [
    'another version is deployed',
    () => monitor.deploy('UPDATE_COMPLETE', { Version: '0.0.9+000000000000' }),
    {
      check: 'version',
      status: 'warning',
      found: expect.stringMatching(/^0\.0\.9\+0{12} is deployed, and this clone is 0\.1\.0\+[0-9a-f]{12}$/) as never,
    },
    `AWS_REGION=${region} npx cdk diff Portwatch`,
  ],
  [
    'the last deployment failed',
    () => monitor.deploy('UPDATE_ROLLBACK_FAILED'),
    { check: 'stack', resource: 'Portwatch', status: 'failure', found: 'its status is UPDATE_ROLLBACK_FAILED' },
    'aws cloudformation describe-stack-events --stack-name Portwatch',
  ],
  [
    'a region cannot be listed',
    () => monitor.putState({ account, region: 'us-east-1', instanceName: null }, denied),
    {
      check: 'readability',
      resource: 'us-east-1',
      status: 'failure',
      found: 'cannot be read since 2026-11-10T10:00:00.000Z: access-denied (AccessDeniedException: an explicit deny)',
    },
    'aws lightsail get-instances --region us-east-1',
  ],
];

const denied = {
  status: 'unknown',
  failure: {
    ...{
      reason: 'access-denied' as const,
      message: 'AccessDeniedException: an explicit deny',
      since: '2026-11-10T10:00:00.000Z',
    },
    ...{ sinceScan: 1, confirmedAt: null, gapAt: null },
  },
} as const;

/** `decide.test.ts` has each of them without requests; the quick run tries every third one over HTTP. */
const chosen = breakages.filter((_, index) => index % depth({ quick: 3, full: 1 }) === 0);

describe('a deployment that is broken in one way', () => {
  test.each(chosen)('%s', async (_, broken, row, command) => {
    await broken();
    const { code, bad } = await ask();
    await monitor.putState({ account, region: 'us-east-1', instanceName: null }, {});
    expect(code).toBe(1);
    expect(bad[0]).toMatchObject(row);
    expect(bad[0]?.expected).not.toBeNull();
    expect(bad[0]?.remedy).not.toBeNull();
    expect(bad[0]?.command?.slice(0, command.length)).toBe(command);
    // The shell can parse the command.
    expect(spawnSync('bash', ['-n', '-c', bad[0]?.command ?? 'false']).status).toBe(0);
    expect(new Set(bad.map(({ check }) => check))).toEqual(new Set([row.check]));
  });

  test('a subscription is not confirmed: a warning with its address, next to the confirmed one', async () => {
    await monitor.subscribe(monitor.topics.alerts, 'new@example.com');
    const { code, bad } = await ask();
    monitor.sns.confirmSubscriptions();
    expect({ code, rows: bad.length }).toEqual({ code: 1, rows: 1 });
    expect(bad[0]).toMatchObject({
      check: 'subscription',
      resource: 'Portwatch-Alerts email new@example.com',
      status: 'warning',
      found: 'not confirmed: this address gets nothing',
      command: `aws sns subscribe --topic-arn '${monitor.topics.alerts}' --protocol email --notification-endpoint 'new@example.com' ${at}`,
    });
  });

  test('a subscription of the stack does not exist any more', async () => {
    monitor.resources.push({
      type: 'AWS::SNS::Subscription',
      logicalId: 'MonitorAlertTopicmeexamplecom',
      physicalId: `${monitor.topics.alerts}:00000000-0000-0000-0000-000000000000`,
    });
    monitor.deploy();
    const { code, bad } = await ask('-c', 'email=you@example.com,me@example.com');
    expect(code).toBe(1);
    expect(bad.map(({ resource, found, status }) => ({ resource, found, status }))).toEqual([
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
    ]);
  });

  test('P5: a topic that existed before the stack is checked; a deployment does not create it again', async () => {
    const [health = ''] = await monitor.createTopics('acme-health');
    await monitor.subscribe(health, 'you@example.com');
    monitor.sns.confirmSubscriptions();
    const topics = { AlertTopicArn: `arn:aws:sns:${region}:${account}:acme-alerts`, HealthTopicArn: health };
    monitor.deploy('UPDATE_COMPLETE', topics);
    for (const alarm of Object.values(monitor.facts.alarms)) alarm['AlarmActions'] = [health];
    const { rows, bad } = await ask();
    expect(rows.filter(({ resource }) => resource?.startsWith('acme-health')).map(({ check }) => check)).toEqual([
      'topic',
      'subscription',
      'deliveries',
    ]);
    expect(bad.map(({ resource, found, command }) => ({ resource, found, command }))).toEqual([
      {
        resource: 'acme-alerts',
        found: 'the topic does not exist: its messages reach nobody',
        command: `aws sns create-topic --name acme-alerts ${at}`,
      },
    ]);
  });

  test('P5: a topic whose only subscriber is a function that passes the messages on reaches nobody', async () => {
    const passer = `arn:aws:lambda:${region}:${account}:function:Portwatch-EventTopic`;
    const [alerts, events] = await monitor.createTopics('Only-Functions', 'Events');
    await monitor.subscribe(alerts ?? '', passer, 'lambda');
    monitor.deploy('UPDATE_COMPLETE', {
      AlertTopicArn: alerts ?? '',
      Channels: JSON.stringify([{ name: 'events', functionName: 'Portwatch-EventTopic', topicArn: events }]),
    });
    const before = await ask();
    await monitor.subscribe(events ?? '', `arn:aws:sqs:${region}:${account}:queue`, 'sqs');
    const after = await ask();
    expect(before.bad).toMatchObject([
      {
        check: 'topic',
        resource: 'Only-Functions',
        status: 'failure',
        found: 'nobody has confirmed a subscription: its messages reach nobody',
      },
    ]);
    expect(after.bad).toEqual([]);
  });

  test('P5: an alert waits for hours: a failure; status says so in its first line', async () => {
    const resource = { account, region: 'us-east-1', instanceName: 'web-1' };
    const since = minutesAgo(180);
    await monitor.deployed.store.putEntry(entryOf(resource, 2, since, {}));
    await monitor.putState(resource, { version: 2, recorded: 2, alerted: 1, lastAt: since });
    const { code, bad } = await ask();
    const status = await monitor.deployed.run('status', '--utc');
    const document = await monitor.deployed.run('status', '--json');
    await monitor.putState(resource, { version: 2 });
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      {
        check: 'waiting-alerts',
        status: 'failure',
        found: `1 alert waits to be sent, the oldest for 3 h (since ${since})`,
      },
    ]);
    expect(status.stdout.split('\n')[0]).toMatch(
      /^1 alert waits to be sent, the oldest for 3 h, since 20.* UTC: nobody has been notified\. npm run portwatch -- doctor shows why\.$/,
    );
    expect(JSON.parse(document.stdout).waitingAlerts).toEqual({ count: 1, oldestAt: since });
  });

  test('P5: no scan for a day; then scans that are not complete; then no table', async () => {
    const other = await startHealthyMonitor(1440);
    const askOther = async () => {
      const { code, stdout } = await other.doctor('--json');
      const bad: Row[] = JSON.parse(stdout).rows.filter(({ status }: Row) => status !== 'ok');
      return {
        code,
        rows: bad.map(({ check, status, found }) => `${status} ${check} ${found.replace(/\(20[^)]*\)/, '(…)')}`),
      };
    };
    try {
      expect(await askOther()).toEqual({
        code: 1,
        rows: [
          'failure last-scan the last scan began 24 h ago (…); the interval is 5 minutes',
          'failure complete-scan the last complete scan began 24 h ago (…)',
        ],
      });
      await other.putScan(1, false, { regionsFailed: { 'us-east-1': 'access-denied' } });
      expect(await askOther()).toEqual({
        code: 1,
        rows: [
          'failure complete-scan the last complete scan began 24 h ago (…); the newest scan lacks us-east-1 (access-denied)',
        ],
      });
      await other.deployed.client.send(new DeleteTableCommand({ TableName: tableName }));
      const { code, rows } = await askOther();
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
    } finally {
      await other.close();
    }
  });

  test('a change without an event is a warning, an announced one is not', async () => {
    const change = entryOf({ account, region, instanceName: 'web-2' }, 1, minutesAgo(60), {});
    await monitor.deployed.store.putEntry(change);
    // CloudTrail's event history has the caller, but no event arrived.
    await monitor.deployed.put(toAttributionItem(change.resource, change.at, byAlice));
    const before = await ask();
    await monitor.deployed.put(toAttributionItem(change.resource, change.at, { ...byAlice, foundBy: 'event' }));
    const after = await ask();
    expect(before.bad).toMatchObject([
      { check: 'events', status: 'warning', found: '1 of 1 change in 7 days came without an event' },
    ]);
    expect(after.rows.find(({ check }) => check === 'events')).toMatchObject({
      status: 'ok',
      found: 'an event announced each of 1 change in 7 days',
    });
  });

  test('P7: an item that this version cannot read is a failure', async () => {
    const key = stateKey({ account, region: 'us-east-1', instanceName: 'odd' });
    await monitor.deployed.put({ ...key, schema: 1, region: 'us-east-1' });
    const { code, bad } = await ask();
    await monitor.putState({ account, region: 'us-east-1', instanceName: 'odd' }, {});
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ check: 'readability', resource: 'us-east-1#odd', status: 'failure' }]);
  });

  test('the settings differ: each one is named with both values; the options -c are those of cdk deploy', async () => {
    const { code, bad } = await ask('-c', 'scanEveryMinutes=10', '-c', 'regions=eu-west-1');
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      {
        check: 'settings',
        status: 'warning',
        found:
          'the last scan worked with other settings than those of this clone: scanEveryMinutes is 5, here 10; regions is null, here ["eu-west-1"]',
        command: `AWS_REGION=${region} npx cdk diff Portwatch`,
      },
    ]);
  });

  test('a configuration that is not valid is an unknown row, and hides no other', async () => {
    const { code, bad, rows } = await ask('-c', 'scanEveryMinutes=0');
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect({ code, bad: bad.map(({ check, status }) => ({ check, status })) }).toEqual({
      code: 2,
      bad: [{ check: 'settings', status: 'unknown' }],
    });
  });

  test('text from AWS cannot change the terminal', async () => {
    Object.assign(monitor.facts.alarms[names.errorsAlarm] ?? {}, {
      StateValue: 'ALARM',
      StateReason: 'bad\u001B[2J\nOK  forged',
    });
    const { stdout } = await monitor.doctor();
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toMatch(/^OK {2}forged/m);
    expect(stdout).toContain('ALARM: bad\uFFFD[2J\uFFFDOK  forged');
  });
});

describe('docs/permissions.md', () => {
  const [documented] = commandPermissions.filter(({ commands }) => commands.includes('doctor'));
  const actions = documented?.actions ?? [];

  // With a change, the check of events also reads attributions.
  beforeAll(async () => {
    const change = entryOf({ account, region, instanceName: 'web-2' }, 1, minutesAgo(60), {});
    await monitor.deployed.store.putEntry(change);
    await monitor.deployed.put(toAttributionItem(change.resource, change.at, { ...byAlice, foundBy: 'event' }));
  });

  test('P9: doctor needs exactly its actions, which only read', async () => {
    for (const service of Object.values(monitor.services)) service.clearCalls();
    expect(await ask()).toMatchObject({ code: 0, bad: [] });
    const used = Object.entries(monitor.services).flatMap(([service, each]) =>
      each.calls().map(({ operation }) => `${service}:${operation}`),
    );
    expect([...new Set(used)].sort()).toEqual(actions.toSorted());
    expect(actions.filter((action) => !/:(Get|List|Describe|BatchGet|Query)/.test(action))).toEqual([]);
  });

  const tried = actions.filter((_, index) => index % depth({ quick: 6, full: 1 }) === 0);

  test.each(tried)('P9: without %s the command ends with 2, names it, and no other row is hidden', async (action) => {
    const [service = '', operation] = action.split(':');
    const fault = { kind: 'error', name: 'AccessDeniedException', operation, message: 'not allowed' } as const;
    monitor.services[service]?.addFault(fault);
    const denied = await ask();
    expect({ code: denied.code, status: denied.status }).toEqual({ code: 2, status: 'unknown' });
    expect(denied.stderr).toContain(action);
    for (const row of denied.bad) {
      expect(row).toMatchObject({ status: 'unknown', permissions: expect.arrayContaining([action]) });
      expect(row.found).toMatch(/^not known: /);
    }
    const shown = denied.rows.map(({ check }) => check);
    // The rows of subscriptions need the missing answer; the row of the topic is unknown.
    const followers = action === 'sns:ListSubscriptionsByTopic' ? ['subscription'] : [];
    expect(checks.filter((check) => !shown.includes(check))).toEqual(followers);
  });
});
