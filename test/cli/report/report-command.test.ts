import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createSnapshotTable } from '../../../cli/demo/create-snapshot-table.ts';
import type { ReportData } from '../../../cli/report/data/report-data.ts';
import { writeFileWhole } from '../../../cli/report/write-file-whole.ts';
import { buildApprovalStore } from '../../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../../lambda/adapters/dynamodb-table.ts';
import type { Key } from '../../../lambda/contract/table-keys.ts';
import { approvalOf } from '../../approvals/approval-of.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { depth } from '../../support/depth.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { account, at, startSampleAccount, tableName } from '../deployed-account.ts';

const npmFolder = process.env['INIT_CWD'] ?? '';

const home = temporaryFolder();
let folder: string;
let file: string;

const deployed = await closeAfterTests(startSampleAccount());

beforeEach(() => {
  folder = mkdtempSync(join(home, 'report-'));
  file = join(folder, 'report.html');
});

const day = ['--since', '2026-11-10T09:00Z', '--until', '2026-11-10T11:00Z'];

const report = (...args: string[]) => deployed.run('report', '--out', file, ...day, ...args);

function readData(): ReportData {
  const [, json = ''] = /id="data">(.*)<\/script>/.exec(readFileSync(file, 'utf8')) ?? [];
  return JSON.parse(json);
}

const remove = (key: Key) =>
  new DynamoDbTable(deployed.client, tableName).delete(key, { condition: 'attribute_exists(pk)' });

describe('portwatch report', () => {
  test('leads with what was open and not approved at the end of the span, with its age, and shows what was approved then', async () => {
    const made = { ...approvalOf({ id: 'a-1', instance: 'copy' }), from: at('09:30') };
    const table = new DynamoDbTable(deployed.client, tableName);
    const store = buildApprovalStore(table);
    for (const one of [made, { ...made, id: 'a-2', until: at('10:30') }]) {
      const { origin: _, revoked: __, ...item } = one;
      await store.addApproval(account, item);
    }
    await deployed.put({ pk: `APPROVALS#${account}`, sk: 'a-9', schema: 9 });
    await report();
    const { unapproved, approvals, instances, lists, problems } = readData();
    for (const sk of ['a-1', 'a-2', 'a-9'])
      await table.delete({ pk: `APPROVALS#${account}`, sk }, { condition: 'attribute_exists(pk)' });
    const nameOf = (number: number) => `${instances[number]?.name} ${instances[number]?.region}`;
    expect(
      unapproved?.map(({ instance, severity, list, since }) => [
        nameOf(instance),
        severity,
        lists[list]?.phrases.map((phrase) => phrase.join(' from ')),
        since,
      ]),
    ).toEqual([
      ['far ap-south-1', 'critical', ['tcp 3306 (MySQL) from anywhere'], Date.parse(at('09:00'))],
      [
        'web-2 eu-west-1',
        'critical',
        ['tcp 22 (SSH) from anywhere', 'tcp 80 (HTTP) from anywhere'],
        Date.parse(at('09:00')),
      ],
      ['web-1 eu-west-1', 'medium', ['tcp 22 (SSH) from 198.51.100.0/24'], Date.parse(at('09:00'))],
    ]);
    expect(
      approvals.map(({ instances: covered, list, ...rest }) => ({ ...rest, covers: covered.map(nameOf).sort() })),
    ).toEqual([
      { id: 'a-1', by: made.by, reason: 'the office', until: null, covers: ['copy eu-west-1', 'copy us-east-1'] },
    ]);
    expect(problems).toEqual([expect.stringContaining('APPROVALS#111122223333 / a-9')]);
  });

  test('P4: a change that a later scan found may have happened before the end of the span', async () => {
    await deployed.run('report', '--out', file, '--since', '2026-11-10T09:00Z', '--until', '2026-11-10T10:03Z');
    const { instances, scans } = readData();
    const web = instances.find(({ name }) => name === 'web-1');
    const mysql = web?.lanes.find(({ label }) => label.startsWith('tcp 3306'));
    const either = 2;
    expect(mysql?.spans.map(([from, until, kind]) => [from, until, kind])).toEqual([
      [Date.parse('2026-11-10T10:00:00.001Z'), Date.parse('2026-11-10T10:03:00.000Z'), either],
    ]);
    expect(web?.changes.map(({ kind }) => kind)).toEqual(['baseline']);
    expect(scans.lastAt).toBe(Date.parse('2026-11-10T10:00:00.000Z'));
  });

  test('writes one file with the history of every instance, deleted instances included; keeps an existing file until the new file is complete', async () => {
    writeFileSync(file, 'old');
    const { code, stdout, stderr } = await report();
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(`Wrote ${file}: 6 instances, 11 changes, 0.1 MB. Open it in a browser.\n`);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
    expect(readdirSync(folder)).toEqual(['report.html']);
    const { account, instances, scans, gaps, openPorts, problems, unapproved, approvals, attributions, texts } =
      readData();
    expect([account, problems]).toEqual(['111122223333', []]);
    // The account has no approvals, so the report does not mention them.
    expect({ unapproved, approvals }).toEqual({ unapproved: null, approvals: [] });
    // The actor is in the attribution item.
    expect(attributions.map(({ calls }) => calls.map(({ by }) => texts[by]))).toEqual([['IAM user alice']]);
    expect(
      instances.map(({ region, name, status, changes }) => `${region} ${name} ${status} ${changes.length}`).sort(),
    ).toEqual([
      'ap-south-1 far unknown 1',
      'eu-west-1 copy known 1',
      'eu-west-1 db-1 gone 2',
      'eu-west-1 web-1 known 3',
      'eu-west-1 web-2 known 3',
      'us-east-1 copy known 1',
    ]);
    expect([scans.count, scans.complete]).toEqual([25, 25]);
    expect(gaps.map(({ region, name, until }) => [region, name, until === null])).toEqual([
      ['ap-south-1', null, true],
      ['eu-west-1', 'web-2', false],
    ]);
    expect(openPorts.map(({ label, severity }) => `${label} ${severity}`)).toEqual([
      'tcp 3306 (MySQL) critical',
      'tcp 22 (SSH) critical',
      'tcp 80 (HTTP) low',
    ]);
  });

  test('a span that begins later starts with the state in force', async () => {
    const { stderr } = await deployed.run(
      'report',
      '--out',
      file,
      '--since',
      '2026-11-10T10:20Z',
      '--until',
      '2026-11-10T10:25Z',
    );
    expect(stderr).toMatch(/: 5 instances, 0 changes/);
    const web = readData().instances.find(({ name }) => name === 'web-1');
    expect(web?.lanes.map(({ label }) => label)).toEqual(['tcp 3306 (MySQL)', 'tcp 22 (SSH)']);
  });

  test('P7: an unreadable entry is named, the instance counts as unknown until the next entry, and the command ends with 2', async () => {
    const key = { pk: 'INSTANCE#111122223333#eu-west-1#copy', sk: at('10:15') };
    await deployed.put({ ...key, schema: 1, kind: 'frobbed', at: at('10:15') });
    const { code, stderr } = await report();
    await remove(key);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'The answer is not complete: the item of eu-west-1#copy 2026-11-10T10:15:00.000Z cannot be read by this version of Portwatch',
    );
    const { problems, instances } = readData();
    expect(problems).toEqual([
      expect.stringMatching(
        /^item INSTANCE#111122223333#eu-west-1#copy \/ 2026-11-10T10:15:00\.000Z can not be read: .*kind/,
      ),
    ]);
    const copy = instances.find(({ region, name }) => region === 'eu-west-1' && name === 'copy');
    expect(copy?.states.at(-1)).toEqual([Date.parse(at('10:15')), Date.parse(at('11:00')), 3]);
    expect(copy?.lanes.map(({ label }) => label)).toEqual(['tcp 22 (SSH)']);
  });
});

test('P5: an instance whose item cannot be read is not in the report, and the command ends with 2', async () => {
  const key = { pk: `FLEET#${account}`, sk: 'eu-west-1#later-1' };
  await deployed.put({ ...key, schema: 9 });
  const { code, stderr } = await report();
  await remove(key);
  expect(code).toBe(2);
  expect(stderr).toContain('report.html: 6 instances, ');
  expect(stderr).toContain(
    'The answer is not complete: the item of eu-west-1#later-1 cannot be read by this version of Portwatch',
  );
});

describe('--out', () => {
  const wroteTo = (stderr: string) => /^Wrote (.*): 6 instances, /.exec(stderr)?.[1];

  afterEach(() => {
    jest.restoreAllMocks();
    process.env['INIT_CWD'] = npmFolder;
  });

  test('through npm, a relative path is relative to the folder of the person, and the whole path is shown', async () => {
    process.env['INIT_CWD'] = folder;
    expect(wroteTo((await deployed.run('report', '--out', 'week.html', ...day)).stderr)).toBe(
      join(folder, 'week.html'),
    );
    expect(wroteTo((await deployed.run('report', ...day)).stderr)).toBe(join(folder, 'portwatch-report.html'));
    expect(readdirSync(folder).sort()).toEqual(['portwatch-report.html', 'week.html']);
  });

  test('without npm, a relative path is relative to the folder of the process', async () => {
    jest.spyOn(process, 'cwd').mockReturnValue(folder);
    process.env['INIT_CWD'] = '/nonexistent';
    if (depth({ quick: false, full: true })) expect(wroteTo((await report()).stderr)).toBe(file);
    expect(wroteTo((await deployed.run('report', '--out', 'week.html', ...day)).stderr)).toBe(
      join(folder, 'week.html'),
    );
  });

  test('- is stdout', async () => {
    const { code, stdout, stderr } = await deployed.run('report', '--out', '-', ...day);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Wrote the report to stdout: 6 instances, \d+ changes, 0\.1 MB\.\n$/);
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*\n<\/html>\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('writeFileWhole', () => {
  test('after an interruption leaves only the existing file', async () => {
    writeFileSync(file, 'old');
    const interruption = new AbortController();
    interruption.abort(new Error('interrupted'));
    await expect(writeFileWhole(file, 'new', interruption.signal)).rejects.toThrow('interrupted');
    expect([readdirSync(folder), readFileSync(file, 'utf8')]).toEqual([['report.html'], 'old']);
  });

  test('a full disk is one sentence and exit code 2; a device is written in place and never replaced', async () => {
    symlinkSync('/dev/full', file);
    expect(await report()).toEqual({
      code: 2,
      stdout: '',
      stderr: `portwatch: The report could not be written to ${file}: the disk is full; choose another path with --out.\n`,
    });
    expect(readlinkSync(file)).toBe('/dev/full');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  test('throws one sentence with the reason if the file cannot be written', async () => {
    const into = (place: string) => deployed.run('report', '--out', place, ...day);
    mkdirSync(file);
    expect(await into(file)).toEqual({
      code: 2,
      stdout: '',
      stderr: `portwatch: The report could not be written to ${file}: a folder has this name; choose another path with --out.\n`,
    });
    expect((await into(join(folder, 'no', 'where.html'))).stderr).toMatch(
      /: its folder does not exist; choose another path with --out\.\n$/,
    );
    expect(readdirSync(folder)).toEqual(['report.html']);
  });
});

describe('a report that is not possible ends with one sentence and exit code 2', () => {
  const refusal = async (...args: string[]) => {
    const { code, stdout, stderr } = await deployed.run('report', '--out', file, ...args);
    expect([code, stdout, readdirSync(folder)]).toEqual([2, '', []]);
    return stderr;
  };

  test('a reversed span, an empty span, a span in the future', async () => {
    expect(await refusal('--since', '2026-11-12', '--until', '2026-11-10', '--utc')).toMatch(
      /The times are in the wrong order/,
    );
    expect(await refusal('--since', '2026-11-10', '--until', '2026-11-10 00:00', '--utc')).toMatch(
      /The span is empty: it begins and ends at 2026-11-10 00:00:00 UTC/,
    );
    expect(await refusal('--until', '9000-01-01', '--utc')).toMatch(/is in the future/);
  });

  test('a table that does not exist, and a table without items of Portwatch', async () => {
    expect(await refusal('--table', 'Nowhere')).toMatch(/There is no table Nowhere in eu-west-1/);
    await createSnapshotTable(deployed.client, 'Empty');
    expect(await refusal('--table', 'Empty')).toMatch(/Empty/);
  });
});
