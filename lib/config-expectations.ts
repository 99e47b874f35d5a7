/**
 * The words for a configuration that does not fit: what is expected at each place, and what to do. `*` stands for an index.
 * A test holds that every key of the schema has its words.
 */
interface Expectation {
  readonly expected: string;
  readonly remedy: string;
}

const leaveOut = (what: string): string => `Leave the key out for ${what}.`;

const webhook =
  'Store the URL with: aws ssm put-parameter --type SecureString --name /portwatch/slack-webhook --value <the URL>; then give that name.';

export const expectations: Readonly<Record<string, Expectation>> = {
  name: {
    expected: '1 to 32 printable ASCII characters, since it stands in the subject of each mail',
    remedy: leaveOut("the account's number"),
  },
  email: {
    expected: 'one or more addresses',
    remedy: 'In the file a text or a list of texts; on the command line -c email=you@example.com,them@example.com.',
  },
  'email.*': { expected: 'an address such as you@example.com', remedy: 'Correct it or take it out of the list.' },
  slack: {
    expected: 'an object {"workspaceId": "T…", "channelId": "C…"}',
    remedy: 'On the command line: -c slack.workspaceId=T… -c slack.channelId=C….',
  },
  'slack.workspaceId': {
    expected: "a workspace's ID: T, then capitals and digits",
    remedy: 'It stands in the address of Slack in a browser (app.slack.com/client/T…/) and in the Amazon Q console.',
  },
  'slack.channelId': {
    expected: "a channel's ID, not its name: C or G, then capitals and digits",
    remedy: "It stands at the foot of the channel's details, under About.",
  },
  slackWebhookParameter: {
    expected: 'the name of an SSM parameter, such as /portwatch/slack-webhook; never the URL itself, which is a secret',
    remedy: webhook,
  },
  scanEveryMinutes: { expected: 'a whole number of minutes from 1 to 1440', remedy: leaveOut('5') },
  regions: {
    expected: 'a list of one or more region names',
    remedy: `On the command line: -c regions=eu-west-1,us-east-1. ${leaveOut('every region that Lightsail has')}`,
  },
  'regions.*': {
    expected: 'the name of a region, such as eu-west-1',
    remedy: 'Correct it or take it out of the list.',
  },
  alertFrom: { expected: 'one of critical, high, medium, low, info', remedy: leaveOut('low') },
  expected: {
    expected: 'a list of objects, each with at least a reason',
    remedy: 'It can be given in the file only; docs/configuration.md has an example.',
  },
  'expected.*': {
    expected: 'an object with a reason and at least one of instance, protocol, ports, widestSource to limit it',
    remedy: 'docs/configuration.md has an example.',
  },
  'expected.*.instance': {
    expected: "an instance's name, or a pattern of it with * and ?",
    remedy: leaveOut('every instance'),
  },
  'expected.*.region': { expected: 'the name of a region, such as eu-west-1', remedy: leaveOut('every region') },
  'expected.*.protocol': {
    expected: 'one of tcp, udp, icmp, icmpv6, all',
    remedy: leaveOut('every protocol'),
  },
  'expected.*.ports': {
    expected: 'a port from 0 to 65535, or a range such as "8000-8010", or {"from": 8000, "to": 8010}, of tcp or udp',
    remedy: leaveOut('every port'),
  },
  'expected.*.widestSource': {
    expected: 'a network such as 198.51.100.0/24, a prefix length such as /32, or lightsail-connect',
    remedy: leaveOut('any source'),
  },
  'expected.*.reason': {
    expected: 'a text of 1 to 200 characters that says why such a change is business as usual',
    remedy: 'It is kept with each change that it covers.',
  },
  'expected.*.until': {
    expected: 'a day such as 2027-01-31, or an instant such as 2027-01-31T18:00:00Z',
    remedy: leaveOut('an entry that does not expire'),
  },
  weeklyDigest: { expected: 'true or false', remedy: leaveOut('true') },
  tellGapAfterScans: { expected: 'a whole number of scans from 1 to 1000', remedy: leaveOut('2') },
  keepHistoryDays: { expected: 'a whole number of days from 1 to 36500', remedy: leaveOut('ever') },
  highRiskPorts: {
    expected: 'a list of at most 200 ports',
    remedy: `On the command line: -c highRiskPorts=22,3389. ${leaveOut('the list of docs/exposure.md')}`,
  },
  'highRiskPorts.*': { expected: 'a port from 0 to 65535', remedy: 'Correct it or take it out of the list.' },
  attribution: { expected: 'true or false', remedy: leaveOut('true') },
  attributedAlerts: { expected: 'true or false', remedy: leaveOut('true') },
  eventPath: { expected: 'true or false', remedy: leaveOut('true') },
  eventRegions: {
    expected: 'a list of region names',
    remedy: `On the command line: -c eventRegions=eu-west-1,us-east-1. ${leaveOut('the events of the own region only')}`,
  },
  'eventRegions.*': {
    expected: 'the name of a region, such as eu-west-1',
    remedy: 'Correct it or take it out of the list.',
  },
  existingTable: {
    expected: 'the name of a DynamoDB table, 3 to 255 letters, digits, dots, hyphens and underscores',
    remedy: leaveOut('a new table'),
  },
  tags: { expected: 'an object of texts', remedy: 'On the command line: -c tags.team=web.' },
  'tags.*': {
    expected: 'a key of 1 to 128 characters that does not begin with aws:, and a text of at most 256 characters',
    remedy: 'Put numbers in quotes.',
  },
};
