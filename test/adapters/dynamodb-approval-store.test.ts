import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from '@jest/globals';
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const { client, tableName, table } = await closeAfterTests(startSnapshotTable(3));
const store = buildApprovalStore(table);

const { origin: _, revoked: __, ...made } = { ...approvalOf(), from: '2026-11-01T00:00:00.000Z' };
const revocation = { at: '2026-11-10T00:00:00.000Z', by: 'bob', reason: 'the VPN works' };
const put = (item: Record<string, unknown>) =>
  client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));

test('an account without approvals has none, which one Query tells', async () => {
  const before = table.consumed.requests;
  expect(await store.loadApprovals('none')).toEqual({ approvals: [], refused: [] });
  expect(table.consumed.requests - before).toBe(1);
});

test('an approval is added once, and loaded as it was added', async () => {
  expect(await store.addApproval('add', made)).toBe(true);
  expect(await store.addApproval('add', { ...made, reason: 'another' })).toBe(false);
  expect(await store.loadApprovals('add')).toEqual({ approvals: [approvalOf()], refused: [] });
});

test('the first of two revocations counts, and the approval stays as it was', async () => {
  await store.addApproval('revoke', made);
  expect(await store.revokeApproval('revoke', made.id, revocation)).toBe(true);
  expect(await store.revokeApproval('revoke', made.id, { ...revocation, by: 'carol' })).toBe(false);
  expect((await store.loadApprovals('revoke')).approvals).toEqual([approvalOf({ revoked: revocation })]);
});

test('every page is loaded', async () => {
  const long = 'x'.repeat(190_000);
  for (let i = 0; i < 7; i += 1) await store.addApproval('pages', { ...made, id: `id-${i}`, reason: long });
  expect((await store.loadApprovals('pages')).approvals).toHaveLength(7);
});

test('what was written by hand is read in canonical form', async () => {
  const exposure = [
    { protocol: 'tcp' as const, from: 22, to: 22, sources: ['198.51.100.128/25'] },
    { protocol: 'tcp' as const, from: 22, to: 22, sources: ['198.51.100.0/25'] },
  ];
  await store.addApproval('hand', { ...made, exposure });
  expect((await store.loadApprovals('hand')).approvals[0]?.exposure).toEqual(approvalOf().exposure);
});

test.each<[string, Record<string, unknown>]>([
  ['without an exposure', { exposure: undefined }],
  ['with an empty exposure', { exposure: [] }],
  ['with ports out of order', { exposure: [{ protocol: 'tcp', from: 23, to: 22, sources: [] }] }],
  ['with ports out of range', { exposure: [{ protocol: 'tcp', from: 0, to: 65536, sources: [] }] }],
  ['with an end that is no instant', { until: 'soon' }],
  ['of a newer version', { schema: 2 }],
  ['with the id of another', { id: 'other' }],
])('an item %s is reported and approves nothing', async (name, fields) => {
  const account = `damaged ${name}`;
  await store.addApproval(account, { ...made, id: 'good' });
  const item = { pk: `APPROVALS#${account}`, sk: 'bad', schema: 1, ...made, id: 'bad', ...fields };
  await put(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)));
  const { approvals, refused } = await store.loadApprovals(account);
  expect(approvals.map(({ id }) => id)).toEqual(['good']);
  expect(refused.map(({ key }) => key)).toEqual(['bad']);
});

test('an approval whose revocation cannot be read approves nothing', async () => {
  await store.addApproval('torn', made);
  await put({ pk: 'APPROVALS#torn', sk: `${made.id}#revoked`, schema: 1, at: 'yesterday' });
  const { approvals, refused } = await store.loadApprovals('torn');
  expect({ approvals, keys: refused.map(({ key }) => key) }).toEqual({ approvals: [], keys: [made.id] });
});
