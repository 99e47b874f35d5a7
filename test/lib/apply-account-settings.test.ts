/** The rules of the account's security team, on every resource of every template. */
import { describe, expect, test } from '@jest/globals';
import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DriftMonitor, type DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { keyPolicyStatements } from '../../lib/key-policy.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { renderPolicyNotes } from '../../lib/policy-notes.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { codeBlocks, readDocument, sectionOf } from '../docs/document.ts';
import { withoutBundling } from './feature-flags.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { findOne, type Resource, synthesise } from './synthesise.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

const { permissionsBoundary: boundary, kmsKeyArn: key } = securedConfiguration;

const config = parseConfig({ file: null, commandLine: securedConfiguration });
const forwarding = new EventForwardingStack(newApp(), 'Forwarding', {
  rules: config,
  terminationProtection: config.terminationProtection,
  region: 'us-east-1',
  homeRegion: 'eu-west-1',
});
const templates = {
  'the stack of the monitor': synthesise(securedConfiguration).template,
  'the stack that forwards events': Template.fromStack(forwarding),
};

function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

function monitorIn(props: DriftMonitorProps): Template {
  const stack = new Stack(newApp(), 'Own');
  new Role(stack, 'OfSomebodyElse', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new DriftMonitor(stack, 'Monitor', props);
  return Template.fromStack(stack);
}

describe.each(Object.entries(templates))('%s', (_name, template) => {
  test('has the boundary on every role', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(0);
    for (const [, { Properties }] of roles) expect(Properties).toMatchObject({ PermissionsBoundary: boundary });
  });

  test('has names with the prefix for all that holds no state, and for nothing else', () => {
    const { Resources } = template.toJSON() as { Resources: Record<string, Resource & { Type: string }> };
    const names = Object.values(Resources).flatMap(({ Type, Properties }) => {
      const name = Properties?.[nameProperties[Type] ?? 'Name'];
      return name === undefined ? [] : [[Type, typeof name === 'string' ? name : name['Fn::Join'][1][0]]];
    });
    for (const [, name] of names) expect(name).toMatch(/^acme-sec-[A-Za-z0-9- ]{1,53}$/);
    const named = [...new Set(names.map(([type]) => type))].sort();
    const stateless = Object.values(Resources).flatMap(({ Type }) => (nameProperties[Type] ? [Type] : []));
    expect(named).toEqual([...new Set(stateless)].sort());
  });
});

const nameProperties: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Scheduler::Schedule': 'Name',
};

describe('the name of a role', () => {
  test('ends with the region, since roles of two regions share one space of names, and has at most 64 characters', () => {
    const names = resourcesOf(templates['the stack of the monitor'], 'AWS::IAM::Role').map(
      ([, { Properties }]) => Properties['RoleName']['Fn::Join'][1],
    );
    for (const [start, region, ...more] of names) {
      expect([region, ...more]).toEqual([{ Ref: 'AWS::Region' }]);
      expect(`${start}ap-southeast-1`.length).toBeLessThanOrEqual(64);
    }
    expect(new Set(names.map(([start]) => start)).size).toBe(names.length);
  });
});

describe('the logs', () => {
  test('are kept for the configured days, are encrypted, and stay when the stack is deleted', () => {
    const groups = resourcesOf(templates['the stack of the monitor'], 'AWS::Logs::LogGroup');
    expect(groups.length).toBe(resourcesOf(templates['the stack of the monitor'], 'AWS::Lambda::Function').length);
    for (const [, group] of groups)
      expect(group).toMatchObject({
        Properties: { RetentionInDays: 365, KmsKeyId: key },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
  });

  test('are kept for 90 days and deleted with the stack without a configuration', () => {
    for (const [, group] of resourcesOf(synthesise().template, 'AWS::Logs::LogGroup')) {
      expect(group.DeletionPolicy).toBe('Delete');
      expect(group.Properties).toEqual({ RetentionInDays: 90 });
    }
  });
});

describe('termination protection', () => {
  test('is on for every stack when it is configured, and off otherwise', () => {
    expect(synthesise(securedConfiguration).stack.terminationProtection).toBe(true);
    expect(forwarding.terminationProtection).toBe(true);
    expect(synthesise().stack.terminationProtection).toBe(false);
  });
});

describe('a customer managed key', () => {
  const template = templates['the stack of the monitor'];

  test('encrypts the table, the topics, the queues and the variables of every function', () => {
    const table = findOne(template, 'AWS::DynamoDB::GlobalTable').resource.Properties;
    expect(table['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(table['Replicas']).toEqual([expect.objectContaining({ SSESpecification: { KMSMasterKeyId: key } })]);
    const encrypted = { 'AWS::SNS::Topic': 'KmsMasterKeyId', 'AWS::SQS::Queue': 'KmsMasterKeyId' };
    for (const [type, property] of Object.entries({ ...encrypted, 'AWS::Lambda::Function': 'KmsKeyArn' })) {
      const resources = resourcesOf(template, type);
      expect(resources.length).toBeGreaterThan(1);
      for (const [, { Properties }] of resources) expect(Properties[property]).toBe(key);
    }
  });

  test('P9: can be used by every role that has a policy, and no statement allows another key', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
      const statements: { Action: string | string[]; Resource: unknown }[] = Properties['PolicyDocument'].Statement;
      const ofKms = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')));
      const allowed = ofKms.flatMap(({ Action }) => Action);
      expect([id, allowed]).toEqual([id, expect.arrayContaining(['kms:Decrypt'])]);
      expect(allowed.some((action) => /^kms:GenerateDataKey\*?$/.test(action))).toBe(true);
      for (const { Resource } of ofKms) expect(Resource).toBe(key);
    }
  });

  test('is not in the template without a configuration', () => {
    expect(JSON.stringify(synthesise().template.toJSON())).not.toMatch(/kms/i);
  });
});

describe('the policy of a customer managed key', () => {
  const [, partition = '', , region = '', account = ''] = key.split(':');
  const statements = keyPolicyStatements({
    ...{ partition, account, region, stackName: 'Portwatch', existingTopicArns: [] },
  });

  test('is printed, since the policy of an imported key can not be changed from here, and documented in the same words', () => {
    const [note = '', ...others] = renderPolicyNotes(config, 'Portwatch', account);
    expect(others).toEqual([]);
    expect(note).toMatch(/^kmsKeyArn: Portwatch can't change the policy of arn:aws:kms:eu-west-1:123456789012:key/);
    expect(JSON.parse(note.slice(note.indexOf('\n')))).toEqual(statements);
    const blocks = codeBlocks(sectionOf(readDocument('docs/configuration.md').text, 'A key of your own'));
    expect(blocks.map(({ code }) => JSON.parse(code))).toEqual([statements]);
  });

  test('allows each service of AWS that uses the key by itself, limited to this account where AWS supports it', () => {
    const services = statements.flatMap(({ Principal, Condition }) =>
      'Service' in Principal ? [[Principal.Service, JSON.stringify(Condition)]] : [],
    );
    expect(services).toEqual([
      ['logs.eu-west-1.amazonaws.com', expect.stringContaining('arn:aws:logs:eu-west-1:123456789012:log-group:Port')],
      ['cloudwatch.amazonaws.com', '{"StringEquals":{"aws:SourceAccount":"123456789012"}}'],
      ['events.amazonaws.com', undefined],
      ['sns.amazonaws.com', expect.stringContaining('arn:aws:sns:eu-west-1:123456789012:Portwatch-*')],
    ]);
  });

  test('allows every action that the roles of the stack are allowed', () => {
    const [ofRoles] = statements;
    const granted = resourcesOf(templates['the stack of the monitor'], 'AWS::IAM::Policy').flatMap(
      ([, { Properties }]) =>
        (Properties['PolicyDocument'].Statement as { Action: string | string[] }[]).flatMap(({ Action }) => Action),
    );
    for (const action of granted.filter((name) => name.startsWith('kms:')))
      expect(ofRoles?.Action.some((allowed) => new RegExp(`^${allowed.replace('*', '.*')}$`).test(action))).toBe(true);
  });

  test('is completed for a key that the app creates', () => {
    const stack = new Stack(newApp(), 'Own');
    new DriftMonitor(stack, 'Monitor', { encryptionKey: new Key(stack, 'Key') });
    const { KeyPolicy } = findOne(Template.fromStack(stack), 'AWS::KMS::Key').resource.Properties;
    const sids = KeyPolicy.Statement.flatMap(({ Sid }: { Sid?: string }) => Sid ?? []);
    expect(sids).toEqual(expect.arrayContaining(statements.map(({ Sid }) => Sid)));
  });

  test('is completed with the dead letters of existing topics, given as objects or by their ARNs', () => {
    const stack = new Stack(newApp(), 'Own');
    const arnOf = (name: string) => `arn:aws:sns:eu-west-1:123456789012:${name}`;
    new DriftMonitor(stack, 'Monitor', {
      encryptionKey: new Key(stack, 'Key'),
      existingAlertTopic: arnOf('alerts'),
      healthTopic: Topic.fromTopicArn(stack, 'Health', arnOf('health')),
    });
    const { KeyPolicy } = findOne(Template.fromStack(stack), 'AWS::KMS::Key').resource.Properties;
    const ofSns = KeyPolicy.Statement.find(({ Sid }: { Sid?: string }) => Sid === 'PortwatchDeadLetters');
    expect(ofSns.Condition.ArnLike['aws:SourceArn'].slice(1)).toEqual([arnOf('alerts'), arnOf('health')]);
  });

  test('is completed for several monitors and for a nested stack, and no two statements have the same name', () => {
    const app = newApp();
    const keys = new Stack(app, 'Keys');
    const encryptionKey = new Key(keys, 'Key');
    const own = new Stack(app, 'Own');
    for (const id of ['One', 'Two']) new DriftMonitor(own, id, { encryptionKey });
    const nested = new NestedStack(new Stack(app, 'Outer'), 'Nested');
    new DriftMonitor(nested, 'Monitor', { encryptionKey, terminationProtection: true });
    expect(nested.nestedStackParent?.terminationProtection).toBe(true);
    const { KeyPolicy } = findOne(Template.fromStack(keys), 'AWS::KMS::Key').resource.Properties;
    const sids = KeyPolicy.Statement.flatMap(({ Sid }: { Sid?: string }) => Sid ?? []);
    expect(sids).toEqual([...statements.map(({ Sid }) => Sid), 'PortwatchLogs2', 'PortwatchDeadLetters2']);
    expect(JSON.stringify(KeyPolicy)).toContain(':log-group:Outer-*');
  });
});

describe('a VPC', () => {
  const template = templates['the stack of the monitor'];
  const ids = {
    subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    securityGroupIds: ['sg-0123456789abcdef0'],
  };

  test('has every function', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(1);
    for (const [, { Properties }] of functions)
      expect(Properties['VpcConfig']).toEqual({ SubnetIds: ids.subnetIds, SecurityGroupIds: ids.securityGroupIds });
  });

  test('P9: each role lets Lambda create network interfaces in this region and account, and denies that to the code', () => {
    const ec2Statements = resourcesOf(template, 'AWS::IAM::Policy').map(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[]).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('ec2:')),
      ),
    );
    const ofFunctions = ec2Statements.filter((statements) => statements.length > 0);
    expect(ofFunctions.length).toBe(resourcesOf(template, 'AWS::Lambda::Function').length);
    for (const statements of ofFunctions) {
      const changes = statements.find(({ Action }) => Action.includes('ec2:CreateNetworkInterface'));
      expect(JSON.stringify(changes?.Resource)).toBe(
        '{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":ec2:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":*/*"]]}',
      );
      const denied = statements.find(({ Effect }) => Effect === 'Deny');
      const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
      const ofEc2 = allowed.filter((action) => action.startsWith('ec2:')).sort();
      expect([denied?.Action].flat().toSorted()).toEqual(ofEc2);
      expect(denied?.Condition).toEqual({ ArnLike: { 'lambda:SourceFunctionArn': expect.anything() } });
    }
  });

  test('is in no template without a configuration', () => {
    expect(JSON.stringify(synthesise().template.toJSON())).not.toMatch(/ec2:|VpcConfig/);
  });

  const monitorInVpc = (subnetType: SubnetType) => {
    const stack = new Stack(newApp(), 'Own');
    const subnetConfiguration = [
      { name: 'a', subnetType: SubnetType.PUBLIC },
      { name: 'b', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'c', subnetType: SubnetType.PRIVATE_ISOLATED },
    ];
    const vpc = new Vpc(stack, 'Vpc', { subnetConfiguration, maxAzs: 1 });
    const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })];
    new DriftMonitor(stack, 'Monitor', { network: { vpc, vpcSubnets: { subnetType }, securityGroups } });
    return Template.fromStack(stack);
  };

  test('can be one of the app, and the functions wait for its route to the internet', () => {
    const { resource } = findOne(monitorInVpc(SubnetType.PRIVATE_WITH_EGRESS), 'AWS::Lambda::Function', 'MonitorScan');
    const { Properties, DependsOn } = resource as Resource & { DependsOn: string[] };
    expect(Properties['VpcConfig']).toEqual({
      SubnetIds: [{ Ref: expect.stringMatching(/^VpcbSubnet1/) }],
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
    });
    expect(DependsOn).toContainEqual(expect.stringMatching(/^VpcbSubnet1DefaultRoute/));
  });

  test.each([
    [SubnetType.PRIVATE_ISOLATED, 'isolated'],
    [SubnetType.PUBLIC, 'public'],
  ])('P5: is refused with subnets that are %s, since Lightsail could not be read', (type, kind) => {
    expect(() => monitorInVpc(type)).toThrow(
      new RegExp(
        `network: got the ${kind} subnet .*, expected private subnets with a route to a NAT gateway\\. Portwatch reads`,
      ),
    );
  });

  test('P5: is refused with isolated subnets in the configuration, when the ID of the VPC is given', () => {
    const lookedUp = (type: string, subnetId: string) => ({
      'vpc-provider:account=123456789012:filter.vpc-id=vpc-0123456789abcdef0:region=eu-west-1:returnAsymmetricSubnets=true':
        {
          vpcId: 'vpc-0123456789abcdef0',
          availabilityZones: [],
          subnetGroups: [
            { name: 'x', type, subnets: [{ subnetId, availabilityZone: 'eu-west-1a', routeTableId: 'rtb-1' }] },
          ],
        },
    });
    const build = (context: Record<string, unknown>) =>
      new PortwatchStack(newApp({ ...withoutBundling, ...context }), 'Portwatch', {
        config: parseConfig({
          file: null,
          commandLine: { ...securedConfiguration, 'vpc.id': 'vpc-0123456789abcdef0' },
        }),
        env: { account: '123456789012', region: 'eu-west-1' },
      });
    expect(() => build(lookedUp('Isolated', 'subnet-0123456789abcdef1'))).toThrow(
      'vpc.subnetIds: got the isolated subnet subnet-0123456789abcdef1, expected private subnets with a route to a NAT gateway.',
    );
    expect(() => build(lookedUp('Private', 'subnet-0123456789abcdef1'))).not.toThrow();
    expect(() => build(lookedUp('Isolated', 'subnet-0123456789abcdef9'))).not.toThrow();
  });
});

describe('an existing table with a customer managed key', () => {
  test('P9: the functions can use this key', () => {
    const { template } = synthesise({ existingTable: 'old-table', existingTableKmsKeyArn: key });
    for (const prefix of ['MonitorScan', 'MonitorEventsLook']) {
      const statements = findOne(template, 'AWS::IAM::Policy', prefix).resource.Properties['PolicyDocument'].Statement;
      expect(statements).toContainEqual({
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Effect: 'Allow',
        Resource: key,
      });
    }
  });
});

describe('existing topics', () => {
  const alertTopic = 'arn:aws:sns:eu-west-1:123456789012:acme-alerts';
  const healthTopic = 'arn:aws:sns:eu-west-1:123456789012:acme-health';
  const keyOf = (name: string) => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
  const existing = {
    existingAlertTopic: alertTopic,
    existingAlertTopicKmsKeyArn: keyOf('alerts'),
    existingHealthTopic: healthTopic,
    existingHealthTopicKmsKeyArn: keyOf('health'),
  };
  const { template } = synthesise({ ...securedConfiguration, ...existing });
  const statementsOf = (prefix: string): Statement[] =>
    findOne(template, 'AWS::IAM::Policy', prefix).resource.Properties['PolicyDocument'].Statement;

  test('are used in place of new topics, by every subscription, alarm, output and function', () => {
    const topics = resourcesOf(template, 'AWS::SNS::Topic').map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(topics.sort()).toEqual(['AmazonQTopic', 'MonitorEventTopic']);
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
    expect(subscriptions.map(({ Protocol, TopicArn }) => `${Protocol} ${TopicArn}`).sort()).toEqual([
      `email ${alertTopic}`,
      `email ${healthTopic}`,
      ...[`lambda ${alertTopic}`, `lambda ${alertTopic}`, `lambda ${alertTopic}`, `lambda ${healthTopic}`],
    ]);
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(new Set(alarms.flatMap(({ AlarmActions }) => AlarmActions))).toEqual(new Set([alertTopic, healthTopic]));
    expect(template.findOutputs('*')).toMatchObject({
      AlertTopicArn: { Value: alertTopic },
      HealthTopicArn: { Value: healthTopic },
    });
    for (const prefix of ['MonitorScan', 'MonitorEventsLook']) {
      const { Environment } = findOne(template, 'AWS::Lambda::Function', prefix).resource.Properties;
      expect(Environment.Variables['PORTWATCH_ALERT_TOPIC_ARN']).toBe(alertTopic);
    }
    const { SnsTopicArns } = findOne(template, 'AWS::Chatbot::SlackChannelConfiguration').resource.Properties;
    expect(SnsTopicArns).toContain(healthTopic);
  });

  test('P9: the functions that publish can use the key of the alert topic to publish, and no other function can', () => {
    for (const prefix of ['MonitorScan', 'MonitorEventsLook']) {
      expect(statementsOf(prefix)).toContainEqual(
        expect.objectContaining({ Action: expect.arrayContaining(['sns:Publish']), Resource: alertTopic }),
      );
      expect(statementsOf(prefix).filter(({ Resource }) => String(Resource).includes(':key/a'))).toEqual([
        { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Effect: 'Allow', Resource: keyOf('alerts') },
      ]);
    }
    const others = ['MonitorEventTopicForward', 'AmazonQForward', 'SlackWebhook'].flatMap(statementsOf);
    expect(JSON.stringify(others)).not.toMatch(/key\/(alerts|health)|acme-/);
    expect(JSON.stringify(template.toJSON())).not.toContain('key/health');
  });

  test('P5: the statements that their policies need are printed, and those that the policies of their keys need', () => {
    const commandLine = { ...existing, existingTable: 'old-table', existingTableKmsKeyArn: keyOf('table') };
    const notes = renderPolicyNotes(parseConfig({ file: null, commandLine }), 'Portwatch', '210987654321');
    const found = notes.map((note) => {
      const [head = '', ...json] = note.split('\n');
      const statements: { Sid: string; Principal: object; Resource: string; Condition?: object }[] = JSON.parse(
        json.join('\n'),
      );
      return { head, statements, sids: statements.map(({ Sid }) => Sid) };
    });
    expect(found.map(({ head, sids }) => `${head.split(':')[0]} ${sids}`)).toEqual([
      'existingTableKmsKeyArn PortwatchRoles',
      'existingAlertTopicKmsKeyArn PortwatchRoles,PortwatchAlarms',
      'existingHealthTopicKmsKeyArn PortwatchAlarms',
      'existingAlertTopic AlarmsOfThisAccount',
      'existingHealthTopic AlarmsOfThisAccount',
    ]);
    // A key may belong to another account; the roles and alarms are in the account of the deployment.
    expect(found[1]?.statements).toEqual([
      expect.objectContaining({ Principal: { AWS: 'arn:aws:iam::210987654321:root' } }),
      expect.objectContaining({ Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } }),
    ]);
    const { text } = readDocument('docs/configuration.md');
    const blocks = codeBlocks(sectionOf(text, 'Topics of your own')).filter(({ language }) => language === 'json');
    expect(JSON.parse(blocks.at(-1)?.code ?? '')).toEqual(found[3]?.statements);
    for (const { head } of found) expect(head).toMatch(/docs\/configuration\.md#(a-key|topics)-of-your-own explains/);
  });

  test('with one key for all, need one note for it, with every statement; dead letters of these topics included', () => {
    const commandLine = {
      ...existing,
      ...{ kmsKeyArn: key, existingAlertTopicKmsKeyArn: key, existingHealthTopicKmsKeyArn: key },
    };
    const [note = '', ...others] = renderPolicyNotes(parseConfig({ file: null, commandLine }), 'Portwatch', undefined);
    expect(note).toMatch(/^kmsKeyArn and existingAlertTopicKmsKeyArn and existingHealthTopicKmsKeyArn: /);
    const statements = JSON.parse(note.slice(note.indexOf('\n')));
    expect(statements).toHaveLength(6);
    expect(statements.at(-1).Condition).toEqual({
      ArnLike: { 'aws:SourceArn': ['arn:aws:sns:eu-west-1:123456789012:Portwatch-*', alertTopic, healthTopic] },
    });
    expect(others).toHaveLength(2);
  });

  test('of the app get the statement for alarms, and so does their key', () => {
    const stack = new Stack(newApp(), 'Own');
    const topic = new Topic(stack, 'Alerts', { masterKey: new Key(stack, 'TopicKey') });
    new DriftMonitor(stack, 'Monitor', { alertTopic: topic, encryptionKey: new Key(stack, 'Key') });
    const own = Template.fromStack(stack);
    own.resourceCountIs('AWS::SNS::Topic', 3);
    const alarms = (prefix: string, type: string, property: string) =>
      findOne(own, type, prefix).resource.Properties[property].Statement.filter(
        ({ Principal }: { Principal: { Service?: string } }) => Principal.Service === 'cloudwatch.amazonaws.com',
      );
    expect(alarms('Alerts', 'AWS::SNS::TopicPolicy', 'PolicyDocument')).toEqual([
      expect.objectContaining({ Sid: 'AlarmsOfThisAccount', Action: 'sns:Publish' }),
    ]);
    expect(alarms('TopicKey', 'AWS::KMS::Key', 'KeyPolicy')).toEqual([
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
    ]);
    const { KeyPolicy } = findOne(own, 'AWS::KMS::Key', 'Key').resource.Properties;
    const deadLetters = KeyPolicy.Statement.find(({ Sid }: { Sid?: string }) => Sid === 'PortwatchDeadLetters');
    expect(JSON.stringify(deadLetters.Condition)).toMatch(/\{"Ref":"AWS::AccountId"\},":\*"/);
  });

  test.each<[string, (stack: Stack) => DriftMonitorProps, string]>([
    [
      'a FIFO topic',
      (stack) => ({ alertTopic: new Topic(stack, 'Alerts', { fifo: true }) }),
      'alertTopic: got a FIFO topic, expected a standard topic, which can notify mail and functions.',
    ],
    [
      'one topic for both',
      (stack) => {
        const topic = new Topic(stack, 'Alerts');
        return { alertTopic: topic, healthTopic: topic };
      },
      'healthTopic: got the topic of alertTopic, expected another one: each reports failed messages of the other.',
    ],
  ])('refuse %s', (_, props, message) => {
    const stack = new Stack(newApp(), 'Own');
    expect(() => new DriftMonitor(stack, 'Monitor', props(stack))).toThrow(message);
  });
});

describe('DriftMonitor in a stack of its own', () => {
  test('P9: lets readers of the history use the key of the table, and only decrypt with it', () => {
    const stack = new Stack(newApp(), 'Own');
    const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new DriftMonitor(stack, 'Monitor', { kmsKeyArn: key }).grantReadHistory(reader);
    const { PolicyDocument } = findOne(Template.fromStack(stack), 'AWS::IAM::Policy', 'Reader').resource.Properties;
    expect(PolicyDocument.Statement).toContainEqual({ Action: 'kms:Decrypt', Effect: 'Allow', Resource: key });
  });

  const template = monitorIn({ permissionsBoundary: boundary, namePrefix: 'acme-sec' });
  const roles = resourcesOf(template, 'AWS::IAM::Role');

  test('limits and names its roles, the role of the schedule as well, and no other role of the stack', () => {
    expect(roles.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'MonitorEventTopicForwardRole',
      'MonitorEventsLookRole',
      'MonitorScanRole',
      expect.stringMatching(/^OfSomebodyElse/),
      expect.stringMatching(/^SchedulerRoleForTarget/),
    ]);
    for (const [id, { Properties }] of roles) {
      const isOwn = !id.startsWith('OfSomebodyElse');
      expect(Properties['PermissionsBoundary']).toBe(isOwn ? boundary : undefined);
      expect(Properties['RoleName'] === undefined).toBe(!isOwn);
    }
  });
});
