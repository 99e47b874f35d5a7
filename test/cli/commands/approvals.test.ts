/** `portwatch approvals` and `portwatch revoke` on stand-ins. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { withApprovalWriter } from '../../../cli/aws/approval-writer.ts';
import type { Deployment } from '../../../cli/aws/open-deployment.ts';
import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { settingsKey } from '../../../lambda/contract/table-keys.ts';
import { approvalOf } from '../../approvals/approval-of.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { account, at, startSampleAccount, tableName } from '../deployed-account.ts';
import { addApproval, approvalStoreOf, deleteApprovals, hasWritten, loadTableApprovals } from '../table-approvals.ts';
import { writeInBatches } from '../write-in-batches.ts';

const office = { protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] } as const;
const me = `arn:aws:iam::${account}:user/emulated`;
const settings = {
  highRiskPorts: [22],
  approved: [
    { instance: 'web-*', protocol: 'tcp', ports: 80, sources: 'anywhere', reason: 'the web sites', by: 'carol' },
    { instance: 'old-*', protocol: 'tcp', ports: 443, sources: 'anywhere', reason: 'left over' },
  ],
};

const deployed = await closeAfterTests(startSampleAccount());
const putSettings = (fields: object) =>
  deployed.put({ ...settingsKey(account, at('10:00')), schema: 1, hash: 'second', settings: fields });
await putSettings(settings);

/** Four approvals by command, one in each phase. They are stored again only after a test that has written. */
beforeEach(async () => {
  deployed.dynamodb.clearFaults();
  if (!hasWritten(deployed)) return;
  await deleteApprovals(deployed);
  await writeInBatches(deployed.client, async (client) => {
    await add({ id: 'a-0000000001', instance: 'web-1' }, client);
    await add({ id: 'a-0000000002', instance: 'copy', until: at('10:30') }, client);
    await add({ id: 'a-0000000003', instance: 'copy', from: '2999-01-01T00:00:00.000Z' }, client);
    const exposure = [{ ...office, sources: ['0.0.0.0/0', '::/0'] }];
    await add({ id: 'a-0000000004', instance: 'web-2', exposure }, client);
    const revocation = { at: at('10:00'), by: 'bob', reason: 'no longer' };
    await approvalStoreOf({ client }).revokeApproval(account, 'a-0000000004', revocation);
  });
  deployed.dynamodb.clearCalls();
});

const add = (fields: Partial<MadeApproval>, client = deployed.client) => addApproval({ client }, fields);

/** The fields of an approval in the JSON that these tests read. */
type Listed = Record<'origin' | 'id' | 'phase' | 'by', string> & Record<'covers' | 'stillOpen', Reached[]>;
type Reached = Record<'instanceName' | 'region', string>;

const nameOf = ({ instanceName, region }: Reached) => `${instanceName} ${region}`;

const load = () => loadTableApprovals(deployed);
const document = async (...args: string[]) => JSON.parse((await deployed.run(...args, '--json')).stdout);

describe('portwatch approvals', () => {
  test('has both origins, every phase, what each covers now, and what is still open and not approved any more', async () => {
    const { approvals, ...rest } = await document('approvals');
    expect(rest).toMatchObject({ schema: 'portwatch.approvals/1', account, notReadable: 0 });
    const short = approvals.map(({ origin, id, phase, by, covers, stillOpen }: Listed) => ({
      from: origin === 'command' ? id : by,
      phase,
      covers: covers.map(nameOf),
      stillOpen: stillOpen.map(nameOf),
    }));
    expect(short).toEqual([
      { from: 'carol', phase: 'in-force', covers: ['web-2 eu-west-1'], stillOpen: [] },
      { from: 'the configuration', phase: 'in-force', covers: [], stillOpen: [] },
      { from: 'a-0000000001', phase: 'in-force', covers: ['web-1 eu-west-1'], stillOpen: [] },
      { from: 'a-0000000003', phase: 'planned', covers: [], stillOpen: [] },
      { from: 'a-0000000002', phase: 'ended', covers: [], stillOpen: ['copy eu-west-1', 'copy us-east-1'] },
      { from: 'a-0000000004', phase: 'revoked', covers: [], stillOpen: ['web-2 eu-west-1'] },
    ]);
    expect(approvals[2]).toMatchObject({
      instance: 'web-1',
      exposure: [office],
      reason: 'the office',
      by: 'arn:aws:iam::111122223333:user/alice',
      from: at('09:30'),
      until: null,
      revoked: null,
      covers: [{ region: 'eu-west-1', instanceName: 'web-1', reach: [office] }],
    });
  });

  test('says it to a person', async () => {
    const { code, stdout, stderr } = await deployed.run('approvals', '--utc');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of [
      'a-0000000001  in force     web-1 in every region',
      'Approved by command by arn:aws:iam::111122223333:user/alice on 2026-11-10 09:30:00 UTC, without an end',
      'Approved in the configuration by carol, without an end',
      'Covers now: web-2 in eu-west-1: tcp 80 (HTTP) from anywhere',
      'Covers nothing that is open now.',
      'Still open, and not approved any more: web-2 in eu-west-1: tcp 22 (SSH) from anywhere',
      'Revoked by bob on 2026-11-10 10:00:00 UTC: no longer',
      '6 approvals: 3 in force, 1 not begun, 1 ended, 1 revoked. 1 of those in force covers nothing that is open now.',
    ])
      expect(stdout.replace(/\n +/g, ' ').replaceAll(/ {2,}/g, '  ')).toContain(text.replaceAll(/ {2,}/g, '  '));
  });

  test('approvals by command do not count if the configuration alone may approve', async () => {
    await putSettings({ ...settings, approvalsByCommand: false });
    const { approvals } = await document('approvals');
    const { stdout } = await deployed.run('approvals');
    await putSettings(settings);
    expect(approvals.map(({ phase }: { phase: string }) => phase)).toEqual([
      'in-force',
      'in-force',
      ...Array.from({ length: 4 }, () => 'not-counted'),
    ]);
    expect(stdout).toContain('those made by command approve nothing');
  });

  test('one that cannot be read is named, and the code is 2', async () => {
    await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-9', schema: 9 });
    const { code, stdout, stderr } = await deployed.run('approvals', '--json');
    expect([code, JSON.parse(stdout).notReadable]).toEqual([2, 1]);
    expect(stderr).toContain('Approvals that this version of Portwatch cannot read approve nothing: a-9 (');
  });
});

describe('portwatch revoke', () => {
  const revoke = (...args: string[]) => deployed.run('revoke', ...args, '--utc');

  test('adds the revocation with the caller and the reason, and shows what is not approved any more', async () => {
    const { code, stdout, stderr } = await revoke('a-0000000001', '--reason', 'the VPN works');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'Open, and not approved any more:\n  web-1 in eu-west-1: tcp 22 (SSH) from 198.51.100.0/24\n',
    );
    const revoked = (await load()).find(({ id }) => id === 'a-0000000001');
    expect(revoked).toMatchObject({
      reason: 'the office',
      revoked: { by: me, reason: 'the VPN works', at: expect.stringMatching(/^\d{4}-/) },
    });
  });

  test('without a reason; what another approval covers keeps its approval', async () => {
    await add({ id: 'a-0000000005', instance: 'web-1' });
    const { stdout } = await revoke('a-0000000001');
    expect(stdout).toContain('Nothing that is open now loses its approval.');
    expect((await load()).find(({ id }) => id === 'a-0000000001')?.revoked?.reason).toBe(null);
  });

  test('--dry-run writes nothing', async () => {
    expect(await document('revoke', 'a-0000000001', '--dry-run')).toMatchObject({
      schema: 'portwatch.revoke/1',
      isDryRun: true,
      approval: { id: 'a-0000000001', revoked: { by: me } },
      stillOpen: [{ instanceName: 'web-1' }],
    });
    expect((await load()).find(({ id }) => id === 'a-0000000001')?.revoked).toBe(null);
  });

  test('one that has not begun can be revoked', async () => {
    expect((await revoke('a-0000000003')).code).toBe(0);
  });

  test.each([
    ['an unknown id', 'a-0000000009', /There is no approval a-0000000009; did you mean a-0000000001/],
    ['one that was revoked', 'a-0000000004', /was revoked already, by bob on 2026-11-10 10:00:00 UTC/],
    ['one that has ended', 'a-0000000002', /a-0000000002 ended on 2026-11-10 10:30:00 UTC/],
  ])('%s is refused', async (_, id, sentence) => {
    const before = await load();
    const { code, stdout, stderr } = await revoke(id);
    expect({ code, stdout, after: await load() }).toEqual({ code: 2, stdout: '', after: before });
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('Nothing was revoked.');
  });

  test('one of the configuration is refused, and its place is named', async () => {
    const { approvals } = await document('approvals');
    const { code, stderr } = await revoke(approvals[0].id);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'is an approval of the configuration; take the element with the reason "the web sites" out of "approved" in portwatch.json, and deploy. Nothing was revoked.',
    );
  });

  test('one that cannot be read is refused', async () => {
    await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-9', schema: 9 });
    expect((await revoke('a-9')).stderr).toContain('cannot read the approval a-9, so it approves nothing');
  });

  test('if two people revoke at once, one revocation counts, and the other person gets an error', async () => {
    const both = await Promise.all([
      revoke('a-0000000001', '--reason', 'one'),
      revoke('a-0000000001', '--reason', 'two'),
    ]);
    const codes = both.map(({ code }) => code).sort();
    // If both write in the same millisecond as the same person, both are right.
    expect([
      [0, 0],
      [0, 2],
    ]).toContainEqual(codes);
    expect(['one', 'two']).toContain((await load()).find(({ id }) => id === 'a-0000000001')?.revoked?.reason);
  });

  test('credentials that may not write: the action and the partition are named', async () => {
    deployed.dynamodb.addFault({ kind: 'error', name: 'AccessDeniedException', message: 'no', operation: 'PutItem' });
    const { code, stderr } = await revoke('a-0000000001');
    expect(code).toBe(2);
    expect(stderr).toContain('allow dynamodb:PutItem on its partition APPROVALS#111122223333');
  });
});

test('a refused write is ours only if the same person made it at the same millisecond', async () => {
  const credentials = { accessKeyId: 'EMULATED', secretAccessKey: 'emulated' };
  const place = { tableName, region: 'eu-west-1', account, identity: { credentials } } as unknown as Deployment;
  const { origin: _, revoked: __, ...made } = { ...approvalOf({ id: 'a-1' }), from: at('09:30') };
  const later = at('10:00');
  const results = await withApprovalWriter(place, async ({ add: write, revoke }) => [
    await write(made),
    await write(made),
    await write({ ...made, from: later }),
    await write({ ...made, by: 'somebody else' }),
    await revoke('a-1', { at: later, by: 'me', reason: null }),
    await revoke('a-1', { at: later, by: 'me', reason: null }),
    await revoke('a-1', { at: at('10:01'), by: 'me', reason: null }),
    await revoke('a-1', { at: later, by: 'you', reason: null }),
  ]);
  expect(results).toEqual([true, true, false, false, true, true, false, false]);
});
