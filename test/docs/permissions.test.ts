/** Compares docs/permissions.md with the template: the page explains exactly the allowed actions. */
import { describe, expect, test } from '@jest/globals';
import { securedConfiguration } from '../lib/secured-configuration.ts';
import { synthesise } from '../lib/synthesise.ts';
import { codeBlocks, codeSpans, readDocument, sectionOf, tableRows } from './document.ts';

const { text } = readDocument('docs/permissions.md');

const everything = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
};

interface Statement {
  Effect: string;
  Action: string | string[];
}

/** The actions in the first column of the tables under a heading. */
const explained = (heading: string) =>
  [...new Set(tableRows(sectionOf(text, heading)).flatMap(([actions = '']) => codeSpans(actions)))].sort();

function allowedIn(
  types: readonly string[],
  prefix: string,
  configuration: Record<string, string> = everything,
): string[] {
  const { template } = synthesise(configuration);
  const documents = types
    .flatMap((type) => Object.entries(template.findResources(type)))
    .filter(([id]) => id.startsWith(prefix))
    .map(([, resource]) => resource['Properties']);
  const statements: Statement[] = documents.flatMap((properties) => properties.PolicyDocument.Statement);
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  return [...new Set(allowed)].sort();
}

describe('docs/permissions.md', () => {
  test.each([
    ["The scan function's role", 'MonitorScan'],
    ['The role of the function for events', 'MonitorEventsLook'],
    ["The schedule's role", 'SchedulerRole'],
    ['The roles of the functions for programs and for Amazon Q', 'MonitorEventTopicForward'],
    ['The roles of the functions for programs and for Amazon Q', 'AmazonQForward'],
    ['The role of the function for Slack', 'SlackWebhook'],
  ])('P9: explains every action of %s, and no other', (heading, prefix) => {
    expect(explained(heading)).toEqual(allowedIn(['AWS::IAM::Policy'], prefix));
  });

  test.each(['MonitorScan', 'MonitorEventsLook', 'MonitorEventTopicForward', 'AmazonQForward', 'SlackWebhook'])(
    'P9: explains what a key and a VPC add to the role of %s',
    (prefix) => {
      const before = allowedIn(['AWS::IAM::Policy'], prefix);
      const added = allowedIn(['AWS::IAM::Policy'], prefix, securedConfiguration).filter((it) => !before.includes(it));
      expect(explained('With a key or a VPC of your own')).toEqual(added);
    },
  );

  test('P9: explains what several accounts add to the roles of the scan and of the function for events', () => {
    const conditional = [
      'dynamodb:DeleteItem',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ];
    const added = ['MonitorScan', 'MonitorEventsLook'].flatMap((prefix) => {
      const before = allowedIn(['AWS::IAM::Policy'], prefix);
      return ['', 'ou-ab12-cdef3456'].flatMap((units) =>
        allowedIn(['AWS::IAM::Policy'], prefix, {
          ...everything,
          externalId: 'acme',
          'accounts.organization': 'o-a1b2c3d4e5',
          ...(units && { 'accounts.units': units }),
        }).filter((it) => !before.includes(it) || conditional.includes(it)),
      );
    });
    const explainedHere = explained('With several accounts').filter((it) => /^[a-z]+:[A-Z]/.test(it));
    expect(explainedHere).toEqual([...new Set(added)].sort());
  });

  test('P9: explains every action that others are allowed, and no other', () => {
    const { template } = synthesise(everything);
    const invocations = Object.values(template.findResources('AWS::Lambda::Permission'));
    const allowed = [
      ...allowedIn(['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'], ''),
      ...new Set(invocations.map(({ Properties }) => Properties.Action)),
    ];
    expect(explained('Permissions of AWS services on the monitor')).toEqual(allowed.sort());
  });

  test('P9: there is no other policy in the template', () => {
    const { template } = synthesise(everything);
    const known = [
      ...['MonitorScan', 'MonitorEventsLook', 'MonitorEventTopicForward', 'AmazonQForward'],
      ...['SchedulerRole', 'SlackWebhook'],
    ];
    const strays = Object.keys(template.findResources('AWS::IAM::Policy')).filter(
      (id) => !known.some((prefix) => id.startsWith(prefix)),
    );
    expect(strays).toEqual([]);
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    expect(roles.filter(({ Properties }) => Properties.ManagedPolicyArns || Properties.Policies)).toEqual([]);
  });

  test('has policies that are JSON, each with what it allows', () => {
    // `deploy-policy.test.ts` checks the policies for CloudFormation.
    const others = text.replace(sectionOf(text, 'A policy for CloudFormation'), '');
    const policies = codeBlocks(others).filter(({ language }) => language === 'json');
    const actions = policies
      .flatMap(({ code }) => JSON.parse(code).Statement)
      .flatMap(({ Action }: Statement) => Action);
    expect(actions).toEqual([
      ...['lightsail:GetRegions', 'lightsail:GetInstances', 'lightsail:GetInstancePortStates'],
      'sts:AssumeRole',
      ...['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'cloudformation:DescribeStacks'],
      'dynamodb:PutItem',
      ...['cloudformation:DescribeStacks', 'sns:ListSubscriptionsByTopic', 'sns:Publish'],
      ...[
        'cloudformation:DescribeStacks',
        'cloudformation:ListStackResources',
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeContinuousBackups',
        'dynamodb:DescribeTable',
        'dynamodb:DescribeTimeToLive',
        'dynamodb:Query',
        'events:DescribeRule',
        'lambda:GetFunctionConcurrency',
        'lambda:GetFunctionConfiguration',
        'scheduler:GetSchedule',
        'sns:GetSubscriptionAttributes',
        'sns:ListSubscriptionsByTopic',
        'sqs:GetQueueAttributes',
        'cloudtrail:DescribeTrails',
        'cloudtrail:GetEventSelectors',
        'cloudtrail:GetTrailStatus',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
      ],
      ...['lightsail:PutInstancePublicPorts', 'lightsail:CloseInstancePublicPorts'],
      ...['lightsail:GetInstances', 'lightsail:GetInstancePortStates', 'lightsail:GetOperationsForResource'],
    ]);
  });
});
