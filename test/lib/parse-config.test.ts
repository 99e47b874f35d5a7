import { RegionName } from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../lambda/contract/settings-schema.ts';
import { ConfigurationError } from '../../lib/configuration-error.ts';
import { lightsailRegions } from '../../lib/find-unknown-regions.ts';
import { type Config, parseConfig } from '../../lib/parse-config.ts';
import { settingDefaults } from '../contract/default-settings.ts';

const defaults = {
  name: null,
  slack: null,
  amazonQTopic: false,
  slackWebhookParameter: null,
  regions: null,
  keepHistoryDays: null,
  highRiskPorts: null,
  existingTable: null,
  email: [],
  ...settingDefaults,
  accounts: null,
  externalId: null,
  memberRoleName: 'PortwatchMember',
  monitorRoleName: 'PortwatchMonitor',
  existingTableKmsKeyArn: null,
  existingAlertTopic: null,
  existingAlertTopicKmsKeyArn: null,
  existingHealthTopic: null,
  existingHealthTopicKmsKeyArn: null,
  logRetentionDays: 90,
  keepLogs: false,
  kmsKeyArn: null,
  vpc: null,
  permissionsBoundary: null,
  namePrefix: null,
  runbookUrl: null,
  terminationProtection: false,
  tags: {},
};

const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const existingTopics = {
  existingAlertTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-alerts',
  existingAlertTopicKmsKeyArn: key,
  existingHealthTopic: 'arn:aws:sns:eu-west-1:123456789012:acme_health',
  existingHealthTopicKmsKeyArn: key,
};
const boundary = 'arn:aws:iam::123456789012:policy/security/boundary';

function fromFile(content: unknown): Config {
  return parseConfig({ file: { name: 'portwatch.json', text: JSON.stringify(content) }, commandLine: {} });
}

function fromCommandLine(commandLine: Record<string, unknown>): Config {
  return parseConfig({ file: null, commandLine });
}

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('a configuration', () => {
  test('needs neither a file nor a key', () => {
    expect(fromCommandLine({})).toEqual(defaults);
    expect(fromFile({})).toEqual(defaults);
  });

  test('can have every setting in the file', () => {
    const everything = {
      name: 'prod',
      email: ['you@example.com'],
      slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
      amazonQTopic: true,
      slackWebhookParameter: '/portwatch/slack-webhook',
      scanEveryMinutes: 10,
      emptyRegionsEveryMinutes: 60,
      regions: ['eu-west-1', 'us-east-1'],
      alertFrom: 'high',
      weeklyDigest: false,
      expected: [
        {
          instance: 'ci-*',
          region: 'eu-west-1',
          protocol: 'tcp',
          ports: { from: 22, to: 22 },
          widestSource: '198.51.100.0/24',
          reason: 'The pipeline opens SSH to its runner',
          until: '2027-01-31',
        },
      ],
      approved: [
        {
          instance: 'web-*',
          region: 'eu-west-1',
          account: '123456789012',
          arn: 'arn:aws:lightsail:eu-west-1:123456789012:Instance/0a1b2c3d',
          protocol: 'tcp',
          ports: [{ from: 443, to: 443 }],
          sources: ['anywhere'],
          reason: 'The site',
          by: 'alice',
          from: '2026-12-01',
          until: '2027-01-31',
          anyway: false,
        },
      ],
      approvalsByCommand: false,
      approvedClosingAlerts: false,
      reminders: 'on',
      remindCriticalEveryDays: 2,
      remindHighEveryDays: 14,
      tellGapAfterScans: 3,
      keepHistoryDays: 365,
      highRiskPorts: [22, 3389],
      attribution: false,
      attributedAlerts: false,
      eventPath: true,
      eventRegions: ['us-east-1'],
      accounts: { organization: 'o-a1b2c3d4e5', units: ['ou-ab12-cdef3456'], except: ['111122223333'] },
      externalId: 'acme-portwatch',
      memberRoleName: 'AcmeMember',
      monitorRoleName: 'AcmeMonitor',
      existingTable: 'Portwatch-MonitorSnapshotTable6A6A31DF-ABC',
      existingTableKmsKeyArn: key,
      ...existingTopics,
      logRetentionDays: 365,
      keepLogs: true,
      kmsKeyArn: key,
      vpc: { id: 'vpc-0123456789abcdef0', subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] },
      permissionsBoundary: boundary,
      namePrefix: 'acme-sec',
      runbookUrl: 'https://git.example.com/portwatch/docs/runbook.md',
      terminationProtection: true,
      tags: { team: 'web', 'cost:centre': '42' },
    };
    expect(fromFile(everything)).toEqual(everything);
  });

  test('can have every scalar on the command line, lists with commas, and keys of an object with a dot', () => {
    const given = {
      name: 'prod',
      email: 'you@example.com, them@example.com,you@example.com',
      'slack.workspaceId': 'T0123456789',
      'slack.channelId': 'C0123456789',
      amazonQTopic: 'true',
      slackWebhookParameter: 'webhook',
      scanEveryMinutes: '1440',
      emptyRegionsEveryMinutes: '1440',
      regions: 'us-east-1,eu-west-1',
      alertFrom: 'info',
      weeklyDigest: 'false',
      approvalsByCommand: 'false',
      approvedClosingAlerts: 'false',
      reminders: 'off',
      remindCriticalEveryDays: '3',
      remindHighEveryDays: '30',
      tellGapAfterScans: '1',
      keepHistoryDays: '30',
      highRiskPorts: '3389,22,0',
      attribution: 'false',
      attributedAlerts: 'false',
      eventPath: 'true',
      eventRegions: 'us-east-1,eu-west-1,us-east-1',
      'accounts.organization': 'o-a1b2c3d4e5',
      'accounts.units': 'ou-ab12-cdef3456, r-ab12',
      'accounts.except': '111122223333,444455556666',
      externalId: 'acme-portwatch',
      memberRoleName: 'AcmeMember',
      monitorRoleName: 'AcmeMonitor',
      existingTable: 'old-table',
      existingTableKmsKeyArn: key,
      ...existingTopics,
      logRetentionDays: '3653',
      keepLogs: 'true',
      kmsKeyArn: key,
      'vpc.subnetIds': 'subnet-89abcdef, subnet-01234567',
      'vpc.securityGroupIds': 'sg-01234567',
      permissionsBoundary: boundary,
      namePrefix: 'a',
      runbookUrl: 'https://git.example.com/runbook',
      terminationProtection: 'true',
      'tags.team': 'web',
    };
    expect(fromCommandLine(given)).toEqual({
      name: 'prod',
      email: ['you@example.com', 'them@example.com'],
      slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
      amazonQTopic: true,
      slackWebhookParameter: 'webhook',
      scanEveryMinutes: 1440,
      emptyRegionsEveryMinutes: 1440,
      regions: ['eu-west-1', 'us-east-1'],
      alertFrom: 'info',
      weeklyDigest: false,
      expected: [],
      approved: [],
      approvalsByCommand: false,
      approvedClosingAlerts: false,
      reminders: 'off',
      remindCriticalEveryDays: 3,
      remindHighEveryDays: 30,
      tellGapAfterScans: 1,
      keepHistoryDays: 30,
      highRiskPorts: [0, 22, 3389],
      attribution: false,
      attributedAlerts: false,
      eventPath: true,
      eventRegions: ['eu-west-1', 'us-east-1'],
      accounts: {
        organization: 'o-a1b2c3d4e5',
        units: ['ou-ab12-cdef3456', 'r-ab12'],
        except: ['111122223333', '444455556666'],
      },
      externalId: 'acme-portwatch',
      memberRoleName: 'AcmeMember',
      monitorRoleName: 'AcmeMonitor',
      existingTable: 'old-table',
      existingTableKmsKeyArn: key,
      ...existingTopics,
      logRetentionDays: 3653,
      keepLogs: true,
      kmsKeyArn: key,
      vpc: { subnetIds: ['subnet-01234567', 'subnet-89abcdef'], securityGroupIds: ['sg-01234567'] },
      permissionsBoundary: boundary,
      namePrefix: 'a',
      runbookUrl: 'https://git.example.com/runbook',
      terminationProtection: true,
      tags: { team: 'web' },
    });
  });

  test('prefers the command line to the file', () => {
    const file = {
      name: 'prod.json',
      text: '{"scanEveryMinutes": 10, "email": "you@example.com", "tags": {"team": "web", "stage": "prod"}}',
    };
    expect(parseConfig({ file, commandLine: { scanEveryMinutes: '1', 'tags.team': 'ops' } })).toEqual({
      ...defaults,
      email: ['you@example.com'],
      scanEveryMinutes: 1,
      tags: { team: 'ops', stage: 'prod' },
    });
  });

  test.each([
    { given: 22, read: { from: 22, to: 22 } },
    { given: 0, read: { from: 0, to: 0 } },
    { given: '443', read: { from: 443, to: 443 } },
    { given: '8000-8010', read: { from: 8000, to: 8010 } },
    { given: { from: 0, to: 65535 }, read: { from: 0, to: 65535 } },
  ])('reads the ports $given of an expected change as $read', ({ given, read }) => {
    expect(fromFile({ expected: [{ ports: given, reason: 'r' }] }).expected).toEqual([{ ports: read, reason: 'r' }]);
  });
});

describe('a wrong configuration', () => {
  test('is refused with every problem at once: the value that was got, the values that are expected, and what to do', () => {
    const given = {
      scanEveryMinuts: 5,
      email: ['you@example.com', 'them at example'],
      scanEveryMinutes: 'five',
      alertFrom: 'urgent',
      regions: ['eu-west'],
      slack: { workspaceId: 'T0123456789', channelId: 'general' },
      expected: [{ ports: 70000 }],
      tags: { team: 7 },
    };
    expect(problemsOf(() => fromFile(given))).toEqual([
      'email.1: got "them at example", expected an address such as you@example.com. Correct it or take it out of the list.',
      'slack.channelId: got "general", expected a channel\'s ID, not its name: C or G, then capitals and digits. ' +
        "It stands at the foot of the channel's details, under About.",
      'scanEveryMinutes: got "five", expected a whole number of minutes from 1 to 1440. The default is 5.',
      'regions.0: got "eu-west", expected the name of a region, such as eu-west-1. Correct it or take it out of the list.',
      'alertFrom: got "urgent", expected one of critical, high, medium, low, info. The default is low.',
      'expected.0.ports: got 70000, expected a port from 0 to 65535, or a range such as "8000-8010", or ' +
        '{"from": 8000, "to": 8010}, of tcp or udp. The default is every port.',
      'expected.0.reason: got nothing, expected a text of 1 to 200 characters that explains why the change is ' +
        'normal. The reason is stored with each change that matches.',
      'tags.team: got 7, expected a key of 1 to 128 characters that does not begin with aws:, and a text of at most 256 ' +
        'characters. Put numbers in quotes.',
      'scanEveryMinuts: there is no such key. Did you mean scanEveryMinutes? It is in portwatch.json.',
    ]);
  });

  test('P5: a region that Lightsail does not have is refused, with the nearest name, and with every other problem', () => {
    const given = {
      scanEveryMinutes: 0,
      regions: ['eu-west-1', 'eu-wst-1', 'mars-north-1'],
      eventRegions: ['us-eats-1'],
      expected: [{ instance: 'build-*', region: 'eu-west-9', reason: 'r' }],
    };
    const remedy =
      'If Lightsail has come to this region since this version of Portwatch, add the region to lib/find-unknown-regions.ts.';
    const known = (index: string, got: string) => `${index}: got "${got}", expected a region of Lightsail. `;
    expect(problemsOf(() => fromFile(given))).toEqual([
      `${known('regions.1', 'eu-wst-1')}Did you mean eu-west-1? ${remedy}`,
      `${known('eventRegions.0', 'us-eats-1')}Did you mean us-east-1? ${remedy}`,
      `${known('expected.0.region', 'eu-west-9')}Did you mean eu-west-1? ${remedy}`,
      'scanEveryMinutes: got 0, expected a whole number of minutes from 1 to 1440. The default is 5.',
      'regions.2: got "mars-north-1", expected the name of a region, such as eu-west-1. Correct it or take it out of the list.',
    ]);
    expect(problemsOf(() => fromCommandLine({ regions: 'me-quantum-77' }))).toEqual([
      expect.stringMatching(
        /^regions\.0: got "me-quantum-77", expected a region of Lightsail\. Known are: ap-east-1, .*us-west-2\. If /,
      ),
    ]);
  });

  test('the known regions are those of the SDK for Lightsail', () => {
    expect(lightsailRegions).toEqual(Object.values(RegionName).sort());
    expect(fromCommandLine({ regions: lightsailRegions.join(',') }).regions).toEqual(lightsailRegions);
  });

  test.each([
    ['scanEveryMinutes', '0'],
    ['scanEveryMinutes', '1441'],
    ['scanEveryMinutes', '2.5'],
    ['scanEveryMinutes', '5m'],
    ['scanEveryMinutes', ''],
    ['tellGapAfterScans', '0'],
    ['weeklyDigest', 'yes'],
    ['keepHistoryDays', '-1'],
    ['name', ''],
    ['name', ' prod'],
    ['name', 'a name that is much too long for a subject'],
    ['name', 'two\nlines'],
    ['name', 'prüfung'],
    ['alertFrom', 'High'],
    ['existingTable', 'ab'],
    ['existingTable', 'arn:aws:dynamodb:eu-west-1:123456789012:table/x'],
    ['slackWebhookParameter', ''],
    ['slackWebhookParameter', 'a/b'],
    ['slackWebhookParameter', 'https://hooks.slack.com/services/T0/B0/x'],
    ['slack', 'T0123456789'],
    ['slack.workspaceId', 'C0123456789'],
    ['email', ''],
    ['email', 'you'],
    ['regions', ''],
    ['regions', 'eu-west-1a'],
    ['regions', 'all'],
    ['highRiskPorts', '22,65536'],
    ['highRiskPorts', 'ssh'],
    ['expected', '[]'],
    ['logRetentionDays', '91'],
    ['logRetentionDays', 'never'],
    ['keepLogs', 'yes'],
    ['kmsKeyArn', 'alias/portwatch'],
    ['kmsKeyArn', 'arn:aws:kms:eu-west-1:123456789012:alias/portwatch'],
    ['kmsKeyArn', '1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['existingTableKmsKeyArn', 'alias/portwatch'],
    ['existingAlertTopic', 'acme-alerts'],
    ['existingAlertTopic', 'arn:aws:sns:eu-west-1:123456789012:acme-alerts.fifo'],
    ['existingAlertTopicKmsKeyArn', 'alias/aws/sns'],
    ['existingHealthTopic', 'arn:aws:sqs:eu-west-1:123456789012:acme-health'],
    ['existingHealthTopicKmsKeyArn', 'alias/aws/sns'],
    ['vpc', 'subnet-01234567'],
    ['vpc.subnetIds', 'subnet-1'],
    ['vpc.securityGroupIds', ''],
    ['vpc.id', 'default'],
    ['permissionsBoundary', 'boundary'],
    ['permissionsBoundary', 'arn:aws:iam::123456789012:role/boundary'],
    ['namePrefix', ''],
    ['namePrefix', '9a'],
    ['namePrefix', 'acme-'],
    ['namePrefix', 'acme_sec'],
    ['namePrefix', 'a23456789012345678901'],
    ['runbookUrl', 'docs/runbook.md'],
    ['runbookUrl', 'https://git.example.com/runbook#alarms'],
    ['runbookUrl', `https://git.example.com/${'a'.repeat(500)}`],
    ['terminationProtection', 'on'],
    ['accounts', ''],
    ['accounts', 'all'],
    ['accounts', 'o-a1b2c3d4e5'],
    ['accounts', Array.from({ length: 151 }, (_, index) => String(100_000_000_000 + index)).join(',')],
    ['accounts.organization', 'a1b2c3d4e5'],
    ['accounts.units', 'ou-ab12-cdef3456'],
    ['accounts.except', '111122223333'],
    ['externalId', 'x'],
    ['externalId', 'two words'],
    ['memberRoleName', 'role/PortwatchMember'],
    ['memberRoleName', 'a'.repeat(59)],
    ['monitorRoleName', ''],
    ['tags', 'team=web'],
    ['tags.aws:team', 'web'],
  ])('is refused: -c %s=%j', (key, value) => {
    const problems = problemsOf(() => fromCommandLine({ [key]: value }));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems)
      expect(problem).toMatch(new RegExp(`^${key.split('.')[0]}.*: got .*, expected .+\\. .+\\.$`));
  });

  test.each([
    { ports: '8010-8000' },
    { ports: '22,80' },
    { ports: { from: 1 } },
    { protocol: 'TCP' },
    { widestSource: '198.51.100.0/33' },
    { widestSource: '198.51.100.1-198.51.100.9' },
    { until: 'tomorrow' },
    { until: '2027-02-30' },
    { region: 'Ireland' },
    { instance: '' },
    { reason: '' },
    { reason: ' ' },
    { protocol: 'icmp', ports: 8 },
    { widestSource: '/129' },
    { widestSource: 'rds-connect' },
  ])('is refused: an expected change with %j', (part) => {
    const [key = ''] = Object.keys(part);
    const [, wrongKey = key] = Object.keys(part);
    const problems = problemsOf(() => fromFile({ expected: [{ instance: 'web-1', reason: 'r', ...part }] }));
    expect(problems.join('\n')).toMatch(new RegExp(`^expected\\.0\\.${wrongKey}.*: got .*, expected .+\\.$`));
  });

  test('is refused if one expected change would silence every change', () => {
    expect(problemsOf(() => fromFile({ expected: [{ region: 'eu-west-1', reason: 'r' }] }))).toEqual([
      'expected.0: got {"region":"eu-west-1","reason":"r"}, expected an object with a reason and at least one of instance, ' +
        'protocol, ports, widestSource to limit it. docs/configuration.md has an example.',
    ]);
  });

  test.each([
    { ports: '22' },
    { ports: '0-65535', protocol: 'tcp' },
    { widestSource: '0.0.0.0/0' },
    { widestSource: '2001:db8::/32' },
    { widestSource: '/0' },
    { widestSource: '/128' },
    { widestSource: 'lightsail-connect' },
    { protocol: 'all' },
    { instance: 'web-?*' },
    { instance: '*', until: '2027-01-31' },
    { instance: '*', until: '2027-01-31T18:00:00Z' },
    { instance: '*', until: '2027-01-31T18:00:00+01:00' },
  ])('is accepted, and read the same again by the function once it is deployed: an expected change with %j', (part) => {
    const { expected } = fromFile({ expected: [{ reason: 'r', ...part }] });
    expect(expected).toHaveLength(1);
    expect(parseSettings(JSON.parse(JSON.stringify({ expected }))).data?.expected).toEqual(expected);
  });

  test('is refused if the file is not JSON, or not an object', () => {
    const parse = (text: string) => () => parseConfig({ file: { name: 'prod.json', text }, commandLine: {} });
    expect(problemsOf(parse('{"email": }'))[0]).toMatch(/^prod\.json: is not JSON: .*portwatch\.example\.json/);
    expect(problemsOf(parse('[]'))).toEqual(['prod.json: got [], expected an object {…} of keys.']);
  });

  test('is refused if the expected changes do not fit into the environment of a function', () => {
    const expected = Array.from({ length: 40 }, (_, index) => ({ instance: `web-${index}`, reason: 'x'.repeat(60) }));
    const [problem] = problemsOf(() => fromFile({ expected }));
    expect(problem).toMatch(
      /^expected: got settings of \d+ bytes, expected at most 3072, .* Join entries by a pattern/,
    );
    expect(fromFile({ expected: expected.slice(0, 20) }).expected).toHaveLength(20);
  });

  test('is reported in one message, with one line for each problem', () => {
    expect(() => fromCommandLine({ scanEveryMinutes: '0', alertFrom: 'x' })).toThrow(
      /^The configuration has 2 problem\(s\):\n {2}- scanEveryMinutes: .*\n {2}- alertFrom: .*$/,
    );
  });
});

test('the key of an existing table or topic needs an existing table or topic', () => {
  const keys = { existingTableKmsKeyArn: key, existingAlertTopicKmsKeyArn: key, existingHealthTopicKmsKeyArn: key };
  expect(problemsOf(() => fromCommandLine(keys))).toEqual([
    `existingTableKmsKeyArn: got "${key}", expected none without existingTable. Add existingTable, or use kmsKeyArn for the new table.`,
    `existingAlertTopicKmsKeyArn: got "${key}", expected none without existingAlertTopic. Add existingAlertTopic, or use kmsKeyArn for the new topic.`,
    `existingHealthTopicKmsKeyArn: got "${key}", expected none without existingHealthTopic. Add existingHealthTopic, or use kmsKeyArn for the new topic.`,
  ]);
});

test('one topic can not receive both the alerts and the health alarms', () => {
  const { existingAlertTopic } = existingTopics;
  expect(problemsOf(() => fromCommandLine({ existingAlertTopic, existingHealthTopic: existingAlertTopic }))).toEqual([
    'existingHealthTopic: got the topic of existingAlertTopic, expected another one: each reports failed messages of the other.',
  ]);
});

describe('regions whose events are forwarded', () => {
  test('have to be watched', () => {
    expect(problemsOf(() => fromCommandLine({ regions: 'eu-west-1', eventRegions: 'eu-west-1,us-east-1' }))).toEqual([
      'eventRegions: got ["eu-west-1","us-east-1"], expected only regions that are watched. Add us-east-1 to regions, or take it out here.',
    ]);
  });

  test('have no use without the event path', () => {
    expect(problemsOf(() => fromCommandLine({ eventPath: 'false', eventRegions: 'us-east-1' }))).toEqual([
      'eventRegions: got ["us-east-1"], expected none with eventPath false. Leave one of the two keys out.',
    ]);
    expect(fromCommandLine({ eventPath: 'false' })).toMatchObject({ eventPath: false, eventRegions: [] });
  });
});

describe('keys from files of context', () => {
  const contextFiles = {
    'acknowledged-issue-numbers': 'cdk.context.json',
    'cli-telemetry': '~/.cdk.json',
    stage: '~/.cdk.json',
    'other.app': 'cdk.json',
    scanEveryMinutes: '~/.cdk.json',
  };

  test('of other people and of the CDK do not block the deployment', () => {
    const commandLine = { 'acknowledged-issue-numbers': [1], 'cli-telemetry': false, stage: 'dev', 'other.app': 'x' };
    expect(parseConfig({ file: null, commandLine, contextFiles })).toEqual(
      parseConfig({ file: null, commandLine: {} }),
    );
  });

  test('are named with their file if they are keys of Portwatch with a wrong value', () => {
    const sources = { file: null, commandLine: { scanEveryMinutes: 'often' }, contextFiles };
    expect(problemsOf(() => parseConfig(sources))).toEqual([
      'scanEveryMinutes: got "often", expected a whole number of minutes from 1 to 1440. The default is 5. ' +
        'It is in the context of ~/.cdk.json.',
    ]);
  });

  test('an unknown key is refused in the file and on the command line, with its place', () => {
    const file = { name: 'prod.json', text: '{"stage": "dev", "slack": {"workspaceId": "T0123456789", "room": "C1"}}' };
    const commandLine = { emial: 'you@example.com', 'other.app': 'x', 'slack.channelId': 'C0123456789' };
    expect(problemsOf(() => parseConfig({ file, commandLine }))).toEqual([
      expect.stringMatching(/^other\.app: there is no such key\. .*: .*\. It was given with -c\.$/),
      expect.stringMatching(/^slack\.room: there is no such key\. .* It is in prod\.json\.$/),
      expect.stringMatching(/^stage: there is no such key\. .* It is in prod\.json\.$/),
      'emial: there is no such key. Did you mean email? It was given with -c.',
    ]);
  });
});

describe('the accounts of a configuration', () => {
  const externalId = 'acme-portwatch';
  const [one, other] = ['111122223333', '444455556666'];

  test('can be a list on the command line, with commas', () => {
    expect(fromCommandLine({ externalId, accounts: `${one}, ${other}` }).accounts).toEqual([one, other]);
  });

  test.each([
    [
      [one, '44445555666'],
      'accounts.1: got "44445555666", expected an account id, which is a text of 12 digits, each account once. Correct it or take it out of the list.',
    ],
    [
      [one, 444455556666],
      'accounts.1: got 444455556666, expected an account id, which is a text of 12 digits, each account once. Correct it or take it out of the list.',
    ],
    [
      [one, other, one],
      'accounts.2: got "111122223333", expected an account id, which is a text of 12 digits, each account once. Correct it or take it out of the list.',
    ],
    [
      { units: ['ou-ab12-cdef3456'] },
      'accounts.organization: got nothing, expected the id of an organisation, such as o-a1b2c3d4e5. aws organizations describe-organization shows it.',
    ],
    [
      { organization: 'o-a1b2c3d4e5', except: [one, other, one] },
      'accounts.except.2: got "111122223333", expected an account id, which is a text of 12 digits, each account once. Correct it or take it out of the list.',
    ],
    [
      { organization: 'o-a1b2c3d4e5', units: ['ab12'] },
      'accounts.units.0: got "ab12", expected the id of an organizational unit or root, such as ou-ab12-cdef3456, each once. Correct it or take it out of the list.',
    ],
    [
      { organization: 'o-a1b2c3d4e5', unit: ['ou-ab12-cdef3456'] },
      'accounts.unit: there is no such key. Did you mean units? It is in portwatch.json.',
    ],
    [
      { organisation: 'o-a1b2c3d4e5' },
      'accounts.organization: got nothing, expected the id of an organisation, such as o-a1b2c3d4e5. aws organizations describe-organization shows it.\n' +
        'accounts.organisation: there is no such key. Did you mean organization?',
    ],
    [
      5,
      'accounts: got 5, expected a list of 1 to 150 account ids, each once, or an object {"organization": "o-…", "units": ["ou-…"], ' +
        '"except": ["111122223333"]}. On the command line: -c accounts=111122223333,444455556666, or -c accounts.organization=o-…. ' +
        'The default is the account of the deployment alone.',
    ],
  ])('are refused: %j', (accounts, problems) => {
    expect(problemsOf(() => fromFile({ externalId, accounts })).join('\n')).toBe(problems);
  });

  test('are refused if a list and an object are given', () => {
    const file = { name: 'portwatch.json', text: JSON.stringify({ externalId, accounts: [one] }) };
    expect(problemsOf(() => parseConfig({ file, commandLine: { 'accounts.organization': 'o-a1b2c3d4e5' } }))).toEqual([
      'accounts.organization: got "o-a1b2c3d4e5", expected no part of an object, since accounts is also given as a list. Leave one of the two out.',
    ]);
  });
});
