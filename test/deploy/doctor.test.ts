/**
 * `portwatch doctor` on a deployed stack, in ministack: the rows of a new deployment, and the rows after the AWS CLI has broken parts.
 * ministack ignores some properties of the table and has no metrics of functions and topics. Takes about two minutes and needs Python: `npm
 * run test:deploy`.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checks } from '../../cli/commands/doctor/row.ts';
import { runCli } from '../cli/run-cli.ts';
import { account, awsEnvironment, DeployAccount, minute } from './deploy-account.ts';
import type { Outputs } from './workplace.ts';

interface Row {
  check: string;
  resource: string | null;
  status: string;
  found: string;
}

describe('portwatch doctor on a deployed stack', () => {
  let here: DeployAccount;
  let outputs: Outputs;

  beforeAll(async () => {
    here = await DeployAccount.open();
    await here.workplace.aws('sns', 'create-topic', '--name', 'acme-alerts');
    const existingAlertTopic = `arn:aws:sns:eu-west-1:${account}:acme-alerts`;
    outputs = await here.workplace.deploy({ scanEveryMinutes: 1440, email: ['you@example.com'], existingAlertTopic });
    await here.scan(outputs);
  }, 5 * minute);

  afterAll(async () => {
    await here?.close();
  });

  async function ask() {
    const env = { ...awsEnvironment, AWS_ENDPOINT_URL: here.ministack.url };
    const args = ['doctor', '--json', '-c', `config=${join(here.home, 'portwatch.json')}`];
    const { code, stdout, stderr } = await runCli(args, env);
    const rows: Row[] = stdout === '' ? [] : JSON.parse(stdout).rows;
    return { code, stderr, rows };
  }

  /** `<check>: <found>` of the rows that are not OK, without generated names. */
  const troubles = (rows: readonly Row[]) =>
    rows.filter(({ status }) => status !== 'ok').map(({ check, status, found }) => `${status} ${check}: ${found}`);

  // ministack has no trail at first, and does not apply the protection of the table.
  const always = [
    'warning trail: no trail covers the region: no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later',
    'warning deletion-protection: off: one request can delete the history',
    'warning point-in-time-recovery: off: a damaged or deleted table cannot be restored',
    'warning time-to-live: off: nothing expires, and the table grows',
  ];

  test('a new deployment: every part is found, and only what ministack leaves out is missing', async () => {
    const { code, stderr, rows } = await ask();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(troubles(rows).filter((row) => !always.includes(row))).toEqual([]);
    expect(checks.filter((check) => !rows.some((row) => row.check === check))).toEqual([]);
    expect(rows).toContainEqual(
      expect.objectContaining({ resource: 'acme-alerts', found: '2 of 2 subscriptions confirmed' }),
    );
  });

  test(
    'broken by hand: each broken part has its row',
    async () => {
      const { rows } = await ask();
      const resourceOf = (check: string, part: string) =>
        rows.find((row) => row.check === check && row.resource?.includes(part))?.resource ?? '';
      const { aws } = here.workplace;
      const schedule = resourceOf('schedule', 'Schedule');
      await aws('scheduler', 'delete-schedule', '--name', schedule);
      await aws('events', 'disable-rule', '--name', resourceOf('event-rule', 'Rule'));
      const scan = outputs.ScanFunctionName;
      await aws('lambda', 'put-function-concurrency', '--function-name', scan, '--reserved-concurrent-executions', '0');
      await aws('cloudwatch', 'disable-alarm-actions', '--alarm-names', 'Portwatch scan fails');
      const alarm = ['--alarm-name', 'Portwatch dead letters', '--state-value', 'ALARM', '--state-reason', 'by hand'];
      await aws('cloudwatch', 'set-alarm-state', ...alarm);
      const queue = `${here.ministack.url}/${account}/${resourceOf('queue', 'DeadLetter')}`;
      await aws('sqs', 'send-message', '--queue-url', queue, '--message-body', 'lost');
      await unsubscribe(outputs.HealthTopicArn);
      const after = await ask();
      expect(after.code).toBe(1);
      expect(troubles(after.rows).filter((row) => !always.includes(row))).toEqual([
        'failure schedule: the schedule does not exist: it was deleted outside the deployment, and no scan starts',
        'failure function: its reserved concurrency is 0, so Lambda refuses every invocation',
        'failure topic: nobody has confirmed a subscription: its messages reach nobody',
        'failure subscription: the subscription that the stack created does not exist any more (you@example.com): somebody unsubscribed, or nobody confirmed it within two days',
        'failure queue: 1 dead letter: work that failed after all retries',
        expect.stringMatching(/^failure alarm: ALARM for .*: by hand$/),
        expect.stringMatching(/^failure alarm: no data yet for .*, and its actions are off: nobody would be notified$/),
        'failure event-rule: the rule is disabled: no event is delivered',
      ]);
    },
    2 * minute,
  );

  async function unsubscribe(topicArn: string): Promise<void> {
    const answer = await here.workplace.aws('sns', 'list-subscriptions-by-topic', '--topic-arn', topicArn);
    const { Subscriptions } = answer as { Subscriptions: { SubscriptionArn: string }[] };
    for (const { SubscriptionArn } of Subscriptions)
      await here.workplace.aws('sns', 'unsubscribe', '--subscription-arn', SubscriptionArn);
  }

  test('without the table only the rows that need it are unknown', async () => {
    await here.workplace.aws('dynamodb', 'delete-table', '--table-name', outputs.SnapshotTableName);
    const { rows } = await ask();
    const statusesOf = (check: string) => [
      ...new Set(rows.filter((row) => row.check === check).map(({ status }) => status)),
    ];
    expect(statusesOf('table')).toEqual(['failure']);
    expect(statusesOf('last-scan')).toEqual(['unknown']);
    expect(statusesOf('alarm').toSorted()).toEqual(['failure', 'ok']);
  });
});
