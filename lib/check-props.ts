/** Checks the props of the construct `DriftMonitor`. Some of the props can be tokens. */
import { Token } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import {
  type AccountSettings,
  type AccountSettingsInput,
  accountSettings,
  type DeploymentSettings,
  type DeploymentSettingsInput,
  deploymentSettings,
  type MonitorSettings,
  type MonitorSettingsInput,
  monitorSettings,
  withoutNulls,
} from '../lambda/contract/settings-schema.ts';
import { refuse } from './configuration-error.ts';
import { findConflicts, findOtherPlaces } from './find-setting-conflicts.ts';
import { findUnknownRegions } from './find-unknown-regions.ts';
import { findResourceProblems, isGiven, type OwnResources, ownResourceNames } from './own-resources.ts';
import { renderExpected, renderProblem, renderUnknownKey } from './render-config-problem.ts';
import { settingDescriptions } from './setting-descriptions.ts';

const shape = { ...monitorSettings, ...deploymentSettings() };
const settingNames = Object.keys(settingDescriptions) as (keyof typeof shape)[];
const propNames: readonly string[] = [...settingNames, ...ownResourceNames];

/**
 * Settings that can be tokens, because the CDK code only passes their values on to the template. All other settings must be known at
 * synthesis. The functions read these settings as JSON, and the schedule, the timeout, the alarms, ids and ARNs are computed from them.
 */
const passedOn = ['name', 'permissionsBoundary'] as const;

/**
 * Checks the props, and fills in the defaults of settings. Throws ConfigurationError with the problems of all settings and resources.
 * Conflicts between settings are found only if each setting is valid. `path`: the path of the construct, for the message. `region`,
 * `account`: the place of the construct's stack; left out: not known.
 */
export function checkProps(
  props: MonitorSettingsInput & DeploymentSettingsInput & OwnResources,
  { path, region, account }: { path?: string; region?: string | undefined; account?: string | undefined } = {},
): MonitorSettings & DeploymentSettings {
  const tokens = settingNames.filter((key) => Token.isUnresolved(props[key]));
  const passed = Object.fromEntries(passedOn.filter((key) => tokens.includes(key)).map((key) => [key, props[key]]));
  const given = Object.fromEntries(
    settingNames.filter((key) => isGiven(props[key]) && !tokens.includes(key)).map((key) => [key, props[key]]),
  );
  const checked = z.object(shape).safeParse(given);
  const problems = [
    ...Object.keys(props)
      .filter((key) => !propNames.includes(key))
      .map((key) => renderUnknownKey([key], propNames)),
    ...tokens
      .filter((key) => !Object.hasOwn(passed, key))
      .map((key) => `${key}: got a token, ${renderExpected({ path: [key], message: '' }, 'props')}`),
    ...findUnknownRegions(given),
    ...findResourceProblems(props),
    ...(checked.success
      ? [
          ...findConflicts({ ...checked.data, ...withoutKeysOf(props) }),
          ...findOtherPlaces(checked.data, region, account),
          ...findUnknownPlace(checked.data, region, account),
        ]
      : checked.error.issues.flatMap((issue) => renderProblem(issue, given, 'props'))),
  ];
  if (!checked.success || problems.length > 0) refuse(problems, path);
  return { ...checked.data, ...passed };
}

/** `vpc.id` needs a known account and region, because the CDK looks up the VPC. */
function findUnknownPlace(
  { vpc }: DeploymentSettings,
  region: string | undefined,
  account: string | undefined,
): string[] {
  if (vpc?.id === undefined || (region !== undefined && account !== undefined)) return [];
  return [
    'vpc.id: the account and the region of the stack, in which the VPC is looked up, are not known. Give the stack an env with both, or ' +
      'leave vpc.id out.',
  ];
}

/**
 * Sets the key settings of a resource to `null` if the resource is given as an object, so that `findConflicts` ignores these settings.
 * `findResourceProblems` reports them.
 */
function withoutKeysOf({ table, alertTopic, healthTopic }: OwnResources): Partial<DeploymentSettings> {
  return {
    ...(table && { existingTableKmsKeyArn: null }),
    ...(alertTopic && { existingAlertTopicKmsKeyArn: null }),
    ...(healthTopic && { existingHealthTopicKmsKeyArn: null }),
  };
}

/**
 * Checks the settings, and fills in the defaults. Throws ConfigurationError with every problem. A setting that is a token is a problem,
 * too. `path`: the path of the construct, for the message.
 */
export function checkAccountSettings(input: AccountSettingsInput, path?: string): AccountSettings {
  const given = withoutNulls(input);
  const checked = z.object(accountSettings()).safeParse(given);
  if (!checked.success)
    refuse(
      checked.error.issues.flatMap((issue) => renderProblem(issue, given, 'props')),
      path,
    );
  return checked.data;
}
