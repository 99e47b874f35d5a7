/** Checks the props of the construct, which may be tokens. */
import { Token } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import {
  type AccountSettings,
  type AccountSettingsInput,
  accountSettings,
  type MonitorSettings,
  type MonitorSettingsInput,
  monitorSettings,
  withoutNulls,
} from '../lambda/contract/settings.ts';
import { renderExpected, renderProblem } from './config-problem.ts';
import { ConfigurationError } from './configuration-error.ts';
import { findUnknownRegions } from './find-unknown-regions.ts';
import { findConflicts } from './monitor-settings.ts';

const shape = { ...monitorSettings, ...accountSettings() };
const names = Object.keys(shape) as (keyof typeof shape)[];

/**
 * Fills in the defaults. Throws ConfigurationError with every problem. Only `name` may be a token: the function reads the other
 * settings as JSON, and the schedule, the timeout and the alarms are computed from `scanEveryMinutes`.
 */
export function checkMonitorSettings(
  input: MonitorSettingsInput & AccountSettingsInput,
): MonitorSettings & AccountSettings {
  const { name = null } = input;
  const tokens = names.filter((key) => key !== 'name' && Token.isUnresolved(input[key]));
  if (tokens.length > 0)
    throw new ConfigurationError(
      tokens.map((key) => `${key}: got a token, ${renderExpected({ path: [key], message: '' })}`),
    );
  const isNameToken = Token.isUnresolved(name);
  const given = withoutNulls({ ...input, name: isNameToken ? null : name });
  const checked = z.object(shape).safeParse(given);
  const problems = [
    ...findUnknownRegions(input),
    ...(checked.success
      ? findConflicts(checked.data)
      : checked.error.issues.flatMap((issue) => renderProblem(issue, given))),
  ];
  if (!checked.success || problems.length > 0) throw new ConfigurationError(problems);
  return isNameToken ? { ...checked.data, name } : checked.data;
}

/** Fills in the defaults. Throws ConfigurationError with every problem, and takes no token. */
export function checkAccountSettings(input: AccountSettingsInput): AccountSettings {
  const given = withoutNulls(input);
  const checked = z.object(accountSettings()).safeParse(given);
  if (!checked.success)
    throw new ConfigurationError(checked.error.issues.flatMap((issue) => renderProblem(issue, given)));
  return checked.data;
}
