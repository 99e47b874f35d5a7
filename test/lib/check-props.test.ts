import { describe, expect, test } from '@jest/globals';
import { Aws, Token } from 'aws-cdk-lib';
import { type MonitorSettingsInput, parseSettings } from '../../lambda/contract/settings-schema.ts';
import { checkProps } from '../../lib/check-props.ts';
import { ConfigurationError } from '../../lib/configuration-error.ts';
import type { DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { type ConfigSources, parseConfig } from '../../lib/parse-config.ts';
import { renderSettings } from '../../lib/render-settings.ts';
import { settingDescriptions } from '../../lib/setting-descriptions.ts';

const defaults = parseConfig({ file: null, commandLine: {} });
const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function problemsOf(check: () => unknown): readonly string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

/** A value for each setting that is not its default. The type requires that every setting is a prop. */
const everything: Required<{ [K in keyof typeof settingDescriptions]: DriftMonitorProps[K] }> = {
  name: 'prod',
  email: ['you@example.com', 'them@example.com'],
  slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
  amazonQTopic: true,
  slackWebhookParameter: '/portwatch/slack-webhook',
  scanEveryMinutes: 10,
  emptyRegionsEveryMinutes: 60,
  regions: ['us-east-1', 'eu-west-1'],
  alertFrom: 'high',
  expected: [{ instance: 'ci-*', ports: '8000-8010', reason: 'r' }],
  approved: [{ instance: 'web-*', protocol: 'tcp', ports: [80, '8000-8010'], sources: 'anywhere', reason: 'r' }],
  approvalsByCommand: false,
  approvedClosingAlerts: false,
  reminders: 'on',
  remindCriticalEveryDays: 2,
  remindHighEveryDays: 14,
  weeklyDigest: false,
  tellGapAfterScans: 3,
  keepHistoryDays: 30,
  highRiskPorts: [3389, 22],
  attribution: false,
  attributedAlerts: false,
  eventPath: true,
  eventRegions: ['us-east-1'],
  accounts: ['111122223333', '444455556666'],
  externalId: 'acme-portwatch',
  memberRoleName: 'AcmeMember',
  monitorRoleName: 'AcmeMonitor',
  existingTable: 'old-table',
  existingTableKmsKeyArn: key,
  existingAlertTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-alerts',
  existingAlertTopicKmsKeyArn: key,
  existingHealthTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-health',
  existingHealthTopicKmsKeyArn: key,
  logRetentionDays: 365,
  keepLogs: true,
  kmsKeyArn: key,
  vpc: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
  namePrefix: 'acme',
  runbookUrl: 'https://example.com/runbook',
  terminationProtection: true,
  tags: { team: 'web' },
};

/** For each setting a value that must be refused. */
const wrong: Record<keyof typeof settingDescriptions, unknown> = {
  name: 'x'.repeat(60),
  email: ['nobody'],
  slack: { workspaceId: 'general' },
  amazonQTopic: 'yes',
  slackWebhookParameter: 'https://hooks.slack.com/services/T0/B0/k3y',
  scanEveryMinutes: 0,
  emptyRegionsEveryMinutes: 1441,
  regions: [],
  alertFrom: 'huge',
  expected: [{ reason: 'r' }, { reason: 'r', ports: 99_999 }],
  approved: [{ reason: 'r' }, { protocol: 'tcp', sources: 'anywhere', reason: 'r' }],
  approvalsByCommand: 'no',
  approvedClosingAlerts: 'no',
  reminders: 'daily',
  remindCriticalEveryDays: 0,
  remindHighEveryDays: 366,
  weeklyDigest: 1,
  tellGapAfterScans: 0,
  keepHistoryDays: 0.5,
  highRiskPorts: [99_999],
  attribution: 'no',
  attributedAlerts: 'no',
  eventPath: 'no',
  eventRegions: ['nowhere'],
  accounts: ['1'],
  externalId: 'x',
  memberRoleName: '',
  monitorRoleName: 'a b',
  existingTable: 'x',
  existingTableKmsKeyArn: 'alias/x',
  existingAlertTopic: 'acme-alerts',
  existingAlertTopicKmsKeyArn: 'alias/x',
  existingHealthTopic: 'arn:aws:sns:eu-west-1:123456789012:acme.fifo',
  existingHealthTopicKmsKeyArn: 'alias/x',
  logRetentionDays: 91,
  keepLogs: 'no',
  kmsKeyArn: 'alias/x',
  vpc: { subnetIds: [], securityGroupIds: ['sg-1'] },
  permissionsBoundary: 'boundary',
  namePrefix: '-',
  runbookUrl: 'runbook.md',
  terminationProtection: 'no',
  tags: { team: 5 },
};

describe('the props of the construct and the settings of portwatch.json', () => {
  const fromFile = (content: unknown): ConfigSources => ({
    file: { name: 'portwatch.json', text: JSON.stringify(content) },
    commandLine: {},
  });

  test('are the same, with the same values', () => {
    expect(Object.keys(everything).sort()).toEqual(Object.keys(settingDescriptions).sort());
    const checked = checkProps(everything);
    expect(checked).toEqual(parseConfig(fromFile(everything)));
    // `eventPath` keeps its default here, because `eventPath: false` would contradict `eventRegions`.
    const { eventPath: _, ...others } = checked;
    for (const [name, value] of Object.entries(others))
      expect([name, value]).not.toEqual([name, Reflect.get(defaults, name)]);
  });

  test.each(Object.entries(wrong))('are refused with the same words, each: %s', (name, value) => {
    const problems = problemsOf(() => checkProps({ [name]: value }));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(new RegExp(`^${name}(\\.[^:]*)?: got .+, expected .+\\.$`));
    const { howToGive = 'nothing' } = settingDescriptions[name as keyof typeof settingDescriptions];
    const ofFile = problemsOf(() => parseConfig(fromFile({ [name]: value })));
    expect(problems).toEqual(ofFile.map((problem) => problem.replace(`${howToGive} `, '')));
    expect(problems.join('\n')).not.toMatch(/ -c |in the file/i);
  });

  test('are refused all at once', () => {
    const problems = problemsOf(() => checkProps(wrong as DriftMonitorProps));
    const names = new Set(problems.map((problem) => /^\w+/.exec(problem)?.[0]));
    expect([...names].sort()).toEqual(Object.keys(settingDescriptions).sort());
  });
});

describe('props that are unknown, or contradict each other', () => {
  test.each([
    [{ scanEveryMinute: 5 }, 'scanEveryMinute: there is no such key. Did you mean scanEveryMinutes?'],
    [{ encryptionkey: key }, 'encryptionkey: there is no such key. Did you mean encryptionKey?'],
    [
      { table: 'old-table' },
      'table: got "old-table", expected a table of the CDK, such as TableV2.fromTableName(…). The name of a table belongs in existingTable.',
    ],
    [
      { encryptionKey: key },
      `encryptionKey: got "${key}", expected a key of the CDK, such as Key.fromKeyArn(…). The ARN of a key belongs in kmsKeyArn.`,
    ],
    [
      { network: { subnetIds: [] } },
      'network: got an object, expected an object { vpc, securityGroups } with objects of the CDK. The IDs of subnets belong in vpc.',
    ],
    [
      { table: { tableArn: 'a' }, existingTable: 'old-table' },
      'existingTable: got "old-table", expected none with table. Leave one of the two out.',
    ],
    [
      { encryptionKey: { keyArn: key }, kmsKeyArn: key },
      `kmsKeyArn: got "${key}", expected none with encryptionKey. Leave one of the two out.`,
    ],
    [
      { healthTopic: { topicArn: 'a' }, existingHealthTopicKmsKeyArn: key },
      `existingHealthTopicKmsKeyArn: got "${key}", expected none with healthTopic. Give the key to the topic: Topic.fromTopicAttributes has keyArn.`,
    ],
    [
      { alertTopic: 'acme' },
      'alertTopic: got "acme", expected a topic of the CDK, such as Topic.fromTopicArn(…). The ARN of a topic belongs in existingAlertTopic.',
    ],
    [
      { existingTableKmsKeyArn: key },
      `existingTableKmsKeyArn: got "${key}", expected none without existingTable. Add existingTable, or use kmsKeyArn for the new table.`,
    ],
  ])('%j', (props, problem) => {
    expect(problemsOf(() => checkProps(props as DriftMonitorProps))).toEqual([problem]);
  });

  test('are a key of a table object, and a network beside a vpc or with the wrong number of security groups', () => {
    const { vpc } = everything;
    const ofApp = { selectSubnets: () => ({ subnetIds: [] }), isolatedSubnets: [], publicSubnets: [] };
    const props = { table: { tableArn: 'a' }, existingTableKmsKeyArn: key, network: { vpc: ofApp }, vpc };
    expect(problemsOf(() => checkProps(props as unknown as DriftMonitorProps))).toEqual([
      `existingTableKmsKeyArn: got "${key}", expected none with table. Give the key to the table: TableV2.fromTableAttributes has encryptionKey.`,
      'vpc: got an object, expected none with network. Leave one of the two out.',
      'network.securityGroups: expected a list of 1 to 5 security groups of the CDK. One that allows HTTPS out is enough.',
    ]);
  });

  test('are a network of IDs, and a VPC without private subnets', () => {
    const groups = [1, 2, 3, 4, 5, 6].map((index) => ({ securityGroupId: `sg-${index}` }));
    const of = (network: unknown) => problemsOf(() => checkProps({ network } as DriftMonitorProps));
    const list =
      'network.securityGroups: expected a list of 1 to 5 security groups of the CDK. One that allows HTTPS out is enough.';
    expect(of({ vpc: 'vpc-1', securityGroups: ['sg-1'] })).toEqual([
      list,
      'network.vpc: expected a VPC of the CDK, such as Vpc.fromLookup(…). The IDs of subnets belong in vpc.',
    ]);
    const vpc = { selectSubnets: () => ({ subnetIds: [] }), isolatedSubnets: [], publicSubnets: [] };
    expect(of({ vpc, securityGroups: groups })).toEqual([list]);
    expect(of({ vpc, securityGroups: groups.slice(1) })).toEqual([]);
    const selectSubnets = () => {
      throw new Error("There are no 'Private' subnet groups in this VPC.");
    };
    expect(of({ vpc: { ...vpc, selectSubnets }, securityGroups: groups.slice(1) })).toEqual([
      "network: expected private subnets with a route to a NAT gateway, which cannot be selected: There are no 'Private' subnet groups in this VPC.",
    ]);
  });

  test('are a VPC that has to be looked up, in a stack whose account or region is not known', () => {
    const vpc = { ...everything.vpc, id: 'vpc-0123456789abcdef0' } as NonNullable<DriftMonitorProps['vpc']>;
    const place = { region: 'eu-west-1', account: '123456789012' };
    const problem =
      'vpc.id: the account and the region of the stack, in which the VPC is looked up, are not known. Give the stack an env with both, or leave vpc.id out.';
    expect(problemsOf(() => checkProps({ vpc }, { ...place, account: undefined }))).toEqual([problem]);
    expect(problemsOf(() => checkProps({ vpc }, { ...place, region: undefined }))).toEqual([problem]);
    expect(problemsOf(() => checkProps({ vpc }, place))).toEqual([]);
  });

  test('are a key of another region than the one of the stack', () => {
    expect(problemsOf(() => checkProps({ kmsKeyArn: key }, { region: 'us-east-1' }))).toEqual([
      'kmsKeyArn: got a key of eu-west-1, expected a key of us-east-1, the region of the deployment.',
    ]);
    expect(problemsOf(() => checkProps({ kmsKeyArn: key }, { region: 'eu-west-1' }))).toEqual([]);
  });
});

describe('the settings of the construct', () => {
  test('are the defaults when nothing is given, or undefined, or null', () => {
    expect(checkProps({})).toEqual(defaults);
    expect(checkProps({ regions: null, attribution: undefined })).toEqual(defaults);
  });

  test('are checked all at once, with the messages of the configuration', () => {
    const given: MonitorSettingsInput = { scanEveryMinutes: 1441, highRiskPorts: [22, 70_000] };
    expect(() => checkProps(given)).toThrow(
      [
        'The configuration has 2 problem(s):',
        '  - scanEveryMinutes: got 1441, expected a whole number of minutes from 1 to 1440. The default is 5.',
        '  - highRiskPorts.1: got 70000, expected a port from 0 to 65535. Correct it or take it out of the list.',
      ].join('\n'),
    );
  });

  test('can have a token as the name or as the boundary, and nowhere else', () => {
    const [name, permissionsBoundary] = [Token.asString({ Ref: 'Name' }), `arn:aws:iam::${Aws.ACCOUNT_ID}:policy/b`];
    expect(checkProps({ name, permissionsBoundary })).toMatchObject({ name, permissionsBoundary });
    const tokens: MonitorSettingsInput[] = [
      { scanEveryMinutes: Token.asNumber({ Ref: 'Minutes' }) },
      { regions: Token.asList({ Ref: 'Regions' }) },
      { alertFrom: Token.asString({ Ref: 'Severity' }) as 'low' },
    ];
    for (const given of tokens) expect(() => checkProps(given)).toThrow(/ - \w+: got a token, expected .+\./);
  });

  test('P5: can not name a region that Lightsail does not have', () => {
    expect(() => checkProps({ regions: ['eu-wst-1'] })).toThrow(
      'regions.0: got "eu-wst-1", expected a region of Lightsail. Did you mean eu-west-1?',
    );
  });

  test('are read by the functions as they were written', () => {
    const settings = checkProps(everything);
    expect(settings.regions).toEqual(['eu-west-1', 'us-east-1']);
    expect(settings).toMatchObject(parseSettings(JSON.parse(renderSettings(settings))).data ?? {});
  });
});
