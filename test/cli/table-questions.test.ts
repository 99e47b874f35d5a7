/** The answers of the commands that read the table of a deployed monitor, as a person and as a program see them. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { account, at, byAlice, startSampleAccount } from './deployed-account.ts';

const deployed = await closeAfterTests(startSampleAccount());

/** The operations of all tests of this file so far. */
const used = new Set<string>();
beforeEach(() => deployed.dynamodb.clearCalls());
afterEach(() => {
  for (const operation of operations()) used.add(operation);
});

const isFull = depth({ quick: false, full: true });
const day = '2026-11-10';
const run = (...args: string[]) => deployed.run(...args, '--utc');
/** The JSON answer of a command. Asserts that the command ends with 0 and prints nothing else. */
async function ask(...args: string[]) {
  const { code, stdout, stderr } = await deployed.run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}
const operations = () => deployed.dynamodb.calls().map(({ operation }) => operation);
/** The length of the widest line of the table. */
const widthOfTable = (stdout: string) => {
  const table = stdout.split('\n\n').find((part) => part.startsWith('HOW'));
  return Math.max(...(table ?? '').split('\n').map(({ length }) => length));
};
const mysql = { protocol: 'tcp', from: 3306, to: 3306, sources: ['0.0.0.0/0', '::/0'] };
const ssh = { protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] };

describe('portwatch status', () => {
  test('P5: gaps first, then worst first: what is open to the world, since when, and when that was confirmed', async () => {
    deployed.cloudFormation.clearCalls();
    const { code, stdout, stderr } = await run('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(deployed.cloudFormation.calls()).toHaveLength(1);
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'Regions that cannot be listed, so the state of their instances is unknown:',
      '  ap-south-1: since 2026-11-10 10:40:00 UTC, throttled, Rate exceeded (1 instance)',
      '',
      'SEVERITY      INSTANCE  REGION      CHANGED                  CONFIRMED                OPEN TO THE WORLD',
      'UNKNOWN       far       ap-south-1  2026-11-10 09:00:00 UTC  2026-11-10 10:35:00 UTC  its region could not be listed',
      'was CRITICAL                                                                          since 2026-11-10 10:40:00 UTC',
      '                                                                                      (throttled); last known state:',
      '                                                                                      tcp 3306 (MySQL) from anywhere',
      'CRITICAL      web-2     eu-west-1   2026-11-10 09:00:00 UTC  2026-11-10 11:00:00 UTC  tcp 22 (SSH) from anywhere',
      '                                                                                      tcp 80 (HTTP) from anywhere',
      ...[
        'copy      eu-west-1   2026-11-10 09:00:00',
        'web-1     eu-west-1   2026-11-10 10:35:00',
        'copy      us-east-1   2026-11-10 09:00:00',
      ].flatMap((start) => [
        `MEDIUM        ${start} UTC  2026-11-10 11:00:00 UTC  nothing (open to some networks;`,
        '                                                                                      portwatch at lists them)',
      ]),
      '',
      expect.stringMatching(
        /^Account 111122223333: 5 instances: 1 that cannot be read, 2 critical, 3 medium\. Last scan: 2026-11-10 11:00:00 UTC, \d+ days ago\.$/,
      ),
      'Who gets the alerts is not known: stack Portwatch has no outputs with its topics.',
      '',
    ]);
    // P10: the accounts, the fleet, the newest settings, the approvals, and the scans before: one region could not be listed for a time.
    expect(operations()).toEqual(['Query', 'Query', 'Query', 'Query', 'Query', 'Query']);
  });

  test('filters by globs and by severity; a gap stays whatever the severity', async () => {
    const names = async (...args: string[]) =>
      (await ask('status', ...args)).instances.map((each: { instance: { name: string } }) => each.instance.name);
    expect(await names('--region', 'eu-*', '--instance', 'web-?')).toEqual(['web-2', 'web-1']);
    expect(await names('--severity', 'high')).toEqual(['far', 'web-2']);
    if (!isFull) return;
    expect(await names('--region', 'eu-*')).toEqual(['web-2', 'copy', 'web-1']);
    expect(await names('--instance', 'web-?')).toEqual(['web-2', 'web-1']);
  });

  test('--exit-code ends with 1 if a shown instance has at least this severity, or is unknown', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse(at('11:03')));
    // `decide-exit-code.test.ts` has the decisions without requests.
    const codes: [code: number, args: string[]][] = [
      [0, ['critical', '--instance', 'web-1']],
      [1, ['--instance', 'far']],
      [1, ['medium', '--instance', 'web-1']],
      [1, ['critical']],
      [0, ['critical', '--region', 'us-east-1']],
      [1, ['critical', '--region', 'ap-south-1']],
    ];
    for (const [code, args] of codes.slice(0, depth({ quick: 3, full: 6 })))
      expect([args, (await run('status', '--exit-code', ...args)).code]).toEqual([args, code]);
    clock.mockRestore();
  });

  test('on a narrow terminal the table has ages in place of instants, and no line is wider than the terminal', async () => {
    const { stdout } = await deployed.runOnTerminal(80, { NO_COLOR: '1' }, 'status', '--utc');
    expect(stdout).toMatch(
      // Without colour, because of NO_COLOR.
      /^CRITICAL {6}web-2 {7}\d+ days ago {2}\d+ days ago {2}tcp 22 \(SSH\) from anywhere\n {14}eu-west-1 /m,
    );
    expect(widthOfTable(stdout)).toBeLessThanOrEqual(80);
    const span = ['--between', `${day} 09:10`, `${day} 10:39`, '--utc'];
    const exposed = await deployed.runOnTerminal(80, { NO_COLOR: '1' }, 'exposed', '3306', ...span);
    expect(widthOfTable(exposed.stdout)).toBeLessThanOrEqual(80);
    expect(exposed.stdout).toContain('OPEN       db-1        already                  tcp 3306 (MySQL) from');
    expect(exposed.stdout).toContain('           eu-west-1   2026-11-10 09:30:00 UTC');
  });

  test('colour is for terminals only, and not with NO_COLOR', async () => {
    const start = '\u001B[';
    expect((await deployed.runOnTerminal(120, {}, 'status')).stdout).toContain(`${start}1m${start}31mCRITICAL`);
    if (!isFull) return;
    expect((await deployed.runOnTerminal(120, { NO_COLOR: '1' }, 'status')).stdout).not.toContain(start);
    expect((await run('status')).stdout).not.toContain(start);
  });
});

describe('portwatch history', () => {
  test('of one instance: newest first, as sentences, with the actor if the actor is known', async () => {
    const { code, stdout } = await run('history', 'web-1');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '2026-11-10 10:35:00 UTC  LOW  web-1  eu-west-1',
        '    closed tcp 3306 (MySQL) from anywhere',
        '    because tcp 3306 (MySQL) is now closed',
        '    between 2026-11-10 10:30:00 UTC and 2026-11-10 10:35:00 UTC',
        '    by: not known',
        '',
        '2026-11-10 10:05:00 UTC  CRITICAL  web-1  eu-west-1',
        '    opened tcp 3306 (MySQL) from anywhere',
        '    because tcp 3306 (MySQL) is now open to anywhere',
        '    between 2026-11-10 10:00:00 UTC and 2026-11-10 10:05:00 UTC',
        '    by: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 2026-11-10 10:02:10 UTC',
        '',
        '2026-11-10 09:00:00 UTC  MEDIUM  web-1  eu-west-1',
        '    first seen',
        '    open tcp 22 (SSH) from 198.51.100.0/24',
        '    read at 2026-11-10 09:00:00 UTC',
        '',
        '',
      ].join('\n'),
    );
  });

  test('of all instances, with regions, gaps and deleted instances, by the index; further requests read the schema versions and the attributions', async () => {
    const { changes, ...head } = await ask('history', '--since', `${day} 09:30 UTC`, '--until', `${day} 10:45 UTC`);
    expect(head).toEqual({ schema: 'portwatch.history/1', account, since: at('09:30'), until: at('10:45') });
    expect(
      changes.map(({ at: when, kind, instanceName }: Record<string, string>) => [when, kind, instanceName]),
    ).toEqual([
      [at('10:45'), 'gap', null],
      [at('10:35'), 'changed', 'web-1'],
      [at('10:30'), 'gap-over', 'web-2'],
      [at('10:15'), 'gap', 'web-2'],
      [at('10:05'), 'changed', 'web-1'],
      [at('09:35'), 'gone', 'db-1'],
    ]);
    expect(changes[4]).toMatchObject({ opened: [mysql], closed: [], severity: 'critical', changedBy: byAlice });
    // The last Query reads the settings: with keepHistoryDays, entries may have expired.
    expect(operations()).toEqual(['Query', 'Query', 'Query', 'BatchGetItem', 'BatchGetItem', 'Query']);
  });

  test('P6: in the text, a notice shows that no scan has run for long; JSON and the exit code stay', async () => {
    const notice = 'Later changes may be missing: no scan has run since 2026-11-10 11:00:00 UTC.\n';
    for (const name of depth({ quick: [['web-1']], full: [[], ['web-1']] })) {
      expect(await run('history', ...name)).toMatchObject({ code: 0, stderr: notice });
      expect(await run('history', ...name, '--json')).toMatchObject({ code: 0, stderr: '' });
      expect(await run('history', ...name, '--until', `${day} 11:10`)).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('of one region, and of a span without changes', async () => {
    const { changes } = await ask('history', '--region', 'us-east-1');
    expect(changes.map(({ region }: { region: string }) => region)).toEqual(['us-east-1', 'us-east-1']);
    const { code, stdout, stderr } = await run(
      'history',
      'web-1',
      '--since',
      `${day} 12:00`,
      '--until',
      `${day} 13:00`,
    );
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('No entry of web-1 was recorded from 2026-11-10 12:00:00 UTC until 2026-11-10 13:00:00 UTC.\n');
  });

  test('of one day: a day alone as --until is the whole day, and epoch seconds are times', async () => {
    const { changes } = await ask('history', 'web-1', '--since', day, '--until', day, '--utc');
    expect(changes.map(({ at: when }: Record<string, string>) => when)).toEqual([
      at('10:35'),
      at('10:05'),
      at('09:00'),
    ]);
    const seconds = (clock: string) => `${Date.parse(at(clock)) / 1000}`;
    const some = await ask('history', 'web-1', '--since', seconds('10:00'), '--until', seconds('10:10'));
    expect(some.changes).toMatchObject([{ at: at('10:05') }]);
    // No scan ran in the last hours of the day, so the answer is incomplete.
    const { code, stdout } = await run('exposed', '3306', '--between', day, day, '--json');
    expect(code).toBe(2);
    const { openings } = JSON.parse(stdout);
    expect(openings.map(({ instanceName }: Record<string, string>) => instanceName)).toContain('web-1');
  });

  test('times are shown in the zone that is asked for, and read in it', async () => {
    const { stdout } = await deployed.run('history', 'web-1', '--zone', 'Asia/Kolkata', '--since', `${day} 16:00`);
    expect(stdout).toContain('2026-11-10 16:05:00 +05:30  LOW  web-1');
    expect(stdout).not.toContain('CRITICAL');
  });
});

describe('portwatch at', () => {
  test('P6: the exposure, its start, the actor, and the scan that confirmed the state', async () => {
    const { code, stdout } = await run('at', 'web-1', `${day} 10:12`);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'web-1  eu-west-1  203.0.113.10  at 2026-11-10 10:12:00 UTC',
        '',
        '  open: tcp 3306 (MySQL) from anywhere',
        '  open: tcp 22 (SSH) from 198.51.100.0/24',
        '  CRITICAL: tcp 3306 (MySQL) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
        '',
        'Since:      2026-11-10 10:05:00 UTC (the change happened after 2026-11-10 10:00:00 UTC)',
        '            by: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 2026-11-10 10:02:10 UTC',
        'Confirmed:  before this time: 2026-11-10 10:10:00 UTC; after this time: 2026-11-10 10:15:00 UTC',
        'Snapshot:   2026-11-10T10:05:00.000Z (version 2, changed)',
        '',
      ].join('\n'),
    );
  });

  test('P6: in the window of a change, the answer has both possible states', async () => {
    const state = await ask('at', 'web-1', `${day} 10:02 UTC`);
    expect(state).toMatchObject({
      status: 'known',
      exposure: [ssh],
      confirmedBefore: at('10:00'),
      confirmedAfter: null,
    });
    expect(state.either).toEqual([
      expect.objectContaining({ status: 'known', severity: 'critical', exposure: [ssh, mysql] }),
    ]);
    const { stdout } = await run('at', 'web-1', `${day} 10:02`);
    expect(stdout).toContain('EITHER: a change happened about this time. Before the change:\n');
    expect(stdout).toContain('OR, after the change (between 2026-11-10 10:00:00 UTC and 2026-11-10 10:05:00 UTC):\n');
  });

  test('P4: in a gap, the answer names the gap, the last known state and its confirmation', async () => {
    const state = await ask('at', 'web-2', `${day} 10:20 UTC`);
    expect(state).toMatchObject({
      status: 'unknown',
      gap: { scope: 'instance', since: at('10:10'), reason: 'throttled', until: at('10:30') },
      confirmedBefore: at('10:05'),
      confirmedAfter: at('10:30'),
    });
    expect((await run('at', 'far', `${day} 10:50`)).stdout).toContain(
      'UNKNOWN: its region could not be listed from 2026-11-10 10:40:00 UTC on (throttled). Last known state:\n  open: tcp 3306 (MySQL) from anywhere\n',
    );
  });

  test('a deleted instance is found by its name, for instants before and after its deletion', async () => {
    expect(await ask('at', 'db-1', `${day} 09:20 UTC`)).toMatchObject({ status: 'known', exposure: [mysql] });
    expect((await ask('at', 'db-1', `${day} 09:32 UTC`)).either).toMatchObject([{ status: 'gone', exposure: [] }]);
    expect(await ask('at', 'db-1', `${day} 10:00 UTC`)).toMatchObject({ status: 'gone', exposure: [], snapshot: null });
  });

  test('P10: takes a few small reads by key: with the region four, one to find the accounts, one the instance, one for all settings, one for the approvals', async () => {
    await run('at', 'web-1', `${day} 09:22`, '--region', 'eu-west-1');
    expect(operations()).toEqual(Array.from({ length: 8 }, () => 'Query'));
    const limits = deployed.dynamodb.calls().map(({ params }) => Reflect.get(Object(params), 'Limit'));
    // Three reads have no limit, because every item matters: the settings (one item for each change), the approvals, and the accounts.
    expect(limits.filter((limit) => limit === undefined)).toHaveLength(3);
    expect(Math.max(...limits.filter((limit) => limit !== undefined))).toBeLessThanOrEqual(6);
  });
});

describe('portwatch diff', () => {
  test('what opened and what closed between two instants, whatever happened in between', async () => {
    const { stdout } = await run('diff', 'web-1', `${day} 09:20`, `${day} 10:20`);
    expect(stdout).toBe(
      'web-1  eu-west-1  from 2026-11-10 09:20:00 UTC to 2026-11-10 10:20:00 UTC\n\n  OPENED  tcp 3306 (MySQL) from anywhere\n',
    );
    expect((await run('diff', 'web-1', `${day} 09:20`, `${day} 10:50`)).stdout).toContain(
      'The same ports are open to the same sources at both times.',
    );
    expect(await ask('diff', 'web-1', `${day} 10:20 UTC`, `${day} 10:50 UTC`)).toMatchObject({
      schema: 'portwatch.diff/1',
      verdict: 'narrowed',
      opened: [],
      closed: [mysql],
      isSure: true,
    });
  });

  test('P4: a side in a gap or in a window is marked as not sure', async () => {
    const { stdout } = await run('diff', 'web-1', `${day} 10:02`, `${day} 10:20`);
    expect(stdout).toContain('  OPENED  tcp 3306 (MySQL) from anywhere\n');
    expect(stdout).toContain(
      '  NOT SURE about 2026-11-10 10:02:00 UTC: a change happened about then; the state before the change was compared.\n',
    );
    expect((await run('diff', 'web-2', `${day} 10:02`, `${day} 10:20`)).stdout).toContain(
      '  NOT SURE about 2026-11-10 10:20:00 UTC: no scan could read the firewall then (throttled); the last known state was compared.\n',
    );
    expect((await run('diff', 'db-1', `${day} 09:20`, `${day} 10:20`)).stdout).toContain(
      '  CLOSED  tcp 3306 (MySQL) from anywhere\n  At 2026-11-10 10:20:00 UTC the instance was gone: nothing was open.\n',
    );
  });
});

describe('P4: before it was watched', () => {
  test('diff answers unknown, ends with 2, and names nothing as opened', async () => {
    const { code, stdout } = await run('diff', 'web-1', '2026-11-01', `${day} 10:20`);
    expect(code).toBe(2);
    expect(stdout).toBe(
      [
        'web-1  eu-west-1  from 2026-11-01 00:00:00 UTC to 2026-11-10 10:20:00 UTC',
        '',
        '  UNKNOWN: the two firewalls cannot be compared.',
        '  At 2026-11-01 00:00:00 UTC: not watched then. No scan had read the instance, so nothing is known of its firewall.',
        '',
      ].join('\n'),
    );
    const answer = JSON.parse((await run('diff', 'web-1', '2026-11-01', `${day} 10:20`, '--json')).stdout);
    expect(answer).toMatchObject({ verdict: 'unknown', opened: [], closed: [], isSure: false });
    expect(answer.from).toMatchObject({ status: 'not-seen-yet', exposure: null, severity: null });
  });

  test('exposed names each instance as unknown, or as perhaps open if it was open at the first read', async () => {
    const { openings } = await ask('exposed', '22', '--between', '2026-11-01', `${day} 09:20`, '--utc');
    const before = openings.filter(({ from }: { from: string }) => from === at('00:00', '2026-11-01'));
    expect(
      before.map(({ instanceName, certainty, until }: Record<string, string>) => [instanceName, certainty, until]),
    ).toEqual([
      ['far', 'unknown', at('09:00')],
      ['copy', 'either', at('09:00')],
      ['db-1', 'unknown', at('09:00')],
      ['web-1', 'either', at('09:00')],
      ['web-2', 'either', at('09:00')],
      ['copy', 'either', at('09:00')],
    ]);
  });
});

describe('portwatch exposed', () => {
  const found = (answer: { openings: Record<string, unknown>[] }) =>
    answer.openings.map(({ instanceName, certainty, from, until }) => [instanceName, certainty, from, until]);

  test('at an instant, over the whole fleet, including deleted instances', async () => {
    const { code, stdout } = await run('exposed', 'mysql', '--at', `${day} 09:20`);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'CERTAINTY  INSTANCE  REGION      OPEN',
        'OPEN       far       ap-south-1  tcp 3306 (MySQL) from anywhere',
        'OPEN       db-1      eu-west-1   tcp 3306 (MySQL) from anywhere',
        '',
        'tcp 3306 (MySQL) at 2026-11-10 09:20:00 UTC: open on 2 of 6 instances that exist or existed.',
        '',
      ].join('\n'),
    );
  });

  test('P10: an instant takes one Query of one item for each instance, and at most ten shared requests', async () => {
    await run('exposed', '3306', '--at', `${day} 09:22`);
    const histories = deployed.dynamodb.calls().filter(({ params }) => JSON.stringify(params).includes('"INSTANCE#'));
    expect(histories.map(({ params }) => Reflect.get(Object(params), 'Limit'))).toEqual([1, 1, 1, 1, 1, 1]);
    // At most ten: accounts, fleet, departed, timeline, settings, three regions, and the scans before and after.
    expect(deployed.dynamodb.calls().length - histories.length).toBeLessThanOrEqual(10);
  });

  test('P6: in the window of a change, or in a gap, the answer has this certainty', async () => {
    const either = await ask('exposed', '3306', '--at', `${day} 10:02 UTC`);
    expect(found(either).map(([name, certainty]) => [name, certainty])).toEqual([
      ['far', 'open'],
      ['web-1', 'either'],
    ]);
    if (isFull) {
      const gap = await ask('exposed', '3306', '--at', `${day} 10:50 UTC`);
      expect(found(gap).map(([name, certainty]) => [name, certainty])).toEqual([['far', 'last-known']]);
    }
    const blind = await ask('exposed', '3306', '--at', `${day} 10:20 UTC`);
    expect(found(blind).map(([name, certainty]) => [name, certainty])).toEqual([
      ['far', 'open'],
      ['web-1', 'open'],
      ['web-2', 'unknown'],
    ]);
  });

  test('between two instants: the spans in which the port was open, for each instance', async () => {
    const answer = await ask('exposed', 'tcp/3306', '--between', `${day} 09:10 UTC`, `${day} 10:40 UTC`);
    expect(found(answer)).toEqual([
      ['far', 'open', at('09:10'), at('10:40')],
      ['far', 'last-known', at('10:40'), '2026-11-10T10:40:00.001Z'],
      ['db-1', 'open', at('09:10'), '2026-11-10T09:30:00.001Z'],
      ['db-1', 'either', '2026-11-10T09:30:00.001Z', at('09:35')],
      ['web-1', 'either', '2026-11-10T10:00:00.001Z', at('10:05')],
      ['web-1', 'open', at('10:05'), '2026-11-10T10:30:00.001Z'],
      ['web-1', 'either', '2026-11-10T10:30:00.001Z', at('10:35')],
      ['web-2', 'unknown', at('10:10'), at('10:30')],
    ]);
    expect(answer.openings[5].entries).toMatchObject([{ at: at('10:05'), changedBy: byAlice }]);
    const { stdout } = await run('exposed', '3306', '--between', `${day} 10:10`, `${day} 10:39`);
    expect(stdout).toContain(
      'OPEN       web-1     eu-west-1   already                  2026-11-10 10:30:00 UTC  tcp 3306',
    );
  });

  test('from one address: compared as sets; a source that is not an address can be any address', async () => {
    const names = async (address: string) =>
      found(await ask('exposed', 'ssh', '--at', `${day} 09:20 UTC`, '--from', address)).map(([name]) => name);
    const sources: [address: string, names: string[]][] = [
      ['198.51.100.255', ['copy', 'web-1', 'web-2', 'copy']],
      ['198.51.101.0', ['web-2']],
      ['198.51.0.0/16', ['copy', 'web-1', 'web-2', 'copy']],
      ['2001:db8::1', ['web-2']],
    ];
    for (const [address, instances] of sources.slice(0, depth({ quick: 2, full: 4 })))
      expect(await names(address)).toEqual(instances);
  });

  test('--exit-code ends with 1 if a port was open, or if this is unknown', async () => {
    expect((await run('exposed', '3306', '--at', `${day} 09:20`, '--exit-code')).code).toBe(1);
    expect((await run('exposed', '9', '--at', `${day} 09:20`, '--exit-code')).code).toBe(0);
    // `deployed-blind.test.ts` also has an unknown port.
    if (isFull) expect((await run('exposed', '9', '--at', `${day} 10:20`, '--exit-code')).code).toBe(1);
  });
});

describe('portwatch export', () => {
  test('every entry, deleted instance and scan, as lines; the last line says that the export is complete', async () => {
    const { code, stdout } = await deployed.run('export', '--format', 'ndjson');
    expect(code).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({ record: 'export', schema: 'portwatch.export/1', account, since: null });
    expect(records.at(-1)).toEqual({ record: 'end' });
    const count = (record: string) => records.filter((each) => each.record === record).length;
    expect([count('entry'), count('departed'), count('scan')]).toEqual([15, 1, 25]);
    expect(records.find(({ instanceName, version }) => instanceName === 'web-1' && version === 2)).toMatchObject({
      record: 'entry',
      region: 'eu-west-1',
      at: at('10:05'),
      rules: [{ fromPort: 22 }, { fromPort: 3306 }],
      opened: [mysql],
      changedBy: byAlice,
    });
  });

  test('the same as one document; a name and a span select a part of it', async () => {
    const { stdout } = await deployed.run('export', '--instance', 'web-1', '--since', `${day} 10:00 UTC`);
    const { records, ...head } = JSON.parse(stdout);
    expect(head).toMatchObject({ schema: 'portwatch.export/1', since: at('10:00') });
    expect(records.map(({ record, at: when }: Record<string, string>) => [record, when])).toEqual([
      ['entry', at('10:35')],
      ['entry', at('10:05')],
    ]);
  });
});

test('P10: no question scans the table', async () => {
  // The tests above ask the other questions.
  await deployed.run('history');
  expect([...new Set([...used, ...operations()])].sort()).toEqual(['BatchGetItem', 'Query']);
});
