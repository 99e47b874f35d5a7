/** Attribution and transient changes over HTTP: the deployed code with its real SDK clients against the stand-ins. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { callEvent } from '../support/call-event.ts';
import { depth } from '../support/depth.ts';
import { account, homeRegion as region, WatchedAccount } from './watched-account.ts';

const minute = 60_000;
const rdp = { ...sshFromAnywhere, fromPort: 3389, toPort: 3389 };
let watched: WatchedAccount;

beforeAll(async () => {
  watched = await WatchedAccount.start({
    lightsail: { regions: [region, 'us-east-1'], notEnabledRegions: [], pageSize: 20 },
  });
});

beforeEach(async () => {
  await watched.renew();
  watched.emulators.cloudtrail.clearRecords();
  watched.emulators.cloudtrail.clearFaults();
  watched.deployment.settings = { ...watched.deployment.settings, attribution: true };
});

afterAll(async () => {
  await watched?.close();
});

/** The time on the clock of the scans. */
const now = () => watched.time.clock();

interface Recorded {
  eventName: string;
  instanceName: string;
  at: number;
  ports?: PortState[];
  /** Fields that replace those of the record; `undefined` removes a field. */
  record?: Record<string, unknown>;
}

function record({ eventName, instanceName, at, ports, record: more = {} }: Recorded): void {
  const isPut = eventName === 'PutInstancePublicPorts';
  const asked = ports && (isPut ? { portInfos: ports } : { portInfo: ports[0] });
  const event = callEvent({ account, region, instanceName, eventName, at });
  const fields = { ...(event['detail'] as Record<string, unknown>), requestParameters: { instanceName, ...asked } };
  watched.emulators.cloudtrail.addRecord({ region, record: { ...fields, ...more } });
}

const put = (instanceName: string, at: number, ports: PortState[], more: Record<string, unknown> = {}) =>
  record({ eventName: 'PutInstancePublicPorts', instanceName, at, ports, record: more });

function add(name: string, portStates: PortState[] = [httpFromAnywhere]): void {
  watched.emulators.lightsail.addInstance({ region, name, portStates: portStates as never });
}

function change(name: string, portStates: PortState[]): void {
  watched.emulators.lightsail.setPortStates({ region, name, portStates: portStates as never });
}

const identityOf = (type: string, more: Record<string, unknown>) => ({ type, accountId: account, ...more });
const assumed = (role: string, session: string, owner = account) =>
  identityOf('AssumedRole', {
    accountId: owner,
    arn: `arn:aws:sts::${owner}:assumed-role/${role}/${session}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: role } },
  });

/** The identities as AWS documents them. No real record of these calls has been seen. */
const allIdentities: [by: string, userIdentity: unknown][] = [
  ['the root user', identityOf('Root', { arn: `arn:aws:iam::${account}:root` })],
  ['IAM user alice', identityOf('IAMUser', { userName: 'alice', arn: `arn:aws:iam::${account}:user/alice` })],
  ['role deploy (session ci-42)', assumed('deploy', 'ci-42')],
  [
    'SSO user alice@example.com (AdministratorAccess)',
    assumed('AWSReservedSSO_AdministratorAccess_0123456789abcdef', 'alice@example.com'),
  ],
  ['federated user bob', identityOf('FederatedUser', { arn: `arn:aws:sts::${account}:federated-user/bob` })],
  ['AWS service cloudformation.amazonaws.com', { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' }],
  ['role deploy (session ci-42) of account 999999999999', assumed('deploy', 'ci-42', '999999999999')],
  ['IAM Identity Center user 1234', identityOf('IdentityCenterUser', { onBehalfOf: { userId: '1234' } })],
];

/** The quick ones are the root user, an SSO user, and a role of another account. */
const identities = allIdentities.filter((_, index) => index % depth({ quick: 3, full: 1 }) === 0);

describe('a change that polling found', () => {
  test('P3: is alerted with "By: not known yet.", and with its actor once the record has arrived, for every kind of identity', async () => {
    for (const [index] of identities.entries()) add(`web-${index}`);
    await watched.scan();
    const at = now() + minute;
    for (const [index, [, userIdentity]] of identities.entries()) {
      change(`web-${index}`, [httpFromAnywhere, sshFromAnywhere]);
      watched.emulators.cloudtrail.setDelay({ ms: 3_600_000 });
      put(`web-${index}`, at, [httpFromAnywhere, sshFromAnywhere], { userIdentity });
    }
    watched.emulators.sns.clearOutbox();
    expect(await watched.scan()).toMatchObject({ alerts: identities.length });
    expect(watched.alerts().every(({ kind, changedBy }) => kind === 'firewall-changed' && changedBy === null)).toBe(
      true,
    );
    const [mail = ''] = watched.emulators.sns.publications().map(({ byProtocol }) => byProtocol?.['email'] ?? '');
    expect(mail.match(/By: not known yet\./g)).toHaveLength(identities.length);

    // From now on CloudTrail returns the records.
    watched.emulators.cloudtrail.clearRecords();
    watched.emulators.cloudtrail.setDelay({ ms: 0 });
    for (const [index, [, userIdentity]] of identities.entries())
      put(`web-${index}`, at, [httpFromAnywhere, sshFromAnywhere], { userIdentity });
    watched.emulators.sns.clearOutbox();
    expect(await watched.scan()).toMatchObject({ alerts: identities.length });
    const byInstance = watched.alerts().sort((a, b) => ((a.instance?.name ?? '') < (b.instance?.name ?? '') ? -1 : 1));
    expect(byInstance.map(({ kind, changedBy }) => [kind, changedBy?.fit, changedBy?.calls[0]?.by])).toEqual(
      identities.map(([by]) => ['attributed', 'explained', by]),
    );
    const beside = (await watched.items()).filter(({ sk }) => String(sk).endsWith('#by'));
    expect(beside).toHaveLength(identities.length);
    watched.emulators.sns.clearOutbox();
    for (let scan = 0; scan < depth({ quick: 1, full: 4 }); scan += 1)
      expect(await watched.scan()).toMatchObject({ alerts: 0, complete: true });
  });

  test('is attributed if the record lacks any one field; records of unknown shape are only counted', async () => {
    const lacking = ['userAgent', 'sourceIPAddress', 'userIdentity', 'eventID', 'recipientAccountId', 'awsRegion'];
    const alsoLacking = ['responseElements', 'eventVersion', 'eventType', 'readOnly', 'requestParameters'];
    const fields = [...lacking, ...alsoLacking].filter((_, index) => index % depth({ quick: 5, full: 1 }) === 0);
    for (const field of fields) add(`no-${field}`);
    await watched.scan();
    for (const field of fields) {
      change(`no-${field}`, [httpFromAnywhere, sshFromAnywhere]);
      const answered = { operations: [{ resourceName: `no-${field}`, resourceType: 'Instance', status: 'Succeeded' }] };
      const more = { ...(field === 'requestParameters' && { responseElements: answered }), [field]: undefined };
      put(`no-${field}`, now() + minute, [httpFromAnywhere, sshFromAnywhere], more);
    }
    const odd = { eventName: 'PutInstancePublicPorts', eventTime: new Date(now() + minute).toISOString() };
    for (const text of ['', 'no json', '[]', 'null', '{"eventSource":"ec2.amazonaws.com"}'])
      watched.emulators.cloudtrail.addRecord({ region, record: odd, text });
    put('no-userAgent', now() + minute, [], { errorCode: 'AccessDeniedException' });
    await watched.scan();
    watched.time.skip(40 * minute);
    await watched.scan();
    const attributed = watched.alerts().filter(({ kind }) => kind === 'attributed');
    expect(attributed.map(({ instance }) => instance?.name).sort()).toEqual(
      fields.map((field) => `no-${field}`).sort(),
    );
    const notExplained = attributed.filter(({ changedBy }) => changedBy?.fit !== 'explained');
    expect(notExplained.map(({ instance, changedBy }) => [instance?.name, changedBy?.fit])).toEqual([
      ['no-requestParameters', 'not-told'],
    ]);
    const lookups = watched.events.filter(({ event }) => event === 'calls-looked-up');
    expect(lookups).toMatchObject([{ ignored: { unreadable: 3, 'other-source': 2, 'failed-call': 1 } }]);
  });
});

describe('a transient change between two scans', () => {
  test('P3: opened at 10:01 and closed at 10:04, with scans at 10:00 and 10:05: is alerted with actor, ports and duration', async () => {
    add('web-1', [sshFromOffice]);
    await watched.scan();
    watched.emulators.sns.clearOutbox();
    const opened = now() + minute;
    const shut = { ...rdp, cidrs: [], ipv6Cidrs: [] };
    record({ eventName: 'OpenInstancePublicPorts', instanceName: 'web-1', at: opened, ports: [rdp] });
    record({ eventName: 'CloseInstancePublicPorts', instanceName: 'web-1', at: opened + 3 * minute, ports: [shut] });
    for (let scan = 0; scan < 4; scan += 1) await watched.scan();
    expect(watched.alerts()).toMatchObject([
      {
        kind: 'firewall-flapped',
        severity: 'critical',
        region,
        instance: { name: 'web-1' },
        opened: [{ protocol: 'tcp', from: 3389, to: 3389, sources: ['0.0.0.0/0', '::/0'] }],
        closed: [],
        changedAfter: new Date(Math.floor(opened / 1000) * 1000).toISOString(),
        changedBy: {
          fit: 'explained',
          calls: [
            { name: 'OpenInstancePublicPorts', by: 'IAM user alice', sourceIpAddress: '198.51.100.7' },
            { name: 'CloseInstancePublicPorts', by: 'IAM user alice' },
          ],
        },
      },
    ]);
    const [mail = ''] = watched.emulators.sns.publications().map(({ byProtocol }) => byProtocol?.['email'] ?? '');
    expect(mail).toContain('WAS OPEN');
    expect(mail).toContain('IAM user alice');
    const items = await watched.items();
    const kinds = items.filter(({ pk }) => pk === `INSTANCE#${account}#${region}#web-1`).map(({ kind }) => kind);
    expect(kinds).toEqual(['baseline', 'flapped']);
    expect(items.find(({ sk }) => sk === '!calls')).toMatchObject({ schema: 1, waitsUntil: null, toldDenied: [] });
  });

  test('denied access to CloudTrail raises one alert, and the scans are complete nevertheless', async () => {
    add('web-1');
    await watched.scan();
    watched.emulators.sns.clearOutbox();
    watched.emulators.cloudtrail.addFault({ kind: 'error', name: 'AccessDeniedException', status: 400 });
    for (let scan = 0; scan < depth({ quick: 3, full: 7 }); scan += 1)
      expect(await watched.scan()).toMatchObject({ complete: true });
    expect(watched.alerts()).toMatchObject([{ kind: 'attribution-denied', region, severity: 'info' }]);
    expect(watched.emulators.cloudtrail.calls().every((call) => call.region === region)).toBe(true);
  });
});
