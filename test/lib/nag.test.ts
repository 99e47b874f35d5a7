import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseConfig } from '../../lib/config.ts';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { newApp } from './synthesise.ts';

function synthesiseWithNag(configuration: Record<string, unknown>): App {
  const app = newApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const config = parseConfig({ file: null, commandLine: configuration });
  new PortwatchStack(app, 'Portwatch', { config });
  for (const region of config.eventRegions)
    new EventForwardingStack(app, `Events-${region}`, { region, homeRegion: 'eu-west-1' });
  app.synth();
  return app;
}

function acknowledgedRules(app: App): string[] {
  const found = app.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter((entry) => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap((entry) => Object.keys(entry.data).map((rule) => `${construct.node.path}: ${rule}`)),
    );
  return found.sort();
}

jest.setTimeout(120_000);

describe('cdk-nag AwsSolutions, and the check of templates that the CDK has built in', () => {
  beforeAll(() => {
    process.env['CDK_VALIDATION'] = 'true';
  });

  test('P9: finds nothing in the stack without any configuration, beside three exceptions with their reasons', () => {
    expect(acknowledgedRules(synthesiseWithNag({}))).toEqual([
      'Portwatch/Monitor/DeadLetterQueue: Annotation::AwsSolutions-SQS3',
      'Portwatch/Monitor/Events/Look/Role: Annotation::AwsSolutions-IAM5[Resource::*]',
      'Portwatch/Monitor/Scan/Role: Annotation::AwsSolutions-IAM5[Resource::*]',
    ]);
  });

  test('P9: finds nothing with everything configured', () => {
    const everything = {
      email: ['you@example.com', 'them@example.com'],
      'slack.workspaceId': 'T0123456789',
      'slack.channelId': 'C0123456789',
      slackWebhookParameter: '/portwatch/slack-webhook',
      regions: 'eu-west-1,us-east-1',
      eventRegions: 'us-east-1',
      existingTable: 'old-table',
    };
    expect(() => synthesiseWithNag(everything)).not.toThrow();
  });

  test('would find a topic that takes messages without TLS', () => {
    const app = newApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Topic(new Stack(app, 'Bare'), 'Topic');
    expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
  });
});
