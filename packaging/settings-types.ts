/**
 * Renders the types of the settings as plain interfaces with descriptions. In the source, Zod derives these types from the schema, but the
 * package does not contain Zod's types.
 */
import * as z from 'zod/mini';
import { accountSettings, deploymentSettings, monitorSettings } from '../lambda/contract/settings-schema.ts';
import { partDescriptions, type SettingDescription, settingDescriptions } from '../lib/setting-descriptions.ts';

interface JsonSchema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  enum?: string[];
  const?: string;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | false;
  required?: string[];
}

const words: Readonly<Record<string, SettingDescription>> = { ...settingDescriptions, ...partDescriptions };

/**
 * Types that are not derived from the schema. The elements of `expected` and `approved` have named types. `email` also accepts one text,
 * which the schema converts to a list.
 */
const namedTypes: Readonly<Record<string, string>> = {
  'expected.*': 'ExpectedChangeInput',
  'approved.*': 'ApprovedExposureInput',
  email: 'string | readonly string[]',
};

/** Replaces the derived types of the settings by plain interfaces. `declarations`: the text of `lambda/contract/settings-schema.d.ts`. */
export function writeOutSettings(declarations: string): string {
  const monitor = toSchema(monitorSettings);
  const account = accountSettings();
  const others = Object.fromEntries(Object.entries(deploymentSettings()).filter(([name]) => !(name in account)));
  const written: readonly Written[] = [
    { name: 'MonitorSettingsInput', about: 'What the monitor watches, and what it sends.', schema: monitor, path: '' },
    {
      name: 'AccountSettingsInput',
      about: 'What the account demands of its resources: encryption, network, names, log retention.',
      schema: toSchema(account),
      path: '',
    },
    {
      name: 'DeploymentSettingsInput',
      base: 'AccountSettingsInput',
      about: 'Who gets the alerts, and what else is deployed.',
      schema: toSchema(others),
      path: '',
    },
    {
      name: 'ExpectedChangeInput',
      about: 'Changes that are normal: they are recorded, and no alert is sent.',
      schema: monitor.properties?.['expected']?.items ?? {},
      path: 'expected.*.',
    },
    {
      name: 'ApprovedExposureInput',
      about: 'Exposure that may be open: only what is not approved is rated and alerted.',
      schema: monitor.properties?.['approved']?.items ?? {},
      path: 'approved.*.',
    },
  ];
  return written.reduce(replaceType, declarations);
}

interface Written {
  name: string;
  /** The type that this type extends. */
  base?: string;
  about: string;
  schema: JsonSchema;
  /** Prefix of the keys in `words` (the descriptions of settings and parts): `expected.*.`, or empty. */
  path: string;
}

function toSchema(shape: z.core.$ZodShape): JsonSchema {
  return z.toJSONSchema(z.object(shape as never), { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

function replaceType(text: string, { name, base, about, schema, path }: Written): string {
  const derived = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?export type ${name} = [\\s\\S]*?;\\n(?=\\S)`);
  if (!derived.test(text)) throw new Error(`lambda/contract/settings-schema.ts has no type ${name}.`);
  const head = base === undefined ? name : `${name} extends ${base}`;
  return text.replace(derived, () => `/** ${about} */\nexport interface ${head} ${renderObject(schema, path)}\n`);
}

function renderObject({ properties = {}, required = [] }: JsonSchema, path: string): string {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name);
    return `${renderWords(path + name, isRequired)}  ${renderField(name, schema, isRequired, path + name)};`;
  });
  return `{\n${fields.join('\n')}\n}`;
}

function renderType(schema: JsonSchema, path: string): string {
  const named = namedTypes[path];
  if (named) return named;
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => renderType(one, path)))].filter(isWidest).join(' | ');
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  switch (schema.type) {
    case 'string':
      return schema.const === undefined ? 'string' : `'${schema.const}'`;
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return `readonly ${inBrackets(renderType(schema.items ?? {}, `${path}.*`))}[]`;
    case 'object':
      if (schema.additionalProperties)
        return `Readonly<Record<string, ${renderType(schema.additionalProperties, `${path}.*`)}>>`;
      return `{ ${Object.entries(schema.properties ?? {})
        .map(([name, field]) => renderField(name, field, schema.required?.includes(name) ?? false, `${path}.${name}`))
        .join('; ')} }`;
    default:
      throw new Error(`The type of the setting ${path} cannot be written.`);
  }
}

/** `path`: the key of the field in `words` (the descriptions of settings and parts). */
function renderField(name: string, field: JsonSchema, isRequired: boolean, path: string): string {
  const type = renderType(field, path);
  return isRequired ? `readonly ${name}: ${type}` : `readonly ${name}?: ${type} | undefined`;
}

const inBrackets = (type: string) => (type.includes(' | ') ? `(${type})` : type);

/** False for a literal type if the union also contains `string`, because then the literal adds nothing to the type. */
const isWidest = (type: string, _index: number, all: string[]) => !type.startsWith("'") || !all.includes('string');

function renderWords(path: string, isRequired: boolean): string {
  const { description, byDefault } = words[path] ?? {};
  if (description === undefined) throw new Error(`The setting ${path} has no description.`);
  const byItself =
    isRequired || byDefault === undefined
      ? ''
      : `\n   *\n   * @default ${/^(\d+|true|false|`.*`)$/.test(byDefault) ? byDefault.replaceAll('`', "'") : `- ${byDefault}`}`;
  return `  /**\n   * ${unlink(description)}.${byItself}\n   */\n`;
}

/** Replaces Markdown links of docs/configuration.md by text: `[Events](#events)` becomes `docs/configuration.md#events`. */
function unlink(text: string): string {
  return text
    .replace(/\[[^\]]*\]\((#[^)]*)\)/g, 'docs/configuration.md$1')
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 (docs/$2)');
}
