import { rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseConfig } from '../../lib/config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { withoutBundling } from './synthesise.ts';

function synthesiseWithNag(configuration: Record<string, unknown>): App {
  const app = new App({ context: withoutBundling });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new PortwatchStack(app, 'Portwatch', { config: parseConfig({ file: null, commandLine: configuration }) });
  rmSync(app.synth().directory, { recursive: true });
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

describe('cdk-nag AwsSolutions', () => {
  test('P9: finds nothing in the stack without any configuration, beside two exceptions with their reasons', () => {
    expect(acknowledgedRules(synthesiseWithNag({}))).toEqual([
      'Portwatch/Monitor/DeadLetterQueue: Annotation::AwsSolutions-SQS3',
      'Portwatch/Monitor/Scan/Role: Annotation::AwsSolutions-IAM5[Resource::*]',
    ]);
  });

  test('P9: finds nothing with everything configured', () => {
    const everything = {
      email: ['you@example.com', 'them@example.com'],
      'slack.workspaceId': 'T0123456789',
      'slack.channelId': 'C0123456789',
      slackWebhookParameter: '/portwatch/slack-webhook',
      regions: 'eu-west-1',
      existingTable: 'old-table',
    };
    expect(() => synthesiseWithNag(everything)).not.toThrow();
  });

  test('would find a topic that takes messages without TLS', () => {
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Topic(new Stack(app, 'Bare'), 'Topic');
    expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
  });
});
