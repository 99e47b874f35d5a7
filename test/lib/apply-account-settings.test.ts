/** The settings of the account's security team, on every resource of every template. */
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DriftMonitor } from '../../lib/drift-monitor.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { boundary, forwarding, key, monitorIn, resourcesOf, templates } from './secured-templates.ts';
import { findOne, type Resource, synthesise } from './synthesise.ts';

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
