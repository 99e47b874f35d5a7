import { describe, expect, test } from '@jest/globals';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEventInvokeConfig, CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { listEarlierResources } from './creation-order.ts';
import { findOne, synthesise } from './synthesise.ts';

type Class<T> = abstract new (...args: never[]) => T;

const everything = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
};

/** These tests read the whole tree of constructs, so they also apply to constructs that are added later. */
describe('every function in the stack', () => {
  const { stack } = synthesise(everything);
  const all = <T>(kind: Class<T>): T[] =>
    stack.node.findAll().flatMap((construct: IConstruct) => (construct instanceof kind ? [construct] : []));
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  const functions = all(CfnFunction);

  test('is tested here', () => {
    expect(functions.map((one) => one.node.path).sort()).toEqual([
      'Portwatch/AmazonQ/Forward/Function/Resource',
      'Portwatch/Monitor/EventTopic/Forward/Function/Resource',
      'Portwatch/Monitor/Events/Look/Function/Resource',
      'Portwatch/Monitor/Scan/Function/Resource',
      'Portwatch/SlackWebhook/Function/Resource',
    ]);
  });

  test.each(functions)('$node.path has a log group with a retention', (one) => {
    const logGroups = all(CfnLogGroup).filter((group) => text(one.loggingConfig).includes(text(group.ref)));
    expect(logGroups.map((group) => group.retentionInDays)).toEqual([90]);
  });

  /** For a function that reads from a queue, that queue has the dead letters. */
  test.each(functions)('$node.path has a queue for what it gave up', (one) => {
    const isOf = ({ functionName }: { functionName?: unknown }) => text(functionName) === text(one.ref);
    const source = all(CfnEventSourceMapping).find(isOf);
    const queue = all(CfnQueue).find(({ attrArn }) => text(attrArn) === text(source?.eventSourceArn));
    const givenUpTo = queue ? queue.redrivePolicy : all(CfnEventInvokeConfig).find(isOf)?.destinationConfig;
    expect(text(givenUpTo)).toContain('DeadLetterQueue');
  });

  test.each(functions)('$node.path has an alarm for its errors', (one) => {
    const errors = all(CfnAlarm).filter((alarm) => alarm.metricName === 'Errors');
    expect(errors.filter((alarm) => text(alarm.dimensions).includes(text(one.ref)))).toHaveLength(1);
  });

  test.each(functions)('$node.path holds no secret in its environment', (one) => {
    expect(text(one.environment)).not.toMatch(/https:|xox|hooks\.slack/);
  });
});

/** The order in which CloudFormation creates the resources of a first deployment. */
describe.each<[string, Record<string, unknown>]>([
  ['without any configuration', {}],
  ['with mail and both ways to Slack', everything],
  ['without the event path, in two regions', { eventPath: 'false', regions: 'eu-west-1,us-east-1' }],
  ['with the events of other regions', { ...everything, eventRegions: 'us-east-1' }],
])('a first deployment %s', (_, configuration) => {
  const { template } = synthesise(configuration);
  const earlier = listEarlierResources(template);
  const table = findOne(template, 'AWS::DynamoDB::GlobalTable').id;
  const schedule = findOne(template, 'AWS::Scheduler::Schedule').id;

  test('P5: creates the schedule last of all, since a rate schedule invokes its function at once', () => {
    const others = [...earlier.keys()].filter((id) => id !== schedule);
    expect(others.filter((id) => !earlier.get(schedule)?.has(id))).toEqual([]);
  });

  test('P6: creates the table after everything that does not need it, so that a failure there leaves no empty table', () => {
    const others = [...earlier].filter(([id, before]) => id !== table && !before.has(table)).map(([id]) => id);
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((id) => !earlier.get(table)?.has(id))).toEqual([]);
  });
});

test('P5: with an existing table, the schedule is created last of all, too', () => {
  const { template } = synthesise({ ...everything, existingTable: 'old-table' });
  const earlier = listEarlierResources(template);
  expect(earlier.get(findOne(template, 'AWS::Scheduler::Schedule').id)?.size).toBe(earlier.size - 1);
});
