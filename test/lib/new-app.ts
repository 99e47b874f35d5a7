import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { withoutBundling } from './feature-flags.ts';

const outdirs = mkdtempSync(join(tmpdir(), 'portwatch-synth-'));
afterAll(() => rmSync(outdirs, { recursive: true, force: true }));
let apps = 0;

/** The CDK's check of the template takes 2 s in each process; `nag.test.ts` runs it. */
process.env['CDK_VALIDATION'] = 'false';

/** An app whose output is deleted after the tests of the file. */
export function newApp(context: Record<string, unknown> = withoutBundling): App {
  apps += 1;
  return new App({ context, outdir: join(outdirs, String(apps)) });
}
