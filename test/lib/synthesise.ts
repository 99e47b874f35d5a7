/** Templates, each synthesised once in a worker of Jest, and functions that find resources in them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { withoutBundling } from './feature-flags.ts';

/** By the JSON of the whole configuration, with the defaults of what is not given. */
const synthesised = new Map<string, { stack: Stack; template: Template }>();

export function synthesise(configuration: Record<string, unknown> = {}): { stack: Stack; template: Template } {
  const config = parseConfig({ file: null, commandLine: configuration });
  const key = JSON.stringify(config);
  const known = synthesised.get(key);
  if (known) return known;
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-synth-'));
  try {
    const app = new App({ context: withoutBundling, outdir, treeMetadata: false });
    const stack = new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
    const made = { stack, template: Template.fromStack(stack) };
    synthesised.set(key, made);
    return made;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The only resource of a type whose logical id begins with `prefix`. */
export function findOne(template: Template, type: string, prefix = ''): { id: string; resource: Resource } {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  const [id, resource] = found[0] ?? [];
  if (id === undefined || resource === undefined || found.length > 1)
    throw new Error(`Expected one ${type} ${prefix}, found ${found.map(([name]) => name).join(', ') || 'none'}.`);
  return { id, resource: resource as Resource };
}

export const countOf = (template: Template, type: string): number => Object.keys(template.findResources(type)).length;

export interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape.
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
