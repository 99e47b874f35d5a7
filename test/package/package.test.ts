/** The package that `npm pack` makes from `dist/`, installed in separate folders, without the CDK. `npm run test:package` builds first. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeBlocks, readDocument } from '../docs/document.ts';
import { unzip } from '../support/unzip.ts';
import { type Packed, pack, repository } from './pack.ts';

const run = promisify(execFile);

let home: string;
let packed: Packed;
let installed: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portwatch-package-'));
  packed = await pack(home);
  await writeFile(join(home, 'package.json'), '{"private": true}');
  await run('npm', ['install', '--ignore-scripts', '--offline', packed.tarball], { cwd: home });
  installed = join(home, 'node_modules/portwatch');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs the installed command; `stderr` and `code` also if it fails. */
async function portwatch(...words: string[]) {
  const file = join(home, 'node_modules/.bin/portwatch');
  return run(process.execPath, [file, ...words], { cwd: home, env: { HOME: home, PATH: process.env['PATH'] } }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }) => ({ stdout, stderr, code }),
  );
}

const script = async (name: string, text: string) => {
  await writeFile(join(home, name), text);
  return run(process.execPath, [name], { cwd: home }).then(
    ({ stdout, stderr }) => ({ stdout, stderr }),
    ({ stdout, stderr }) => ({ stdout, stderr }),
  );
};

describe('the package', () => {
  test('has at most 2 MB, and neither tests nor sources nor dependencies', async () => {
    expect(packed.size).toBeLessThanOrEqual(2_000_000);
    const others = packed.files.filter(({ path }) => !/^(dist|docs)\/|^(README\.md|LICENSE|package\.json)$/.test(path));
    expect(others).toEqual([]);
    expect(packed.files.filter(({ path }) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ private: true });
    expect(manifest).not.toHaveProperty('dependencies');
  });

  test('holds the function that a clone deploys, and the licences of what is bundled', async () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/functions/scan/index.mjs',
        'dist/THIRD-PARTY-LICENCES.txt',
        'dist/cli/page/main.js',
      ]),
    );
  });
});

describe('the command of the package', () => {
  test('names itself, and not of the scripts of a clone', async () => {
    const { stdout, stderr } = await portwatch('--help');
    expect(stdout).toContain('  portwatch scan --profile prod ');
    expect(stdout).not.toMatch(/npm run|npx/);
    expect(stderr).toBe('');
  });

  test('runs the demo, and writes the report', async () => {
    const { stdout, stderr, code } = await portwatch('demo', '--out', 'demo.html');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain('[CRITICAL]');
    expect(await readFile(join(home, 'demo.html'), 'utf8')).toContain('</script>');
  });
});

describe('the pure core', () => {
  const rules = `const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: [] };
    const { verdict, opened } = diffFirewalls([], [ssh]);
    console.log(verdict, opened[0].from, exposureOf({ rules: [ssh] }).reach[0].sources.join());`;

  test.each([
    ['import.mjs', "import { diffFirewalls, exposureOf } from 'portwatch/firewall';"],
    ['require.cjs', "const { diffFirewalls, exposureOf } = require('portwatch/firewall');"],
  ])('compares firewalls in %s', async (name, line) => {
    expect(await script(name, `${line}\n${rules}`)).toEqual({ stdout: 'widened 22 0.0.0.0/0\n', stderr: '' });
  });
});

test('template asks for the CDK in one sentence', async () => {
  expect(await portwatch('template')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'portwatch: Portwatch needs aws-cdk-lib >=2.224.0 <3, which is not installed; and constructs >=10.5.0 <11, which is not installed: ' +
      'run npm install "aws-cdk-lib@>=2.224.0 <3" "constructs@>=10.5.0 <11"; for npx, name them with --package.\n',
  });
});

describe('the construct without the CDK', () => {
  test.each([
    ['import-monitor.mjs', "import { DriftMonitor } from 'portwatch';"],
    ['require-monitor.cjs', "require('portwatch');"],
  ])('refuses with one sentence about what is missing: %s', async (name, line) => {
    const { stderr } = await script(name, line);
    expect(stderr).toContain(
      'Error: Portwatch needs aws-cdk-lib >=2.224.0 <3, which is not installed; and constructs >=10.5.0 <11, which is not installed: run npm install "aws-cdk-lib@>=2.224.0 <3" "constructs@>=10.5.0 <11".',
    );
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('refuses with one sentence that the CDK is too old', async () => {
    const folder = join(home, 'node_modules/aws-cdk-lib');
    await run('mkdir', ['-p', folder]);
    await writeFile(join(folder, 'package.json'), '{"name": "aws-cdk-lib", "version": "2.223.9"}');
    const { stderr } = await script('old.cjs', "require('portwatch');");
    expect(stderr).toContain('Error: Portwatch needs aws-cdk-lib >=2.224.0 <3, and found 2.223.9; and constructs');
  });
});

describe('the construct with the CDK', () => {
  beforeAll(async () => {
    for (const name of ['aws-cdk-lib', 'constructs']) {
      await rm(join(home, 'node_modules', name), { recursive: true, force: true });
      await run('ln', ['-s', join(repository, 'node_modules', name), join(home, 'node_modules', name)]);
    }
  });

  const app = (props: string) => `const stack = new Stack(new App({ outdir: 'out' }), 'Own');
    console.log(new DriftMonitor(stack, 'Monitor', ${props}).node.path, stack.node.findAll().length > 20);`;

  test.each([
    ['app.mjs', "import { App, Stack } from 'aws-cdk-lib'; import { DriftMonitor } from 'portwatch';"],
    ['app.cjs', "const { App, Stack } = require('aws-cdk-lib'); const { DriftMonitor } = require('portwatch');"],
  ])('is built in %s', async (name, lines) => {
    expect(await script(name, lines + app('{}'))).toEqual({ stdout: 'Own/Monitor true\n', stderr: '' });
  });

  test('has a template in which the functions are those of the package', async () => {
    const { code, stderr } = await portwatch('template', '--bucket', 'my-bucket', '-c', 'email=you@example.com');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `Wrote ${join(home, 'portwatch-template')}: 1 template, 3 functions.\n`,
    });
    const zip =
      (await readdir(join(home, 'portwatch-template'))).find((name) => name.startsWith('Monitor-Scan-')) ?? '';
    const packed = await readFile(join(installed, 'dist/functions/scan/index.mjs'), 'utf8');
    expect(unzip(await readFile(join(home, 'portwatch-template', zip))).get('index.mjs') === packed).toBe(true);
  });

  test('has types, and the examples of docs/construct.md are right by them', async () => {
    const examples = codeBlocks(readDocument('docs/construct.md').text).filter(({ language }) => language === 'ts');
    expect(examples).toHaveLength(5);
    const names = examples.map((_, index) => `example-${index}.ts`);
    for (const [index, { code }] of examples.entries()) await writeFile(join(home, `example-${index}.ts`), code);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--types', '', '--ignoreConfig'];
    await run(join(repository, 'node_modules/.bin/tsc'), [...options, ...names], { cwd: home });
  });

  test('refuses values that cannot be, with the words of the configuration', async () => {
    const lines = "const { App, Stack } = require('aws-cdk-lib'); const { DriftMonitor } = require('portwatch');";
    const props =
      "{ name: 'x'.repeat(60), regions: [], alertFrom: 'huge', highRiskPorts: [99999], expected: [{ reason: 'r' }] }";
    const { stderr } = await script('bad.cjs', lines + app(props));
    // Node prints nothing else: neither a stack trace nor a line of the package.
    expect(stderr).toMatch(
      /^\[ConfigurationError: The configuration has 5 problem\(s\) of Own\/Monitor:\n( {2}- .*\n?){5}\]\n\nNode\.js v[\d.]+\n$/,
    );
  });
});

describe('a file of the package that is missing is named in one sentence', () => {
  test.each([
    ['dist/requirements.cjs', ['--help']],
    ['dist/cli/portwatch.js', ['--help']],
    ['dist/cli/run-demo-*.js', ['demo']],
    ['dist/cli/page/page.css', ['demo']],
    ['dist/cli/page/main.js', ['demo']],
    ['dist/functions/scan/index.mjs', ['template', '--out', 'other']],
    ['dist/synthesise-templates.cjs', ['template', '--out', 'other']],
  ])('%s, by the command', async (pattern, words) => {
    const { stderr, code, name } = await without(pattern, () => portwatch(...words));
    expect(code).toBe(2);
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line: string) => !/^Warning: |^Nothing was written/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/is missing; install (it|the package) again/);
    expect(lines[0]).toContain(basename(name));
  });

  test.each(['dist/construct.cjs', 'dist/requirements.cjs'])('%s, by the construct', async (pattern) => {
    const { stderr, name } = await without(pattern, () => script('missing.cjs', "require('portwatch');"));
    expect(stderr).toContain(
      `Error: The file ${join(installed, name)} of Portwatch is missing; install the package again.`,
    );
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

/** Calls `act` while a file of the installed package is missing. */
async function without<Result>(pattern: string, act: () => Promise<Result>): Promise<Result & { name: string }> {
  const [folder = '', start = '', end = ''] = /^(.*\/)([^*]*)\*?(.*)$/.exec(pattern)?.slice(1) ?? [];
  const found = await readdir(join(installed, folder));
  const name = folder + found.find((one) => one.startsWith(start) && one.endsWith(end));
  await rename(join(installed, name), join(home, 'away'));
  try {
    return { ...(await act()), name };
  } finally {
    await rename(join(home, 'away'), join(installed, name));
  }
}
