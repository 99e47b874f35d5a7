/** `portwatch doctor` after `accounts` was removed from the configuration, while groups of alerts were still in the outbox. */
import { expect, test } from '@jest/globals';
import { outboxPartition } from '../../../lambda/contract/table-keys.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { account, minutesAgo, tableName } from '../deployed-account.ts';
import { region, startHealthyMonitor } from '../healthy-monitor.ts';
import { watchedOf, writeRegistry } from '../several-accounts.ts';
import { runDoctor } from './doctor-answer.ts';

const monitor = await closeAfterTests(startHealthyMonitor());
const dev = '222233334444';

test('P5: nothing sends the alerts that are left in the outbox, and doctor says what to do', async () => {
  await monitor.heal();
  const { client } = monitor.deployed;
  await writeRegistry(client, tableName, account, [watchedOf(account, 'own'), watchedOf(dev, 'dev')]);
  expect((await runDoctor(monitor)).bad).toEqual([]);
  const at = minutesAgo(3);
  await monitor.deployed.put({ pk: outboxPartition(account), sk: `0#${dev}#abc`, schema: 1, at, account: dev });
  const { code, rows } = await runDoctor(monitor);
  expect(code).toBe(1);
  expect(rows.filter(({ check }) => check === 'waiting-alerts')).toEqual([
    expect.objectContaining({ status: 'ok', resource: null }),
    {
      check: 'waiting-alerts',
      resource: 'outbox',
      status: 'failure',
      found: `1 alert of several accounts is left in the outbox since ${at}, and nothing sends it: the monitor watches only its own account again`,
      expected: 'an empty outbox, before accounts is removed from the configuration',
      remedy:
        'deploy with accounts as before, wait until doctor counts no alert, and only then deploy without accounts; or read the alerts with this command, and delete its items from the table',
      command: `aws dynamodb query --table-name Snapshots --key-condition-expression 'pk = :outbox' --expression-attribute-values '{":outbox":{"S":"OUTBOX#${account}"}}' --region ${region}`,
      permissions: [],
    },
  ]);
});
