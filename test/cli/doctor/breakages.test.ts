/** `portwatch doctor` over HTTP: the healthy deployment, broken in one way after the other. */
import { spawnSync } from 'node:child_process';
import { beforeEach, expect, test } from '@jest/globals';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { depth } from '../../support/depth.ts';
import { account, tableName } from '../deployed-account.ts';
import { names, queueUrl, region, startHealthyMonitor } from '../healthy-monitor.ts';
import { runDoctor } from './doctor-answer.ts';

const monitor = await closeAfterTests(startHealthyMonitor());
beforeEach(() => monitor.heal());

const protect = (off: object) =>
  monitor.deployed.dynamodb.setProtection({
    hasDeletionProtection: true,
    hasRecovery: true,
    timeToLive: 'expiresAt',
    ...off,
  });

const trail = (more: object) => ({
  ...{ arn: names.trail, homeRegion: region, isMultiRegion: true, isLogging: true },
  selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] },
  ...more,
});

const at = `--region ${region}`;
const revert = `AWS_REGION=${region} npx cdk deploy --revert-drift Portwatch`;

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

type Breakage = [title: string, broken: () => unknown, row: string, command: string];

/** How the deployment is broken, its only row that is not OK, and the start of the command of this row. */
const breakages: Breakage[] = [
  [
    'the schedule is disabled',
    () => monitor.scheduler.setSchedule(names.schedule, { State: 'DISABLED', ScheduleExpression: 'rate(5 minutes)' }),
    'failure schedule Portwatch-Schedule: the schedule is disabled: no scan starts',
    revert,
  ],
  [
    'the schedule is deleted',
    () => monitor.scheduler.setSchedule(names.schedule, null),
    'failure schedule Portwatch-Schedule: the schedule does not exist: it was deleted outside the deployment, and no scan starts',
    revert,
  ],
  [
    'the scan function is deleted',
    () => monitor.lambda.setConfiguration(names.scan, null),
    'failure function Portwatch-Scan: the function does not exist: it was deleted outside the deployment',
    revert,
  ],
  [
    'the scan function has a reserved concurrency of 0',
    () => monitor.lambda.setConfiguration(names.scan, { configuration: { State: 'Active' }, reservedConcurrency: 0 }),
    'failure function Portwatch-Scan: its reserved concurrency is 0, so Lambda refuses every invocation',
    `aws lambda delete-function-concurrency --function-name ${names.scan} ${at}`,
  ],
  [
    'a function has errors',
    () => Object.assign(monitor.facts.metrics, { [`Invocations ${names.scan}`]: 288, [`Errors ${names.scan}`]: 3 }),
    'warning function-errors Portwatch-Scan: in 24 hours 288 invocations, 3 errors, 0 throttles',
    `aws logs tail "$(aws lambda get-function-configuration --function-name ${names.scan} --query LoggingConfig.LogGroup --output text ${at})"`,
  ],
  [
    'a function is throttled',
    () => Object.assign(monitor.facts.metrics, { [`Throttles ${names.scan}`]: 5 }),
    'failure function-errors Portwatch-Scan: in 24 hours 0 invocations, 0 errors, 5 throttles',
    `aws lambda get-account-settings ${at}`,
  ],
  [
    'messages of a topic are not delivered',
    () => Object.assign(monitor.facts.metrics, { 'NumberOfNotificationsFailed Portwatch-Alerts': 2 }),
    'failure deliveries Portwatch-Alerts: in 24 hours 2 messages could not be delivered, 0 delivered',
    `npm run portwatch -- test-alert ${at}`,
  ],
  [
    'dead letters wait',
    () => Object.assign(monitor.facts, { deadLetters: 2 }),
    'failure queue Portwatch-DeadLetters: 2 dead letters: work that failed after all retries',
    `aws sqs receive-message --queue-url '${queueUrl}'`,
  ],
  [
    "an alarm's actions are off",
    () => Object.assign(monitor.facts.alarms[names.errorsAlarm] ?? {}, { ActionsEnabled: false }),
    'failure alarm Portwatch scan fails: OK, and its actions are off: nobody would be notified',
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
    'failure alarm Portwatch scan fails: ALARM: Threshold Crossed',
    `aws cloudwatch describe-alarm-history --alarm-name '${names.errorsAlarm}'`,
  ],
  [
    'an alarm is deleted',
    () => delete monitor.facts.alarms[names.deadLettersAlarm],
    'failure alarm Portwatch dead letters: the alarm does not exist: it was deleted outside the deployment',
    revert,
  ],
  [
    'the trail has stopped',
    () => monitor.cloudTrail.setTrails([trail({ isLogging: false })]),
    'warning trail eu-west-1: the trail all-regions has stopped logging: no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later',
    `aws cloudtrail start-logging --name '${names.trail}' ${at}`,
  ],
  [
    'there is no trail',
    () => monitor.cloudTrail.setTrails([]),
    'warning trail eu-west-1: no trail covers the region: no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later',
    'aws cloudtrail create-trail --name management-events --is-multi-region-trail',
  ],
  [
    'the trail leaves management events out',
    () =>
      monitor.cloudTrail.setTrails([
        trail({ selectors: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: false }] } }),
      ]),
    'warning trail eu-west-1: the trail all-regions logs no write management events: no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later',
    `aws cloudtrail get-event-selectors --trail-name '${names.trail}' ${at}`,
  ],
  [
    'the rule for events is disabled',
    () => Object.assign(monitor.facts, { rule: { State: 'DISABLED' } }),
    'failure event-rule Portwatch-Rule: the rule is disabled: no event is delivered',
    `aws events enable-rule --name ${names.rule} ${at}`,
  ],
  [
    'the rule for events is deleted',
    () => Object.assign(monitor.facts, { rule: null }),
    'failure event-rule Portwatch-Rule: the rule does not exist: it was deleted outside the deployment, and no event is delivered',
    revert,
  ],
  [
    'point-in-time recovery is off',
    () => protect({ hasRecovery: false }),
    'warning point-in-time-recovery Snapshots: off: a damaged or deleted table cannot be restored',
    `aws dynamodb update-continuous-backups --table-name ${tableName} --point-in-time-recovery-specification 'PointInTimeRecoveryEnabled=true' ${at}`,
  ],
  [
    'deletion protection is off',
    () => protect({ hasDeletionProtection: false }),
    'warning deletion-protection Snapshots: off: one request can delete the history',
    `aws dynamodb update-table --table-name ${tableName} --deletion-protection-enabled ${at}`,
  ],
  [
    'the time to live is off',
    () => protect({ timeToLive: null }),
    'warning time-to-live Snapshots: off: nothing expires, and the table grows',
    `aws dynamodb update-time-to-live --table-name ${tableName}`,
  ],
  [
    'another version is deployed',
    () => monitor.deploy('UPDATE_COMPLETE', { Version: '0.0.9+000000000000' }),
    'warning version null: 0.0.9+HASH is deployed, and this clone is 0.1.0+HASH',
    `AWS_REGION=${region} npx cdk diff Portwatch`,
  ],
  [
    'the last deployment failed',
    () => monitor.deploy('UPDATE_ROLLBACK_FAILED'),
    'failure stack Portwatch: its status is UPDATE_ROLLBACK_FAILED',
    'aws cloudformation describe-stack-events --stack-name Portwatch',
  ],
  [
    'a region cannot be listed',
    () => monitor.putState({ account, region: 'us-east-1', instanceName: null }, denied),
    'failure readability us-east-1: cannot be read since 2026-11-10T10:00:00.000Z: access-denied (AccessDeniedException: an explicit deny)',
    'aws lightsail get-instances --region us-east-1',
  ],
];

/** The breakages of one row, such as `schedule`, follow each other, and only one of them can be tried at a time. */
function listVariants(nth: number): Breakage[] {
  const seen = new Map<string, number>();
  return breakages.filter(([, , row]) => {
    const check = partOf(row);
    const before = seen.get(check) ?? 0;
    seen.set(check, before + 1);
    return before === nth;
  });
}

/** The part of the deployment that is changed. The three protections are set together, and so are the status and the outputs of the stack. */
function partOf(row: string): string {
  const [, check = ''] = row.split(' ');
  if (['point-in-time-recovery', 'deletion-protection', 'time-to-live'].includes(check)) return 'protection';
  return check === 'version' ? 'stack' : check;
}

/** At full depth each breakage alone; in `npm test` two runs of the command, each of them with as many breakages as possible. */
const runs = depth<[string, Breakage[]][]>({
  quick: [
    ['many parts at the same time', listVariants(0)],
    ['many parts at the same time in another way', listVariants(1)],
  ],
  full: breakages.map((each) => [each[0], [each]]),
});

const mask = (text: string) => text.replace(/\+[0-9a-f]{12}/g, '+HASH');

test.each(runs)('%s', async (_, broken) => {
  for (const [, breakIt] of broken) await breakIt();
  const { code, bad } = await runDoctor(monitor);
  await monitor.putState({ account, region: 'us-east-1', instanceName: null }, {});
  expect(code).toBe(1);
  const found = new Map(bad.map((row) => [mask(`${row.status} ${row.check} ${row.resource}: ${row.found}`), row]));
  const checks = broken.map(([, , row]) => row.split(' ')[1]);
  expect([...new Set(bad.map(({ check }) => check))].sort()).toEqual([...new Set(checks)].sort());
  for (const [, , row, start] of broken) {
    expect([...found.keys()]).toContain(row);
    const { expected, remedy, command } = found.get(row)!;
    expect([expected, remedy]).not.toContain(null);
    expect(command?.slice(0, start.length)).toBe(start);
  }
  // The shell can parse the commands.
  const commands = broken.map(([, , row]) => found.get(row)?.command ?? 'false').join('\n');
  expect(spawnSync('bash', ['-n', '-c', commands]).status).toBe(0);
});
