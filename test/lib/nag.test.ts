import { beforeAll, describe, expect, test } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EventForwardingStack } from '../../lib/event-forwarding-stack.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { depth } from '../support/depth.ts';
import { newApp } from './new-app.ts';

const everything = {
  email: ['you@example.com', 'them@example.com'],
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
  regions: 'eu-west-1,us-east-1',
  eventRegions: 'us-east-1',
  existingTable: 'old-table',
};

/** One app with the stack without any configuration, the stack with everything configured, and the stack that forwards events. */
function buildApp(): App {
  const app = newApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new PortwatchStack(app, 'Portwatch', { config: parseConfig({ file: null, commandLine: {} }) });
  new PortwatchStack(app, 'Everything', { config: parseConfig({ file: null, commandLine: everything }) });
  new EventForwardingStack(app, 'Events-us-east-1', {
    config: parseConfig({ file: null, commandLine: {} }),
    region: 'us-east-1',
    homeRegion: 'eu-west-1',
  });
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

describe('cdk-nag AwsSolutions, and the check of templates that the CDK has built in', () => {
  beforeAll(() => {
    process.env['CDK_VALIDATION'] = depth({ quick: 'false', full: 'true' });
  });

  test('P9: finds nothing in any stack, next to the exceptions with their reasons', () => {
    const app = buildApp();
    expect(() => app.synth()).not.toThrow();
    const exceptions = (stack: string, ...functions: string[]) => [
      `${stack}/Monitor/DeadLetterQueue: Annotation::AwsSolutions-SQS3`,
      ...functions.map((name) => `${stack}/Monitor/${name}/Role: Annotation::AwsSolutions-IAM5[Resource::*]`),
    ];
    expect(acknowledgedRules(app)).toEqual([
      ...exceptions('Everything', 'Events/Look', 'Scan'),
      ...exceptions('Portwatch', 'Events/Look', 'Scan'),
    ]);
  });

  test('finds a topic that accepts messages without TLS', () => {
    const app = newApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Topic(new Stack(app, 'Bare'), 'Topic');
    expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
  });
});
