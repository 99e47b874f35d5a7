import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';

const cdkJson: unknown = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** The feature flags of cdk.json, as in a deployment. */
export const featureFlags = (cdkJson as { context: Record<string, unknown> }).context;

/** Without bundling, which takes seconds; `bundle.test.ts` bundles once. */
export const withoutBundling = { ...featureFlags, 'aws:cdk:bundling-stacks': [] };

/** The CDK's check of the template takes 2 s in each process; `nag.test.ts` runs it. */
process.env['CDK_VALIDATION'] = 'false';

const outdirs = mkdtempSync(join(tmpdir(), 'portwatch-synth-'));
afterAll(() => rmSync(outdirs, { recursive: true, force: true }));
let apps = 0;

/** An app whose output is deleted after the tests of the file. */
export function newApp(context: Record<string, unknown> = withoutBundling): App {
  apps += 1;
  return new App({ context, outdir: join(outdirs, String(apps)) });
}

const synthesised = new Map<string, { stack: Stack; template: Template }>();

/** Each configuration is synthesised once in each test file. */
export function synthesise(configuration: Record<string, unknown> = {}): { stack: Stack; template: Template } {
  const key = JSON.stringify(configuration);
  const known = synthesised.get(key);
  if (known) return known;
  const config = parseConfig({ file: null, commandLine: configuration });
  const stack = new PortwatchStack(newApp(), 'Portwatch', { config, tags: config.tags });
  const made = { stack, template: Template.fromStack(stack) };
  synthesised.set(key, made);
  return made;
}

/** The only resource of a type whose logical id begins with `prefix`. */
export function findOne(template: Template, type: string, prefix = ''): { id: string; resource: Resource } {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  const [id, resource] = found[0] ?? [];
  if (id === undefined || resource === undefined || found.length > 1)
    throw new Error(`Expected one ${type} ${prefix}, found ${found.map(([name]) => name).join(', ') || 'none'}.`);
  return { id, resource: resource as Resource };
}

export interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape.
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
