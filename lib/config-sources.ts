import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Node } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';
import type { ConfigSources } from './parse-config.ts';
import { hideUrl, renderGot } from './render-given-value.ts';

const defaultFile = 'portwatch.json';

/**
 * Loads the file of `-c config=prod.json`; without that option, portwatch.json in `folder`, if it exists. Also loads the values of `-c
 * key=value`. Throws ConfigurationError if `config` is not a path, or if the file can't be read.
 */
export function loadConfigSources(node: Node, folder: string): ConfigSources {
  const { config, ...commandLine } = ownContext(node);
  return { file: loadConfigFile(config, folder), commandLine, contextFiles: findContextFiles(commandLine, folder) };
}

/**
 * Finds the context file of each key, for the messages. The CDK's command line merges `-c` values and context files, and gives the app one
 * merged context. So a key counts as a key of the first file that has the same value. (See `Configuration.loadConfigFiles` of the package
 * aws-cdk.)
 */
function findContextFiles(context: Record<string, unknown>, folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['cdk.json', 'cdk.context.json', '~/.cdk.json']) {
    const values = loadContext(name, folder);
    for (const [key, value] of Object.entries(context))
      if (Object.hasOwn(values, key) && isDeepStrictEqual(values[key], value)) found[key] ??= name;
  }
  return found;
}

/** Returns an empty object if the file does not exist, or is not JSON. The CDK's command line reports a file that is not JSON. */
function loadContext(name: string, folder: string): Record<string, unknown> {
  try {
    const path = name.startsWith('~/') ? resolve(homedir(), name.slice(2)) : resolve(folder, name);
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const context: unknown = name === 'cdk.context.json' ? content : Object(content).context;
    return { ...Object(context) };
  } catch {
    return {};
  }
}

/**
 * The CDK's own context keys contain a colon, an @ or a slash before the first dot (`aws:cdk:…`, `@aws-cdk/…`). Portwatch's keys do not.
 */
function ownContext(node: Node): Record<string, unknown> {
  const all: unknown = node.getAllContext();
  const entries = typeof all === 'object' && all !== null ? Object.entries(all) : [];
  return Object.fromEntries(entries.filter(([key]) => !/^[^.]*[:@/]/.test(key)));
}

/**
 * Loads the file whose path is `config` (the value of `-c config=…`); without `config`, portwatch.json in `folder`. `null`: `config` is
 * left out, and portwatch.json does not exist. Throws ConfigurationError if `config` is not a path, or if the file can't be read.
 */
export function loadConfigFile(config: unknown, folder: string): ConfigSources['file'] {
  if (config !== undefined && (typeof config !== 'string' || config === ''))
    throw new ConfigurationError([
      `config: got ${renderGot(config)}, expected the path of a file: -c config=prod.json.`,
    ]);
  const name = config ?? defaultFile;
  const path = resolve(folder, name);
  if (config === undefined && !existsSync(path)) return null;
  try {
    return { name, text: readFileSync(path, 'utf8') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`config: ${hideUrl(name)} can't be read: ${hideUrl(why)}`]);
  }
}
