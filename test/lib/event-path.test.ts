import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { newApp } from './new-app.ts';
import { countOf, findOne, synthesise } from './synthesise.ts';

const { template } = synthesise();
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queueId = 'MonitorEventsQueue6A86B1D3';
const deadLetters = arnOf('MonitorDeadLetterQueue1D772ECF');

const pattern = {
  source: ['aws.lightsail'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['lightsail.amazonaws.com'],
    eventName: [
      'OpenInstancePublicPorts',
      'CloseInstancePublicPorts',
      'PutInstancePublicPorts',
      'SetIpAddressType',
      'CreateInstances',
      'CreateInstancesFromSnapshot',
      'DeleteInstance',
    ],
    errorCode: [{ exists: false }],
  },
};

describe('the event path', () => {
  test('delivers the API calls that can change a firewall, and only calls that succeeded', () => {
    const { Properties } = findOne(template, 'AWS::Events::Rule').resource;
    expect(Properties).toMatchObject({ State: 'ENABLED', EventPattern: pattern });
    // No name means the default event bus, which receives the events of AWS.
    expect(Properties['EventBusName']).toBeUndefined();
  });

  test('P5: events that the rule can not deliver, and events that fail too often, go to the dead letters', () => {
    const { Properties: rule } = findOne(template, 'AWS::Events::Rule').resource;
    expect(rule['Targets']).toEqual([
      expect.objectContaining({
        Arn: arnOf(queueId),
        DeadLetterConfig: { Arn: deadLetters },
        RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3600, MaximumRetryAttempts: 185 },
      }),
    ]);
    const { Properties: queue } = findOne(template, 'AWS::SQS::Queue', queueId).resource;
    expect(queue['RedrivePolicy']).toEqual({ deadLetterTargetArn: deadLetters, maxReceiveCount: 30 });
  });

  test('P10: a burst is a few batches, at most two at a time; failed events are delivered again', () => {
    expect(findOne(template, 'AWS::Lambda::EventSourceMapping').resource.Properties).toEqual({
      EventSourceArn: arnOf(queueId),
      FunctionName: { Ref: expect.stringMatching(/^MonitorEventsLookFunction/) },
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 10,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('has an encrypted queue, whose visibility timeout is six times the timeout of the function', () => {
    const { Properties: lambda } = findOne(template, 'AWS::Lambda::Function', 'MonitorEventsLook').resource;
    expect(lambda['Timeout']).toBe(60);
    expect(findOne(template, 'AWS::SQS::Queue', queueId).resource.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * 60 + 10,
    });
  });

  test('P9: the queue accepts messages of this rule only, and only over TLS', () => {
    const { Statement } = findOne(template, 'AWS::SQS::QueuePolicy', queueId.slice(0, -8)).resource.Properties[
      'PolicyDocument'
    ];
    expect(Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      {
        Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
        Condition: { ArnEquals: { 'aws:SourceArn': arnOf('MonitorEventsRuleA442F725') } },
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: arnOf(queueId),
      },
    ]);
  });

  test('P8, P9: its function can read Lightsail, use its table and publish alerts, and nothing else', () => {
    const { Statement } = findOne(template, 'AWS::IAM::Policy', 'MonitorEventsLook').resource.Properties[
      'PolicyDocument'
    ];
    expect(Statement).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Effect: 'Allow',
        Resource: arnOf('MonitorEventsLookLogs68D18B3D'),
      },
      { Action: ['lightsail:GetInstancePortStates', 'lightsail:GetInstances'], Effect: 'Allow', Resource: '*' },
      {
        Action: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        Effect: 'Allow',
        Resource: arnOf(queueId),
      },
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Effect: 'Allow',
        Resource: arnOf('MonitorSnapshotTable6A6A31DF'),
      },
      {
        Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['APPROVALS#*'] } },
        Effect: 'Deny',
        Resource: arnOf('MonitorSnapshotTable6A6A31DF'),
      },
      {
        Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish'],
        Effect: 'Allow',
        Resource: { Ref: 'MonitorAlertTopicCF837057' },
      },
      {
        Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
        Effect: 'Allow',
        Resource: { Ref: 'MonitorEventTopic170AAFEE' },
      },
    ]);
  });

  test('P9: can read the configured regions only', () => {
    const { template: narrow } = synthesise({ regions: 'eu-west-1' });
    const { PolicyDocument } = findOne(narrow, 'AWS::IAM::Policy', 'MonitorEventsLook').resource.Properties;
    expect(PolicyDocument.Statement[1].Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } });
  });

  test('has the same environment as the scan', () => {
    const variablesOf = (id: string) =>
      findOne(template, 'AWS::Lambda::Function', id).resource.Properties['Environment'].Variables;
    expect(variablesOf('MonitorEventsLook')).toEqual(variablesOf('MonitorScan'));
  });

  test('P10: without the event path, none of its resources exist', () => {
    const { template: without } = synthesise({ eventPath: 'false' });
    expect(countOf(without, 'AWS::Events::Rule')).toBe(0);
    expect(countOf(without, 'AWS::Lambda::EventSourceMapping')).toBe(0);
    expect(countOf(without, 'AWS::SQS::Queue')).toBe(1);
    expect(countOf(without, 'AWS::Lambda::Function')).toBe(2);
    expect(countOf(without, 'AWS::CloudWatch::Alarm')).toBe(10);
  });
});

describe('the stack that forwards', () => {
  const stack = new EventForwardingStack(newApp(), 'Forwarding', {
    region: 'us-east-1',
    homeRegion: 'eu-west-1',
  });
  const forwarding = Template.fromStack(stack);
  const homeBus = {
    'Fn::Join': ['', ['arn:aws:events:eu-west-1:', { Ref: 'AWS::AccountId' }, ':event-bus/default']],
  };

  test('P9: is a rule, and a role that can put events on one event bus', () => {
    const types = Object.values(forwarding.toJSON()['Resources'] as Record<string, { Type: string }>);
    expect(types.map(({ Type }) => Type).sort()).toEqual(['AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::IAM::Role']);
    expect(findOne(forwarding, 'AWS::IAM::Policy').resource.Properties['PolicyDocument'].Statement).toEqual([
      { Action: 'events:PutEvents', Effect: 'Allow', Resource: homeBus },
    ]);
    const [trust] = findOne(forwarding, 'AWS::IAM::Role').resource.Properties['AssumeRolePolicyDocument'].Statement;
    expect(trust).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    const { Properties: rule } = findOne(forwarding, 'AWS::Events::Rule').resource;
    expect(rule['EventPattern']).toEqual(pattern);
    expect(rule['Targets']).toEqual([expect.objectContaining({ Arn: homeBus })]);
  });

  test('is refused for a region that Lightsail does not have', () => {
    expect(
      () => new EventForwardingStack(newApp(), 'Forwarding', { region: 'us-est-1', homeRegion: 'eu-west-1' }),
    ).toThrow('region: got "us-est-1", expected a region of Lightsail. Did you mean us-east-1?');
  });

  test('is refused with its path for wrong rules', () => {
    const rules = { permissionsBoundary: 'nobody' };
    expect(
      () => new EventForwardingStack(newApp(), 'Forwarding', { rules, region: 'us-east-1', homeRegion: 'eu-west-1' }),
    ).toThrow('The configuration has 1 problem(s) of Forwarding:\n  - permissionsBoundary: got "nobody", expected');
  });

  test('needs no bootstrapping: it has no parameter, no assets, and no check of the bootstrap version', () => {
    const { Parameters, Rules } = forwarding.toJSON();
    expect({ Parameters, Rules }).toEqual({});
    expect(stack.region).toBe('us-east-1');
  });
});
