/** The clients of STS, SQS and Organizations on their stand-ins. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { md5 } from '../../emulators/sqs/queues.ts';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { OrganizationLister } from '../../lambda/adapters/organization-lister.ts';
import { RoleSessions } from '../../lambda/adapters/role-sessions.ts';
import { SqsAccountQueue } from '../../lambda/adapters/sqs-account-queue.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

const home = '123456789012';
const member = '111122223333';
const organization = 'o-a1b2c3d4e5';

const keep = closeAfterEachTest();
let emulators: Emulators;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  emulators = keep(await startEmulators({ account: home, now: () => now }));
});

const config = (endpoint: string, maxAttempts = 2) => ({
  ...settingsFor(endpoint),
  ...clientSettings({ ...defaultTimeouts, maxAttempts }),
});

describe('the sessions of the member role', () => {
  const open = (externalId = 'id-1', maxAttempts = 2) => {
    emulators.sts.setRoles([{ account: member, roleName: 'PortwatchMember', externalId: 'id-1' }]);
    const role = { partition: 'aws', roleName: 'PortwatchMember', externalId };
    return keep(new RoleSessions(role, config(emulators.sts.url, maxAttempts), () => now));
  };
  const calls = () => emulators.sts.calls().length;

  test('are kept while they last, and renewed ten minutes before they expire', async () => {
    const sessions = open();
    const [first, same] = await Promise.all([sessions.of(member), sessions.of(member)]);
    expect(same).toEqual(first);
    expect(emulators.sts.session(first.accessKeyId)).toMatchObject({
      ...{ account: member, sessionName: 'portwatch', externalId: 'id-1', durationSeconds: 3_600 },
    });
    now += 49 * 60_000;
    expect(await sessions.of(member)).toEqual(first);
    const before = calls();
    now += 60_000;
    const next = await sessions.of(member);
    expect(calls()).toBe(before + 1);
    expect(next.accessKeyId).not.toBe(first.accessKeyId);
    expect(next.expiration).toEqual(new Date('2026-11-23T11:50:00Z'));
  });

  test.each([
    ['another external id', 'id-2'],
    ['no role in the account', 'id-1'],
  ])('are denied for %s, with the answer of STS', async (what, externalId) => {
    const sessions = open(externalId);
    const account = what.startsWith('no role') ? '222233334444' : member;
    await expect(sessions.of(account)).rejects.toMatchObject({
      name: 'ReadError',
      reason: 'access-denied',
      message: expect.stringMatching(
        new RegExp(`^AccessDenied: User: .* is not authorized to perform: sts:AssumeRole on resource: .*:${account}:`),
      ),
    });
  });

  test('are throttled with that reason, and a failure is not kept', async () => {
    const sessions = open('id-1', 1);
    emulators.sts.addFault({ kind: 'error', name: 'Throttling', operation: 'AssumeRole', times: 1 });
    await expect(sessions.of(member)).rejects.toMatchObject({ reason: 'throttled' });
    expect(await sessions.of(member)).toMatchObject({ accessKeyId: expect.stringMatching(/./) });
  });
});

describe('the accounts queue', () => {
  const messageOf = (index: number) => ({
    portwatch: 'scan-account' as const,
    account: String(100_000_000_000 + index),
    name: `account ${index}`,
    passStartedAt: '2026-11-23T10:00:00.000Z',
  });
  const messages = Array.from({ length: 25 }, (_, index) => messageOf(index));
  const bodies = () => {
    const received = Array.from({ length: 4 }, () => emulators.sqs.receive('accounts', 10)).flat();
    return received.map(({ body }) => JSON.parse(body));
  };
  const open = (maxAttempts = 1) =>
    keep(new SqsAccountQueue(config(emulators.sqs.url, maxAttempts), emulators.sqs.createQueue({ name: 'accounts' })));

  test('gets each message once, ten in a request', async () => {
    expect(await open().send(messages)).toEqual({ notSent: [], error: undefined });
    expect(bodies().sort((a, b) => a.account - b.account)).toEqual(messages);
    expect(emulators.sqs.calls().map(({ operation }) => operation)).toEqual(Array(3).fill('SendMessageBatch'));
  });

  test('gets a message again that it refused, without the others of the batch', async () => {
    const queue = open();
    const failed = JSON.stringify({
      Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: md5(JSON.stringify(messages[0])) }],
      Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError', Message: 'later' }],
    });
    const contentType = 'application/x-amz-json-1.0';
    emulators.sqs.addFault({ kind: 'raw', body: failed, contentType, operation: 'SendMessageBatch', times: 1 });
    // The stand-in stored neither message; only the refused one is sent again.
    expect(await queue.send(messages.slice(0, 2))).toMatchObject({ notSent: [] });
    expect(bodies()).toEqual([messages[1]]);
  });

  test('names the messages that it never accepts', async () => {
    const queue = open();
    emulators.sqs.addFault({ kind: 'error', name: 'AccessDeniedException', bodyIncludes: '100000000003', times: 9 });
    const { notSent, error } = await queue.send(messages);
    expect(notSent).toEqual(messages.slice(0, 10));
    expect(String(error)).toContain('AccessDenied');
    expect(bodies()).toHaveLength(15);
  });
});

describe('the listing of the organisation', () => {
  const signal = new AbortController().signal;
  const open = () => keep(new OrganizationLister(config(emulators.organizations.url)));
  const units = [
    { id: 'ou-ab12-11111111', name: 'prod', parent: 'r-ab12' },
    { id: 'ou-ab12-22222222', name: 'web', parent: 'ou-ab12-11111111' },
    { id: 'ou-ab12-33333333', name: 'lab', parent: 'r-ab12' },
  ];
  const setOrganization = (more: Partial<Parameters<Emulators['organizations']['setOrganization']>[0]> = {}) =>
    emulators.organizations.setOrganization({
      ...{ id: organization, managementAccount: home, root: 'r-ab12', units },
      accounts: [
        { id: home, name: 'security' },
        { id: '111111111111', name: 'web', parent: 'ou-ab12-22222222' },
        { id: '222222222222', name: 'shop', parent: 'ou-ab12-11111111', state: 'SUSPENDED' },
        { id: '333333333333', name: 'lab', parent: 'ou-ab12-33333333' },
      ],
      ...more,
    });
  const list = async (ids: string[] | null) => {
    const listed = await open().listAccounts(organization, ids, signal);
    return listed.map(({ account, name, isActive }) => `${account} ${name}${isActive ? '' : ', not active'}`).sort();
  };

  test('has every account, from all pages, also after an empty page', async () => {
    setOrganization();
    emulators.organizations.setPages({ size: 1, hasEmptyPages: true });
    expect(await list(null)).toEqual(
      ['111111111111 web', `${home} security`, '222222222222 shop, not active', '333333333333 lab'].sort(),
    );
  });

  test('of units has the accounts of the units below them, each unit once', async () => {
    setOrganization();
    expect(await list(['ou-ab12-11111111', 'ou-ab12-22222222'])).toEqual([
      '111111111111 web',
      '222222222222 shop, not active',
    ]);
    expect(await list(['r-ab12'])).toHaveLength(4);
  });

  test('of another organisation than the configured one is refused', async () => {
    setOrganization({ id: 'o-zzzzzzzzzz' });
    await expect(list(null)).rejects.toThrow(
      `accounts names ${organization}, but this account belongs to o-zzzzzzzzzz`,
    );
  });

  test.each([
    [
      'an account that may not list it',
      { managementAccount: '111111111111' },
      'access-denied',
      'AccessDeniedException',
    ],
    ['an account in no organisation', null, 'not-found', 'AWSOrganizationsNotInUseException'],
  ] as const)('in %s fails with its reason', async (_, more, reason, name) => {
    if (more === null) emulators.organizations.setOrganization(null);
    else setOrganization(more);
    await expect(list(null)).rejects.toMatchObject({ reason, message: expect.stringContaining(name) });
  });

  test('of a unit that does not exist fails as a whole', async () => {
    setOrganization();
    await expect(list(['ou-ab12-11111111', 'ou-ab12-99999999'])).rejects.toMatchObject({ reason: 'not-found' });
  });
});
