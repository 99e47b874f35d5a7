import { describe, expect, test } from '@jest/globals';
import { countOf, findOne, synthesise } from './synthesise.ts';

const alertTopic = { Ref: 'MonitorAlertTopicCF837057' };
const healthTopic = { Ref: 'MonitorHealthTopicD37C2CA8' };
const amazonQTopic = { Ref: 'AmazonQTopic578803C7' };
const eventTopic = { Ref: 'MonitorEventTopic170AAFEE' };
const queue = { 'Fn::GetAtt': ['MonitorDeadLetterQueue1D772ECF', 'Arn'] };
const slack = { 'slack.workspaceId': 'T0123456789', 'slack.channelId': 'C0123456789' };
const everySlack = { ...slack, slackWebhookParameter: '/portwatch/slack-webhook' };

/** The subscriptions of a function, as topic and properties. */
function subscriptionsOf(configuration: Record<string, unknown>, functionPrefix: string) {
  const { template } = synthesise(configuration);
  const found = Object.values(template.findResources('AWS::SNS::Subscription')).map(({ Properties }) => Properties);
  return found.filter(({ Endpoint }) => String(Endpoint['Fn::GetAtt']?.[0]).startsWith(functionPrefix));
}

describe('Slack by Amazon Q Developer', () => {
  test('receives its own topic and alarms, logs messages that it can not show, and has no permissions in the account', () => {
    const { template } = synthesise(slack);
    expect(findOne(template, 'AWS::Chatbot::SlackChannelConfiguration').resource.Properties).toEqual({
      ConfigurationName: { 'Fn::Join': ['', ['Portwatch-', { Ref: 'AWS::Region' }]] },
      SlackWorkspaceId: 'T0123456789',
      SlackChannelId: 'C0123456789',
      LoggingLevel: 'ERROR',
      SnsTopicArns: [amazonQTopic, healthTopic],
      GuardrailPolicies: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] }],
      IamRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^SlackChannelConfigurationRole|^SlackChannel/), 'Arn'] },
    });
  });

  test('P3: an upgrade moves the channel only after its topic gets alerts, and changes the scan only after that', () => {
    const { template } = synthesise(slack);
    const dependenciesOf = (type: string, prefix: string) =>
      Reflect.get(findOne(template, type, prefix).resource, 'DependsOn') as string[];
    const subscription = Object.keys(template.findResources('AWS::SNS::Subscription')).find((id) =>
      id.startsWith('AmazonQForward'),
    );
    const { id: channelId } = findOne(template, 'AWS::Chatbot::SlackChannelConfiguration');
    expect(dependenciesOf('AWS::Chatbot::SlackChannelConfiguration', 'SlackChannel')).toContain(subscription);
    for (const publisher of ['MonitorScan', 'MonitorEventsLook'])
      expect(dependenciesOf('AWS::Lambda::Function', publisher)).toContain(channelId);
  });

  test('is created only if it is configured', () => {
    const { template } = synthesise();
    expect(countOf(template, 'AWS::Chatbot::SlackChannelConfiguration')).toBe(0);
    expect(countOf(template, 'AWS::SNS::Topic')).toBe(3);
  });
});

describe('the functions that pass alerts on', () => {
  const { template } = synthesise(everySlack);

  test.each([
    ['to programs', 'MonitorEventTopicForward', [alertTopic], eventTopic],
    ['to Amazon Q', 'AmazonQForward', [alertTopic], amazonQTopic],
    ['to a webhook of Slack', 'SlackWebhook', [alertTopic, healthTopic], undefined],
  ])('P5: %s: messages that SNS or Lambda can not deliver go to the dead letters', (_, id, topics, ownTopic) => {
    const subscriptions = subscriptionsOf(everySlack, id);
    expect(subscriptions.map(({ TopicArn }) => TopicArn)).toEqual(expect.arrayContaining(topics));
    expect(subscriptions).toHaveLength(topics.length);
    for (const subscription of subscriptions)
      expect(subscription).toMatchObject({ Protocol: 'lambda', RedrivePolicy: { deadLetterTargetArn: queue } });
    const { resource } = findOne(template, 'AWS::Lambda::EventInvokeConfig', id);
    expect(resource.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 6 * 3600,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
    const { Environment, Timeout } = findOne(template, 'AWS::Lambda::Function', id).resource.Properties;
    expect(Environment.Variables['PORTWATCH_CHANNEL_TOPIC_ARN']).toEqual(ownTopic);
    expect(Timeout).toBe(120);
  });

  test("the webhook has the parameter's name in its environment, never the URL", () => {
    const { Properties } = findOne(template, 'AWS::Lambda::Function', 'SlackWebhook').resource;
    expect(Properties['Environment'].Variables).toEqual({
      PORTWATCH_SLACK_WEBHOOK_PARAMETER: '/portwatch/slack-webhook',
    });
  });

  test('the scan and the command line know each of them', () => {
    const expected = {
      'Fn::Join': [
        '',
        [
          '[{"name":"events","functionName":"',
          { Ref: 'MonitorEventTopicForwardFunctionE6E35AEF' },
          '","topicArn":"',
          eventTopic,
          '"},{"name":"amazon-q","functionName":"',
          { Ref: expect.stringMatching(/^AmazonQForwardFunction/) },
          '","topicArn":"',
          amazonQTopic,
          '"},{"name":"slack-webhook","functionName":"',
          { Ref: expect.stringMatching(/^SlackWebhookFunction/) },
          '","topicArn":null}]',
        ],
      ],
    };
    expect(template.findOutputs('Channels')['Channels']?.['Value']).toEqual(expected);
    for (const id of ['MonitorScan', 'MonitorEventsLook']) {
      const { Environment } = findOne(template, 'AWS::Lambda::Function', id).resource.Properties;
      expect(Environment.Variables['PORTWATCH_CHANNELS']).toEqual(expected);
    }
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
      [alertTopic, healthTopic].map((topic) => ({ ArnEquals: { 'aws:SourceArn': topic } })),
    );
  });
});
