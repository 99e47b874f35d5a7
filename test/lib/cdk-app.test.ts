import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withoutBundling } from './synthesise.ts';

const app = fileURLToPath(new URL('../../bin/cdk-app.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portwatch-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the CDK's command line runs it. */
function runApp(context: Record<string, unknown>, homeRegion = 'eu-west-1') {
  const env = {
    ...process.env,
    CDK_DEFAULT_REGION: homeRegion,
    CDK_OUTDIR: join(folder, 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify({ ...withoutBundling, ...context }),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [app], { cwd: folder, env, encoding: 'utf8' });
  return { status, stdout, stderr, synthesised: existsSync(join(folder, 'cdk.out', 'Portwatch.template.json')) };
}

const templates = () =>
  readdirSync(join(folder, 'cdk.out'))
    .filter((name) => name.endsWith('.template.json'))
    .sort();

describe('the CDK app', () => {
  test('synthesises the one stack without any configuration, and warns that nobody will be told', () => {
    expect(runApp({})).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^Warning: Neither email nor slack is configured: .*\n$/),
      synthesised: true,
    });
  });

  test('stays one stack, unless events of other regions are to be forwarded: then there is a small one for each', () => {
    runApp({});
    expect(templates()).toEqual(['Portwatch.template.json']);
    runApp({ eventRegions: 'eu-west-1,us-east-1,ap-south-1' });
    expect(templates()).toEqual([
      'Portwatch.template.json',
      'PortwatchEvents-ap-south-1.template.json',
      'PortwatchEvents-us-east-1.template.json',
    ]);
  });

  test('says so where it is not known to which region events are to be forwarded', () => {
    const { stderr, synthesised } = runApp({ eventRegions: 'us-east-1' }, '');
    expect(stderr).toContain('eventRegions: the region of the monitor, to which they are forwarded, is not known.');
    expect(synthesised).toBe(false);
  });

  test('reads portwatch.json where it runs, or the file that is named', () => {
    writeFileSync(join(folder, 'portwatch.json'), '{"scanEveryMinutes": 0}');
    expect(runApp({}).stderr).toContain('scanEveryMinutes: got 0');
    writeFileSync(join(folder, 'prod.json'), '{"email": "you@example.com"}');
    expect(runApp({ config: 'prod.json' })).toMatchObject({ status: 0, stderr: '', synthesised: true });
  });

  test('says all that is wrong on stderr, without a stack trace, and synthesises nothing', () => {
    expect(runApp({ scanEveryMinutes: '0', emial: 'you@example.com' })).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'The configuration has 2 problem(s):',
        '  - scanEveryMinutes: got 0, expected a whole number of minutes from 1 to 1440. Leave the key out for 5.',
        '  - emial: there is no such key. Did you mean email?',
        'Nothing was deployed.',
        '',
      ].join('\n'),
      synthesised: false,
    });
  });

  test('says so when the named file is not there', () => {
    const { status, stderr } = runApp({ config: 'nowhere.json' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/ {2}- config: nowhere\.json can't be read: ENOENT/);
  });
});
