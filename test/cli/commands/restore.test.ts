/** `portwatch restore` over HTTP: the stand-ins of Lightsail and DynamoDB, and a short history of each instance. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultReadings } from '../../../emulators/lightsail/undocumented-behaviour.ts';
import { type EmulatedRequest, type LightsailEmulator, startLightsailEmulator } from '../../../emulators/lightsail.ts';
import { buildFleetStore } from '../../../lambda/adapters/dynamodb-fleet-store.ts';
import { alertIdOf } from '../../../lambda/alerts/alert-id.ts';
import { compareFirewalls, type PortState } from '../../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { entryOf } from '../../scan/entries.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../../scan/samples.ts';
import { depth } from '../../support/depth.ts';
import {
  account,
  at,
  type DeployedAccount,
  mysqlFromAnywhere,
  startDeployedAccount,
  tableName,
} from '../deployed-account.ts';
import { type Ended, type RunOptions, runHere } from '../run-cli.ts';
import { writeInBatches } from '../write-in-batches.ts';

const isFull = depth({ quick: false, full: true });
const region = 'eu-west-1';
let deployed: DeployedAccount;
let lightsail: LightsailEmulator;

beforeAll(async () => {
  lightsail = await startLightsailEmulator({ account, regions: [region] });
  deployed = await startDeployedAccount({ AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url });
  const counts = { instancesListed: 1, instancesRead: 1, changes: 0, alerts: 0, notRead: [], regionsFailed: {} };
  for (const clock of ['09:00', '10:00', '11:00'])
    await deployed.store.putScan(
      { account, startedAt: at(clock), endedAt: at(clock), complete: true, regionsListed: [region], ...counts },
      null,
    );
  await writeInBatches(deployed.client, async (collector) => {
    const store = buildFleetStore(collector, tableName);
    for (let each = 1; each <= mostInstances; each += 1) {
      choose(`web-${each}`);
      await store.putEntry(entryAt(1, '09:00', [sshFromOffice], { kind: 'baseline' }));
      await store.putEntry(entryAt(2, '10:00', [sshFromOffice, mysqlFromAnywhere], { previousRulesAt: at('09:00') }));
    }
  });
});

afterAll(() => Promise.all([deployed.close(), lightsail.close()]));

/** At least the number of tests of this file. */
const mostInstances = 70;
let count = 0;
let name = '';
let resource: Resource;

function choose(instanceName: string): void {
  name = instanceName;
  resource = { account, region, instanceName };
}

/** A new instance for each test: an office SSH rule of one address family at 09:00, and MySQL open to the world since 10:00. */
beforeEach(() => {
  count += 1;
  if (count > mostInstances) throw new Error('mostInstances is less than the number of tests');
  choose(`web-${count}`);
  lightsail.clearFaults();
  lightsail.setLateReads({ reads: 0 });
  lightsail.setReadings(defaultReadings);
  lightsail.onRequest(null);
  for (const instance of lightsail.instances()) lightsail.removeInstance({ region, name: instance.name });
  lightsail.addInstance({ region, name, arn: arnOf(name), portStates: [sshFromOffice, mysqlFromAnywhere] });
  lightsail.clearCalls();
});

const arnOf = (instanceName: string) => `${someFacts.arn}-${instanceName}`;

function entryAt(version: number, clock: string, rules: PortState[] | null, more: Partial<HistoryEntry> = {}) {
  const { opened, closed } = compareFirewalls({ rules: [] }, { rules: rules ?? [] });
  return entryOf(resource, version, at(clock), {
    ...{ rules, opened, closed, changedBefore: at(clock) },
    changedAfter: version === 1 ? null : new Date(Date.parse(at(clock)) - 60_000).toISOString(),
    instance: { ...someFacts, arn: arnOf(name) },
    ...more,
  });
}

async function record(...args: Parameters<typeof entryAt>) {
  const entry = entryAt(...args);
  await deployed.store.putEntry(entry);
  return entry;
}

const rulesNow = () => lightsail.instances().find((instance) => instance.name === name)?.portStates;
const setRules = (...portStates: PortState[]) => lightsail.setPortStates({ region, name, portStates });
const writes = () =>
  lightsail.calls().filter(({ operation }) => /^(Open|Close|Put)InstancePublicPorts$/.test(operation));
const restore = (...args: string[]) =>
  deployed.run('restore', name, '--region', region, '--utc', '--wait', '5', ...args);

/** Calls `act` before the `nth` request of an operation. */
function actBefore(operation: string, nth: number, act: (request: EmulatedRequest) => unknown) {
  let seen = 0;
  lightsail.onRequest((request) => {
    if (request.operation !== operation) return;
    seen += 1;
    return seen === nth ? act(request) : undefined;
  });
}

describe('a firewall is put back', () => {
  test('P8: only new ports are closed, next to a rule of one address family, and nothing is written to the table', async () => {
    const calls = deployed.dynamodb.calls().length;
    const { code, stdout, stderr } = await restore('--yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rulesNow()).toEqual([sshFromOffice]);
    expect(
      stdout,
    ).toBe(`${name}  eu-west-1  back to what it was before the change that was found at 2026-11-10 10:00:00 UTC

  CLOSES  tcp 3306 (MySQL) from anywhere
  The change closes tcp 3306 (MySQL) and leaves every other rule as it is.
  AWS does not document what closing does with the sources of a rule; the command reads the result.
  Account 111122223333, as arn:aws:iam::111122223333:user/emulated.
Done: ${name} is what it was before the change that was found at 2026-11-10 10:00:00 UTC. Lightsail lists no operation of others on the instance meanwhile. Lightsail has no conditional write, so an operation of others can still appear in the list later.
`);
    expect(
      new Set(
        deployed.dynamodb
          .calls()
          .slice(calls)
          .map(({ operation }) => operation),
      ),
    ).toEqual(new Set(['Query']));
  });

  test('the whole firewall is replaced if something has to be opened again, and the reason is shown', async () => {
    await record(3, '10:30', [httpFromAnywhere], { previousRulesAt: at('10:00') });
    await record(4, '10:40', [sshFromAnywhere], { previousRulesAt: at('10:30') });
    setRules(sshFromAnywhere);
    const { code, stdout } = await restore('--yes');
    expect([code, rulesNow()]).toEqual([0, [httpFromAnywhere]]);
    expect(stdout).toContain('  OPENS   tcp 80 (HTTP)  from anywhere\n'.replace('  from', ' from'));
    expect(stdout).toContain(
      'replaces the whole firewall with what it was, because ports or sources have to be opened',
    );
  });

  test('--to takes what was open at that time, and --before-alert what was open before a change', async () => {
    const [change] = [await record(3, '10:30', [mysqlFromAnywhere], { previousRulesAt: at('10:00') })];
    setRules(sshFromOffice, mysqlFromAnywhere);
    expect((await restore('--yes', '--anyway', '--before-alert', alertIdOf(change) ?? '')).stdout).toContain(
      `${name} is what it was before the change that was found at 2026-11-10 10:30:00 UTC: nothing to do.`,
    );
    const { code } = await restore('--yes', '--anyway', '--to', '2026-11-10 09:30');
    expect([code, rulesNow()]).toEqual([0, [sshFromOffice]]);
  });

  const readings = [
    ['Close with sources closes whole ports', { closing: 'ports' as const }],
    ['a request of one address family opens no other', { missingFamily: 'none' as const }],
    ['Close of a part of the ports closes this part', { closingPart: 'closes' as const }],
  ] as const;
  test.each(readings.slice(0, depth({ quick: 1, full: 3 })))('also if %s', async (_title, readings) => {
    lightsail.setReadings(readings);
    expect((await restore('--yes')).code).toBe(0);
    expect(rulesNow()).toEqual([sshFromOffice]);
  });

  test('a read that still shows the old firewall is repeated', async () => {
    lightsail.setLateReads({ reads: 2 });
    expect((await restore('--yes')).code).toBe(0);
    const reads = lightsail.calls().filter(({ operation }) => operation === 'GetInstancePortStates');
    expect(reads).toHaveLength(2 + 3);
  });

  test('the operations of the instance are read on all pages', async () => {
    const times = depth({ quick: 3, full: 13 });
    for (let i = 0; i < times; i += 1) await openAndClose();
    lightsail.clearCalls();
    expect((await restore('--yes')).code).toBe(0);
    const pages = lightsail.calls().filter(({ operation }) => operation === 'GetOperationsForResource');
    // A page has five operations. The command lists the operations before and after its own operation.
    expect(pages.length).toBe(Math.ceil((2 * times) / 5) + Math.ceil((2 * times + 1) / 5));
  });

  test('--json is one document', async () => {
    const { code, stdout } = await restore('--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'portwatch.restore/1',
      instanceName: name,
      outcome: 'restored',
      aim: { rules: [sshFromOffice] },
      before: { arn: arnOf(name), ipAddressType: 'dualstack', rules: [sshFromOffice, mysqlFromAnywhere] },
      unlikeHistory: null,
      opens: [],
      closes: [{ protocol: 'tcp', from: 3306, to: 3306, sources: ['0.0.0.0/0', '::/0'] }],
      calls: [{ operation: 'CloseInstancePublicPorts' }],
      command: null,
      made: [{ name: 'CloseInstancePublicPorts of tcp 3306 (MySQL)', outcome: { result: 'accepted' } }],
      othersOperations: [],
    });
  });
});

async function openAndClose(): Promise<void> {
  const body = { instanceName: name, portInfo: { protocol: 'udp', fromPort: 9, toPort: 9 } };
  for (const operation of ['OpenInstancePublicPorts', 'CloseInstancePublicPorts'])
    await fetch(lightsail.url, {
      method: 'POST',
      headers: {
        'x-amz-target': `Lightsail_20161128.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=X/20261110/${region}/lightsail/aws4_request`,
      },
      body: JSON.stringify(body),
    });
}

describe('nothing is changed', () => {
  const unchanged = async (result: Promise<Ended>, sentence: string | RegExp) => {
    const { code, stderr } = await result;
    expect([code, writes()]).toEqual([2, []]);
    expect(stderr).toMatch(sentence);
  };

  test('--dry-run prints the commands on stdout, and what they do on stderr', async () => {
    const { code, stdout, stderr } = await restore('--dry-run');
    expect([code, writes()]).toEqual([0, []]);
    expect(stdout).toBe(
      `[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] && aws lightsail close-instance-public-ports --region eu-west-1 --instance-name ${name} --port-info '{"fromPort":3306,"toPort":3306,"protocol":"tcp","cidrs":["0.0.0.0/0"],"ipv6Cidrs":["::/0"]}'\n`,
    );
    expect(stderr).toContain('CLOSES  tcp 3306 (MySQL)');
  });

  test('if the firewall differs from the one in the history, the difference is shown; --anyway continues', async () => {
    setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere);
    await unchanged(
      restore('--yes'),
      `portwatch: The firewall of ${name} differs from the one in the history: no scan has read it as it is (since then opened tcp 80 (HTTP) from anywhere); --anyway continues. Nothing was changed.\n`,
    );
    const { code, stdout } = await restore('--yes', '--anyway');
    expect([code, rulesNow()]).toEqual([0, [sshFromOffice]]);
    expect(stdout).toContain('(since then opened tcp 80 (HTTP) from anywhere).\n');
  });

  const changesMeanwhile: [string, string, () => unknown, string][] = [
    [
      'the firewall changes',
      'GetInstancePortStates',
      () => setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere),
      'opened tcp 80 (HTTP) from anywhere. Nothing was changed by this command; repeat it to see the new firewall.\n',
    ],
    [
      'only the text of the rules changes',
      'GetInstancePortStates',
      () => setRules(mysqlFromAnywhere, sshFromOffice, sshFromOffice),
      'rules were written anew.',
    ],
    [
      'the instance is replaced and its addresses change',
      'GetInstances',
      () => {
        lightsail.recreateInstance({ region, name, portStates: [sshFromOffice, mysqlFromAnywhere] });
        lightsail.setIpAddressType({ region, name, ipAddressType: 'ipv4' });
      },
      'it is another instance; its addresses are now ipv4.',
    ],
  ];
  // `refuse-restore.test.ts` has each of them without a command.
  test.each(changesMeanwhile.slice(0, depth({ quick: 1, full: 3 })))(
    'if %s between the read and the write',
    async (_title, operation, change, sentence) => {
      actBefore(operation, 2, change);
      await unchanged(restore('--yes'), `portwatch: The firewall of ${name} changed after it was shown: ${sentence}`);
    },
  );

  test('if the instance was replaced since the firewall that is aimed for', async () => {
    lightsail.recreateInstance({ region, name, arn: 'arn:other', portStates: [] });
    await unchanged(
      restore('--yes', '--anyway'),
      `has the ARN arn:other, and had ${arnOf(name)}; its firewall is not put back. Nothing was changed.`,
    );
  });

  test('if the instance does not exist any more', async () => {
    lightsail.removeInstance({ region, name });
    await unchanged(restore('--yes'), `Lightsail has no instance ${name} in eu-west-1`);
  });

  test('if the history does not know the firewall now; --anyway continues', async () => {
    const failure = { reason: 'throttled', message: '', since: at('10:20') } as const;
    await record(3, '10:20', null, { kind: 'gap', failure, previousRulesAt: at('10:00'), opened: [], verdict: null });
    await unchanged(
      restore('--yes'),
      `The firewall of ${name} differs from the one in the history: the history does not know it: its firewall could not be read from 2026-11-10 10:20:00 UTC on (throttled); --anyway continues.`,
    );
    expect((await restore('--yes', '--anyway')).code).toBe(0);
    expect(rulesNow()).toEqual([sshFromOffice]);
  });

  test('the plan says if the addresses of the instance have changed since', async () => {
    lightsail.setIpAddressType({ region, name, ipAddressType: 'ipv4' });
    const { stderr } = await restore('--dry-run', '--anyway');
    expect(stderr).toContain(
      'The instance had other addresses then (dualstack, now ipv4): its rules alone do not bring back the same exposure.',
    );
    expect(stderr).toContain('CLOSES  tcp 3306 (MySQL) from anywhere (0.0.0.0/0)');
  });

  const refusals: [string, (RunOptions['stdin'] & PassThrough) | undefined, string, string][] = [
    ['the answer is no', terminalInput(), 'no\n', 'The answer was not yes. Nothing was changed.'],
    ['nobody can answer', undefined, '', 'stdin is no terminal; expected --yes. Nothing was changed.'],
    ['yes comes from a file', new PassThrough(), 'yes\n', 'stdin is no terminal; expected --yes.'],
    ['the input ends', terminalInput(), '', 'The answer was not yes. Nothing was changed.'],
  ];
  // `require-consent.test.ts` has each of them without a command.
  test.each(refusals.slice(0, depth({ quick: 1, full: 4 })))('if %s', async (_title, stdin, answer, sentence) => {
    stdin?.end(answer);
    await unchanged(runHere(['restore', name], stdin && { stdin }), sentence);
  });

  test('a yes on the terminal changes the firewall', async () => {
    const stdin = terminalInput();
    stdin.end('yes\n');
    const { code, stderr } = await runHere(['restore', name], { stdin });
    expect([code, rulesNow()]).toEqual([0, [sshFromOffice]]);
    expect(stderr).toContain(`Type yes to change the firewall of ${name}: `);
  });

  test('if a write is refused', async () => {
    const denied = { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' } as const;
    lightsail.addFault({ ...denied, operation: 'CloseInstancePublicPorts' });
    const { code, stderr } = await restore('--yes');
    expect([code, writes().length, rulesNow()]).toEqual([2, 1, [sshFromOffice, mysqlFromAnywhere]]);
    expect(stderr).toBe(
      'portwatch: Lightsail refused the change; allow lightsail:CloseInstancePublicPorts if the reason is denied access. The AWS SDK says: AccessDeniedException: not allowed. Nothing was changed.\n',
    );
  });

  test('if the operations of the instance can not be listed before', async () => {
    lightsail.addFault({ kind: 'error', name: 'AccessDeniedException', operation: 'GetOperationsForResource' });
    await unchanged(restore('--yes'), 'allow lightsail:GetOperationsForResource.');
  });

  test('a firewall that would have to be written with one address family is refused, with the reason', async () => {
    await record(3, '10:30', [httpFromAnywhere], { previousRulesAt: at('10:00') });
    setRules(httpFromAnywhere);
    await unchanged(
      restore('--yes'),
      /can't be put back to what it was before .*: its rule tcp 22 named no IPv6 sources/,
    );
  });

  describe('if the history does not know the firewall for certain', () => {
    test.each([
      ['before the first scan', '2026-11-01', 'was not watched then'],
      ['in the future', '2036-11-01', 'is in the future'],
    ])('%s', async (_title, time, sentence) => {
      await unchanged(restore('--yes', '--to', time), sentence);
    });

    test('in a gap, in the window of a change, and after the instance was gone', async () => {
      const failure = { reason: 'throttled', message: '', since: at('10:20') } as const;
      const nothing = { opened: [], closed: [], verdict: null };
      await record(3, '10:20', null, { kind: 'gap', failure, previousRulesAt: at('10:00'), ...nothing });
      await record(4, '10:40', [httpFromAnywhere], { changedAfter: at('10:30'), previousRulesAt: at('10:00') });
      await record(5, '10:50', null, { kind: 'gone', previousRulesAt: at('10:40'), ...nothing });
      const refused = (time: string, sentence: string) =>
        unchanged(
          restore('--yes', '--to', `2026-11-10 ${time}`),
          `portwatch: The firewall at 2026-11-10 ${time}:00 UTC is not known for certain: ${sentence}`,
        );
      await refused('10:25', 'its firewall could not be read from 2026-11-10 10:20:00 UTC to 2026-11-10 10:40:00 UTC');
      // `decide-firewall-to-restore.test.ts` has each reason without a command.
      if (isFull) await refused('10:55', 'the instance was gone');
      await unchanged(
        restore('--yes'),
        `The history has no change of ${name} that could be undone: the instance is gone;`,
      );
    });

    test('in the window of a change, and while ports were open for moments', async () => {
      await record(3, '10:30', [httpFromAnywhere], { changedAfter: at('10:20'), previousRulesAt: at('10:00') });
      await record(4, '10:50', null, { kind: 'flapped', changedAfter: at('10:40'), changedBefore: at('10:45') });
      await unchanged(restore('--yes', '--to', '2026-11-10 10:25'), 'it was one of two firewalls');
      if (isFull) await unchanged(restore('--yes', '--to', '2026-11-10 10:42'), 'ports were opened and closed again');
    });

    test('because its record has expired, or names no ARN', async () => {
      await record(3, '10:30', [httpFromAnywhere], { previousRulesAt: at('09:30') });
      setRules(httpFromAnywhere);
      await unchanged(restore('--yes'), 'the history of that time has expired');
      if (!isFull) return;
      await record(4, '10:40', [], { previousRulesAt: at('10:30'), instance: { ...someFacts, arn: null } });
      setRules();
      await unchanged(restore('--yes', '--to', '2026-11-10 10:50'), 'its record names no ARN');
    });
  });

  test('if no record has the alert, or the alert is about no change', async () => {
    await unchanged(restore('--before-alert', 'a'.repeat(32)), `No record of ${name} has the alert aaaa`);
    const gone = await record(3, '10:30', null, { kind: 'gone', previousRulesAt: at('10:00') });
    await unchanged(restore('--before-alert', alertIdOf(gone) ?? ''), 'is of kind gone, and no change of a firewall');
  });

  test('if the history has no change yet', async () => {
    choose('fresh');
    await record(1, '09:00', [sshFromOffice], { kind: 'baseline' });
    await unchanged(restore(), 'The history has no change of fresh that');
  });

  test.each([
    ['--to and --before-alert', ['--to', '7d', '--before-alert', 'a'.repeat(32)], 'cannot be used with'],
    ['an alert that is none', ['--before-alert', 'x'], 'Expected the alertId of an alert: 32 hex digits.'],
    ['seconds that are none', ['--wait', 'long'], 'Expected whole seconds, such as 60.'],
  ])('with %s', async (_title, args, sentence) => {
    await unchanged(deployed.run('restore', name, ...args), sentence);
  });
});

function terminalInput(): PassThrough & { isTTY: boolean } {
  return Object.assign(new PassThrough(), { isTTY: true });
}

describe('the rest of a race is reported', () => {
  test('an operation of somebody else between the last read and the write ends with 1, and is listed', async () => {
    actBefore('CloseInstancePublicPorts', 1, openAndClose);
    const { code, stdout } = await restore('--yes');
    expect([code, rulesNow()]).toEqual([1, [sshFromOffice]]);
    expect(stdout).toMatch(
      /Others changed the instance meanwhile, and their change may be undone: OpenInstancePublicPorts 9\/udp \(.* UTC, Succeeded\), CloseInstancePublicPorts 9\/udp/,
    );
  });

  test('a firewall that is not restored after the deadline ends with 2, and says what is different', async () => {
    actBefore('CloseInstancePublicPorts', 1, () => setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere));
    const { code, stderr } = await restore('--yes', '--wait', '0');
    expect([code, rulesNow()]).toEqual([2, [sshFromOffice, httpFromAnywhere]]);
    expect(stderr).toContain(
      'is not what it was before the change that was found at 2026-11-10 10:00:00 UTC: has to close tcp 80 (HTTP) from anywhere. Lightsail lists no operation of others',
    );
    expect(stderr).toContain(
      'CloseInstancePublicPorts of tcp 3306 (MySQL) was made; no read has shown the restored firewall',
    );
  });

  test('if the operations can not be listed afterwards, the firewall is put back, and 2 says that the rest is not known', async () => {
    lightsail.addFault({
      kind: 'error',
      name: 'AccessDeniedException',
      operation: 'GetOperationsForResource',
      skip: 1,
    });
    const { code, stderr } = await restore('--yes');
    expect([code, rulesNow()]).toEqual([2, [sshFromOffice]]);
    expect(stderr).toMatch(
      /allow lightsail:GetOperationsForResource\. .* CloseInstancePublicPorts of tcp 3306 \(MySQL\) was made; the firewall is restored, and the operations of others were not listed\.\n$/,
    );
  });

  test('a lost answer is no failure: the read shows that the change was made', async () => {
    lightsail.addFault({ kind: 'lost-answer', operation: 'CloseInstancePublicPorts' });
    const { code, stdout } = await restore('--yes');
    expect([code, writes().length, rulesNow()]).toEqual([1, 1, [sshFromOffice]]);
    expect(stdout).toContain('One of them may be the call without an answer.');
  });

  test('an error of the service may have made the change: no further call is made, and the read shows the rest', async () => {
    await record(3, '10:30', [sshFromOffice, mysqlFromAnywhere, httpFromAnywhere], { previousRulesAt: at('10:00') });
    setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere);
    const fault = { kind: 'error', name: 'ServiceException', status: 500, times: 1 } as const;
    lightsail.addFault({ ...fault, operation: 'CloseInstancePublicPorts' });
    const { code, stderr } = await restore('--yes', '--to', '2026-11-10 09:30', '--wait', '0');
    expect([code, writes().length]).toEqual([2, 1]);
    expect(stderr).toContain(
      'tcp 3306 (MySQL) got no answer that shows if it was made; CloseInstancePublicPorts of tcp 80 (HTTP) was not made; no read has shown',
    );
  });

  test('an operation that failed counts as refused', async () => {
    const operation = { id: 'o-1', status: 'Failed', errorDetails: 'the instance is being deleted' };
    const contentType = 'application/x-amz-json-1.1';
    const body = JSON.stringify({ operation });
    lightsail.addFault({ kind: 'raw', body, contentType, operation: 'CloseInstancePublicPorts' });
    const { code, stderr } = await restore('--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('The AWS SDK says: the instance is being deleted. Nothing was changed.');
  });

  test('a second call that is refused leaves the first one made, and says so', async () => {
    await record(3, '10:30', [sshFromOffice, mysqlFromAnywhere, httpFromAnywhere], { previousRulesAt: at('10:00') });
    setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere);
    lightsail.addFault({ kind: 'error', name: 'ServiceException', operation: 'CloseInstancePublicPorts', skip: 1 });
    const { code, stderr } = await restore('--yes', '--to', '2026-11-10 09:30');
    expect([code, writes().length]).toEqual([2, 2]);
    expect(stderr).toMatch(
      /tcp 3306 \(MySQL\) was made; CloseInstancePublicPorts of tcp 80 \(HTTP\) was refused; no read has shown/,
    );
  });
});

describe('Ctrl-C ends with 130 and one sentence about what was done', () => {
  const interruptAt = async (operation: string, nth: number, prepare: () => void = () => undefined) => {
    const interruption = new AbortController();
    actBefore(operation, nth, () => interruption.abort());
    prepare();
    const { code, stderr } = await runHere(['restore', name, '--yes'], { interrupted: interruption.signal });
    return { code, stderr };
  };
  const close = 'CloseInstancePublicPorts of tcp 3306 (MySQL)';
  const notSeen = 'no read has shown the restored firewall: repeat the command to see what is open.';

  const moments: [string, string, number][] = [
    ['while the firewall is read once more', 'GetInstancePortStates', 2],
    ['while the firewall is read', 'GetInstances', 1],
    ['while the operations are listed', 'GetOperationsForResource', 1],
  ];
  test.each(moments.slice(0, depth({ quick: 1, full: 3 })))(
    '%s: nothing was changed',
    async (_title, operation, nth) => {
      expect(await interruptAt(operation, nth)).toEqual({ code: 130, stderr: 'Interrupted. Nothing was changed.\n' });
      expect(writes()).toEqual([]);
    },
  );

  test('while the history is read: nothing was changed', async () => {
    const interruption = new AbortController();
    interruption.abort();
    expect(await runHere(['restore', name, '--yes'], { interrupted: interruption.signal })).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Interrupted. Nothing was changed.\n',
    });
  });

  test('while the question waits: nothing was changed', async () => {
    const interruption = new AbortController();
    const onOutput = (text: string) => {
      if (text.startsWith('Type yes')) interruption.abort();
    };
    const { code, stderr } = await runHere(['restore', name], {
      stdin: terminalInput(),
      interrupted: interruption.signal,
      onOutput,
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/Interrupted\. Nothing was changed\.\n$/);
    expect(writes()).toEqual([]);
  });

  test('during a call: its answer is waited for', async () => {
    expect(await interruptAt('CloseInstancePublicPorts', 1)).toEqual({
      code: 130,
      stderr: `Interrupted. ${close} was made; ${notSeen}\n`,
    });
    expect(rulesNow()).toEqual([sshFromOffice]);
  });

  test('between two calls: the second one is not made', async () => {
    await record(3, '10:30', [sshFromOffice, mysqlFromAnywhere, httpFromAnywhere], { previousRulesAt: at('10:00') });
    setRules(sshFromOffice, mysqlFromAnywhere, httpFromAnywhere);
    const interruption = new AbortController();
    actBefore('CloseInstancePublicPorts', 1, () => interruption.abort());
    const { stderr } = await runHere(['restore', name, '--yes', '--to', '2026-11-10T09:30Z'], {
      interrupted: interruption.signal,
    });
    expect(stderr).toBe(
      `Interrupted. ${close} was made; CloseInstancePublicPorts of tcp 80 (HTTP) was not made; ${notSeen}\n`,
    );
    expect(writes()).toHaveLength(1);
  });

  test('while the change does not show yet, and while the operations of others are listed', async () => {
    expect(await interruptAt('GetInstancePortStates', 3)).toEqual({
      code: 130,
      stderr: `Interrupted. ${close} was made; ${notSeen}\n`,
    });
    setRules(sshFromOffice, mysqlFromAnywhere);
    expect(await interruptAt('GetOperationsForResource', 2)).toEqual({
      code: 130,
      stderr: `Interrupted. ${close} was made; the firewall is restored, and the operations of others were not listed.\n`,
    });
  });
});
