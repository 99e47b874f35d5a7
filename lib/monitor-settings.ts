/** Checks the settings of the construct, and renders them for the environment of the functions. */
import { Token } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import {
  type MonitorSettings,
  type MonitorSettingsInput,
  monitorSettings,
  withoutNulls,
} from '../lambda/contract/settings.ts';
import { renderExpected, renderProblem } from './config-problem.ts';
import { ConfigurationError } from './configuration-error.ts';

const settingNames = Object.keys(monitorSettings) as (keyof MonitorSettings)[];

/** Bytes. Lambda allows 4 KB for all variables of a function together; 1 KB is left for names, ARNs and the logger. */
const mostSettingsBytes = 3072;

/**
 * Fills in the defaults. Throws ConfigurationError with every problem. Only `name` may be a token: the function reads the other
 * settings as JSON, and the schedule, the timeout and the alarms are computed from `scanEveryMinutes`.
 */
export function checkMonitorSettings(input: MonitorSettingsInput): MonitorSettings {
  const { name = null } = input;
  const tokens = settingNames.filter((key) => key !== 'name' && Token.isUnresolved(input[key]));
  if (tokens.length > 0)
    throw new ConfigurationError(
      tokens.map((key) => `${key}: got a token, ${renderExpected({ path: [key], message: '' })}`),
    );
  const isNameToken = Token.isUnresolved(name);
  const given = withoutNulls({ ...input, name: isNameToken ? null : name });
  const checked = z.object(monitorSettings).safeParse(given);
  const problems = checked.success
    ? findConflicts(checked.data)
    : checked.error.issues.flatMap((issue) => renderProblem(issue, given));
  if (!checked.success || problems.length > 0) throw new ConfigurationError(problems);
  return isNameToken ? { ...checked.data, name } : checked.data;
}

/** Problems of settings that are each valid, but not in combination. */
export function findConflicts(settings: MonitorSettings): string[] {
  return [...checkSize(settings), ...checkEventRegions(settings)];
}

/** The JSON of `PORTWATCH_SETTINGS`: the monitor's settings alone, and of these only the ones that have a value. */
export function renderSettings(settings: MonitorSettings): string {
  return JSON.stringify(withoutNulls(Object.fromEntries(settingNames.map((key) => [key, settings[key]]))));
}

function checkSize(settings: MonitorSettings): string[] {
  const bytes = Buffer.byteLength(renderSettings(settings));
  if (bytes <= mostSettingsBytes) return [];
  return [
    `expected: got settings of ${bytes} bytes, expected at most ${mostSettingsBytes}, since Lambda allows a function 4 KB of variables. ` +
      'Join entries by a pattern for the instance, or shorten their reasons.',
  ];
}

function checkEventRegions({ eventPath, eventRegions, regions }: MonitorSettings): string[] {
  if (eventRegions.length === 0) return [];
  const got = `eventRegions: got ${JSON.stringify(eventRegions)}`;
  if (!eventPath) return [`${got}, expected none with eventPath false. Leave one of the two keys out.`];
  const unwatched = eventRegions.filter((region) => regions && !regions.includes(region));
  if (unwatched.length === 0) return [];
  return [
    `${got}, expected only regions that are watched. Add ${unwatched.join(', ')} to regions, or take it out here.`,
  ];
}
