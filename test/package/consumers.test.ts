/**
 * The construct in CDK apps of other people: installed by npm, pnpm and yarn, with the oldest and the newest version of the CDK that
 * package.json allows, in JavaScript and TypeScript, ES modules and CommonJS. Each app has the same template as a clone.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DriftMonitor } from '../../lib/drift-monitor.ts';
import { featureFlags } from '../lib/feature-flags.ts';
import { newApp } from '../lib/new-app.ts';
import { pack, repository } from './pack.ts';

const run = promisify(execFile);
const bin = (name: string) => join(repository, 'node_modules', name);

/** Pinned. Yarn runs with Plug'n'Play, where a package finds only packages that it declares. */
const managers = { pnpm: '12.4.2', '@yarnpkg/cli-dist': '4.18.1' };

interface Consumer {
  name: string;
  cdk: string;
  constructs: string;
  /** Further dependencies. */
  tools?: Record<string, string>;
  /** The package manager with its arguments. */
  install(folder: string): string[];
  /** Arguments for Node, so that it finds the packages. */
  node: string[];
  env?: Record<string, string>;
}

const consumers: Consumer[] = [
  {
    name: 'npm, the oldest CDK',
    cdk: '2.224.0',
    constructs: '10.5.0',
    // The last compiler that supports all kinds of module resolution.
    tools: { typescript: '5.9.3' },
    install: () => ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
    node: [],
  },
  {
    name: 'pnpm, the newest CDK',
    cdk: '2.276.0',
    constructs: '10.8.1',
    install: (folder) => [
      process.execPath,
      join(home, 'node_modules/pnpm/bin/pnpm.mjs'),
      ...['install', '--ignore-scripts', '--store-dir', join(folder, 'store')],
    ],
    node: [],
  },
  {
    // The newest version whose own dependencies are separate packages in the registry, as yarn needs them.
    name: 'yarn, without node_modules',
    cdk: '2.270.0',
    constructs: '10.8.1',
    install: () => [
      process.execPath,
      join(home, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js'),
      ...['install', '--mode', 'skip-build'],
    ],
    node: ['-r', './.pnp.cjs', '--loader', './.pnp.loader.mjs'],
    env: { YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_ENABLE_TELEMETRY: 'false', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
  },
];

const build = `
const app = new App({ outdir: process.argv[2], context: JSON.parse(process.argv[3]) });
new DriftMonitor(new Stack(app, 'Own'), 'Monitor', { name: 'prod', alertFrom: 'medium', highRiskPorts: [22] });
app.synth();
`;
const typed = `
import { App, Stack } from 'aws-cdk-lib';
import { ConfigurationError, DriftMonitor, type DriftMonitorProps } from 'portwatch';
import { diffFirewalls, type FirewallDiff } from 'portwatch/firewall';

declare const process: { argv: string[] };
const [, , outdir = '', context = ''] = process.argv;
const diff: FirewallDiff = diffFirewalls([], []);
const props: DriftMonitorProps = { name: 'prod', alertFrom: 'medium', highRiskPorts: [22] };
const app = new App({ outdir, context: JSON.parse(context) });
const monitor: DriftMonitor = new DriftMonitor(new Stack(app, 'Own'), 'Monitor', props);
const topic: string = monitor.alertTopic.topicArn;
// @ts-expect-error: there is no such severity.
const wrong: DriftMonitorProps = { alertFrom: 'huge' };
if (diff.verdict !== 'identical' || topic === '' || wrong === props || !ConfigurationError.name) throw new Error();
app.synth();
`;
const sources: Record<string, string> = {
  'js.mjs': `import { App, Stack } from 'aws-cdk-lib';\nimport { DriftMonitor } from 'portwatch';\n${build}`,
  'js.cjs': `const { App, Stack } = require('aws-cdk-lib');\nconst { DriftMonitor } = require('portwatch');\n${build}`,
  'ts.mts': typed,
  'ts.cts': typed,
  'ts.ts': typed,
  'own.test.js': `const { App, Stack } = require('aws-cdk-lib');
    const { Template } = require('aws-cdk-lib/assertions');
    const { DriftMonitor } = require('portwatch');
    test('own', () => {
      const stack = new Stack(new App(), 'Own');
      new DriftMonitor(stack, 'Monitor', {});
      Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    });`,
};

let home: string;
const folderOf = ({ name }: Consumer) => join(home, name.split(',')[0] ?? '');

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portwatch-consumers-'));
  const { tarball } = await pack(home);
  await writeFile(join(home, 'package.json'), JSON.stringify({ private: true, dependencies: managers }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home });
  for (const consumer of consumers) {
    const { cdk, constructs, tools, install, env } = consumer;
    const folder = folderOf(consumer);
    await mkdir(folder);
    for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
    const dependencies = { portwatch: `file:${tarball}`, 'aws-cdk-lib': cdk, constructs, ...tools };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    // Yarn treats a folder with a lock file as a separate project.
    await writeFile(join(folder, 'yarn.lock'), '');
    const [program = '', ...words] = install(folder);
    await run(program, words, { cwd: folder, env: { ...process.env, ...env } });
  }
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

/** The place of a function's bundle depends on how it was bundled. Everything else must be equal. */
function withoutAssets(template: object): unknown {
  return JSON.parse(JSON.stringify(template).replaceAll(/"S3Key":"[0-9a-f]{64}\.zip"/g, '"S3Key":"*"'));
}

function templateOfClone(context: Record<string, unknown>): unknown {
  const stack = new Stack(newApp({ ...context, 'aws:cdk:bundling-stacks': [] }), 'Own');
  new DriftMonitor(stack, 'Monitor', { name: 'prod', alertFrom: 'medium', highRiskPorts: [22] });
  return withoutAssets(Template.fromStack(stack).toJSON());
}

/** Runs the app, and returns its template. */
async function synthesise(consumer: Consumer, file: string, context: Record<string, unknown>): Promise<unknown> {
  const folder = folderOf(consumer);
  const outdir = await mkdtemp(join(folder, 'out-'));
  const env = { ...process.env, CDK_VALIDATION: 'false' };
  await run(process.execPath, [...consumer.node, file, outdir, JSON.stringify(context)], { cwd: folder, env });
  const functions = (await readdir(outdir)).filter((name) => name.startsWith('asset.'));
  expect(functions).toHaveLength(3);
  return withoutAssets(JSON.parse(await readFile(join(outdir, 'Own.template.json'), 'utf8')));
}

describe.each(consumers)('installed by $name', (consumer) => {
  test.each([
    ['js.mjs', 'with the feature flags of a clone', featureFlags],
    ['js.cjs', 'without feature flags', {}],
  ])('%s gives the template of a clone, %s', async (file, _, context) => {
    expect(await synthesise(consumer, file, context)).toEqual(templateOfClone(context));
  });
});

const [npm, pnpm] = consumers as [Consumer, Consumer, Consumer];

/** Also checks the declarations of the CDK and of the package. Returns the errors of the compiler; empty if there are none. */
async function compile(consumer: Consumer, compiler: string, ...words: string[]): Promise<string> {
  const strictly = [compiler, '--strict', '--target', 'es2022', '--lib', 'es2022,esnext.disposable', ...words];
  const { stdout, stderr } = await run(process.execPath, strictly, { cwd: folderOf(consumer) }).catch(
    (failed) => failed,
  );
  return stdout + stderr;
}

const compilerOf = (consumer: Consumer) =>
  consumer === npm ? join(folderOf(npm), 'node_modules/typescript/bin/tsc') : bin('typescript/bin/tsc');

describe.each([npm, pnpm])('TypeScript, installed by $name', (consumer) => {
  test('compiles as ES module and as CommonJS, and gives the template of a clone', async () => {
    const kind = consumer === npm ? 'node16' : 'nodenext';
    const words = ['--module', kind, '--moduleResolution', kind, 'ts.mts', 'ts.cts'];
    expect(await compile(consumer, compilerOf(consumer), ...words)).toBe('');
    expect(await synthesise(consumer, 'ts.mjs', {})).toEqual(templateOfClone({}));
    expect(await synthesise(consumer, 'ts.cjs', featureFlags)).toEqual(templateOfClone(featureFlags));
  });

  test('is built in a test of Jest in CommonJS', async () => {
    const jest = [bin('jest/bin/jest.js'), '--rootDir', folderOf(consumer), '--testMatch', '**/own.test.js'];
    const { stderr } = await run(process.execPath, jest, { cwd: folderOf(consumer) });
    expect(stderr).toContain('Tests:       1 passed, 1 total');
  });
});

test.each([
  ['commonjs', 'node10'],
  ['esnext', 'bundler'],
])('the declarations are found with --module %s --moduleResolution %s', async (module, resolution) => {
  const words = ['--noEmit', '--module', module, '--moduleResolution', resolution, 'ts.ts'];
  expect(await compile(npm, compilerOf(npm), ...words)).toBe('');
});
