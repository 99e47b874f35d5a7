import { describe, expect, test } from '@jest/globals';
import { findOne, synthesise } from './synthesise.ts';

const bothTopics = [{ Ref: 'MonitorAlertTopicCF837057' }, { Ref: 'MonitorHealthTopicD37C2CA8' }];

describe('Slack by Amazon Q Developer', () => {
  test('receives both topics, logs messages that it can not show, and has no permissions in the account', () => {
    const { template } = synthesise({ 'slack.workspaceId': 'T0123456789', 'slack.channelId': 'C0123456789' });
    expect(findOne(template, 'AWS::Chatbot::SlackChannelConfiguration').resource.Properties).toEqual({
      ConfigurationName: 'Portwatch',
      SlackWorkspaceId: 'T0123456789',
      SlackChannelId: 'C0123456789',
      LoggingLevel: 'ERROR',
      SnsTopicArns: bothTopics,
      GuardrailPolicies: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] }],
      IamRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^SlackChannelConfigurationRole|^SlackChannel/), 'Arn'] },
    });
  });

  test('is created only if it is configured', () => {
    synthesise().template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
  });
});

describe('Slack by an incoming webhook', () => {
  const { template } = synthesise({ slackWebhookParameter: '/portwatch/slack-webhook' });

  test("has the parameter's name in its environment, never the URL", () => {
    const { Properties } = findOne(template, 'AWS::Lambda::Function', 'SlackWebhook').resource;
    expect(Properties['Environment'].Variables).toEqual({
      PORTWATCH_SLACK_WEBHOOK_PARAMETER: '/portwatch/slack-webhook',
    });
  });

  test('P5: receives both topics; messages that SNS or Lambda can not deliver go to the dead letters', () => {
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription'));
    const queue = { 'Fn::GetAtt': ['MonitorDeadLetterQueue1D772ECF', 'Arn'] };
    expect(subscriptions.map(({ Properties }) => Properties['TopicArn'])).toEqual(expect.arrayContaining(bothTopics));
    expect(subscriptions).toHaveLength(2);
    for (const { Properties } of subscriptions)
      expect(Properties).toMatchObject({ Protocol: 'lambda', RedrivePolicy: { deadLetterTargetArn: queue } });
    const { resource } = findOne(template, 'AWS::Lambda::EventInvokeConfig', 'SlackWebhook');
    expect(resource.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });

  test('P9: SNS can send dead letters of these topics only', () => {
    const { Statement } = findOne(template, 'AWS::SQS::QueuePolicy', 'MonitorDeadLetterQueue').resource.Properties[
      'PolicyDocument'
    ];
    const allowed = Statement.filter(
      ({ Effect, Principal }: { Effect: string; Principal: { Service?: string } }) =>
        Effect === 'Allow' && Principal.Service === 'sns.amazonaws.com',
    );
    expect(allowed.map((statement: { Condition: unknown }) => statement.Condition)).toEqual(
      bothTopics.map((topic) => ({ ArnEquals: { 'aws:SourceArn': topic } })),
    );
  });
});
