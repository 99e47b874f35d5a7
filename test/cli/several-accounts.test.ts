/** The command line with several accounts: one answer about all accounts, and unknown parts are always named. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { startLambdaEmulator } from '../../emulators/lambda.ts';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { codeSpans, readDocument, sectionOf, tableRows } from '../docs/document.ts';
import { httpFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import {
  minutesAgo,
  account as monitor,
  mysqlFromAnywhere,
  startDeployedAccount,
  tableName,
} from './deployed-account.ts';
import { type AccountPlan, watchedOf, writeAccount, writeRegistry } from './several-accounts.ts';

const [dev, prod, blind, gone] = ['222233334444', '333344445555', '444455556666', '555566667777'];
const [readAt, lastScanAt] = [minutesAgo(600), minutesAgo(1)];

const plan = (account: string, name: string, instances: AccountPlan['instances']): AccountPlan => ({
  account,
  name,
  instances,
  readAt,
  lastScanAt,
});

const lambda = await closeAfterTests(startLambdaEmulator());
const deployed = await closeAfterTests(startDeployedAccount({ AWS_ENDPOINT_URL_LAMBDA: lambda.url }));
const { client } = deployed;
await writeAccount(client, tableName, plan(dev, 'dev', { 'web-1': [mysqlFromAnywhere], 'dev-1': [sshFromOffice] }));
await writeAccount(client, tableName, plan(prod, 'prod', { 'web-1': [httpFromAnywhere], 'db-1': [mysqlFromAnywhere] }));
await writeRegistry(client, tableName, monitor, [watchedOf(dev, 'dev'), watchedOf(prod, 'prod')]);

const isFull = depth({ quick: false, full: true });
const run = (...args: string[]) => deployed.run(...args, '--utc');

type Document = Record<string, unknown> & { schema: string };
/** Every JSON answer of this file. */
const documents: Document[] = [];
async function ask(...args: string[]) {
  const document = JSON.parse((await run(...args, ...(args[0] === 'export' ? [] : ['--json']))).stdout);
  documents.push(document);
  return document;
}

describe('every account is read, and named in the answer', () => {
  test('exposed names the account of each instance, and counts over all', async () => {
    const { code, stdout } = await run('exposed', '3306');
    expect(stdout).toContain('dev (222233334444)');
    expect(stdout).toContain('prod (333344445555)');
    expect(stdout).toContain('open on 2 of 4 instances that exist or existed in 2 accounts.');
    expect(code).toBe(0);
    const { openings, account, instancesAsked } = await ask('exposed', '3306');
    expect({ account, instancesAsked }).toEqual({ account: monitor, instancesAsked: 4 });
    expect(
      openings.map((one: Record<string, string>) => [one['account'], one['accountName'], one['instanceName']]),
    ).toEqual([
      [dev, 'dev', 'web-1'],
      [prod, 'prod', 'db-1'],
    ]);
  });

  test('exposed over a span does the same', async () => {
    const { openings } = await ask('exposed', '3306', '--between', '5h', 'now');
    expect(openings.map((one: Record<string, string>) => [one['accountName'], one['instanceName']])).toEqual([
      ['dev', 'web-1'],
      ['prod', 'db-1'],
    ]);
  });

  test('--account is about one', async () => {
    const { openings, instancesAsked } = await ask('exposed', '3306', '--account', prod);
    expect(instancesAsked).toBe(2);
    expect(openings).toHaveLength(1);
  });

  test('an account that the table does not know is an error that lists the known ones, the most similar first', async () => {
    const { code, stderr } = await run('status', '--account', '333344445556');
    expect(stderr).toBe(
      'portwatch: The table knows no account 333344445556; it knows prod (333344445555), dev (222233334444).\n',
    );
    expect(code).toBe(2);
  });

  test('what is no account id is refused', async () => {
    const { code, stderr } = await run('status', '--account', '33334444');
    expect(stderr).toContain('Expected the 12 digits of an account.');
    expect(code).toBe(2);
  });

  test('status lists the instances of all, worst first', async () => {
    const { instances, accounts, instancesKnown } = await ask('status');
    expect(instancesKnown).toBe(4);
    expect(
      instances.map((one: { accountName: string; instance: { name: string } }) => [one.accountName, one.instance.name]),
    ).toEqual([
      ['dev', 'web-1'],
      ['prod', 'db-1'],
      ['dev', 'dev-1'],
      ['prod', 'web-1'],
    ]);
    expect(
      accounts.map((one: Record<string, string>) => [one['accountName'], one['status'], one['instances']]),
    ).toEqual([
      ['dev', 'watched', 2],
      ['prod', 'watched', 2],
    ]);
    expect((await run('status')).stdout).toContain('2 accounts: 4 instances: 2 critical, 1 medium, 1 low.');
  });

  test('history is one list, newest first, with the account of each change', async () => {
    const { changes } = await ask('history');
    expect(new Set(changes.map((one: Record<string, string>) => one['accountName']))).toEqual(new Set(['dev', 'prod']));
    expect(changes).toHaveLength(6);
    expect((await run('history')).stdout).toContain('prod (333344445555)');
  });

  test('export names the account in each record', async () => {
    const { records } = await ask('export');
    const counts = Object.groupBy(records, (one: { account: string }) => one.account);
    expect(Object.entries(counts).map(([id, list]) => [id, list?.length])).toEqual([
      [dev, 4],
      [prod, 4],
    ]);
  });

  test('the report names the account with each region', async () => {
    const { stdout, code } = await deployed.run('report', '--out', '-', '--since', '1d');
    expect(stdout).toContain('prod (333344445555) · eu-west-1');
    expect(code).toBe(0);
  });
});

describe('scan --deployed', () => {
  const nothingRead = { skipped: false, complete: false, instancesListed: 0, instancesRead: 0, alerts: 0 };
  const answer = (more: object) =>
    lambda.setFunction('Portwatch-Scan', async (payload) => {
      expect(payload).toBe('{}');
      return { ...nothingRead, ...more };
    });

  test('starts a pass, and leads to the command that shows its end', async () => {
    answer({ accountsQueued: 2 });
    expect(await run('scan', '--deployed')).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'Portwatch-Scan: a pass over 2 accounts has begun; npm run portwatch -- status shows when it is over, and what it found.\n',
    });
    expect(await ask('scan', '--deployed')).toEqual({
      ...{ schema: 'portwatch.scan-deployed/1', account: monitor, functionName: 'Portwatch-Scan' },
      ...{ ...nothingRead, accountsQueued: 2, scan: null, changes: [] },
    });
  });

  test('P5: --exit-code is no 0 while nothing was read', async () => {
    answer({ accountsQueued: 2 });
    const { code, stdout, stderr } = await run('scan', '--deployed', '--exit-code', 'critical');
    expect(stdout).toContain('a pass over 2 accounts has begun');
    expect(stderr).toBe(
      'portwatch: The pass has only begun, so nothing is known of its findings; when it is over, run npm run portwatch -- status --exit-code critical.\n',
    );
    expect(code).toBe(2);
  });

  test('reads the scan of the own account if the monitor has just become one of a single account', async () => {
    lambda.setFunction('Portwatch-Scan', async () => {
      const scan = { account: monitor, startedAt: minutesAgo(0), endedAt: minutesAgo(0), complete: true };
      const counts = { instancesListed: 0, instancesRead: 0, changes: 0, alerts: 0 };
      const lists = { regionsListed: [], notRead: [], regionsFailed: { 'us-east-1': 'throttled' as const } };
      await deployed.store.putScan({ ...scan, ...counts, ...lists }, null);
      return { ...nothingRead, complete: true };
    });
    expect((await run('scan', '--deployed')).stdout).toContain(
      'Regions that could not be listed: us-east-1 (throttled).',
    );
  });
});

describe('one instance', () => {
  test('is found by its name in any account', async () => {
    const state = await ask('at', 'db-1', 'now');
    expect(state).toMatchObject({ account: prod, accountName: 'prod', instanceName: 'db-1', severity: 'critical' });
    expect((await run('at', 'db-1', 'now')).stdout).toContain('db-1  eu-west-1  prod (333344445555)');
    expect(await ask('diff', 'db-1', '1h', 'now')).toMatchObject({ account: prod, accountName: 'prod' });
  });

  test.each([
    ['at', ['web-1', 'now']],
    ['diff', ['web-1', '1h', 'now']],
    ['history', ['web-1']],
    ['restore', ['web-1', '--dry-run']],
    ['approve', ['web-1', '--current', '--reason', 'checked']],
  ])('%s asks for --account if several accounts have the name', async (command, args) => {
    const { code, stderr } = await run(command, ...args);
    expect(stderr).toContain(
      'Instances in eu-west-1 of dev (222233334444) and eu-west-1 of prod (333344445555) have the name web-1; choose one with --account 222233334444 or 333344445555.',
    );
    expect(code).toBe(2);
    if (command === 'at') expect((await ask('at', 'web-1', 'now', '--account', dev)).account).toBe(dev);
  });

  test('restore refuses credentials of another account than that of the instance', async () => {
    const { code, stderr } = await run('restore', 'db-1', '--to', '1h', '--dry-run');
    expect(stderr).toContain(
      `db-1 in eu-west-1 is in account prod (333344445555), and these credentials are of account ${monitor}; give --profile with credentials of that account, and --table-profile with those that read the table. Nothing was changed.`,
    );
    expect(code).toBe(2);
  });
});

describe('approvals', () => {
  test('of a pattern need --account', async () => {
    const { stderr } = await run('approve', 'web-*', '80', '--from', 'anywhere', '--reason', 'sites');
    expect(stderr).toContain('an approval of a pattern is for one account; expected --account with its 12 digits.');
  });

  test('are stored in the partition of their account, listed over all, and revoked by their id', async () => {
    const made = await ask('approve', 'db-1', '--current', '--reason', 'checked');
    expect(made).toMatchObject({ account: prod, accountName: 'prod' });
    const { approvals } = await ask('approvals');
    expect(approvals).toMatchObject([
      {
        id: made.approvals[0].id,
        madeIn: { account: prod, accountName: 'prod' },
        covers: [{ account: prod, instanceName: 'db-1' }],
      },
    ]);
    const { unapproved } = await ask('status');
    expect(unapproved.map((one: Record<string, string>) => [one['accountName'], one['instanceName']])).toEqual([
      ['dev', 'web-1'],
      ['dev', 'dev-1'],
      ['prod', 'web-1'],
    ]);
    expect(await ask('revoke', made.approvals[0].id)).toMatchObject({ account: prod });
  });
});

describe('P5: what hides an account', () => {
  const failure = {
    reason: 'access-denied',
    message: 'no',
    since: minutesAgo(60),
    lastAt: minutesAgo(1),
    passes: 9,
    isAlerted: true,
  } as const;
  beforeEach(() => deployed.dynamodb.clearCalls());

  test('an account that was never scanned, cannot be entered, or was removed is named in every answer, and the exit code is not 0', async () => {
    const { client } = deployed;
    await writeAccount(client, tableName, plan(gone, 'old', { 'old-1': [mysqlFromAnywhere] }));
    await writeRegistry(client, tableName, monitor, [
      watchedOf(blind, 'blind', { failure }),
      watchedOf(gone, 'old', { status: 'removed', since: minutesAgo(30), removedBecause: 'suspended' }),
      watchedOf('666677778888', 'fresh'),
    ]);
    const { stdout, code } = await run('exposed', '3306');
    expect(code).toBe(2);
    expect(stdout).toMatch(/blind \(444455556666\): the account could not be entered since .* \(access-denied\)/);
    expect(stdout).toMatch(
      /old \(555566667777\): the account has not been watched since .* \(it is suspended or closed\)/,
    );
    expect(stdout).toContain('fresh (666677778888): no scan has ended yet');
    const { blindSpots } = await ask('exposed', '3306');
    expect(blindSpots.map((one: Record<string, string>) => [one['accountName'], one['kind']])).toEqual([
      ['blind', 'account-not-entered'],
      ['fresh', 'no-scan'],
      ['old', 'account-removed'],
    ]);
    for (const args of [['history', '--json'], ['export'], ['approvals', '--json'], ['report', '--out', '-']]) {
      const answer = await deployed.run(...args);
      expect([args[0], answer.code]).toEqual([args[0], 2]);
      if (answer.stdout.startsWith('{')) documents.push(JSON.parse(answer.stdout));
    }
    const status = await run('status', '--exit-code', 'critical');
    expect(status.stdout).toContain('blind (444455556666): the account could not be entered');
    expect(status.stdout.replaceAll(/\s+/g, ' ')).toContain('its account has not been');
    expect(status.code).toBe(2);
    expect((await run('at', 'old-1', 'now')).code).toBe(2);
    // Before the removal, the history is complete.
    expect((await run('at', 'old-1', '2h')).code).toBe(0);
  });

  test('an organisation that cannot be listed is named, because accounts may be missing', async () => {
    const store = buildAccountStore(new DynamoDbTable(deployed.client, tableName), monitor);
    await store.saveOrganization({ failure, version: 1 });
    const { stdout, code } = await run('exposed', '3306');
    expect(stdout).toMatch(/the organisation cannot be listed since .* \(access-denied\), so accounts may be missing/);
    expect(code).toBe(2);
  });

  test('alerts in the outbox wait, and status counts them', async () => {
    await deployed.put({ pk: `OUTBOX#${monitor}`, sk: `0#${dev}#abc`, schema: 1, at: minutesAgo(3), account: dev });
    const { waitingAlerts } = await ask('status');
    expect(waitingAlerts).toMatchObject({ count: 1 });
    expect((await run('status')).stdout).toContain('1 alert waits to be sent');
  });
});

describe('docs/command-line.md', () => {
  const rows = tableRows(sectionOf(readDocument('docs/command-line.md').text, 'Several accounts'));
  const shown = new Map(
    rows.flatMap(([schemas = '', fields = '']) => {
      const lists = codeSpans(fields).filter((field) => field !== 'null');
      return codeSpans(schemas).map(
        (schema) => [schema, [...lists, ...(fields.startsWith('the document') ? [''] : [])]] as const,
      );
    }),
  );

  /** The names of the fields whose value or elements have an `accountName`. The empty name stands for the document itself. */
  function fieldsOf(value: unknown, field = ''): string[] {
    if (Array.isArray(value)) return value.flatMap((each) => fieldsOf(each, field));
    const named = Object(value) === value && 'accountName' in Object(value) ? [field] : [];
    return [
      ...named,
      ...Object.entries(Object(value)).flatMap(([key, one]) => (typeof one === 'object' ? fieldsOf(one, key) : [])),
    ];
  }

  test('says in which fields of each JSON the accounts are', async () => {
    // The tests above ask most questions. A question that they did not ask is asked here.
    const questions: [name: string, args: string[]][] = [
      ['approve', ['db-1', '--current', '--reason', 'checked']],
      ['status', []],
      ['history', []],
      ['at', ['db-1', 'now']],
      ['diff', ['db-1', '1h', 'now']],
      ['exposed', ['3306']],
      ['approvals', []],
      ['export', []],
    ];
    const isAsked = (name: string) => documents.some(({ schema }) => schema === `portwatch.${name}/1`);
    for (const [name, args] of questions) if (isFull || !isAsked(name)) await ask(name, ...args);
    const made = documents.findLast(({ schema }) => schema === 'portwatch.approve/1')?.['approvals'];
    if (isFull || !isAsked('revoke')) await ask('revoke', (made as { id: string }[])[0]?.id ?? '');
    // No approval names an account in `approvals` itself, and this list is empty here.
    const notHere: Record<string, string[]> = { exposed: ['regionsNotDue'] };
    const known = Object.entries(Object.groupBy(documents, ({ schema }) => schema)).filter(
      // The answer of a single deployed scan names no account.
      ([schema]) => schema !== 'portwatch.scan-deployed/1',
    );
    for (const [schema, answers] of known) {
      const expected = (shown.get(schema) ?? []).filter(
        (field) => field !== 'approvals' && !notHere[schema.split(/[./]/)[1] ?? '']?.includes(field),
      );
      const found = answers?.flatMap((document) => fieldsOf(document)) ?? [];
      expect([schema, [...new Set(found)].sort()]).toEqual([schema, expected.sort()]);
    }
    expect(new Set([...known.map(([schema]) => schema), 'portwatch.restore/1'])).toEqual(new Set(shown.keys()));
  });
});
