/** The stand-ins of STS, Lightsail and CloudTrail with several accounts. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GetInstancesCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

const home = '123456789012';
const member = '111122223333';
const monitor = `arn:aws:iam::${home}:role/PortwatchMonitor`;
const roleArn = `arn:aws:iam::${member}:role/PortwatchMember`;

const keep = closeAfterEachTest();
let emulators: Emulators;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  emulators = keep(await startEmulators({ account: home, now: () => now }));
  emulators.sts.setCaller(monitor);
  emulators.sts.setRoles([{ account: member, roleName: 'PortwatchMember', externalId: 'id-1', trusted: [monitor] }]);
});

const ownKey = settingsFor('').credentials;
const settings = (endpoint: string, credentials = ownKey) => ({ ...settingsFor(endpoint), credentials });

const sts = (credentials = ownKey) => keep(new STSClient(settings(emulators.sts.url, credentials)));

async function assume(input: Partial<AssumeRoleCommandInput> = {}, client = sts()) {
  const order = { RoleArn: roleArn, RoleSessionName: 'scan', ExternalId: 'id-1', DurationSeconds: 900, ...input };
  const { Credentials } = await client.send(new AssumeRoleCommand(order));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials ?? {};
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    expiration: Expiration,
  };
}

async function namesSeenWith(credentials = ownKey): Promise<unknown> {
  const client = keep(new LightsailClient(settings(emulators.lightsail.url, credentials)));
  return (await client.send(new GetInstancesCommand({}))).instances?.map(({ name, arn }) => [name, arn?.split(':')[4]]);
}

describe('a role', () => {
  test('that is assumed is the caller, for as long as was requested', async () => {
    const { credentials, expiration } = await assume();
    expect(expiration).toEqual(new Date('2026-11-23T10:15:00Z'));
    expect(await sts(credentials).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: member,
      Arn: `arn:aws:sts::${member}:assumed-role/PortwatchMember/scan`,
    });
    expect(emulators.sts.session(credentials.accessKeyId)).toMatchObject({ account: member, externalId: 'id-1' });
    expect(await sts().send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: home });
  });

  test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['does not exist', { RoleArn: `arn:aws:iam::${member}:role/Other` }, monitor],
    ['is of an account without roles', { RoleArn: 'arn:aws:iam::222233334444:role/PortwatchMember' }, monitor],
    ['has another external id', { ExternalId: 'id-2' }, monitor],
    ['requires an external id and gets none', { ExternalId: undefined }, monitor],
    ['trusts somebody else', {}, `arn:aws:iam::${home}:role/Somebody`],
  ])('that %s is refused with the same words', async (_, input, caller) => {
    emulators.sts.setCaller(caller);
    const name = caller.split('/').at(-1);
    await expect(assume(input)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `User: arn:aws:sts::${home}:assumed-role/${name}/emulated is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn ?? roleArn}`,
    });
  });

  test.each([
    ['under a quarter of an hour', 899],
    ['over an hour by a role, which is a chain of roles', 3_601],
  ])('is not assumed for %s', async (_, DurationSeconds) => {
    await expect(assume({ DurationSeconds })).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await assume({ DurationSeconds: 3_600 })).toMatchObject({ expiration: new Date('2026-11-23T11:00:00Z') });
  });

  test('of one account fails by a fault for that account', async () => {
    emulators.sts.addFault({ operation: 'AssumeRole', account: member, times: 1, kind: 'error', name: 'Throttling' });
    await expect(assume()).rejects.toMatchObject({ name: 'Throttling' });
    await assume();
  });
});

describe('the fleet of an account', () => {
  const region = 'eu-west-1';

  beforeEach(() => {
    emulators.lightsail.addInstance({ region, name: 'home-1' });
    emulators.lightsail.addInstance({ region, name: 'web-1', account: member });
  });

  test('is what its keys see, and every other key sees the home account', async () => {
    expect(await namesSeenWith()).toEqual([['home-1', home]]);
    expect(await namesSeenWith((await assume()).credentials)).toEqual([['web-1', member]]);
    expect(emulators.lightsail.calls().map(({ account }) => account)).toEqual([home, member]);
    expect(emulators.lightsail.instances().map(({ name }) => name)).toEqual(['home-1']);
    emulators.lightsail.removeInstance({ region, name: 'web-1', account: member });
    expect(emulators.lightsail.instances(member)).toEqual([]);
  });

  test('is closed to a key that has expired, and to one without its token', async () => {
    const { credentials } = await assume();
    const { accessKeyId, secretAccessKey } = credentials;
    await expect(namesSeenWith({ accessKeyId, secretAccessKey })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    now += 900_000;
    await expect(namesSeenWith(credentials)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  test('is closed while the account is suspended; other accounts are not affected', async () => {
    const { credentials } = await assume();
    emulators.lightsail.setSuspended({ account: member, isSuspended: true });
    await expect(namesSeenWith(credentials)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await namesSeenWith();
    emulators.lightsail.setSuspended({ account: member, isSuspended: false });
    await namesSeenWith(credentials);
  });

  test('has a rate of its own, and faults of its own', async () => {
    const { credentials } = await assume();
    emulators.lightsail.setRateLimit({ perSecond: 1 });
    await namesSeenWith(credentials);
    await expect(namesSeenWith(credentials)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await namesSeenWith();
    emulators.lightsail.setRateLimit({ perSecond: null });
    emulators.lightsail.addFault({ account: member, kind: 'error', name: 'AccessDeniedException' });
    await expect(namesSeenWith(credentials)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await namesSeenWith();
  });
});

test('the API calls of an account are seen with its keys only', async () => {
  const record = { eventTime: '2026-11-23T09:00:00Z', eventID: 'e-1', eventName: 'DeleteInstance' };
  emulators.cloudtrail.addRecord({ account: member, region: 'eu-west-1', record });
  const idsSeenWith = async (credentials = ownKey) => {
    const client = keep(new CloudTrailClient(settings(emulators.cloudtrail.url, credentials)));
    return (await client.send(new LookupEventsCommand({}))).Events?.map(({ EventId }) => EventId);
  };
  expect(await idsSeenWith()).toEqual([]);
  expect(await idsSeenWith((await assume()).credentials)).toEqual(['e-1']);
});
