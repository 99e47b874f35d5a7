import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CfnResource, TagManager } from 'aws-cdk-lib';
import { settingDescriptions } from '../../lib/setting-descriptions.ts';
import { countOf, findOne, synthesise } from './synthesise.ts';
import { listImpossibleChanges, type Tables } from './table-changes.ts';

/** JSON of the only channel of every deployment. */
const channelList = {
  'Fn::Join': [
    '',
    [
      '[{"name":"events","functionName":"',
      { Ref: 'MonitorEventTopicForwardFunctionE6E35AEF' },
      '","topicArn":"',
      { Ref: 'MonitorEventTopic170AAFEE' },
      '"}]',
    ],
  ],
};

const everything = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
};

describe('the stack', () => {
  test('has seven outputs, with the names that other programs use', () => {
    const outputs = synthesise().template.findOutputs('*');
    expect(Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output['Value']]))).toEqual({
      AlertTopicArn: { Ref: 'MonitorAlertTopicCF837057' },
      Channels: channelList,
      EventTopicArn: { Ref: 'MonitorEventTopic170AAFEE' },
      HealthTopicArn: { Ref: 'MonitorHealthTopicD37C2CA8' },
      SnapshotTableName: { Ref: 'MonitorSnapshotTable6A6A31DF' },
      ScanFunctionName: { Ref: 'MonitorScanFunction1D3954ED' },
      Version: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/),
    });
  });

  test('P6: resources with state keep their logical ids; a new id would create a new, empty resource', () => {
    const { template } = synthesise({ email: 'you@example.com' });
    const ids = (type: string) => Object.keys(template.findResources(type)).sort();
    expect(ids('AWS::DynamoDB::GlobalTable')).toEqual(['MonitorSnapshotTable6A6A31DF']);
    expect(ids('AWS::SNS::Topic')).toEqual([
      'MonitorAlertTopicCF837057',
      'MonitorEventTopic170AAFEE',
      'MonitorHealthTopicD37C2CA8',
    ]);
    expect(ids('AWS::SQS::Queue')).toEqual(['MonitorDeadLetterQueue1D772ECF', 'MonitorEventsQueue6A86B1D3']);
    expect(ids('AWS::SNS::Subscription')).toEqual([
      'MonitorAlertTopicyouexamplecom1ED6371D',
      'MonitorEventTopicForwardFunctionAlertTopicA1BDB238',
      'MonitorHealthTopicyouexamplecom8B81520C',
    ]);
  });

  test('P10: reserves no concurrency: a new account has 10 concurrent executions, and none of them can be reserved', () => {
    for (const configuration of [{}, { slackWebhookParameter: '/portwatch/slack-webhook' }]) {
      const functions = Object.values(synthesise(configuration).template.findResources('AWS::Lambda::Function'));
      expect(functions.length).toBeGreaterThan(0);
      for (const { Properties } of functions) expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  test('has one mail subscription for each address and topic', () => {
    const { template } = synthesise({ email: 'you@example.com,them@example.com' });
    const found = Object.values(template.findResources('AWS::SNS::Subscription'));
    const seen = found
      .filter(({ Properties }) => Properties['Protocol'] === 'email')
      .map(({ Properties }) => `${Properties['Protocol']} ${Properties['Endpoint']} ${Properties['TopicArn'].Ref}`);
    expect(seen.sort()).toEqual([
      'email them@example.com MonitorAlertTopicCF837057',
      'email them@example.com MonitorHealthTopicD37C2CA8',
      'email you@example.com MonitorAlertTopicCF837057',
      'email you@example.com MonitorHealthTopicD37C2CA8',
    ]);
  });

  test('has the tags, which CloudFormation sets on its resources; the table has them itself', () => {
    const { stack, template } = synthesise({ 'tags.team': 'web' });
    expect(stack.tags.tagValues()).toEqual({ team: 'web' });
    const [replica] = findOne(template, 'AWS::DynamoDB::GlobalTable').resource.Properties['Replicas'];
    expect(replica.Tags).toEqual([{ Key: 'team', Value: 'web' }]);
    const [untagged] = findOne(synthesise().template, 'AWS::DynamoDB::GlobalTable').resource.Properties['Replicas'];
    expect(untagged.Tags).toBeUndefined();
  });

  test('documents the kinds of resources that can not have tags', () => {
    const { stack, template } = synthesise({ ...everything, 'tags.team': 'web' });
    const resources = stack.node.findAll().filter((each) => CfnResource.isCfnResource(each));
    const bare = resources.filter((each) => TagManager.of(each) === undefined).map((each) => each.cfnResourceType);
    expect(Object.keys(template.toJSON()['Resources'])).toHaveLength(resources.length);
    expect([...new Set(bare)].sort()).toEqual([
      // The tags of a global table are those of its replicas.
      'AWS::DynamoDB::GlobalTable',
      'AWS::IAM::Policy',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Permission',
      'AWS::SNS::Subscription',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
    ]);
    expect(settingDescriptions.tags.description).toContain(
      'AWS has no tags for the schedule, subscriptions, policies, permissions and the asynchronous settings of functions',
    );
  });
});

describe('the table', () => {
  test('P6: is kept when the stack is deleted, has deletion protection, and can be restored to any second', () => {
    const { resource } = findOne(synthesise().template, 'AWS::DynamoDB::GlobalTable');
    expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(resource.Properties['Replicas']).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
  });

  // The file has the table as it is deployed. A version that adds an index (at most one) must add it to the file.
  test('P6: is updated in place by CloudFormation: a replaced table would be empty', () => {
    const deployed: Tables = JSON.parse(readFileSync(new URL('../data/table-template.json', import.meta.url), 'utf8'));
    const found = synthesise().template.findResources('AWS::DynamoDB::GlobalTable');
    // The CDK is loaded once for all test files, so its objects have other prototypes than those of this file.
    const tables: Tables = JSON.parse(JSON.stringify(found));
    expect(listImpossibleChanges(deployed, tables)).toEqual([]);
  });

  test('P10: is on demand, without a customer managed key, with one index that does not project the rules', () => {
    const { Properties } = findOne(synthesise().template, 'AWS::DynamoDB::GlobalTable').resource;
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: false },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'timeline',
        KeySchema: [
          { AttributeName: 'timelineMonth', KeyType: 'HASH' },
          { AttributeName: 'timelineAt', KeyType: 'RANGE' },
        ],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: expect.not.arrayContaining(['rules']),
        },
      },
    ]);
  });

  test('P6: is not in the template when an existing table is reused', () => {
    const { template } = synthesise({ existingTable: 'old-table' });
    expect(countOf(template, 'AWS::DynamoDB::GlobalTable')).toBe(0);
    expect(countOf(template, 'AWS::DynamoDB::Table')).toBe(0);
    template.hasOutput('SnapshotTableName', { Value: 'old-table' });
  });
});
