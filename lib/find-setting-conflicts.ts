/**
 * Finds settings that are valid alone, but contradict another setting or the place of the deployment. Also finds settings that are too
 * large together.
 */
import {
  type DeploymentSettings,
  isWatched,
  type MonitorSettings,
  roleNames,
} from '../lambda/contract/settings-schema.ts';
import { renderWithoutUrls } from './render-given-value.ts';
import { renderSettings, settingNames } from './render-settings.ts';

export const keyNames = [
  'kmsKeyArn',
  'existingTableKmsKeyArn',
  'existingAlertTopicKmsKeyArn',
  'existingHealthTopicKmsKeyArn',
] as const;
export const topicNames = ['existingAlertTopic', 'existingHealthTopic'] as const;

/** Bytes. Lambda allows 4 KB for all variables of a function; 1 KB is left for names, ARNs and the logger. */
const mostSettingsBytes = 3072;

export function findConflicts(settings: MonitorSettings & DeploymentSettings): string[] {
  return [
    ...checkSize(settings),
    ...checkEventRegions(settings),
    ...checkAccounts(settings),
    ...findExistingConflicts(settings),
  ];
}

/**
 * Finds keys and topics in another region than the deployment, and topics in another account. AWS services use only keys of their own
 * region. Alarms publish only to topics of their own region, and the roles have no permissions in other accounts. An unknown region or
 * account of the deployment is not compared.
 */
export function findOtherPlaces(
  settings: DeploymentSettings,
  homeRegion: string | undefined,
  homeAccount: string | undefined,
): string[] {
  const compare = (name: (typeof keyNames | typeof topicNames)[number], kind: string) => {
    const [, , , region, account] = settings[name]?.split(':') ?? [];
    return [
      { place: 'region', got: region, expected: homeRegion },
      { place: 'account', got: account, expected: kind === 'topic' ? homeAccount : account },
    ].flatMap(({ place, got, expected }) =>
      got === undefined || !expected || got === expected
        ? []
        : [`${name}: got a ${kind} of ${got}, expected a ${kind} of ${expected}, the ${place} of the deployment.`],
    );
  };
  return [...keyNames.flatMap((name) => compare(name, 'key')), ...topicNames.flatMap((name) => compare(name, 'topic'))];
}

function checkSize(settings: MonitorSettings): string[] {
  const bytes = Buffer.byteLength(renderSettings(settings));
  if (bytes <= mostSettingsBytes) return [];
  const long = settingNames.filter((name) => JSON.stringify(settings[name]).length > 200);
  const advice = long.some((name) => name === 'expected' || name === 'approved')
    ? 'Join entries by a pattern for the instance, shorten their reasons, or approve with the command line.'
    : 'Shorten them; an organisation is shorter than a list of its accounts.';
  return [
    `${long.join(', ')}: got settings of ${bytes} bytes, expected at most ${mostSettingsBytes}, since Lambda allows a function 4 KB of variables. ${advice}`,
  ];
}

/**
 * Checks the settings that belong to `accounts`. The roles of the watched accounts need other names than the roles of the monitor, because
 * one account can have both.
 */
function checkAccounts({
  accounts,
  externalId,
  memberRoleName,
  monitorRoleName,
}: MonitorSettings & DeploymentSettings): string[] {
  if (accounts !== null)
    return [
      externalId === null
        ? 'externalId: got nothing, expected a value with accounts: the roles of the watched accounts expect it. Give any text that only your ' +
          'monitor uses.'
        : [],
      [monitorRoleName, `${monitorRoleName}Events`].some((name) =>
        [memberRoleName, `${memberRoleName}Events`].includes(name),
      )
        ? `monitorRoleName: got ${JSON.stringify(monitorRoleName)}, expected another name than memberRoleName: one account can have both roles, ` +
          'and a second role of each name, which ends with Events.'
        : [],
    ].flat();
  const given = { externalId, ...findOwnNames({ memberRoleName, monitorRoleName }) };
  return Object.entries(given).flatMap(([name, value]) =>
    value === null
      ? []
      : [
          `${name}: got ${renderWithoutUrls(value)}, expected none without accounts. Add accounts, or leave ${name} out.`,
        ],
  );
}

function findOwnNames(names: Record<keyof typeof roleNames, string>) {
  return Object.fromEntries(
    Object.entries(names).filter(([key, name]) => name !== roleNames[key as keyof typeof roleNames]),
  );
}

function findExistingConflicts(settings: DeploymentSettings): string[] {
  const existing = ['existingTable', 'existingAlertTopic', 'existingHealthTopic'] as const;
  const keys = existing.flatMap((name) => {
    const key = settings[`${name}KmsKeyArn`];
    if (key === null || settings[name] !== null) return [];
    return [
      `${name}KmsKeyArn: got ${JSON.stringify(key)}, expected none without ${name}. ` +
        `Add ${name}, or use kmsKeyArn for the new ${name === 'existingTable' ? 'table' : 'topic'}.`,
    ];
  });
  const { existingAlertTopic: alerts, existingHealthTopic: health } = settings;
  if (alerts === null || alerts !== health) return keys;
  return [
    ...keys,
    'existingHealthTopic: got the topic of existingAlertTopic, expected another one: each reports failed messages of the other.',
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
