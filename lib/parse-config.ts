/**
 * Converts the configuration file and the values of the command line to a checked configuration, or reports every problem at once. Pure:
 * `config-sources.ts` reads the file and the command line; `lambda/contract/settings-schema.ts` defines the settings.
 */
import * as z from 'zod/mini';
import {
  type DeploymentSettings,
  deploymentSettings,
  type MonitorSettings,
  monitorSettings,
} from '../lambda/contract/settings-schema.ts';
import { ConfigurationError } from './configuration-error.ts';
import { findConflicts } from './find-setting-conflicts.ts';
import { findUnknownRegions } from './find-unknown-regions.ts';
import { renderProblem, renderUnknownKey } from './render-config-problem.ts';
import { hideUrl, renderGot } from './render-given-value.ts';
import { settingDescriptions } from './setting-descriptions.ts';

/** A checked configuration, with every default filled in. */
export type Config = MonitorSettings & DeploymentSettings;

export interface ConfigSources {
  /** The name and the text of the configuration file; `null`: there is no file. */
  readonly file: { readonly name: string; readonly text: string } | null;
  /** Values that have priority over the file: from `-c key=value` as text, or from the `context` of cdk.json as any JSON. */
  readonly commandLine: Readonly<Record<string, unknown>>;
  /** For each key of `commandLine` that comes from a context file: the name of that file. Left out: no key comes from a context file. */
  readonly contextFiles?: Readonly<Record<string, string>>;
}

const shape = { ...monitorSettings, ...deploymentSettings() };
const settingNames = Object.keys(settingDescriptions) as (keyof typeof shape)[];
/** The keys have the order of `settingDescriptions`, so that problems are reported in the order of the documentation. */
const configSchema = z.strictObject(
  Object.fromEntries(settingNames.map((name) => [name, shape[name]])) as unknown as typeof shape,
);

/**
 * Throws ConfigurationError with every problem; conflicts between settings are only found if each setting is valid. No key is required:
 * without a file and without keys, every default applies.
 */
export function parseConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const input = { ...parseFile(sources.file, problems) };
  for (const [key, value] of Object.entries(sources.commandLine)) {
    // Context files also hold keys of the CDK and of other apps, so an unknown key of these files is ignored.
    if (isKnown(key) || sources.contextFiles?.[key] === undefined) setKey(input, key, value, problems);
  }
  const result = configSchema.safeParse(input);
  problems.push(...findUnknownRegions(input));
  if (!result.success) {
    for (const issue of result.error.issues.flatMap(separateKeys)) {
      const origin = renderOrigin(sources, issue);
      problems.push(...renderProblem(issue, input, 'configuration').map((problem) => `${problem}${origin}`));
    }
  } else problems.push(...findConflicts(result.data));
  if (problems.length > 0 || !result.success) throw new ConfigurationError(problems);
  return result.data;
}

const givenWithC = ' It was given with -c.';

/** True if the part of the key before the first dot is a setting: `tags` for `tags.team`. */
function isKnown(key: string): boolean {
  return Object.hasOwn(shape, key.split('.')[0] ?? '');
}

function separateKeys(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}

/** Names the place of an unknown key, and of a value from a context file. For every other value the place is obvious. */
function renderOrigin({ file, commandLine, contextFiles }: ConfigSources, issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknown === undefined ? [] : [unknown])].map(String);
  const key = [path.join('.'), path.slice(0, 2).join('.'), path[0] ?? ''].find((one) =>
    Object.hasOwn(commandLine, one),
  );
  const contextFile = key === undefined ? undefined : contextFiles?.[key];
  if (contextFile !== undefined) return ` It is in the context of ${contextFile}.`;
  if (unknown === undefined) return '';
  return key === undefined ? ` It is in ${file?.name}.` : givenWithC;
}

function parseFile(file: ConfigSources['file'], problems: string[]): Record<string, unknown> {
  if (file === null) return {};
  try {
    const value: unknown = JSON.parse(file.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    problems.push(`${file.name}: got ${renderGot(value)}, expected an object {…} of keys.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.push(`${file.name}: is not JSON: ${why}. portwatch.example.json is an example.`);
  }
  return {};
}

/** Sets the value of one key in `input`. A key with a dot, such as `slack.channelId`, sets one key of an object. */
function setKey(input: Record<string, unknown>, key: string, value: unknown, problems: string[]): void {
  const dot = key.indexOf('.');
  const [parent, child] = dot < 0 ? [key, null] : [key.slice(0, dot), key.slice(dot + 1)];
  if (child === null) input[parent] = typeof value === 'string' ? parseText(key, value) : value;
  else {
    const parts = findParts(parent);
    if (parts === null) problems.push(`${renderUnknownKey([key])}${givenWithC}`);
    else if (Array.isArray(input[parent]))
      problems.push(
        `${hideUrl(key)}: got ${renderGot(value)}, expected no part of an object, since ${parent} is also given as a list. Leave one of the two out.`,
      );
    else input[parent] = { ...asObject(input[parent]), [child]: parsePart(parts[child], value) };
  }
}

/**
 * Returns the schemas of the keys inside the setting `key`. `{}`: the setting is an object with free keys. `null`: the setting is not an
 * object.
 */
function findParts(key: string): Readonly<Record<string, z.core.$ZodType>> | null {
  const type = Object.hasOwn(shape, key) ? findInput(shape[key as keyof typeof shape], 'object') : null;
  if (type?.type === 'object') return type.shape;
  return type?.type === 'record' ? {} : null;
}

function parsePart(schema: z.core.$ZodType | undefined, value: unknown): unknown {
  return schema && typeof value === 'string' ? parseTextAs(findInput(schema), value) : value;
}

/**
 * Returns the text as a value of the setting's type. A text that cannot be converted is returned unchanged, and the schema refuses this
 * text.
 */
function parseText(key: string, text: string): unknown {
  if (key === 'expected' || key === 'approved' || !Object.hasOwn(shape, key)) return text;
  return parseTextAs(findInput(shape[key as keyof typeof shape]), text);
}

function parseTextAs(type: z.core.$ZodTypes['_zod']['def'], text: string): unknown {
  if (type.type === 'number') return parseNumber(text);
  if (type.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type.type !== 'array') return text;
  const parts = text.split(',').map((part) => part.trim());
  const given = parts.filter((part) => part !== '');
  return findInput(type.element).type === 'number' ? given.map(parseNumber) : given;
}

/**
 * Returns the definition of the schema that checks the input. Defaults, optional schemas and transformations are unwrapped. If a setting
 * accepts a list or an object, `wanted` selects the form. The default is the list, because a text of the command line is split into a list.
 */
function findInput({ _zod }: z.core.$ZodType, wanted: 'array' | 'object' = 'array'): z.core.$ZodTypes['_zod']['def'] {
  const def = _zod.def as z.core.$ZodTypes['_zod']['def'];
  if (def.type === 'default' || def.type === 'optional') return findInput(def.innerType, wanted);
  if (def.type === 'pipe') return findInput(def.in._zod.def.type === 'transform' ? def.out : def.in, wanted);
  if (def.type === 'union') return def.options.map((one) => findInput(one)).find(({ type }) => type === wanted) ?? def;
  return def;
}

function parseNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
