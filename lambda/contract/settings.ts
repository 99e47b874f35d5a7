/**
 * Every setting of Portwatch, once: its name, type, default, limits and description. The configuration (`portwatch.json`, `-c key=value`),
 * the construct's props, the function's environment, the settings stored in the table and docs/configuration.md all come from here.
 * A new setting is an entry in `monitorSettings` (or `deploymentSettings`) and one in `settingWords`, and the code that uses it.
 */
import * as z from 'zod/mini';
import { isApprovableSource, toApproval } from '../approvals/configured-approvals.ts';
import { findApprovalProblems } from '../approvals/find-problems.ts';
import type { ExpectedChange } from '../firewall/rating/expected-change.ts';
import { expectedProtocols } from '../firewall/rating/expected-protocols.ts';
import { ratingPolicy } from '../firewall/rating/rating-policy.ts';
import { type Severity, severities } from '../firewall/rating/severity.ts';
import { compareText } from '../history/compare-text.ts';

/** For a setting that may have no value: left out, it reads as `null`. A given `null` is refused. */
function orNone<S extends z.ZodMiniType>(schema: S): z.ZodMiniType<z.output<S> | null, z.input<S> | undefined> {
  return z._default(schema, null as never) as never;
}

function wholeNumber(min: number, max: number) {
  return z.int().check(z.minimum(min), z.maximum(max));
}

/** Without duplicates, in the order of `compare`. */
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

/** A day counts until it ends in UTC. */
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const namePattern = z.string().check(z.minLength(1), z.maxLength(255));
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

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
    // Without any of these fields, one entry would silence every change in the account.
    z.refine((entry) =>
      [entry.instance, entry.protocol, entry.ports, entry.widestSource].some((it) => it !== undefined),
    ),
    // "Ports" of ICMP are types and codes.
    z.refine(({ protocol, ports: given }) => !(given !== undefined && protocol?.startsWith('icmp')), {
      path: ['ports'],
    }),
  );

/** An element of `expected`, as a person writes it. */
export type ExpectedChangeInput = z.input<typeof expectedChange>;

/** One value may stand alone, without a list. */
function oneOrMore<T, I>(item: z.ZodMiniType<T, I>, max: number) {
  return z.pipe(
    z.union([item, z.array(item).check(z.minLength(1), z.maxLength(max))]),
    z.transform((given: T | T[]) => (Array.isArray(given) ? given : [given])),
  );
}

const approvedSource = z.string().check(z.refine(isApprovableSource));

const approvedExposure = z
  .strictObject({
    instance: z.optional(namePattern),
    region: z.optional(regionName),
    account: z.optional(z.string().check(z.regex(/^\d{12}$/))),
    arn: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
    protocol: z.union([z.enum(expectedProtocols), z.string().check(z.regex(/^unknown:./), z.maxLength(100))]),
    ports: z.optional(oneOrMore(ports, 60)),
    sources: oneOrMore(approvedSource, 120),
    reason,
    by: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
    from: z.optional(dayOrInstant),
    until: z.optional(dayOrInstant),
    anyway: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ protocol, ports: given }) => !(given !== undefined && protocol.startsWith('icmp')), {
      path: ['ports'],
    }),
    // The time is not checked: an approval stays in the configuration when it has ended.
    (payload) => {
      if (payload.issues.length > 0) return;
      const isAnyway = payload.value.anyway === true;
      for (const { field, problem } of findApprovalProblems(toApproval(payload.value), { isAnyway, now: null }))
        payload.issues.push({ code: 'custom', path: [field], message: problem, input: payload.value });
    },
  );

/** An element of `approved`, as a person writes it. */
export type ApprovedExposureInput = z.input<typeof approvedExposure>;

const accountId = z.string().check(z.regex(/^\d{12}$/));

/** Each id once. Lambda allows a function 4 KB of variables: more accounts are given as an organisation. */
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

/** Letters, digits and the characters that IAM allows in the name of a role. IAM allows 64: a second role ends with `Events`. */
const roleName = z.string().check(z.regex(/^[\w+=,.@-]{1,58}$/));

/** The names of the roles, unless others are configured. */
export const roleNames = { memberRoleName: 'PortwatchMember', monitorRoleName: 'PortwatchMonitor' } as const;

/** `auto`: reminders are sent once somebody has approved anything in the account. */
const reminderModes = ['auto', 'on', 'off'] as const;

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
const logRetentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const arnStart = 'arn:aws[a-z-]*';
/** The key itself, not an alias: permissions do not apply to an alias, and CloudWatch Logs refuses one. */
const keyArn = z.string().check(z.regex(new RegExp(`^${arnStart}:kms:[a-z0-9-]+:\\d{12}:key/[\\w-]{1,64}$`)));
/** A standard topic: the name of a FIFO topic ends with `.fifo`. */
const topicArn = z.string().check(z.regex(new RegExp(`^${arnStart}:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}$`)));

/**
 * The rules of the account's security team, for every resource. They are also props of the stack that forwards events. This is a function
 * for the same reason as `deploymentSettings`.
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
 * The settings that the functions do not need: props of the construct, and the stack around the monitor. This is a function, so that a
 * bundle that does not call it leaves it out.
 */
export const deploymentSettings = () => ({
  ...accountSettings(),
  monitorRoleName: z._default(roleName, roleNames.monitorRoleName),
  terminationProtection: z._default(z.boolean(), false),
  // One address may stand alone, without a list.
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

/** The settings after the check, with every default filled in. `null`: no value was given, and there is no default. */
export type MonitorSettings = { readonly [K in keyof MonitorShape]: ReadonlyList<z.output<MonitorShape[K]>> };
/** The accounts that one monitor watches: their ids, or an organisation, or units of it. */
export type WatchedAccounts = NonNullable<MonitorSettings['accounts']>;
export type AccountSettings = { readonly [K in keyof AccountShape]: z.output<AccountShape[K]> };
export type DeploymentSettings = { readonly [K in keyof DeploymentShape]: ReadonlyList<z.output<DeploymentShape[K]>> };

/** The monitor's settings as a person writes them: each may be left out. */
export type MonitorSettingsInput = {
  readonly [K in keyof MonitorShape]?: ReadonlyList<z.input<MonitorShape[K]>> | null;
};

/** The settings for the account's rules, as a person writes them: each may be left out. */
export type AccountSettingsInput = { readonly [K in keyof AccountShape]?: z.input<AccountShape[K]> | null };

/** The settings of the deployment as a person writes them: each may be left out. */
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

/** The settings in effect, as a scan records them in the table: the list of high-risk ports is always written out. */
export interface EffectiveSettings extends Omit<MonitorSettings, 'expected' | 'highRiskPorts'> {
  readonly expected: readonly ExpectedChange[];
  readonly highRiskPorts: readonly number[];
}

/** The fields of `MonitorSettings` alone, with the high-risk ports that severities are rated with. */
export function effectiveSettings(settings: MonitorSettings | ScanSettings): EffectiveSettings {
  const names = Object.keys(monitorSettings) as (keyof MonitorSettings)[];
  const own = Object.fromEntries(names.map((name) => [name, settings[name]])) as unknown as EffectiveSettings;
  return { ...own, highRiskPorts: ratingPolicy(settings.highRiskPorts).highRiskPorts.toSorted((a, b) => a - b) };
}

/**
 * Reads settings that were checked when they were written: the environment of a function, or an item of the table. `null` counts as
 * left out, and a field that is not known is ignored, so that settings of an older and of a newer version can be read.
 */
export function parseSettings(value: unknown): z.core.util.SafeParseResult<MonitorSettings> {
  return z.object(monitorSettings).safeParse(withoutNulls(value));
}

/** The settings of a monitor that nobody configured. */
export function defaultSettings(): MonitorSettings {
  return z.object(monitorSettings).parse({});
}

export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

/** The texts about one setting, or about one part of a setting. No function's bundle contains them. */
export interface SettingWords {
  /** For docs/configuration.md, in Markdown. A part that the page does not list has no description. */
  readonly description?: string;
  /** The value that applies when the setting is left out: "5", "every region that Lightsail has". */
  readonly byDefault?: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** How to write the setting in a configuration, not as a prop. */
  readonly howToGive?: string;
  /** How to correct a wrong value. Left out: remove the key, so that the default applies. */
  readonly remedy?: string;
}

const correctIt = 'Correct it or take it out of the list.';
const aRegion = 'the name of a region, such as eu-west-1';
const anAccount = 'an account id, which is a text of 12 digits, each account once';
const trueOrFalse = 'true or false';
const aKey =
  'the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const aTopic = 'the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:security-alerts';
const listTopics =
  'A FIFO topic is not accepted: it can notify neither mail nor functions. aws sns list-topics shows the ARNs.';
const topicKeyRemedy = 'aws sns get-topic-attributes shows it as KmsMasterKeyId.';

/** In the order of the configuration and of docs/configuration.md. */
export const settingWords: Readonly<Record<SettingName, SettingWords>> = {
  name: {
    description:
      'Display name of the account, used in the subject of each mail. 1 to 32 printable ASCII characters, without a space at either end',
    byDefault: "the account's number",
    expected: '1 to 32 printable ASCII characters, since it stands in the subject of each mail',
  },
  email: {
    description:
      'One address, or a list of addresses, to subscribe to alerts and to health alarms. Each address gets two mails to confirm',
    byDefault: 'nobody',
    expected: 'one or more addresses',
    howToGive: 'In the file a text or a list of texts; on the command line -c email=you@example.com,them@example.com.',
  },
  slack: {
    description:
      'Slack by Amazon Q Developer in chat applications: an object with `workspaceId` and `channelId`, see [Slack](#slack)',
    byDefault: 'no Slack',
    expected: 'an object {"workspaceId": "T…", "channelId": "C…"}',
    howToGive: 'On the command line: -c slack.workspaceId=T… -c slack.channelId=C….',
  },
  amazonQTopic: {
    description:
      'Whether the topic for Amazon Q Developer is created without `slack`, for a channel that has a configuration already, see ' +
      '[Slack](#slack)',
    byDefault: 'false',
    expected: trueOrFalse,
  },
  slackWebhookParameter: {
    description: 'Slack by an incoming webhook: the name of the SSM parameter that holds its URL, see [Slack](#slack)',
    byDefault: 'no Slack',
    expected: 'the name of an SSM parameter, such as /portwatch/slack-webhook; never the URL itself, which is a secret',
    remedy:
      // Without --value: version 1 of the AWS CLI would fetch the URL, and store the answer.
      'Store the URL with the command of docs/configuration.md#slack (aws ssm put-parameter --cli-input-json …); then give that name.',
  },
  scanEveryMinutes: {
    description: 'Minutes between two scans, 1 to 1440',
    byDefault: '5',
    expected: 'a whole number of minutes from 1 to 1440',
  },
  emptyRegionsEveryMinutes: {
    description:
      'Minutes between two listings of a region without instances, 0 to 1440, see [Empty regions](#empty-regions). With 0, each scan lists ' +
      'every region',
    byDefault: '0',
    expected: 'a whole number of minutes from 0 to 1440; 0 for each scan',
  },
  regions: {
    description:
      "The regions to watch, 1 to 60. The functions' permissions are limited to these regions. When a region is removed, its instances " +
      'are no longer watched, and no alert is sent about the removal',
    byDefault: 'every region that Lightsail has',
    expected: 'a list of one or more region names',
    howToGive: 'On the command line: -c regions=eu-west-1,us-east-1.',
    remedy: 'Without this key, every region of Lightsail is watched.',
  },
  alertFrom: {
    description:
      'Minimum severity of an alert about a firewall: `critical`, `high`, `medium`, `low` or `info`. A change below this severity is ' +
      'recorded and counted, but not sent. Alerts about resources that cannot be read are always sent',
    byDefault: 'low',
    expected: 'one of critical, high, medium, low, info',
  },
  expected: {
    description:
      'Normal changes, which are recorded and cause no alert, see [Expected changes](#expected-changes). Only in the file, not on the command line',
    byDefault: 'none',
    expected: 'a list of objects, each with at least a reason',
    howToGive: 'It can be given in the file only.',
    remedy: 'docs/configuration.md has an example.',
  },
  approved: {
    description:
      'Exposure that may be open, see [Approved exposure](#approved-exposure): alerts rate only what is not approved. Only in the file, not ' +
      'on the command line',
    byDefault: 'none',
    expected: 'a list of objects, each with a protocol, sources and a reason',
    howToGive: 'It can be given in the file only.',
    remedy: 'docs/configuration.md has an example.',
  },
  approvalsByCommand: {
    description:
      'Whether approvals that people made with the command line count. With `false` only those in `approved` count, which your reviews see',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  approvedClosingAlerts: {
    description:
      'Whether an alert is sent when exposure closes that is approved: something that should be open may be down',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  reminders: {
    description:
      'Reminders of exposure that is critical or high, open, and not approved: `on`, `off`, or `auto`, which is `on` once anything was ' +
      'approved in the account',
    byDefault: 'auto',
    // A getter: a call here would keep all these words in the bundles.
    get expected() {
      return `one of ${reminderModes.join(', ')}`;
    },
  },
  remindCriticalEveryDays: {
    description: 'Days between two reminders of critical exposure, 1 to 365',
    byDefault: '1',
    expected: 'a whole number of days from 1 to 365',
  },
  remindHighEveryDays: {
    description: 'Days between two reminders of high exposure, 1 to 365',
    byDefault: '7',
    expected: 'a whole number of days from 1 to 365',
  },
  weeklyDigest: {
    description:
      'Whether a mail is sent once a week with a [summary](alerts.md#the-weekly-digest), so that people notice when the monitor stops. ' +
      'The first one is sent after somebody has confirmed a subscription',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  tellGapAfterScans: {
    description:
      'Number of scans in a row, 1 to 1000, in which an instance or a region cannot be read before an alert is sent. When access is ' +
      'denied, the alert is sent at once; so is the alert that the resource can be read again',
    byDefault: '2',
    expected: 'a whole number of scans from 1 to 1000',
  },
  keepHistoryDays: {
    description:
      'Number of days, 1 to 36500, that a snapshot is kept after a newer one replaced it. The newest snapshot is never deleted',
    byDefault: 'no limit',
    expected: 'a whole number of days from 1 to 36500',
    remedy: 'Without this key, no entry of the history is deleted.',
  },
  highRiskPorts: {
    description:
      'Ports, 0 to 65535 and at most 200, that are rated critical when they are open to the world. They replace the default list',
    byDefault: 'the list of docs/exposure.md',
    expected: 'a list of at most 200 ports',
    howToGive: 'On the command line: -c highRiskPorts=22,3389.',
  },
  attribution: {
    description:
      'Whether CloudTrail is searched for the API calls behind each change, and for changes that were undone between two scans, see ' +
      '[Attribution](#attribution). Needs no trail',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  attributedAlerts: {
    description:
      'Whether a short alert is sent when the actor becomes known after the alert about the change was sent. The attribution is stored ' +
      'in either case',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  eventPath: {
    description:
      'Whether an instance is read at once when EventBridge delivers an API call that can change its firewall, see [Events](#events)',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  eventRegions: {
    description:
      "Further regions, at most 60, whose API calls are forwarded to the monitor's region; each needs a small stack, see [Events](#events)",
    byDefault: 'the events of the own region only',
    expected: 'a list of region names',
    howToGive: 'On the command line: -c eventRegions=eu-west-1,us-east-1.',
  },
  accounts: {
    description:
      'The accounts to watch, by a role in each: a list of at most 150 ids, or an object with `organization` and, optionally, `units` and ' +
      '`except`',
    byDefault: 'the account of the deployment alone',
    expected:
      'a list of 1 to 150 account ids, each once, or an object {"organization": "o-…", "units": ["ou-…"], "except": ["111122223333"]}',
    howToGive: 'On the command line: -c accounts=111122223333,444455556666, or -c accounts.organization=o-….',
  },
  externalId: {
    description:
      'The external id that the roles of the watched accounts expect: 2 to 1224 letters, digits and `+=,.@:/_-`; required with `accounts`. ' +
      'It is no secret',
    byDefault: 'none',
    expected: '2 to 1224 letters, digits and +=,.@:/_-',
    remedy: 'Any text that only your monitor uses, such as the name of your company and portwatch.',
  },
  memberRoleName: {
    description: 'The name of the role in each watched account that the monitor assumes',
    byDefault: 'PortwatchMember',
    expected: 'the name of a role, 1 to 58 letters, digits and +=,.@_-, without a path',
  },
  monitorRoleName: {
    description:
      'With `accounts`: the name of the role of the scan, which the roles of the watched accounts trust; that of the event function ends ' +
      'with `Events`',
    byDefault: 'PortwatchMonitor',
    expected: 'the name of a role, 1 to 58 letters, digits and +=,.@_-, without a path',
  },
  existingTable: {
    description:
      'Name of a table that an earlier deployment left behind: the table is reused, with its history, see ' +
      '[Reuse of a table](#reuse-of-a-table)',
    byDefault: 'a new table',
    expected: 'the name of a DynamoDB table, 3 to 255 letters, digits, dots, hyphens and underscores',
  },
  existingTableKmsKeyArn: {
    description:
      'ARN of the customer managed key of `existingTable`, if the table has one. The functions get the permission to use this key',
    byDefault: 'the existing table has no customer managed key',
    expected: aKey,
    remedy: 'aws dynamodb describe-table shows it as KMSMasterKeyArn.',
  },
  existingAlertTopic: {
    description:
      'ARN of a topic of your own that receives the alerts, in place of a new one, see [Topics of your own](#topics-of-your-own)',
    byDefault: 'a new topic',
    expected: aTopic,
    remedy: listTopics,
  },
  existingAlertTopicKmsKeyArn: {
    description: 'ARN of the customer managed key of `existingAlertTopic`, if the topic has one',
    byDefault: 'the existing topic has no customer managed key',
    expected: aKey,
    remedy: topicKeyRemedy,
  },
  existingHealthTopic: {
    description:
      'ARN of a topic of your own that receives the health alarms, in place of a new one, see [Topics of your own](#topics-of-your-own)',
    byDefault: 'a new topic',
    expected: aTopic,
    remedy: listTopics,
  },
  existingHealthTopicKmsKeyArn: {
    description: 'ARN of the customer managed key of `existingHealthTopic`, if the topic has one',
    byDefault: 'the existing topic has no customer managed key',
    expected: aKey,
    remedy: topicKeyRemedy,
  },
  logRetentionDays: {
    description:
      'Days that CloudWatch keeps the logs of the functions: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, ' +
      '1827, 2192, 2557, 2922, 3288 or 3653',
    byDefault: '90',
    // A getter: a call here would keep all these words in the bundles.
    get expected() {
      return `one of the retention times of CloudWatch, in days: ${logRetentions.join(', ')}`;
    },
  },
  keepLogs: {
    description: 'Whether the logs stay when the stack is deleted',
    byDefault: 'false',
    expected: trueOrFalse,
  },
  kmsKeyArn: {
    description:
      'ARN of a customer managed KMS key that encrypts the table, the topics, the queues, the logs and the variables of the functions, ' +
      'see [A key of your own](#a-key-of-your-own)',
    byDefault: 'no customer managed key',
    expected: aKey,
    remedy: 'An alias is not accepted. aws kms describe-key --key-id alias/your-alias shows the ARN.',
  },
  vpc: {
    description:
      'The functions run in this VPC: an object with `subnetIds`, `securityGroupIds` and, for a check of the subnets, `id`, ' +
      'see [A VPC](#a-vpc)',
    byDefault: 'no VPC',
    expected: 'an object {"subnetIds": ["subnet-…"], "securityGroupIds": ["sg-…"]}',
    howToGive: 'On the command line: -c vpc.subnetIds=subnet-…,subnet-… -c vpc.securityGroupIds=sg-….',
  },
  permissionsBoundary: {
    description: 'ARN of the managed policy that is the permissions boundary of every role, in every stack',
    byDefault: 'no boundary',
    expected: 'the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary',
    remedy: 'aws iam list-policies --scope Local shows the ARNs.',
  },
  namePrefix: {
    description:
      'Prefix for the names of functions, roles, rules, schedules and alarms, see [Names](#names). 1 to 20 letters, digits and hyphens; ' +
      'it begins with a letter, and does not end with a hyphen',
    byDefault: 'names of CloudFormation',
    expected: '1 to 20 letters, digits and hyphens that begin with a letter and do not end with a hyphen',
    remedy: 'Without this key, CloudFormation chooses the names.',
  },
  runbookUrl: {
    description:
      'Address of the [runbook](runbook.md) that your people can open, without `#`, for example in your clone at GitHub: the mail of each ' +
      'alarm links to its section. Portwatch is not published at an address of its own',
    byDefault: 'the path `docs/runbook.md`',
    expected: 'an address that begins with https:// or http://, without # and spaces, of at most 512 characters',
  },
  terminationProtection: {
    description: 'Whether CloudFormation refuses to delete the stacks until a person has disabled the protection',
    byDefault: 'false',
    expected: trueOrFalse,
  },
  tags: {
    description:
      'Tags for the stack and its resources, the table included. AWS has no tags for the schedule, subscriptions, policies, permissions ' +
      'and the asynchronous settings of functions. An existing table and existing topics keep their own tags',
    byDefault: 'none',
    expected: 'an object of texts',
    howToGive: 'On the command line: -c tags.team=web.',
  },
};

/** The texts for parts of settings. `*` stands for an index of a list, or for any key. */
export const partWords: Readonly<Record<string, SettingWords>> = {
  'email.*': { expected: 'an address such as you@example.com', remedy: correctIt },
  'slack.workspaceId': {
    expected: "a workspace's ID: T, then capitals and digits",
    remedy: 'It stands in the address of Slack in a browser (app.slack.com/client/T…/) and in the Amazon Q console.',
  },
  'slack.channelId': {
    expected: "a channel's ID, not its name: C or G, then capitals and digits",
    remedy: "It stands at the foot of the channel's details, under About.",
  },
  'regions.*': { expected: aRegion, remedy: correctIt },
  'expected.*': {
    expected: 'an object with a reason and at least one of instance, protocol, ports, widestSource to limit it',
    remedy: 'docs/configuration.md has an example.',
  },
  'expected.*.instance': {
    description: 'Instances of that name; `*` stands for any text, `?` for any one character',
    byDefault: 'every instance',
    expected: "an instance's name, or a pattern of it with * and ?",
  },
  'expected.*.region': {
    description: 'Instances of that region',
    byDefault: 'every region',
    expected: aRegion,
  },
  'expected.*.protocol': {
    description: '`tcp`, `udp`, `icmp`, `icmpv6` or `all`. With `ports`, only tcp and udp match',
    byDefault: 'every protocol',
    expected: 'one of tcp, udp, icmp, icmpv6, all',
  },
  'expected.*.ports': {
    description: 'A port (`22`) or a range (`"8000-8010"`, or `{"from": 8000, "to": 8010}`) of tcp or udp',
    byDefault: 'every port',
    expected: 'a port from 0 to 65535, or a range such as "8000-8010", or {"from": 8000, "to": 8010}, of tcp or udp',
  },
  'expected.*.widestSource': {
    description:
      'Sources inside a network (`"198.51.100.0/24"`), or sources that are no wider than a prefix length (`"/32"`: single addresses, ' +
      'IPv4 and IPv6), or `"lightsail-connect"`',
    byDefault: 'any source',
    expected: 'a network such as 198.51.100.0/24, a prefix length such as /32, or lightsail-connect',
  },
  'expected.*.reason': {
    description: 'Required, 1 to 200 characters: why the change is normal. Stored with each change that matches',
    byDefault: 'an error',
    expected: 'a text of 1 to 200 characters that explains why the change is normal',
    remedy: 'It is kept with each change that it covers.',
  },
  'expected.*.until': {
    description: 'Changes until the end of a day (`"2027-01-31"`, UTC), or until an instant (`"2027-01-31T18:00:00Z"`)',
    byDefault: 'an entry that does not expire',
    expected: 'a day such as 2027-01-31, or an instant such as 2027-01-31T18:00:00Z',
  },
  'approved.*': {
    expected: 'an object with a protocol, sources and a reason',
    remedy: 'docs/configuration.md has an example.',
  },
  'approved.*.instance': {
    description: 'Instances of that name; `*` stands for any text, `?` for any one character',
    byDefault: 'every instance',
    expected: "an instance's name, or a pattern of it with * and ?",
  },
  'approved.*.region': {
    description: 'Instances of that region',
    byDefault: 'every region',
    expected: 'the name of a region, such as eu-west-1; the region of the arn, if the element has one',
  },
  'approved.*.account': {
    description: 'Instances of that account, for a configuration that several accounts share',
    byDefault: 'every account',
    expected: 'the 12 digits of an account; the account of the arn, if the element has one',
  },
  'approved.*.arn': {
    description: 'The one instance of that ARN. A new instance of the same name has another ARN',
    byDefault: 'not bound to one instance',
    expected: 'the ARN of a Lightsail instance, such as arn:aws:lightsail:eu-west-1:123456789012:Instance/0a1b2c3d-…',
  },
  'approved.*.protocol': {
    description:
      'Required: `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or `unknown:<name>` for a protocol that Portwatch does not know',
    byDefault: 'an error',
    expected: 'one of tcp, udp, icmp, icmpv6, all, or unknown:<name>',
    remedy: correctIt,
  },
  'approved.*.ports': {
    description: 'A port, a range, or a list of them, as in an expected change; for tcp and udp',
    byDefault: 'every port',
    expected: 'a port from 0 to 65535, or a range such as "8000-8010", or a list of these, and none for icmp',
  },
  'approved.*.sources': {
    description:
      'Required: a network or address, `"anywhere"`, `"lightsail-connect"`, or a list of these; also the exact name of a source that is no ' +
      'network, as alerts show it (`"unspecified"`, `"alias:…"`, `"unparsed:…"`)',
    byDefault: 'an error',
    expected: 'networks such as 198.51.100.0/24 without host bits, or "anywhere", or "lightsail-connect"',
    remedy: correctIt,
  },
  'approved.*.reason': {
    description: 'Required, 1 to 200 characters: why the exposure may be open. Alerts show it',
    byDefault: 'an error',
    expected: 'a text of 1 to 200 characters that explains why the exposure may be open',
    remedy: 'Alerts show it.',
  },
  'approved.*.by': {
    description: 'Who approved it, 1 to 200 characters. Alerts show it',
    byDefault: '`the configuration`',
    expected: 'a text of 1 to 200 characters that names who approved it',
  },
  'approved.*.from': {
    description: 'The day or instant on which the approval begins',
    byDefault: 'with the deployment',
    expected: 'a day such as 2027-01-31, or an instant such as 2027-01-31T18:00:00Z',
  },
  'approved.*.until': {
    description: 'The last day (UTC) or instant of the approval',
    byDefault: 'no end',
    expected: 'a day such as 2027-01-31, or an instant such as 2027-01-31T18:00:00Z, and not before from',
  },
  'approved.*.anyway': {
    description: 'Required with `true` for an element that approves the whole internet for all instances',
    byDefault: 'an error for such an element',
    expected: 'true, since the element approves the whole internet for all instances',
    remedy: 'Limit the element by instance or sources, or confirm it with "anyway": true.',
  },
  'highRiskPorts.*': { expected: 'a port from 0 to 65535', remedy: correctIt },
  'eventRegions.*': { expected: aRegion, remedy: correctIt },
  'accounts.*': { expected: anAccount, remedy: correctIt },
  'accounts.organization': {
    expected: 'the id of an organisation, such as o-a1b2c3d4e5',
    remedy: 'aws organizations describe-organization shows it.',
  },
  'accounts.units': {
    expected: 'a list of 1 to 50 ids of organizational units or roots',
    remedy: 'Without this key, the whole organisation is watched.',
  },
  'accounts.units.*': {
    expected: 'the id of an organizational unit or root, such as ou-ab12-cdef3456, each once',
    remedy: correctIt,
  },
  'accounts.except': {
    expected: 'a list of 1 to 100 account ids, each once',
    remedy: 'Without this key, no account is left out.',
  },
  'accounts.except.*': { expected: anAccount, remedy: correctIt },
  'vpc.id': { expected: 'the ID of a VPC, such as vpc-0123456789abcdef0', remedy: correctIt },
  'vpc.subnetIds': { expected: 'a list of 1 to 16 IDs of subnets', remedy: 'Two subnets in two zones are best.' },
  'vpc.subnetIds.*': { expected: 'the ID of a subnet, such as subnet-0123456789abcdef0', remedy: correctIt },
  'vpc.securityGroupIds': {
    expected: 'a list of 1 to 5 IDs of security groups',
    remedy: 'One that allows HTTPS out is enough.',
  },
  'vpc.securityGroupIds.*': { expected: 'the ID of a security group, such as sg-0123456789abcdef0', remedy: correctIt },
  'tags.*': {
    expected: 'a key of 1 to 128 characters that does not begin with aws:, and a text of at most 256 characters',
    remedy: 'Put numbers in quotes.',
  },
};
