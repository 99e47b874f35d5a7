/** Once anything was approved in the account, the first lines of `portwatch status` are the open exposure that is not approved. */

import { beforeEach, expect, test } from '@jest/globals';
import { DynamoDbTable } from '../../../lambda/adapters/dynamodb-table.ts';
import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { toItem } from '../../../lambda/adapters/items/read-item.ts';
import { noMarks } from '../../../lambda/approvals/account-approvals.ts';
import { approvalMarksKey } from '../../../lambda/contract/table-keys.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { account, at, startSampleAccount, tableName } from '../deployed-account.ts';
import { addApproval, deleteApprovals } from '../table-approvals.ts';

const deployed = await closeAfterTests(startSampleAccount());

beforeEach(() => deleteApprovals(deployed));

const add = (fields: Partial<MadeApproval>) => addApproval(deployed, fields);

const ask = async (...args: string[]) =>
  JSON.parse((await deployed.run('status', '--json', ...args)).stdout).unapproved;
const worldOn = (port: number) => [{ protocol: 'tcp' as const, from: port, to: port, sources: ['0.0.0.0/0', '::/0'] }];
const lines = async () => (await deployed.run('status', '--utc')).stdout.split('\n\n')[0]?.split('\n');

test('without any approval, approvals are not mentioned', async () => {
  expect(await ask()).toBe(null);
  expect(await lines()).toContain('Regions that cannot be listed, so the state of their instances is unknown:');
});

test('worst first, with the age of the worst part, and only the part that is not approved', async () => {
  await add({ id: 'a-1', instance: 'copy' });
  await add({ id: 'a-2', instance: 'web-1' });
  await add({ id: 'a-3', instance: 'web-2', exposure: worldOn(80) });
  await add({ id: 'a-4', instance: 'far', until: at('10:00') });
  expect(await ask()).toEqual([
    {
      region: 'ap-south-1',
      instanceName: 'far',
      severity: 'critical',
      reason: expect.stringContaining('tcp 3306'),
      isLastKnown: true,
      reach: worldOn(3306),
      openSince: at('09:00'),
      notBefore: null,
    },
    {
      region: 'eu-west-1',
      instanceName: 'web-2',
      severity: 'critical',
      reason: expect.stringContaining('tcp 22'),
      isLastKnown: false,
      reach: worldOn(22),
      openSince: at('09:00'),
      notBefore: null,
    },
  ]);
  const shown = (await lines())?.map((line) => line.replaceAll(/ {2,}/g, '  ').replace(/\d+ days/, 'N days'));
  expect(shown).toEqual([
    'SEVERITY  INSTANCE  REGION  OPEN SINCE  OPEN AND NOT APPROVED',
    'CRITICAL  far  ap-south-1  2026-11-10 09:00:00 UTC (N days or more)  cannot be read; last known state:',
    '  tcp 3306 (MySQL) from anywhere',
    'CRITICAL  web-2  eu-west-1  2026-11-10 09:00:00 UTC (N days or more)  tcp 22 (SSH) from anywhere',
  ]);
});

test('the age is that of the newest opening of the worst part, not that of the last change', async () => {
  await add({ id: 'a-1', instance: 'x' });
  const web1 = (await ask('--instance', 'web-1'))[0];
  expect(web1).toMatchObject({ openSince: at('09:00'), notBefore: null });
});

test('the filters apply', async () => {
  await add({ id: 'a-1', instance: 'x' });
  const names = async (...args: string[]) =>
    (await ask(...args)).map(({ instanceName, region }: Record<string, string>) => `${instanceName} ${region}`);
  expect(await names('--region', 'us-*')).toEqual(['copy us-east-1']);
  expect(await names('--severity', 'high')).toEqual(['far ap-south-1', 'web-2 eu-west-1']);
});

test('if all of it is approved, one line says so', async () => {
  await add({ id: 'a-1', exposure: [22, 80, 3306].flatMap(worldOn) });
  expect(await ask()).toEqual([]);
  expect(await lines()).toEqual([
    'Everything that is open is approved: npm run portwatch -- approvals lists who approved it.',
  ]);
});

test('an approval that was taken out of the configuration still counts as one', async () => {
  await deployed.put(toItem(approvalMarksKey(account), { ...noMarks, removed: { 'c-1': 1 } }));
  expect(await ask('--instance', 'web-2')).toMatchObject([
    { instanceName: 'web-2', reach: [{ from: 22 }, { from: 80 }] },
  ]);
  await new DynamoDbTable(deployed.client, tableName).delete(approvalMarksKey(account), {
    condition: 'attribute_exists(pk)',
  });
});

test('an approval that cannot be read ends with 2, after the answer', async () => {
  await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-9', schema: 9 });
  const { code, stdout, stderr } = await deployed.run('status', '--json');
  expect([code, JSON.parse(stdout).unapproved.length]).toEqual([2, 5]);
  expect(stderr).toContain('cannot read approve nothing: a-9');
});
