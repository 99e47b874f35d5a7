import { beforeAll, describe, expect, test } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { MemberEventsStack, MemberRoleStack } from '../../lib/member-stacks.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { memberProps } from '../../lib/synthesise-member-templates.ts';
import { depth } from '../support/depth.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { type Resource, synthesise } from './synthesise.ts';

const everything = {
  email: ['you@example.com', 'them@example.com'],
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
  regions: 'eu-west-1,us-east-1',
  eventRegions: 'us-east-1',
  existingTable: 'old-table',
  existingTableKmsKeyArn: securedConfiguration.kmsKeyArn,
  existingAlertTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-alerts',
  existingAlertTopicKmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/of-the-topic',
};

/** The stack without any configuration. The stacks for an organisation have all of its resources, so the quick run does without it. */
const alone = depth({ quick: [], full: ['Portwatch'] });

/** One app: without any configuration, with everything configured, the stack that forwards events, and the stacks for an organisation. */
function buildApp(): App {
  const app = newApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const id of alone) new PortwatchStack(app, id, { config: parseConfig({ file: null, commandLine: {} }) });
  new PortwatchStack(app, 'Everything', { config: parseConfig({ file: null, commandLine: everything }) });
  new EventForwardingStack(app, 'Events-us-east-1', {
    region: 'us-east-1',
    homeRegion: 'eu-west-1',
  });
  addMembers(app, {});
  return app;
}

/** Adds the monitor of an organisation, and the stacks of its accounts. */
function addMembers(app: App, further: Record<string, string>): void {
  const commandLine = { ...further, externalId: 'acme', 'accounts.organization': 'o-a1b2c3d4e5' };
  const config = parseConfig({ file: null, commandLine });
  const props = memberProps(config, '123456789012', 'eu-west-1');
  new PortwatchStack(app, 'Organization', { config });
  new MemberRoleStack(app, 'MemberRole', props);
  new MemberEventsStack(app, 'MemberEvents', props);
}

/** Every exception that begins with one of `packs`, with the construct that has the exception and the reason. */
function exceptionsOf(app: App, ...packs: string[]): { path: string; rule: string; reason: string }[] {
  const found = app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap((entry) => Object.entries(entry.data as Record<string, string>))
      .map(([id, reason]) => ({ path: construct.node.path, rule: id.replace('Annotation::', ''), reason })),
  );
  return found.filter(({ rule }) => packs.some((pack) => rule.startsWith(pack)));
}

describe('cdk-nag AwsSolutions, and the check of templates that the CDK has built in', () => {
  beforeAll(() => {
    process.env['CDK_VALIDATION'] = depth({ quick: 'false', full: 'true' });
  });

  test('P9: finds nothing in any stack, next to the exceptions with their reasons', () => {
    const app = buildApp();
    expect(() => app.synth()).not.toThrow();
    const exceptions = (stack: string, ...functions: string[]) => [
      `${stack}/Monitor/DeadLetterQueue: AwsSolutions-SQS3`,
      ...functions.map((name) => `${stack}/Monitor/${name}/Role: AwsSolutions-IAM5[Resource::*]`),
    ];
    const found = exceptionsOf(app, 'AwsSolutions').map(({ path, rule }) => `${path}: ${rule}`);
    // The keys of the existing table and of the existing topic.
    const ofKeys = ['Events/Look', 'Scan'].flatMap((name) =>
      ['GenerateDataKey*', 'ReEncrypt*'].map(
        (action) => `Everything/Monitor/${name}/Role: AwsSolutions-IAM5[Action::kms:${action}]`,
      ),
    );
    expect([...new Set(found)].sort()).toEqual(
      [
        ...exceptions('Everything', 'Events/Look', 'Scan'),
        ...alone.flatMap((stack) => exceptions(stack, 'Events/Look', 'Scan')),
        ...exceptions('Organization', 'Events/Look', 'Scan'),
        ...['Events/Look', 'Scan'].map(
          (name) =>
            `Organization/Monitor/${name}/Role: AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/PortwatchMember]`,
        ),
        'MemberRole/Role: AwsSolutions-IAM5[Resource::*]',
        ...ofKeys,
      ].sort(),
    );
  });

  test('the reason for the roles of any account names the accounts that the condition allows', () => {
    const reasonsOf = (accounts: Record<string, string>) => {
      const app = newApp();
      const config = parseConfig({ file: null, commandLine: { ...accounts, externalId: 'acme' } });
      new PortwatchStack(app, 'Portwatch', { config });
      const found = exceptionsOf(app, 'AwsSolutions').filter(({ rule }) => rule.includes(':role/PortwatchMember'));
      return new Set(found.map(({ reason }) => reason));
    };
    expect(reasonsOf({ accounts: '111122223333' })).toEqual(
      new Set(['A condition limits the accounts to those of the list.']),
    );
    const units = { 'accounts.organization': 'o-a1b2c3d4e5', 'accounts.units': 'ou-ab12-cdef3456' };
    expect(reasonsOf(units)).toEqual(
      new Set([
        'A condition limits the accounts to those of the organisation. The settings units and except do not limit this permission.',
      ]),
    );
  });

  test('finds a topic that accepts messages without TLS', () => {
    const app = newApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Topic(new Stack(app, 'Bare'), 'Topic');
    expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
  });
});

describe('the packs for NIST 800-53, HIPAA and PCI DSS, with the settings that a security team may require', () => {
  const app = newApp();
  const config = parseConfig({ file: null, commandLine: securedConfiguration });
  for (const id of alone) new PortwatchStack(app, id, { config });
  new EventForwardingStack(app, 'Events', { rules: config, region: 'us-east-1', homeRegion: 'eu-west-1' });
  addMembers(app, securedConfiguration);
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  );

  test('P9: find nothing in any stack, next to the exceptions with their reasons', () => {
    expect(() => app.synth()).not.toThrow();
    const exceptions = exceptionsOf(app, 'NIST', 'HIPAA', 'PCI');
    const rules = new Set(exceptions.map(({ rule }) => rule.replace(/^.*-/, '')));
    expect([...rules].sort()).toEqual(['IAMNoInlinePolicy', 'LambdaConcurrency', 'LambdaDLQ']);
    for (const { path, rule, reason } of exceptions) {
      // An exception applies to everything inside its construct, so none may cover more than one role or one function.
      expect(path).toMatch(rule.includes('Lambda') ? /\/Function$/ : /\/(Scheduler|Events)?Role[^/]*$/);
      expect(reason).toMatch(/^A.* .*\.$|^The .*\.$/);
    }
  });

  test('find what is missing without these settings', () => {
    const bare = newApp();
    Validations.of(bare).addPlugins(new NIST80053R5Checks(bare));
    new PortwatchStack(bare, 'Portwatch', { config: parseConfig({ file: null, commandLine: {} }) });
    let found = '';
    try {
      bare.synth();
    } catch (error) {
      found = String(error);
    }
    for (const rule of ['SNSEncryptedKMS', 'CloudWatchLogGroupEncrypted', 'LambdaInsideVPC'])
      expect(found).toContain(`NIST.800.53.R5-${rule}`);
  });
});

/** https://docs.aws.amazon.com/controltower/latest/controlreference/cloudwatch-rules.html and lambda-rules.html */
describe('the controls of AWS Control Tower, with the settings that a security team may require', () => {
  const all = (type: string) =>
    Object.values(synthesise(securedConfiguration).template.findResources(type)) as Resource[];

  test('CT.CLOUDWATCH.PR.1 and PR.4: each alarm has an action, and its actions are on', () => {
    const alarms = all('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const { Properties } of alarms) {
      expect(Properties['AlarmActions'].length).toBeGreaterThan(0);
      expect(Properties['ActionsEnabled']).not.toBe(false);
    }
  });

  test('CT.CLOUDWATCH.PR.2 and PR.3: logs are kept for a year at least, and encrypted with a key of KMS', () => {
    for (const { Properties } of all('AWS::Logs::LogGroup')) {
      expect(Properties['RetentionInDays']).toBeGreaterThanOrEqual(365);
      expect(Properties['KmsKeyId']).toMatch(/^arn:aws:kms:/);
    }
  });

  test('each function is in a VPC of the customer, in two subnets', () => {
    for (const { Properties } of all('AWS::Lambda::Function')) {
      expect(Properties['VpcConfig'].SubnetIds.length).toBeGreaterThanOrEqual(2);
      expect(Properties['VpcConfig'].SecurityGroupIds.length).toBeGreaterThanOrEqual(1);
    }
  });
});
