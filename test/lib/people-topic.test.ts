/** Existing topics in place of new ones. */
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DriftMonitor, type DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { renderPolicyNotes } from '../../lib/policy-notes.ts';
import { codeBlocks, readDocument, sectionOf } from '../docs/document.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { key, resourcesOf, type Statement } from './secured-templates.ts';
import { findOne, synthesise } from './synthesise.ts';

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
