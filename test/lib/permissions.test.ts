/** The exact statements of each role. `test/security/permissions-by-bundle.test.ts` compares them with the calls in the bundles. */
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
  Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish'],
  Effect: 'Allow',
  Resource: { Ref: 'MonitorAlertTopicCF837057' },
};
const eventListeners = {
  Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
  Effect: 'Allow',
  Resource: { Ref: 'MonitorEventTopic170AAFEE' },
};
/** P9: only people approve. A scan that could write approvals could suppress its own alerts. */
const noApprovals = (Resource: unknown) => ({
  Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['APPROVALS#*'] } },
  Effect: 'Deny',
  Resource,
});
const tableActions = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action}`);
/** Actions that AWS allows on any resource only; the CDK merges their statements. */
const reads = ['cloudtrail:LookupEvents', 'lightsail:GetInstancePortStates', 'lightsail:GetInstances'];

describe('the scan function', () => {
  test('P8, P9: can read Lightsail, search CloudTrail, use its table and publish alerts, and nothing else', () => {
    expect(statementsOf({}, 'MonitorScan')).toEqual([
      logs,
      deadLetters,
      { Action: [...reads, 'lightsail:GetRegions'], Effect: 'Allow', Resource: '*' },
      {
        Action: tableActions,
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['MonitorSnapshotTable6A6A31DF', 'Arn'] },
      },
      noApprovals({ 'Fn::GetAtt': ['MonitorSnapshotTable6A6A31DF', 'Arn'] }),
      {
        Action: 'dynamodb:Query',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': ['', [{ 'Fn::GetAtt': ['MonitorSnapshotTable6A6A31DF', 'Arn'] }, '/index/timeline']],
        },
      },
      alerts,
      eventListeners,
    ]);
  });

  test('P9: can search CloudTrail in the configured regions only, and not at all without attribution', () => {
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

  test('P9: can not query the index without the weekly digest', () => {
    expect(statementsOf({ weeklyDigest: 'false' }, 'MonitorScan').map(({ Action }) => Action)).toEqual([
      logs.Action,
      deadLetters.Action,
      [...reads, 'lightsail:GetRegions'],
      tableActions,
      noApprovals(null).Action,
      alerts.Action,
      eventListeners.Action,
    ]);
  });

  test('P9: can read the configured regions only, and can not list the regions then', () => {
    expect(statementsOf({ regions: 'us-east-1,eu-west-1' }, 'MonitorScan')[2]).toEqual({
      Action: reads,
      Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
      Effect: 'Allow',
      Resource: '*',
    });
  });

  test('P9: can use the existing table of that name', () => {
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
  test('P9: can invoke the scan function and send dead letters, and nothing else', () => {
    expect(statementsOf({}, 'SchedulerRole')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['MonitorScanFunction1D3954ED', 'Arn'] },
      },
      { ...deadLetters, Action: 'sqs:SendMessage' },
    ]);
  });

  test('P9: has a role that only the scheduler of this account can assume', () => {
    const { resource } = findOne(synthesise().template, 'AWS::IAM::Role', 'SchedulerRole');
    const [statement] = resource.Properties['AssumeRolePolicyDocument'].Statement;
    expect(statement.Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
    expect(statement.Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
  });
});

describe('the function for Slack', () => {
  test('P9: can read its one parameter, and nothing else', () => {
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

describe('a function that passes alerts on', () => {
  const slack = { 'slack.workspaceId': 'T0123456789', 'slack.channelId': 'C0123456789' };

  test.each([
    ['to programs', 'MonitorEventTopicForward', 'MonitorEventTopic170AAFEE'],
    ['to Amazon Q', 'AmazonQForward', 'AmazonQTopic578803C7'],
  ])('P9: %s can publish to its own topic, and nothing else', (_, role, topic) => {
    expect(statementsOf(slack, role)).toEqual([
      { ...logs, Resource: { 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${role}Logs`)), 'Arn'] } },
      deadLetters,
      { Action: 'sns:Publish', Effect: 'Allow', Resource: { Ref: topic } },
    ]);
  });
});

describe('the topics', () => {
  test('refuse requests without TLS; of the services, only alarms of this account can publish', () => {
    const { template } = synthesise();
    const statementsFor = (prefix: string) =>
      findOne(template, 'AWS::SNS::TopicPolicy', prefix).resource.Properties['PolicyDocument'].Statement;
    const tlsOnly = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(statementsFor('MonitorEventTopic')).toEqual([expect.objectContaining(tlsOnly)]);
    for (const prefix of ['MonitorAlertTopic', 'MonitorHealthTopic'])
      expect(statementsFor(prefix)).toEqual([
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
