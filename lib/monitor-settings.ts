/** Renders the settings of the monitor for the environment of the functions, and finds settings that exclude each other. */
import { isWatched, type MonitorSettings, monitorSettings, withoutNulls } from '../lambda/contract/settings.ts';

export const settingNames = Object.keys(monitorSettings) as (keyof MonitorSettings)[];

/** Bytes. Lambda allows 4 KB for all variables of a function together; 1 KB is left for names, ARNs and the logger. */
const mostSettingsBytes = 3072;

/** Problems of the monitor's settings that are each valid, but not in combination. */
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
  const unwatched = eventRegions.filter((region) => !isWatched({ regions }, region));
  if (unwatched.length === 0) return [];
  return [
    `${got}, expected only regions that are watched. Add ${unwatched.join(', ')} to regions, or take it out here.`,
  ];
}
