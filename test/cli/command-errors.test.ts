/** Questions without an answer, and the exit codes of the process: one sentence on stderr, and never an empty answer. */
import { EventEmitter } from 'node:events';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { guardOutput } from '../../cli/guard-output.ts';
import { runPortwatch } from '../../cli/run-portwatch.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { depth } from '../support/depth.ts';
import { account, at, type DeployedAccount, startSampleAccount, tableName } from './deployed-account.ts';
import { type Ended, startCli } from './run-cli.ts';

let deployed: DeployedAccount;

beforeAll(async () => {
  deployed = await startSampleAccount();
});

afterAll(() => deployed.close());

/** The text on stderr. Asserts that the command ends with 2 and leaves stdout empty. */
async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await deployed.run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  return stderr.trimEnd().replace(/^portwatch: /, '');
}

describe('what cannot be answered is one sentence on stderr, and exit code 2', () => {
  test('an unknown instance, with names near it', async () => {
    expect(await refusal('at', 'web1', 'now')).toBe('The table has no instance web1; did you mean web-1?');
    expect(await refusal('history', 'frobnicate')).toBe(
      'The table has no instance frobnicate; expected the exact name of an instance: npm run portwatch -- status lists the present instances.',
    );
  });

  test('a name in two regions, or in another region than was said', async () => {
    expect(await refusal('at', 'copy', 'now')).toBe(
      'Instances in eu-west-1 and us-east-1 have the name copy; choose one with --region eu-west-1 or us-east-1.',
    );
    expect(await refusal('at', 'far', 'now', '--region', 'us-east-1')).toBe(
      'The table has no instance far in us-east-1; expected --region ap-south-1, where an instance has that name.',
    );
  });

  test.each([
    [['status', '--instance', 'wbe-1'], '--instance wbe-1', 'did you mean web-1?'],
    [['status', '--instance', 'web-*', '--region', 'us-*'], '--instance web-*', null],
    [['status', '--instance', 'db-1', '--exit-code', 'critical', '--json'], '--instance db-1', null],
    [['status', '--region', 'eu-wst-1', '--exit-code'], '--region eu-wst-1', 'did you mean eu-west-1'],
    [['history', '--region', 'sa-east-1'], '--region sa-east-1', 'did you mean us-east-1'],
    [['export', '--instance', 'wbe-?'], '--instance wbe-?', null],
    [['export', '--instance', 'wbe-1', '--format', 'ndjson'], '--instance wbe-1', 'did you mean web-1?'],
  ])(
    'a region or an instance that matches nothing ends with 2, with or without --exit-code: %j',
    async (args, what, hint) => {
      const { code, stderr } = await deployed.run(...args);
      expect(code).toBe(2);
      const kind = what.startsWith('--region') ? 'region' : 'instance';
      expect(stderr).toContain(`portwatch: No ${kind} in the table matches ${what}; ${hint ?? 'npm run'}`);
    },
  );

  test('a time before the first snapshot, a future one, one that is none, a span the wrong way round', async () => {
    expect(await refusal('at', 'web-1', '2026-11-01', '--utc')).toBe(
      'Instance web-1 in eu-west-1 was not watched then (2026-11-01 00:00:00 UTC); the first scan that found it was at 2026-11-10 09:00:00 UTC; expected a later time.',
    );
    expect(await refusal('exposed', '22', '--at', '2026-11-01', '--utc')).toBe(
      'Nothing is known about 2026-11-01 00:00:00 UTC: the first scan was at 2026-11-10 09:00:00 UTC; expected a later time.',
    );
    expect(await refusal('at', 'web-1', '9000-01-01', '--utc')).toMatch(
      /^9000-01-01 00:00:00 UTC is in the future; expected a time in the past; now it is .* UTC\.$/,
    );
    expect(await refusal('at', 'web-1', 'soon')).toMatch(
      /^The time "soon" is not understood; expected a time such as 2026-11-20, /,
    );
    const reversed =
      'The times are in the wrong order: 2026-11-12 00:00:00 UTC is later than 2026-11-10 00:00:00 UTC; expected the earlier time first.';
    expect(await refusal('diff', 'web-1', '2026-11-12', '2026-11-10', '--utc')).toBe(reversed);
    expect(await refusal('history', '--since', '2026-11-12', '--until', '2026-11-10 00:00', '--utc')).toBe(reversed);
    expect(await refusal('exposed', '22', '--between', '2026-11-12', '2026-11-10', '--utc')).toBe(
      reversed.replace('2026-11-10 00:00:00', '2026-11-10 23:59:59'),
    );
  });

  test('an empty span', async () => {
    const noon = '2026-11-10 12:00 UTC';
    const empty =
      'The span is empty: it begins and ends at 2026-11-10 12:00:00 UTC; expected two different times, the earlier one first.';
    expect(await refusal('history', '--since', noon, '--until', noon)).toBe(empty);
    expect(await refusal('export', '--since', noon, '--until', noon)).toBe(empty);
    expect(await refusal('report', '--since', noon, '--until', noon)).toBe(empty);
    expect(await refusal('exposed', '22', '--between', noon, noon)).toBe(empty);
    expect(await refusal('diff', 'web-1', noon, noon)).toBe(empty);
  });

  test('an invalid port, service, address or zone', async () => {
    expect(await refusal('exposed', 'mysqll')).toContain(
      'is not a port or a service that Portwatch knows; expected one such as 22, ',
    );
    expect(await refusal('exposed', 'mysqll')).toMatch(/; did you mean mysql\?$/);
    expect(await refusal('exposed', '22', '--from', '10.0.0.0/33')).toBe(
      'The address "10.0.0.0/33" is not valid; expected an IPv4 or IPv6 address or network, such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32.',
    );
    expect(await refusal('exposed', '22', '--between', '7d')).toMatch(/^Option --between got 1 time; expected two, /);
    expect(await refusal('status', '--zone', 'CET')).toMatch(
      /argument 'CET' is invalid\. Expected UTC, an offset such as \+01:00, or a name such as Europe\/Berlin\./,
    );
    expect(await refusal('exposed', '22', '--at', 'now', '--between', '7d', 'now')).toContain(
      'cannot be used with option',
    );
  });

  test('no stack, no table, a table of another program, a table of this program without anything in it', async () => {
    expect(await refusal('status', '--stack', 'Other')).toBe(
      'Stack Other in eu-west-1 does not show where Portwatch is deployed. There is no such stack; choose the stack with --stack, --stack-region and --profile, or give --table.',
    );
    expect(await refusal('status', '--table', 'Nothing')).toMatch(
      /^There is no table Nothing in eu-west-1; name it with --table, and its region with --stack-region\. The AWS SDK says: ResourceNotFoundException: /,
    );
    await deployed.client.send(
      new CreateTableCommand({
        TableName: 'Orders',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      }),
    );
    expect(await refusal('history', '--table', 'Orders')).toMatch(
      /^Table Orders in eu-west-1 is not a snapshot table of Portwatch; use the name in the stack's output SnapshotTableName\. The AWS SDK says: /,
    );
    await createSnapshotTable(deployed.client, 'Empty');
    const empty = `Table Empty has no items of account ${account} yet; wait for the first scan, or start one with npm run portwatch -- scan --deployed.`;
    for (const args of [['status'], ['history'], ['at', 'web-1', 'now'], ['exposed', '22'], ['export']])
      expect(await refusal(...args, '--table', 'Empty')).toBe(empty);
  });

  test('a table with regions and without any instance', async () => {
    await createSnapshotTable(deployed.client, 'Regions');
    const store = buildFleetStore(deployed.client, 'Regions');
    const baseline = entryOf({ account, region: 'eu-west-1', instanceName: null }, 1, at('09:00'), {
      kind: 'baseline',
    });
    await store.putEntry(baseline);
    await store.createState({ ...commitOf(baseline), recorded: 1, alerted: 1, pending: null });
    for (const region of [[], ['--region', 'eu-west-1']])
      expect(await refusal('at', 'web-1', 'now', '--table', 'Regions', ...region)).toBe(
        'The table has no instances yet, so web-1 is not in it; npm run portwatch -- status shows the regions and the last scan.',
      );
  });

  test('credentials without the permission to read, and missing credentials', async () => {
    const denied = {
      kind: 'error',
      name: 'AccessDeniedException',
      message: 'not for you',
      operation: 'Query',
      times: 1,
    } as const;
    deployed.dynamodb.addFault(denied);
    expect(await refusal('status')).toMatch(
      /^Table Snapshots in eu-west-1 cannot be read with these credentials; allow dynamodb:Query and dynamodb:BatchGetItem on it and its index\. The AWS SDK says: AccessDeniedException: /,
    );
    deployed.dynamodb.clearFaults();
    deployed.sts.addFault({ kind: 'error', name: 'InvalidClientTokenId', status: 403, message: 'no', times: 1 });
    expect(await refusal('status')).toMatch(/^AWS does not accept the credentials; /);
    deployed.sts.clearFaults();
  });

  test('P6: items of a newer version: what can be read is shown, and the rest is named', async () => {
    const newer = { schema: 2, region: 'eu-west-1', instanceName: 'newer' };
    await deployed.put({ pk: `FLEET#${account}`, sk: 'eu-west-1#newer', ...newer });
    await deployed.put({ pk: `INSTANCE#${account}#eu-west-1#newer`, sk: at('10:00'), ...newer });
    const { code, stdout, stderr } = await deployed.run('status');
    expect(code).toBe(2);
    expect(stdout).toContain('web-2');
    const why =
      'has schema 2, this version of Portwatch reads 1 to 1: it was written by a newer version, or damaged; it is left as it is.\n';
    expect(stderr).toBe(
      `portwatch: This version of Portwatch cannot read the items of eu-west-1#newer: item FLEET#${account} / eu-west-1#newer ${why}`,
    );
    expect(`${await refusal('at', 'newer', 'now')}\n`).toBe(
      `The table cannot be read by this version of Portwatch: item INSTANCE#${account}#eu-west-1#newer / ${at('10:00')} ${why}`,
    );
    const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
    const Key = { pk: { S: `FLEET#${account}` }, sk: { S: 'eu-west-1#newer' } };
    await deployed.client.send(new DeleteItemCommand({ TableName: tableName, Key }));
  });

  test('P6: history names the entries of a newer version and shows the others, of one instance and of the account', async () => {
    const key = { pk: `INSTANCE#${account}#eu-west-1#web-1`, sk: at('10:31') };
    const index = { timelineMonth: `${account}#2026-11`, timelineAt: `${at('10:31')}#eu-west-1#web-1` };
    const fields = { version: 9, kind: 'changed', verdict: 'widened', severity: 'low', reason: 'a newer reason' };
    const opened = [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }];
    const window = { changedAfter: at('10:20'), changedBefore: at('10:31'), changedBy: null, expected: null };
    await deployed.put({ ...key, ...index, schema: 2, ...fields, ...window, alertId: 'x', opened, closed: [] });
    const [item, problem] = [`eu-west-1#web-1 ${at('10:31')}`, 'has schema 2, this version of Portwatch reads 1 to 1'];
    try {
      for (const one of [[], ['web-1'], ['--region', 'eu-west-1']]) {
        const text = await deployed.run('history', ...one);
        expect(text.code).toBe(2);
        expect(text.stdout).toContain('web-1');
        expect(text.stdout).not.toContain('a newer reason');
        expect(text.stderr).toContain(
          `portwatch: The answer is not complete: the item of ${item} cannot be read by this version of Portwatch (item ${key.pk} / ${key.sk} ${problem}`,
        );
        const json = await deployed.run('history', ...one, '--json');
        expect(json.code).toBe(2);
        const { changes, blindSpots } = JSON.parse(json.stdout);
        expect(blindSpots).toEqual([{ kind: 'item-not-read', item, problem: expect.stringContaining(problem) }]);
        expect(changes.map((change: { at: string }) => change.at)).not.toContain(at('10:31'));
      }
      const alone = await deployed.run('history', 'web-1', '--since', at('10:30'), '--until', at('10:32'));
      expect(alone).toMatchObject({ code: 2, stdout: '', stderr: expect.not.stringContaining('was recorded') });
      for (const args of [['export'], ['report', '--out', '-', '--since', at('10:00'), '--until', at('11:00')]]) {
        const { code, stderr } = await deployed.run(...args);
        expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(problem)]);
      }
    } finally {
      const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
      const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
      await deployed.client.send(new DeleteItemCommand({ TableName: tableName, Key }));
    }
  });

  test('names are shown without their terminal escapes', async () => {
    expect(await refusal('at', 'web\u001B[2J', 'now')).not.toContain('\u001B');
    expect(await refusal('exposed', '22\u001B[2J')).not.toContain('\u001B');
  });
});

describe('the exit code', () => {
  test.each([
    // No scan ran for a long time, so the answer about now is not complete.
    ['status', ['status', '--instance', 'far', '--exit-code', 'critical'], 2],
    ['a region that cannot be listed', ['status', '--region', 'ap-south-1', '--exit-code', 'critical'], 2],
    ['exposed', ['exposed', '9', '--at', '2026-11-10 10:20 UTC', '--exit-code'], 1],
    ['a name that matches nothing', ['status', '--instance', 'nobody', '--exit-code', 'critical'], 2],
  ])('P4: in a gap nothing counts as closed: %s with --exit-code', async (_, args, code) => {
    expect(await deployed.run(...args)).toMatchObject({ code });
  });
});

/** Runs a command in this process, with a stdout that cannot be written. */
async function runWithBrokenOutput(code: 'EPIPE' | 'ENOSPC', ...args: string[]): Promise<Ended> {
  const exits: number[] = [];
  let written = '';
  const stdout = Object.assign(new EventEmitter(), {
    write: () => stdout.emit('error', Object.assign(new Error('write failed'), { code })),
  });
  const stderr = Object.assign(new EventEmitter(), {
    write: (text: string) => {
      written += text;
    },
  });
  guardOutput({ stdout, stderr }, args, (exit) => exits.push(exit));
  const { signal } = new AbortController();
  const ended = await runPortwatch(args, buildTerminal({ stdout, stderr }, {}), signal);
  return { code: exits[0] ?? ended, stdout: '', stderr: written };
}

/** Runs a command as a process, with a stdout that nobody reads. */
function startAndStopReading(args: readonly string[]): Promise<Ended> {
  const { child, ended } = deployed.start(...args);
  child.stdout.destroy();
  return ended;
}

/** A process that loads the SDK takes half a second, so that in `npm test` only Ctrl-C starts one. The help does not load it. */
const ways = {
  inZone: depth({
    quick: async (TZ: string, args: string[]) => {
      const { TZ: before } = process.env;
      process.env['TZ'] = TZ;
      const ended = await deployed.run(...args);
      process.env['TZ'] = before;
      return ended;
    },
    full: (TZ: string, args: string[]) => startCli(args, { ...deployed.environment, TZ }).ended,
  }),
  onFullDisk: depth({
    quick: (args: string[]) => runWithBrokenOutput('ENOSPC', ...args),
    full: (args: string[]) => deployed.startWith({ output: '/dev/full' }, ...args).ended,
  }),
  intoClosedPipe: depth({
    quick: (args: string[]) => runWithBrokenOutput('EPIPE', ...args),
    full: startAndStopReading,
  }),
};

describe('as a process', () => {
  test.each<[string, string[], number, string, string]>([
    ['JST-9', ['status'], 2, 'portwatch: The time zone of the variable TZ, "JST-9", is not known here; ', ''],
    ['JST-9', ['status', '--json'], 0, '', '"portwatch.status/1"'],
    ['', ['at', 'web-1', '2026-11-10T09:20Z'], 0, '', '2026-11-10 09:00:00 UTC'],
  ])('the variable TZ as %j in %j works, or is named in a sentence', async (TZ, args, code, stderr, stdout) => {
    expect(await ways.inZone(TZ, args)).toEqual({
      code,
      stderr: expect.stringContaining(stderr),
      stdout: expect.stringContaining(stdout),
    });
  });

  test.each([[['--help']], [['export', '--format', 'ndjson']]])(
    'the reader of a pipe may stop reading: the command ends with 0 and prints no message: %j',
    async (args) => {
      const isShort = args[0] === '--help';
      expect(await (isShort ? startAndStopReading(args) : ways.intoClosedPipe(args))).toMatchObject({
        code: 0,
        stderr: '',
      });
    },
  );

  test.each(
    [['status', '--json', '--exit-code', 'critical'], ['--help'], ['export'], ['report', '--out', '-']].map((args) => [
      args,
    ]),
  )('a full disk ends with 2 and a sentence: %j > /dev/full', async (args) => {
    expect(await ways.onFullDisk(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        'portwatch: The output could not be written: the disk is full; the output is not complete.\n',
      ),
    });
  });

  test('the reader of a pipe may stop reading: with --exit-code the exit code stays that of the answer', async () => {
    expect(await ways.intoClosedPipe(['status', '--exit-code', 'critical'])).toMatchObject({
      code: 2,
      stderr: 'portwatch: The answer is not complete: no scan has run since 2026-11-10 11:00:00 UTC.\n',
    });
  });

  test('Ctrl-C ends it with 130 and leaves nothing behind', async () => {
    deployed.dynamodb.addFault({ kind: 'hang', operation: 'Query', times: 1 });
    deployed.dynamodb.clearCalls();
    const { child, ended } = deployed.start('history');
    while (deployed.dynamodb.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: 'Interrupted. Nothing is left running.\n' });
    deployed.dynamodb.clearFaults();
  });
});
