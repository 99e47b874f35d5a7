/**
 * The texts about every setting, for docs/configuration.md, for the messages about a wrong configuration and for the documentation of the
 * props. `lambda/contract/settings-schema.ts` decides which values are accepted.
 */
import { logRetentions, reminderModes, type SettingName } from '../lambda/contract/settings-schema.ts';

export interface SettingDescription {
  /**
   * Text in Markdown, for docs/configuration.md and for the types of the props. Left out for a part of a setting that docs/configuration.md
   * does not list.
   */
  readonly description?: string;
  /** The value that applies when the setting is left out: "5", "every region that Lightsail has". */
  readonly byDefault?: string;
  /** The words after "expected" in the message about a wrong value. */
  readonly expected: string;
  /** How to write the setting in portwatch.json or with `-c`. Messages about props leave this text out. */
  readonly howToGive?: string;
  /** How to correct a wrong value. Left out: the message names the default, which applies without the key. */
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

/** The settings have the order of the configuration and of docs/configuration.md. */
export const settingDescriptions: Readonly<Record<SettingName, SettingDescription>> = {
  name: {
    description:
      'Display name of the account, used in the subject of each mail. 1 to 32 printable ASCII characters, without a space at either end',
    byDefault: "the account's number",
    expected: '1 to 32 printable ASCII characters, since the name is in the subject of each mail',
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
      // The command does not use --value, because version 1 of the AWS CLI would fetch the URL, and store the answer.
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
      'Whether approvals that people made with the command line count. With `false`, only those in `approved` count, which your team can review',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  approvedClosingAlerts: {
    description:
      'Whether an alert is sent when approved exposure closes: a service that should be reachable may be down',
    byDefault: 'true',
    expected: trueOrFalse,
  },
  reminders: {
    description:
      'Reminders of exposure that is critical or high, open, and not approved: `on`, `off`, or `auto`, which means `on` after the first ' +
      'approval in the account',
    byDefault: 'auto',
    expected: `one of ${reminderModes.join(', ')}`,
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
      'Number of scans in a row, 1 to 1000, in which an instance or a region cannot be read before an alert is sent. An alert about ' +
      'denied access is sent at once, and so is the alert that the resource can be read again',
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
      'With `accounts`: the name of the role of the scan, which the roles of the watched accounts trust. The role of the event function has ' +
      'the same name with `Events` at its end',
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
    expected: `one of the retention times of CloudWatch, in days: ${logRetentions.join(', ')}`,
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
export const partDescriptions: Readonly<Record<string, SettingDescription>> = {
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
    remedy: 'The reason is stored with each change that matches.',
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
    description: 'A port, a range, or a list of them, as in an expected change; with `all`, of tcp and udp',
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
    expected: 'a day such as 2027-01-31, or an instant such as 2027-01-31T18:00:00Z, not earlier than the key `from`',
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
