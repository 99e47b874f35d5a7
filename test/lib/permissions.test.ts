/** Literally what is allowed; that it is no more and no less than the bundles use is held by `test/security/permissions-by-bundle.test.ts`. */
import { describe, expect, test } from '@jest/globals';
import { findOne, synthesise } from './synthesise.ts';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

function statementsOf(configuration: Record<string, unknown>, policyPrefix: string): Statement[] {
  const { template } = synthesise(configuration);
  return findOne(template, 'AWS::IAM::Policy', policyPrefix).resource.Properties['PolicyDocument'].Statement;
}

const logs = {
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Effect: 'Allow',
  Resource: { 'Fn::GetAtt': ['MonitorScanLogsBB8133FF', 'Arn'] },
};
const deadLetters = {
  Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
  Effect: 'Allow',
  Resource: { 'Fn::GetAtt': ['MonitorDeadLetterQueue1D772ECF', 'Arn'] },
};
const alerts = {
  Action: ['sns:GetTopicAttributes', 'sns:Publish'],
  Effect: 'Allow',
  Resource: { Ref: 'MonitorAlertTopicCF837057' },
};
const tableActions = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action}`);
/** What AWS allows on any resource only; the CDK joins such statements. */
const looks = ['cloudtrail:LookupEvents', 'lightsail:GetInstancePortStates', 'lightsail:GetInstances'];

describe('the scan function', () => {
  test('P8, P9: may read Lightsail, look up calls, keep its history and publish alerts, and nothing else', () => {
    expect(statementsOf({}, 'MonitorScan')).toEqual([
      logs,
      deadLetters,
      { Action: [...looks, 'lightsail:GetRegions'], Effect: 'Allow', Resource: '*' },
      {
        Action: tableActions,
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['MonitorSnapshotTable6A6A31DF', 'Arn'] },
      },
      {
        Action: 'dynamodb:Query',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': ['', [{ 'Fn::GetAtt': ['MonitorSnapshotTable6A6A31DF', 'Arn'] }, '/index/timeline']],
        },
      },
      alerts,
    ]);
  });

  test('P9: may look up calls in the configured regions only, and nowhere where that is not wanted', () => {
    const lookups = (configuration: Record<string, unknown>) =>
      statementsOf(configuration, 'MonitorScan').filter(({ Action }) =>
        [Action].flat().includes('cloudtrail:LookupEvents'),
      );
    expect(lookups({ regions: 'us-east-1,eu-west-1' })).toEqual([
      expect.objectContaining({
        Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
        Resource: '*',
      }),
    ]);
    expect(lookups({ attribution: 'false' })).toEqual([]);
  });

  test('P9: may not query the index where no weekly digest is wanted', () => {
    expect(statementsOf({ weeklyDigest: 'false' }, 'MonitorScan').map(({ Action }) => Action)).toEqual([
      logs.Action,
      deadLetters.Action,
      [...looks, 'lightsail:GetRegions'],
      tableActions,
      alerts.Action,
    ]);
  });

  test('P9: may read the configured regions only, and has no need to ask which there are', () => {
    expect(statementsOf({ regions: 'us-east-1,eu-west-1' }, 'MonitorScan')[2]).toEqual({
      Action: looks,
      Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
      Effect: 'Allow',
      Resource: '*',
    });
  });

  test('P9: may use the adopted table of that name', () => {
    const arn = [{ Ref: 'AWS::Partition' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }];
    expect(statementsOf({ existingTable: 'old-table' }, 'MonitorScan')[3]).toEqual({
      Action: tableActions,
      Effect: 'Allow',
      Resource: {
        'Fn::Join': ['', ['arn:', arn[0], ':dynamodb:', arn[1], ':', arn[2], ':table/old-table']],
      },
    });
  });
});

describe('the schedule', () => {
  test('P9: may start the scan function and leave dead letters, and nothing else', () => {
    expect(statementsOf({}, 'SchedulerRole')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['MonitorScanFunction1D3954ED', 'Arn'] },
      },
      { ...deadLetters, Action: 'sqs:SendMessage' },
    ]);
  });

  test('P9: its role is for the schedules of this account', () => {
    const { resource } = findOne(synthesise().template, 'AWS::IAM::Role', 'SchedulerRole');
    const [statement] = resource.Properties['AssumeRolePolicyDocument'].Statement;
    expect(statement.Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
    expect(statement.Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
  });
});

describe('the function for Slack', () => {
  test('P9: may read its one parameter, and nothing else', () => {
    const statements = statementsOf({ slackWebhookParameter: '/portwatch/slack-webhook' }, 'SlackWebhook');
    const parameter = [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':ssm:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':parameter/portwatch/slack-webhook',
    ];
    expect(statements).toEqual([
      { ...logs, Resource: { 'Fn::GetAtt': [expect.stringMatching(/^SlackWebhookLogs/), 'Arn'] } },
      deadLetters,
      { Action: 'ssm:GetParameter', Effect: 'Allow', Resource: { 'Fn::Join': ['', parameter] } },
    ]);
  });
});

describe('the topics', () => {
  test('refuse what is not TLS; alarms of this account, and nobody else, are let in on the health topic', () => {
    const { template } = synthesise();
    const statementsFor = (prefix: string) =>
      findOne(template, 'AWS::SNS::TopicPolicy', prefix).resource.Properties['PolicyDocument'].Statement;
    const tlsOnly = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(statementsFor('MonitorAlertTopic')).toEqual([expect.objectContaining(tlsOnly)]);
    expect(statementsFor('MonitorHealthTopic')).toEqual([
      expect.objectContaining(tlsOnly),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});
