import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ended, runCli } from '../cli/run-cli.ts';
import { depth } from '../support/depth.ts';
import { unzip } from '../support/unzip.ts';
import { synthesise } from './synthesise.ts';

/** The CDK's check of the template takes 2 s in each process; `nag.test.ts` runs it. */
process.env['CDK_VALIDATION'] = 'false';

const run = promisify(execFile);
const configuration = {
  slackWebhookParameter: '/w',
  slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
  eventRegions: ['us-east-1'],
  tags: { team: 'web & ops' },
  terminationProtection: true,
};

let home: string;
let folder: string;
let tools: string | null = null;

const { TMPDIR } = process.env;

/** The CDK starts esbuild with npx, which takes half a second for each function. In the quick run, this npx starts esbuild directly. */
const npx = `#!/bin/sh\nshift\nexec '${join(import.meta.dirname, '..', '..', 'node_modules', '.bin')}'/"$@"\n`;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'portwatch-bundle-'));
  if (depth({ quick: true, full: false })) {
    tools = mkdtempSync(join(tmpdir(), 'portwatch-tools-'));
    writeFileSync(join(tools, 'npx'), npx, { mode: 0o755 });
    process.env['PATH'] = `${tools}:${process.env['PATH']}`;
  }
  // Files that the command leaves behind would be here.
  process.env['TMPDIR'] = home;
  folder = join(home, 'made');
  writeFileSync(join(home, 'portwatch.json'), JSON.stringify(configuration));
});
afterAll(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  rmSync(home, { recursive: true });
  if (tools !== null) rmSync(tools, { recursive: true });
});

/** Lists the home folder without the compiled code that Node stores for the CDK. */
const listHome = () =>
  readdirSync(home)
    .filter((name) => name !== 'node-compile-cache')
    .sort();

/** Takes seconds. This is the only test file that bundles like a deployment. */
const writeTemplate = (...words: string[]): Promise<Ended> =>
  runCli(['template', '--out', folder, '-c', `config=${join(home, 'portwatch.json')}`, ...words], {
    AWS_REGION: 'us-west-2',
  });

interface Code {
  S3Bucket: unknown;
  S3Key: string;
}

interface Template {
  Resources: Record<string, { Type: string; Properties?: { Code?: Code } }>;
  Parameters?: Record<string, unknown>;
  Rules?: unknown;
}

/** Removes the places of the functions' code from the template, and returns them. */
function takeCodes({ Resources }: Template): Code[] {
  return Object.values(Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function' || Properties?.Code === undefined) return [];
    const { Code } = Properties;
    delete Properties.Code;
    return [Code];
  });
}

describe('portwatch template', () => {
  test('refuses a wrong configuration with every problem, and writes nothing', async () => {
    expect(await writeTemplate('-c', 'scanEveryMinutes=0', '-c', 'emial=a@b.c')).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'The configuration has 2 problem(s):',
        '  - scanEveryMinutes: got 0, expected a whole number of minutes from 1 to 1440. The default is 5.',
        '  - emial: there is no such key. Did you mean email? It was given with -c.',
        'Nothing was written.',
        '',
      ].join('\n'),
    });
    expect(listHome()).toEqual(['portwatch.json']);
  });

  test('writes the templates and the functions, and prints the commands that deploy them', async () => {
    const { code, stdout, stderr } = await writeTemplate('--bucket', 'my-bucket', '--region', 'eu-west-1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Wrote ${folder}: 2 templates, 5 functions.\n` });
    expect(stdout.trimEnd().split(' &&\n')).toEqual([
      `cd '${folder}'`,
      'BUCKET=my-bucket',
      "aws s3 cp --region eu-west-1 . \"s3://$BUCKET/portwatch/\" --recursive --exclude '*' --include '*.zip'",
      expect.stringMatching(/^aws .* --region eu-west-1 --stack-name Portwatch .* --tags 'team=web & ops'$/),
      'aws cloudformation update-termination-protection --region eu-west-1 --stack-name Portwatch --enable-termination-protection',
      expect.stringMatching(
        /^aws .* --region us-east-1 --stack-name PortwatchEvents-us-east-1 --template-file \S+ --capabilities .* --tags 'team=web & ops'$/,
      ),
      'aws cloudformation update-termination-protection --region us-east-1 --stack-name PortwatchEvents-us-east-1 ' +
        '--enable-termination-protection',
    ]);
    expect(listHome()).toEqual(['made', 'portwatch.json']);
    expect(readdirSync(folder).map((name) => name.replace(/[0-9a-f]{16}/, '*'))).toEqual([
      'AmazonQ-Forward-*.zip',
      'Monitor-EventTopic-Forward-*.zip',
      'Monitor-Events-Look-*.zip',
      'Monitor-Scan-*.zip',
      'Portwatch.template.json',
      'PortwatchEvents-us-east-1.template.json',
      'SlackWebhook-*.zip',
    ]);
  });

  test('the template is that of cdk deploy, but for where the functions are, and without bootstrap', () => {
    const made = JSON.parse(readFileSync(join(folder, 'Portwatch.template.json'), 'utf8'));
    const { template } = synthesise(configuration);
    const { Rules: _, Parameters: __, ...expected } = structuredClone(template.toJSON() as Template);
    const { Parameters, ...rest } = made;
    expect(Object.keys(Parameters ?? {})).toEqual(['CodeBucket']);
    expect(Parameters?.CodeBucket).not.toHaveProperty('Default');
    const codes = takeCodes(rest);
    takeCodes(expected);
    expect(rest).toEqual(expected);
    expect(codes.map(({ S3Bucket }) => S3Bucket)).toEqual(codes.map(() => ({ Ref: 'CodeBucket' })));
    const zips = readdirSync(folder).filter((name) => name.endsWith('.zip'));
    expect(codes.map(({ S3Key }) => S3Key).sort()).toEqual(zips.map((name) => `portwatch/${name}`));
  });
});

describe('the bundle as it is deployed', () => {
  const bundles = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.zip'))
      .map((name) => ({ name, files: unzip(readFileSync(join(folder, name))) }));

  test('has one file for each function, an ES module', () => {
    expect(bundles()).toHaveLength(5);
    for (const { files } of bundles()) expect([...files.keys()]).toEqual(['index.mjs']);
  });

  test('holds no words for people who configure: only the command line and the synthesis need these', () => {
    for (const { files } of bundles()) expect(files.get('index.mjs')).not.toContain('Display name of the account');
  });

  /** In a separate process, from a file: with `node -e`, `require` would exist, which ES modules do not have. */
  async function load(modules: readonly string[]): Promise<void> {
    const script = join(home, 'load.mjs');
    const lines = modules.map((path) => `console.log(typeof (await import(${JSON.stringify(path)})).handler);`);
    await writeFile(script, lines.join('\n'));
    const { stdout, stderr } = await run(process.execPath, [script], { cwd: tmpdir(), env: {} });
    expect({ stdout, stderr }).toEqual({ stdout: 'function\n'.repeat(modules.length), stderr: '' });
  }

  test('loads in Node 24, exports its handler, and needs neither the environment nor other files', async () => {
    const modules = bundles().map(({ name, files }) => {
      const path = join(home, 'alone', name, 'index.mjs');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, files.get('index.mjs') ?? '');
      return path;
    });
    // The start of a process takes half of the time, so the quick run loads all bundles in one.
    for (const together of depth({ quick: [modules], full: modules.map((path) => [path]) })) await load(together);
  });
});
