/** Renders the settings of the monitor for the environment of the functions. */
import { type MonitorSettings, monitorSettings, withoutNulls } from '../lambda/contract/settings-schema.ts';

export const settingNames = Object.keys(monitorSettings) as (keyof MonitorSettings)[];

/** The JSON of `PORTWATCH_SETTINGS`: only the monitor's settings, and only those that have a value. */
export function renderSettings(settings: MonitorSettings): string {
  // `memberRoleName` has a default, which has no effect in a monitor of one account.
  const names = settingNames.filter((key) => key !== 'memberRoleName' || settings.accounts !== null);
  return JSON.stringify(withoutNulls(Object.fromEntries(names.map((key) => [key, settings[key]]))));
}
