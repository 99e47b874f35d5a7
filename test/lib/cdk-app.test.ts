/** The app as the CDK's command line runs it: as a separate process. `build-portwatch-app.test.ts` tests the result. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { depth } from '../support/depth.ts';
import { importFresh } from '../support/import-fresh.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutBundling } from './feature-flags.ts';

const app = fileURLToPath(new URL('../../bin/cdk-app.ts', import.meta.url));

const folder = temporaryFolder();

const variablesFor = (context: Record<string, unknown>, outdir: string) => ({
  CDK_OUTDIR: join(folder, outdir),
  CDK_DEFAULT_REGION: 'eu-west-1',
  // The folder of ~/.cdk.json.
  HOME: folder,
  CDK_CONTEXT_JSON: JSON.stringify({ ...withoutBundling, ...context }),
});

const isSynthesised = (outdir: string) => existsSync(join(folder, outdir, 'Portwatch.template.json'));

function runApp(context: Record<string, unknown>, outdir: string) {
  const env = {
    ...process.env,
    ...variablesFor(context, outdir),
    // The check takes 2 s in each process; `nag.test.ts` runs it.
    CDK_VALIDATION: 'false',
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [app], { cwd: folder, env, encoding: 'utf8' });
  return { status, stdout, stderr, synthesised: isSynthesised(outdir) };
}

/**
 * The app in this process, until it exits: a process of its own would load the CDK, which takes a second. The CDK synthesises an app at the
 * end of its process, so an app that exits before has synthesised nothing.
 */
async function runUntilExit(context: Record<string, unknown>, outdir: string) {
  const before = process.cwd();
  const written = { stdout: '', stderr: '' };
  const exit = jest.spyOn(process, 'exit').mockImplementation((status) => {
    throw new Error(`exit ${status}`);
  });
  for (const name of ['stdout', 'stderr'] as const)
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  Object.assign(process.env, variablesFor(context, outdir));
  process.chdir(folder);
  try {
    await expect(importFresh('bin/cdk-app.ts')).rejects.toThrow('exit 1');
    return { ...written, status: exit.mock.calls[0]?.[0], synthesised: isSynthesised(outdir) };
  } finally {
    process.chdir(before);
    jest.restoreAllMocks();
  }
}

/** Keys of other apps, as in `~/.cdk.json`, and keys that the CDK itself writes. The CDK passes both to every app. */
const others = {
  stage: 'dev',
  owner: { team: 'web' },
  'acknowledged-issue-numbers': [34892],
  'cli-telemetry': false,
};

describe('the CDK app', () => {
  beforeAll(() => {
    writeFileSync(join(folder, '.cdk.json'), '{"context": {"stage": "dev", "owner": {"team": "web"}}}');
    writeFileSync(join(folder, 'cdk.context.json'), '{"acknowledged-issue-numbers": [34892], "cli-telemetry": false}');
  });

  test('synthesises the stack, warns that no alert will be delivered, notes what the policy of a key needs, and ignores the keys of others', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(runApp({ kmsKeyArn, ...others }, 'default')).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^Warning: Neither email nor slack is configured: .*\nNote: kmsKeyArn: [\s\S]*PortwatchDeadLetters[\s\S]*\n$/,
      ),
      synthesised: true,
    });
  });

  test('reports every problem on stderr, without a stack trace, and synthesises nothing; a key of others counts if it was given here', async () => {
    const wrong = { ...others, stage: 'prod', scanEveryMinutes: '0', emial: 'you@example.com' };
    const isQuick = depth({ quick: true, full: false });
    const { stderr, ...ended } = isQuick ? await runUntilExit(wrong, 'refused') : runApp(wrong, 'refused');
    expect({ ...ended, stderr: stderr.replace(/Known are: name, .*, tags\./, 'Known are: ….') }).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'The configuration has 3 problem(s):',
        '  - scanEveryMinutes: got 0, expected a whole number of minutes from 1 to 1440. The default is 5.',
        '  - stage: there is no such key. Known are: …. It was given with -c.',
        '  - emial: there is no such key. Did you mean email? It was given with -c.',
        'Nothing was deployed.',
        '',
      ].join('\n'),
      synthesised: false,
    });
  });
});
