import type { Template } from 'aws-cdk-lib/assertions';
import { importOnce } from '../support/import-once.ts';

/** Each configuration is synthesised once in each worker of Jest. */
export const { synthesise } = await importOnce<typeof import('./synthesise-once.ts')>('test/lib/synthesise-once.ts');

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
