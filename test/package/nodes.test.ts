/** The installed package on each Node that package.json allows, from the oldest, and on one that is too old. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Packed, pack, repository } from './pack.ts';

const run = promisify(execFile);
const versions = { node18: '18.20.8', node20: '20.0.0', node22: '22.23.3', node26: '26.9.0' };

let home: string;
let packed: Packed;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portwatch-nodes-'));
  packed = await pack(home);
  // Packages of npm that contain only the Node program.
  const nodes = Object.entries(versions).map(([name, version]) => [
    name,
    `npm:node-${platform()}-${arch()}@${version}`,
  ]);
  const dependencies = { ...Object.fromEntries(nodes), portwatch: `file:${packed.tarball}` };
  await writeFile(join(home, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home });
  for (const name of ['aws-cdk-lib', 'constructs'])
    await symlink(join(repository, 'node_modules', name), join(home, 'node_modules', name));
  await writeFile(
    join(home, 'app.mjs'),
    `import { App, Stack } from 'aws-cdk-lib'; import { DriftMonitor } from 'portwatch';
    console.log(new DriftMonitor(new Stack(new App({ outdir: 'out' }), 'Own'), 'Monitor', {}).node.path);`,
  );
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

const env = () => ({ HOME: home, PATH: process.env['PATH'] });
const ended = (running: Promise<{ stdout: string; stderr: string }>) =>
  running.then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }) => ({ stdout, stderr, code }),
  );
const node = (name: string, ...words: string[]) => {
  const program = name === 'node24' ? process.execPath : join(home, 'node_modules', name, 'bin/node');
  return ended(run(program, words, { cwd: home, env: env() }));
};
const command = 'node_modules/portwatch/dist/portwatch.cjs';

describe.each(['node20', 'node22', 'node24', 'node26'])('on %s', (name) => {
  test('the command explains itself, runs the demo and writes the report, without a warning', async () => {
    expect(await node(name, command, '--help')).toMatchObject({ code: 0, stderr: '' });
    const { stdout, stderr, code } = await node(name, command, 'demo', '--out', `${name}.html`);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain('[CRITICAL]');
    expect(await readFile(join(home, `${name}.html`), 'utf8')).toContain('</script>');
  });

  test('the construct is built', async () => {
    expect(await node(name, 'app.mjs')).toMatchObject({ code: 0, stdout: 'Own/Monitor\n' });
  });
});

test('a clone without its own Node, after npm ci --ignore-scripts, says on an older Node what to do', async () => {
  const { stderr, code } = await node('node20', '-r', join(repository, 'bin/check-node.cjs'), 'bin/portwatch.ts');
  expect({ stderr, code }).toEqual({
    code: 2,
    stderr:
      'portwatch: Node 20.0.0 does not run TypeScript, and the Node 24 that a clone brings along is not installed: ' +
      'run npm ci without --ignore-scripts, or use Node 22.18 or newer.\n',
  });
});

describe('on a Node that is too old', () => {
  const sentence = 'Portwatch needs Node 20 or newer, and this is Node 18.20.8.';

  test('the command ends with one sentence', async () => {
    expect(await node('node18', command, 'demo')).toEqual({ code: 2, stdout: '', stderr: `portwatch: ${sentence}\n` });
  });

  test.each([
    ['-e', "require('portwatch')"],
    ['--input-type=module', '-e', "import 'portwatch'"],
  ])('the construct is refused with one sentence: %s %s', async (...words) => {
    const { stderr } = await node('node18', ...words);
    expect(stderr).toContain(`Error: ${sentence}`);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test('npx runs the command from any folder, without an installation and without scripts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portwatch-npx-'));
  const words = [
    '--yes',
    '--offline',
    '--ignore-scripts',
    `--cache=${join(home, 'cache')}`,
    `--package=${packed.tarball}`,
  ];
  const npx = (...args: string[]) => ended(run('npx', [...words, 'portwatch', ...args], { cwd: folder, env: env() }));
  expect(await npx('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('  portwatch scan --profile prod '),
  });
  const { stdout, code } = await npx('demo');
  expect({ code, alert: stdout.includes('[CRITICAL]') }).toEqual({ code: 0, alert: true });
  expect(await readFile(join(folder, 'portwatch-demo.html'), 'utf8')).toContain('</script>');
  const scan = await npx('scan', '--region', 'nowhere');
  expect(scan).toMatchObject({ code: 2, stderr: expect.stringMatching(/^portwatch: .*\n$/) });
  await rm(folder, { recursive: true });
});

test('npm publish has no warning, once a person has removed that the package is private', async () => {
  const folder = join(home, 'public');
  await run('mkdir', [folder]);
  await run('tar', ['xzf', packed.tarball, '-C', folder]);
  const file = join(folder, 'package/package.json');
  const { private: isPrivate, ...manifest } = JSON.parse(await readFile(file, 'utf8'));
  expect(isPrivate).toBe(true);
  await writeFile(file, JSON.stringify(manifest));
  const words = ['publish', '--dry-run', '--ignore-scripts', '--loglevel=warn', '--fetch-retries=0'];
  const { stderr, code } = await ended(run('npm', words, { cwd: join(folder, 'package'), env: env() }));
  const warnings = String(stderr)
    .split('\n')
    .filter((line) => /warn|error/i.test(line));
  // A person who publishes must log in; this warning is not about the package.
  expect({ code, warnings: warnings.filter((line) => !line.includes('requires you to be logged in')) }).toEqual({
    code: 0,
    warnings: [],
  });
});
