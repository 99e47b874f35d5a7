import { readFileSync, rmSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';

const cdkJson: unknown = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** The feature flags with which the command line deploys. */
export const featureFlags = (cdkJson as { context: Record<string, unknown> }).context;

/** Bundling is left out: it takes seconds, and `bundle.test.ts` does it once. */
export const withoutBundling = { ...featureFlags, 'aws:cdk:bundling-stacks': [] };

const synthesised = new Map<string, { stack: Stack; template: Template }>();

/** Each configuration is synthesised once a file. */
export function synthesise(configuration: Record<string, unknown> = {}): { stack: Stack; template: Template } {
  const key = JSON.stringify(configuration);
  const known = synthesised.get(key);
  if (known) return known;
  const app = new App({ context: withoutBundling });
  const config = parseConfig({ file: null, commandLine: configuration });
  const stack = new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
  const made = { stack, template: Template.fromStack(stack) };
  rmSync(app.synth().directory, { recursive: true });
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
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape, and a test says which it expects.
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
