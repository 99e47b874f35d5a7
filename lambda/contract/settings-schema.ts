/**
 * Every setting of Portwatch, once: its name, type, default and limits. The configuration (`portwatch.json`, `-c key=value`), the
 * construct's props, the function's environment and the settings stored in the table all come from here. A new setting needs an entry in
 * `monitorSettings` (or `deploymentSettings`), an entry in `settingDescriptions` (lib/setting-descriptions.ts), and the code that uses the
 * setting.
 */
import * as z from 'zod/mini';
import { isApprovableSource, toApproval } from '../approvals/configured-approvals.ts';
import { findApprovalProblems } from '../approvals/find-approval-problems.ts';
import type { ExpectedChange } from '../firewall/rating/expected-change.ts';
import { expectedProtocols } from '../firewall/rating/expected-change-protocols.ts';
import { ratingPolicy } from '../firewall/rating/rating-policy.ts';
import { type Severity, severities } from '../firewall/rating/severity.ts';
import { compareText } from '../history/compare-text.ts';

/** For a setting without a default. If the setting is left out, its value is `null`. An explicit `null` is refused. */
function orNone<S extends z.ZodMiniType>(schema: S): z.ZodMiniType<z.output<S> | null, z.input<S> | undefined> {
  return z._default(schema, null as never) as never;
}

function wholeNumber(min: number, max: number) {
  return z.int().check(z.minimum(min), z.maximum(max));
}

/** A list that is sorted by `compare`, without duplicates. */
function sortedList<T, I>(
  item: z.ZodMiniType<T, I>,
  limits: { min?: number; max: number },
  compare: (one: T, other: T) => number,
) {
  const list = z.array(item).check(z.minLength(limits.min ?? 0), z.maxLength(limits.max));
  return z.pipe(
    list,
    z.transform((all: T[]) => [...new Set(all)].sort(compare)),
  );
}

const port = wholeNumber(0, 65_535);
const accountId = z.string().check(z.regex(/^\d{12}$/));
const regionName = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/));

const ports = z
  .pipe(
    z.union([port, z.string().check(z.regex(/^\d{1,5}(-\d{1,5})?$/)), z.strictObject({ from: port, to: port })]),
    z.transform((value: number | string | { from: number; to: number }) => {
      if (typeof value === 'object') return value;
      const [from = Number.NaN, to = from] = String(value).split('-').map(Number);
      return { from, to };
    }),
  )
  .check(z.refine(({ from, to }) => from <= to && to <= 65_535));

/** A network, a prefix length, or the address ranges of Lightsail's browser-based SSH. */
const widestSource = z.union([
  z.cidrv4(),
  z.cidrv6(),
  z.string().check(z.regex(/^\/(\d|[1-9]\d|1[01]\d|12[0-8])$/)),
  z.literal('lightsail-connect'),
]);

/** A day or an instant. A day begins and ends at midnight UTC. */
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const namePattern = z.string().check(z.minLength(1), z.maxLength(255));
/** Maximum number of characters in the reason of an approval or of an expected change. */
export const longestReason = 200;
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(longestReason));

/** ICMP has types and codes in place of ports. */
const withoutIcmpPorts = z.refine<{ protocol?: string | undefined; ports?: unknown }>(
  (element) => element.ports === undefined || !element.protocol?.startsWith('icmp'),
  { path: ['ports'] },
);

const expectedChange = z
  .strictObject({
    instance: z.optional(namePattern),
    region: z.optional(regionName),
    protocol: z.optional(z.enum(expectedProtocols)),
    ports: z.optional(ports),
    widestSource: z.optional(widestSource),
    reason,
    until: z.optional(dayOrInstant),
  })
  .check(
    // An element without any of these fields would make every change of an account or a region expected.
    z.refine((entry) =>
      [entry.instance, entry.protocol, entry.ports, entry.widestSource].some((it) => it !== undefined),
    ),
    withoutIcmpPorts,
  );

/** An element of `expected`, as a person writes it. */
export type ExpectedChangeInput = z.input<typeof expectedChange>;

/** Accepts a list of values, or one value without a list. */
function oneOrMore<T, I>(item: z.ZodMiniType<T, I>, max: number) {
  return z.pipe(
    z.union([item, z.array(item).check(z.minLength(1), z.maxLength(max))]),
    z.transform((given: T | T[]) => (Array.isArray(given) ? given : [given])),
  );
}

const approvedExposure = z
  .strictObject({
    instance: z.optional(namePattern),
    region: z.optional(regionName),
    account: z.optional(accountId),
    arn: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
    protocol: z.union([z.enum(expectedProtocols), z.string().check(z.regex(/^unknown:./), z.maxLength(100))]),
    ports: z.optional(oneOrMore(ports, 60)),
    sources: oneOrMore(z.string().check(z.refine(isApprovableSource)), 120),
    reason,
    by: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
    from: z.optional(dayOrInstant),
    until: z.optional(dayOrInstant),
    anyway: z.optional(z.boolean()),
  })
  .check(
    withoutIcmpPorts,
    // `now: null`: an end in the past is no problem, because an approval that has ended can stay in the configuration.
    (payload) => {
      if (payload.issues.length > 0) return;
      const isAnyway = payload.value.anyway === true;
      for (const { field, problem } of findApprovalProblems(toApproval(payload.value), { isAnyway, now: null }))
        payload.issues.push({ code: 'custom', path: [field], message: problem, input: payload.value });
    },
  );

/** An element of `approved`, as a person writes it. */
export type ApprovedExposureInput = z.input<typeof approvedExposure>;

/**
 * A list of at most `max` different ids. Lambda limits the environment variables of a function to 4 KB, so a longer list of accounts has to
 * be configured as an organisation.
 */
const idList = (id: z.ZodMiniType<string, string>, max: number) =>
  z.array(id).check(z.minLength(1), z.maxLength(max), ({ value, issues }) => {
    for (const [index, each] of value.entries())
      if (value.indexOf(each) < index) issues.push({ code: 'custom', path: [index], input: each });
  });

/** The patterns come from the API reference of AWS Organizations (Organization, OrganizationalUnit, Root). */
const organizationAccounts = z.strictObject({
  organization: z.string().check(z.regex(/^o-[a-z0-9]{10,32}$/)),
  units: z.optional(idList(z.string().check(z.regex(/^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/)), 50)),
  except: z.optional(idList(accountId, 100)),
});

const accountSelection = z.union([idList(accountId, 150), organizationAccounts]);

/**
 * The characters that IAM allows in the name of a role. IAM allows 64 of them. Here the limit is 58: the name of the role for events adds
 * `Events`.
 */
const roleName = z.string().check(z.regex(/^[\w+=,.@-]{1,58}$/));

/** The default names of the roles. */
export const roleNames = { memberRoleName: 'PortwatchMember', monitorRoleName: 'PortwatchMonitor' } as const;

/** `auto`: reminders begin after the first approval in the account. */
export const reminderModes = ['auto', 'on', 'off'] as const;

/** The settings that the monitor needs to run: props of the construct, and the environment of its functions. */
export const monitorSettings = {
  name: orNone(z.string().check(z.regex(/^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/))),
  scanEveryMinutes: z._default(wholeNumber(1, 1440), 5),
  emptyRegionsEveryMinutes: z._default(wholeNumber(0, 1440), 0),
  regions: orNone(sortedList(regionName, { min: 1, max: 60 }, compareText)),
  alertFrom: z._default(z.enum(severities), 'low' satisfies Severity),
  expected: z._default(z.array(expectedChange), []),
  approved: z._default(z.array(approvedExposure), []),
  approvalsByCommand: z._default(z.boolean(), true),
  approvedClosingAlerts: z._default(z.boolean(), true),
  reminders: z._default(z.enum(reminderModes), 'auto'),
  remindCriticalEveryDays: z._default(wholeNumber(1, 365), 1),
  remindHighEveryDays: z._default(wholeNumber(1, 365), 7),
  weeklyDigest: z._default(z.boolean(), true),
  tellGapAfterScans: z._default(wholeNumber(1, 1000), 2),
  keepHistoryDays: orNone(wholeNumber(1, 36_500)),
  highRiskPorts: orNone(sortedList(port, { max: 200 }, (one, other) => one - other)),
  attribution: z._default(z.boolean(), true),
  attributedAlerts: z._default(z.boolean(), true),
  eventPath: z._default(z.boolean(), true),
  eventRegions: z._default(sortedList(regionName, { max: 60 }, compareText), []),
  accounts: orNone(accountSelection),
  // The pattern of the API reference of STS (AssumeRole, ExternalId).
  externalId: orNone(z.string().check(z.regex(/^[\w+=,.@:/-]{2,1224}$/))),
  memberRoleName: z._default(roleName, roleNames.memberRoleName),
};

/** The retention times that CloudWatch Logs accepts, in days (PutRetentionPolicy in its API reference). */
export const logRetentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const arnStart = 'arn:aws[a-z-]*';
/** The key itself, not an alias: permissions do not apply to an alias, and CloudWatch Logs refuses an alias. */
const keyArn = z.string().check(z.regex(new RegExp(`^${arnStart}:kms:[a-z0-9-]+:\\d{12}:key/[\\w-]{1,64}$`)));
/** A standard topic: the name of a FIFO topic ends with `.fifo`. */
const topicArn = z.string().check(z.regex(new RegExp(`^${arnStart}:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}$`)));

/**
 * The settings that the rules of a security team can require for every AWS resource. They are also props of the stack that forwards events.
 * This is a function, so that a bundle that does not call the function does not contain these schemas.
 */
export const accountSettings = () => ({
  logRetentionDays: z._default(z.int().check(z.refine((days) => logRetentions.includes(days))), 90),
  keepLogs: z._default(z.boolean(), false),
  kmsKeyArn: orNone(keyArn),
  vpc: orNone(
    z.strictObject({
      id: z.optional(z.string().check(z.regex(/^vpc-[0-9a-f]{8,17}$/))),
      // Lambda allows 16 subnets and 5 security groups for a function.
      subnetIds: sortedList(z.string().check(z.regex(/^subnet-[0-9a-f]{8,17}$/)), { min: 1, max: 16 }, compareText),
      securityGroupIds: sortedList(z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/)), { min: 1, max: 5 }, compareText),
    }),
  ),
  permissionsBoundary: orNone(
    z.string().check(z.regex(new RegExp(`^${arnStart}:iam::(aws|\\d{12}):policy/[\\w+=,.@/-]{1,512}$`))),
  ),
  namePrefix: orNone(z.string().check(z.regex(/^[A-Za-z]([A-Za-z0-9-]{0,18}[A-Za-z0-9])?$/))),
  // CloudWatch limits the description of an alarm to 1024 characters.
  runbookUrl: orNone(z.string().check(z.regex(/^https?:\/\/[^\s#"]+$/), z.maxLength(512))),
});

/**
 * The settings that the functions do not need: props of the construct, and of the stack around the monitor. This is a function, so that a
 * bundle that does not call the function does not contain these schemas.
 */
export const deploymentSettings = () => ({
  ...accountSettings(),
  monitorRoleName: z._default(roleName, roleNames.monitorRoleName),
  terminationProtection: z._default(z.boolean(), false),
  // Accepts one address without a list.
  email: z._default(
    z.pipe(
      z.transform((given: unknown) => (typeof given === 'string' ? [given] : given)),
      z.pipe(
        z.array(z.email()).check(z.minLength(1), z.maxLength(100)),
        z.transform((all: string[]) => [...new Set(all)]),
      ),
    ),
    [],
  ),
  slack: orNone(
    z.strictObject({
      workspaceId: z.string().check(z.regex(/^T[A-Z0-9]{7,20}$/)),
      channelId: z.string().check(z.regex(/^[CG][A-Z0-9]{7,20}$/)),
    }),
  ),
  amazonQTopic: z._default(z.boolean(), false),
  slackWebhookParameter: orNone(z.string().check(z.regex(/^(\/[\w.-]+)+$|^[\w.-]+$/), z.maxLength(1011))),
  existingTable: orNone(z.string().check(z.regex(/^[\w.-]{3,255}$/))),
  existingTableKmsKeyArn: orNone(keyArn),
  existingAlertTopic: orNone(topicArn),
  existingAlertTopicKmsKeyArn: orNone(keyArn),
  existingHealthTopic: orNone(topicArn),
  existingHealthTopicKmsKeyArn: orNone(keyArn),
  tags: z._default(
    z.record(
      z.string().check(z.regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu)),
      z.string().check(z.maxLength(256)),
    ),
    {},
  ),
});

type MonitorShape = typeof monitorSettings;
type AccountShape = ReturnType<typeof accountSettings>;
type DeploymentShape = ReturnType<typeof deploymentSettings>;
type ReadonlyList<T> = T extends readonly (infer E)[] ? readonly E[] : T;

/** The checked settings, with every default filled in. `null`: no value was given, and there is no default. */
export type MonitorSettings = { readonly [K in keyof MonitorShape]: ReadonlyList<z.output<MonitorShape[K]>> };
/** The accounts that one monitor watches: their ids, or an organisation, or units of it. */
export type WatchedAccounts = NonNullable<MonitorSettings['accounts']>;
export type AccountSettings = { readonly [K in keyof AccountShape]: z.output<AccountShape[K]> };
export type DeploymentSettings = { readonly [K in keyof DeploymentShape]: ReadonlyList<z.output<DeploymentShape[K]>> };

/** The monitor's settings as a person writes them: each can be left out. */
export type MonitorSettingsInput = {
  readonly [K in keyof MonitorShape]?: ReadonlyList<z.input<MonitorShape[K]>> | null;
};

/** `AccountSettings` as a person writes them: each can be left out. */
export type AccountSettingsInput = { readonly [K in keyof AccountShape]?: z.input<AccountShape[K]> | null };

/** The settings of the deployment as a person writes them: each can be left out. */
export type DeploymentSettingsInput = {
  readonly [K in Exclude<keyof DeploymentShape, 'email'>]?: z.input<DeploymentShape[K]> | null;
} & { readonly email?: string | readonly string[] | null };

export type SettingName = keyof MonitorSettings | keyof DeploymentSettings;

/** The monitor's settings for the scan of one account. */
export interface ScanSettings extends Omit<MonitorSettings, 'name' | 'expected'> {
  readonly account: string;
  /** Display name of the account, used in the subject of each mail. */
  readonly name: string;
  readonly expected: readonly ExpectedChange[];
}

/** False for a region that is not in the configured regions, also if its history is in the table. */
export function isWatched({ regions }: Pick<MonitorSettings, 'regions'>, region: string): boolean {
  return regions === null || regions.includes(region);
}

/**
 * The settings that a scan works with, as the scan records them in the table. `highRiskPorts` is always a list: the default list if the
 * setting is left out.
 */
export interface EffectiveSettings extends Omit<MonitorSettings, 'expected' | 'highRiskPorts'> {
  readonly expected: readonly ExpectedChange[];
  readonly highRiskPorts: readonly number[];
}

/** Keeps only the fields of `MonitorSettings`. Replaces `highRiskPorts: null` by the default list, and sorts the ports. */
export function effectiveSettings(settings: MonitorSettings | ScanSettings): EffectiveSettings {
  const names = Object.keys(monitorSettings) as (keyof MonitorSettings)[];
  const own = Object.fromEntries(names.map((name) => [name, settings[name]])) as unknown as EffectiveSettings;
  return { ...own, highRiskPorts: ratingPolicy(settings.highRiskPorts).highRiskPorts.toSorted((a, b) => a - b) };
}

/**
 * Reads settings that were checked when they were written: the environment of a function, or an item of the table. A `null` counts as left
 * out and an unknown setting is ignored, so that settings of an older or newer Portwatch can be read. But an unknown field within an
 * element of `expected` or `approved`, or within `accounts`, is refused. If the field were ignored, the element or the selection of
 * accounts could cover more than the user intended.
 */
export function parseSettings(value: unknown): z.core.util.SafeParseResult<MonitorSettings> {
  return z.object(monitorSettings).safeParse(withoutNulls(value));
}

export function defaultSettings(): MonitorSettings {
  return z.object(monitorSettings).parse({});
}

export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
