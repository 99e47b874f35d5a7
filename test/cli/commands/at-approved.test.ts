/** `portwatch at` shows what was approved at that time: by command, and by the settings of that time. */
import { expect, test } from '@jest/globals';
import { settingsKey } from '../../../lambda/contract/table-keys.ts';
import { approvalOf } from '../../approvals/approval-of.ts';
import { someFacts } from '../../scan/samples.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { account, at, startSampleAccount } from '../deployed-account.ts';
import { approvalStoreOf } from '../table-approvals.ts';

const world = ['0.0.0.0/0', '::/0'];
const mysql = { protocol: 'tcp', from: 3306, to: 3306, sources: world } as const;
const ssh = { protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] } as const;

const deployed = await closeAfterTests(startSampleAccount());

const ask = async (clock: string, name = 'web-1') => {
  const { stdout } = await deployed.run('at', name, at(clock), '--json');
  const { approvals, unapproved } = JSON.parse(stdout);
  return { ids: approvals.map(({ id }: { id: string }) => id.slice(0, 3)), unapproved, approvals };
};

test('without any approval all that is open is not approved, and the text is as ever', async () => {
  const { ids, unapproved } = await ask('10:20');
  expect([ids, unapproved.exposure]).toEqual([[], [ssh, mysql]]);
  expect((await deployed.run('at', 'web-1', at('10:20'))).stdout).not.toContain('pproved');
});

test('P6: what was approved then, whatever was revoked, ended or deployed since', async () => {
  const store = approvalStoreOf(deployed);
  const { origin: _, revoked: __, ...made } = approvalOf({ instance: 'web-1', region: 'eu-west-1' });
  await store.addApproval(account, { ...made, id: 'a-1', arn: someFacts.arn, from: at('09:30') });
  await store.revokeApproval(account, 'a-1', { at: at('10:33'), by: 'bob', reason: null });
  await store.addApproval(account, { ...made, id: 'a-2', exposure: [mysql], from: at('10:10'), until: at('10:25') });
  await store.addApproval(account, { ...made, id: 'a-3', arn: 'arn:other', from: at('09:30') });
  const settings = (approved: object[]) => ({ highRiskPorts: [22, 3306], approved });
  const office = { instance: 'web-*', protocol: 'tcp', ports: 22, sources: '198.51.100.0/24', reason: 'the office' };
  const put = (clock: string, value: object) =>
    deployed.put({ ...settingsKey(account, at(clock)), schema: 1, hash: clock, settings: value });
  await put('10:40', settings([office]));
  await put('10:50', { ...settings([]), approvalsByCommand: false });
  await store.addApproval(account, { ...made, id: 'a-4', from: at('10:45') });

  expect(await ask('09:20')).toMatchObject({ ids: [], unapproved: { exposure: [ssh] } });
  expect(await ask('09:40')).toMatchObject({ ids: ['a-1'], unapproved: { severity: 'info', exposure: [] } });
  expect(await ask('10:20')).toMatchObject({
    ids: ['a-1', 'a-2'],
    unapproved: { exposure: [] },
    approvals: [{ by: made.by, covers: [ssh], revoked: { at: at('10:33') } }, { covers: [mysql] }],
  });
  expect(await ask('10:28')).toMatchObject({ ids: ['a-1'], unapproved: { severity: 'critical', exposure: [mysql] } });
  expect(await ask('10:36')).toMatchObject({ ids: [], unapproved: { exposure: [ssh] } });
  expect(await ask('10:46')).toMatchObject({
    ids: [expect.stringMatching(/^c-/), 'a-4'],
    unapproved: { exposure: [] },
  });
  expect(await ask('10:55')).toMatchObject({ ids: [], unapproved: { exposure: [ssh] } });

  const { stdout } = await deployed.run('at', 'web-1', at('10:28'), '--utc');
  expect(stdout).toContain(
    'Approved:   tcp 22 (SSH) from 198.51.100.0/24. By arn:aws:iam::111122223333:user/alice, without an end: the office (approval a-1)',
  );
  expect(stdout).toContain('Open and not approved:\n  tcp 3306 (MySQL) from anywhere\n  CRITICAL: ');
});

test('an instance that was gone has no unapproved exposure', async () => {
  expect(await ask('10:00', 'db-1')).toMatchObject({ ids: [], unapproved: null });
});

test('an approval that cannot be read is reported, and the command ends with 2', async () => {
  await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-9', schema: 9 });
  const { code, stdout, stderr } = await deployed.run('at', 'web-1', at('10:20'), '--json');
  expect([code, JSON.parse(stdout).approvalsNotReadable]).toEqual([2, 1]);
  expect(stderr).toContain('approve nothing: a-9');
});
