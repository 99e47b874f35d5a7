import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { withoutBundling } from './feature-flags.ts';

const outdirs = mkdtempSync(join(tmpdir(), 'portwatch-synth-'));
process.once('exit', () => rmSync(outdirs, { recursive: true, force: true }));
let apps = 0;

/** An app whose output is deleted at the end of the process. */
export function newApp(context: Record<string, unknown> = withoutBundling): App {
  apps += 1;
  return new App({ context, outdir: join(outdirs, String(apps)), treeMetadata: false });
}
