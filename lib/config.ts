/**
 * From what a person wrote to a checked configuration, or to every problem in it at once. Pure: `config-sources.ts` reads the file
 * and the command line.
 */
import { renderProblem, renderUnknownKey } from './config-problem.ts';
import { type Config, configSchema } from './config-schema.ts';
import { checkSettingsSize, renderScanSettings } from './scan-settings.ts';

export type { Config } from './config-schema.ts';

export interface ConfigSources {
  /** The text of `portwatch.json`, and how it is called; `null`: there is none. */
  readonly file: { readonly name: string; readonly text: string } | null;
  /** What was given as `-c key=value`: texts; or any JSON, from the `context` of cdk.json. It wins over the file. */
  readonly commandLine: Readonly<Record<string, unknown>>;
}

/** All that is wrong, one line a problem; nothing has been deployed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Throws ConfigurationError with every problem. Nothing is required: no file and no keys give the defaults. */
export function parseConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const fromFile = parseFile(sources.file, problems);
  const input = { ...fromFile };
  for (const [key, value] of Object.entries(sources.commandLine)) setKey(input, key, value, problems);
  const result = configSchema.safeParse(input);
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => renderProblem(issue, input)));
  else problems.push(...checkScanSettings(result.data), ...checkEventRegions(result.data));
  if (problems.length > 0 || !result.success) throw new ConfigurationError(problems);
  return result.data;
}

function checkScanSettings(config: Config): string[] {
  const problem = checkSettingsSize(renderScanSettings({ ...config, name: config.name ?? '000000000000' }));
  return problem ? [`expected: ${problem}`] : [];
}

function checkEventRegions({ eventPath, eventRegions, regions }: Config): string[] {
  if (eventRegions.length === 0) return [];
  const got = `eventRegions: got ${JSON.stringify(eventRegions)}`;
  if (!eventPath) return [`${got}, expected none with eventPath false. Leave one of the two keys out.`];
  const unwatched = eventRegions.filter((region) => regions && !regions.includes(region));
  if (unwatched.length === 0) return [];
  return [
    `${got}, expected only regions that are watched. Add ${unwatched.join(', ')} to regions, or take it out here.`,
  ];
}

function parseFile(file: ConfigSources['file'], problems: string[]): Record<string, unknown> {
  if (file === null) return {};
  try {
    const value: unknown = JSON.parse(file.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    problems.push(`${file.name}: got ${JSON.stringify(value)?.slice(0, 80)}, expected an object {…} of keys.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.push(`${file.name}: is not JSON: ${why}. portwatch.example.json is an example.`);
  }
  return {};
}

const numbers: ReadonlySet<string> = new Set(['scanEveryMinutes', 'tellGapAfterScans', 'keepHistoryDays']);
const switches: ReadonlySet<string> = new Set(['weeklyDigest', 'attribution', 'attributedAlerts', 'eventPath']);
const lists: ReadonlySet<string> = new Set(['email', 'regions', 'highRiskPorts', 'eventRegions']);

/** `-c slack.channelId=C…` sets a key in an object; texts become what the key holds, or stay texts for the schema to refuse. */
function setKey(input: Record<string, unknown>, key: string, value: unknown, problems: string[]): void {
  const dot = key.indexOf('.');
  const [parent, child] = dot < 0 ? [key, null] : [key.slice(0, dot), key.slice(dot + 1)];
  if (child === null) input[parent] = typeof value === 'string' ? fromText(key, value) : value;
  else if (parent === 'slack' || parent === 'tags') input[parent] = { ...asObject(input[parent]), [child]: value };
  else problems.push(renderUnknownKey([key]));
}

function fromText(key: string, text: string): unknown {
  if (numbers.has(key)) return numberFrom(text);
  if (switches.has(key)) return text === 'true' ? true : text === 'false' ? false : text;
  if (!lists.has(key)) return text;
  const parts = text.split(',').map((part) => part.trim());
  const given = parts.filter((part) => part !== '');
  return key === 'highRiskPorts' ? given.map(numberFrom) : given;
}

function numberFrom(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
