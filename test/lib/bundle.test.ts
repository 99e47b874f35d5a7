import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { featureFlags } from './feature-flags.ts';
import { newApp } from './new-app.ts';

const run = promisify(execFile);
const everything = {
  slackWebhookParameter: '/w',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
};

/** Takes seconds: the only test file that bundles like a deployment. */
describe('the bundle as it is deployed', () => {
  let outdir: string;
  let assets: string[];

  beforeAll(() => {
    const app = newApp(featureFlags);
    const config = parseConfig({ file: null, commandLine: everything });
    new PortwatchStack(app, 'Portwatch', { config });
    outdir = app.synth().directory;
    assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  });

  test('has one file for each function, an ES module', () => {
    expect(assets).toHaveLength(5);
    for (const asset of assets) expect(readdirSync(join(outdir, asset))).toEqual(['index.mjs']);
  });

  test('holds no words for people who configure: only the command line and the synthesis need these', () => {
    for (const asset of assets)
      expect(readFileSync(join(outdir, asset, 'index.mjs'), 'utf8')).not.toContain('Display name of the account');
  });

  /** In a process of its own, from a file: with `node -e`, a `require` that ES modules do not have would work. */
  test('loads in Node 24, exports its handler, and needs neither the environment nor other files', async () => {
    for (const asset of assets) {
      const file = join(outdir, asset, 'index.mjs');
      const script = join(outdir, 'load.mjs');
      await writeFile(script, `import * as bundle from ${JSON.stringify(file)}; console.log(typeof bundle.handler);`);
      const { stdout, stderr } = await run(process.execPath, [script], { cwd: tmpdir(), env: {} });
      expect({ stdout, stderr }).toEqual({ stdout: 'function\n', stderr: '' });
    }
  });
});
