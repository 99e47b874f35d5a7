/** The statements that the policy of a customer managed key needs. */
import { describe, expect, test } from '@jest/globals';
import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DriftMonitor } from '../../lib/drift-monitor.ts';
import { keyPolicyStatements } from '../../lib/key-policy.ts';
import { renderPolicyNotes } from '../../lib/policy-notes.ts';
import { codeBlocks, readDocument, sectionOf } from '../docs/document.ts';
import { newApp } from './new-app.ts';
import { config, key, resourcesOf, templates } from './secured-templates.ts';
import { findOne } from './synthesise.ts';

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
