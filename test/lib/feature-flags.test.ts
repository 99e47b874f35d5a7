/** A CDK app may have set any feature flags: those of a new `cdk init`, none, or all of them to false. */
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { DriftMonitor } from '../../lib/drift-monitor.ts';
import { featureFlags } from './feature-flags.ts';
import { newApp } from './new-app.ts';

interface Statement {
  Action: string | string[];
  Resource?: unknown;
}

function resourcesWith(flags: Record<string, unknown>): Record<string, unknown> {
  const stack = new Stack(newApp({ ...flags, 'aws:cdk:bundling-stacks': [] }), 'Own');
  new DriftMonitor(stack, 'Monitor', {
    email: 'you@example.com',
    slack: { workspaceId: 'T0123456789', channelId: 'C0123456789' },
    slackWebhookParameter: '/portwatch/slack-webhook',
    kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    namePrefix: 'acme',
    tags: { team: 'web' },
  });
  return splitStatements(Template.fromStack(stack).toJSON()['Resources']) as Record<string, unknown>;
}

/** One statement for each action and resource. A flag can merge the statements of a policy, and sort their actions and resources. */
function splitStatements(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(splitStatements);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      if (key !== 'Statement') return [key, splitStatements(field)];
      const split = (field as Statement[]).flatMap((statement) =>
        [statement.Action]
          .flat()
          .flatMap((Action) =>
            [statement.Resource ?? null].flat().map((Resource) => JSON.stringify({ ...statement, Action, Resource })),
          ),
      );
      return [key, [...new Set(split)].sort()];
    }),
  );
}

describe('the feature flags of an app', () => {
  const withNone = resourcesWith({});

  test('are those of a new app in the clone, so that the other tests synthesise what a new app does', () => {
    expect(featureFlags).toEqual(recommended);
  });

  test.each([
    ['recommended', recommended],
    ['false', Object.fromEntries(Object.keys(recommended).map((flag) => [flag, false]))],
  ])('change no resource of the monitor: %s', (_, flags) => {
    const found = resourcesWith(flags);
    expect(Object.keys(found).sort()).toEqual(Object.keys(withNone).sort());
    for (const [id, resource] of Object.entries(found)) expect([id, resource]).toEqual([id, withNone[id]]);
  });

  test('let no rule of another account send to the queue of the events', () => {
    const { Properties } = withNone['MonitorEventsQueuePolicy619242EC'] as {
      Properties: { PolicyDocument: { Statement: string[] } };
    };
    const ofRules = Properties.PolicyDocument.Statement.filter((text) => text.includes('events.amazonaws.com'));
    expect(ofRules.length).toBeGreaterThan(0);
    for (const text of ofRules) expect(text).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });
});
