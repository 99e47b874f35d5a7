/** Templates, each synthesised once in a worker of Jest. `synthesise.ts` imports this file outside of the context of the test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { withoutBundling } from './feature-flags.ts';

/** The CDK's check of the template takes 2 s in each process; `nag.test.ts` runs it. */
process.env['CDK_VALIDATION'] = 'false';

/** By the JSON of the configuration. */
const synthesised = new Map<string, { stack: Stack; template: Template }>();

export function synthesise(configuration: Record<string, unknown> = {}): { stack: Stack; template: Template } {
  const key = JSON.stringify(configuration);
  const known = synthesised.get(key);
  if (known) return known;
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-synth-'));
  try {
    const config = parseConfig({ file: null, commandLine: configuration });
    const app = new App({ context: withoutBundling, outdir });
    const stack = new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
    const made = { stack, template: Template.fromStack(stack) };
    synthesised.set(key, made);
    return made;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
