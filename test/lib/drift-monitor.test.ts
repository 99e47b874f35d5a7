import { describe, expect, test } from '@jest/globals';
import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DriftMonitor, type DriftMonitorProps } from '../../lib/drift-monitor.ts';
import { findOne, newApp } from './synthesise.ts';

function monitorIn(props?: DriftMonitorProps, build?: (stack: Stack, monitor: DriftMonitor) => void): Template {
  const stack = new Stack(newApp(), 'Own');
  build?.(stack, new DriftMonitor(stack, 'Monitor', props));
  return Template.fromStack(stack);
}

describe('DriftMonitor in a stack of its own', () => {
  test('needs no props, and subscribes nobody', () => {
    const template = monitorIn({}, () => {});
    template.resourceCountIs('AWS::SNS::Topic', 2);
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
  });

  test('P9: lets somebody read the history by key and by the index, and nothing else', () => {
    const template = monitorIn({}, (stack, monitor) => {
      const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      monitor.grantReadHistory(reader);
      monitor.grantInvokeScan(reader);
    });
    const { PolicyDocument } = findOne(template, 'AWS::IAM::Policy', 'Reader').resource.Properties;
    const table = { 'Fn::GetAtt': [expect.stringMatching(/^MonitorSnapshotTable/), 'Arn'] };
    expect(PolicyDocument.Statement).toEqual([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
        Effect: 'Allow',
        Resource: [table, { 'Fn::Join': ['', [table, '/index/timeline']] }],
      },
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^MonitorScanFunction/), 'Arn'] },
      },
    ]);
  });

  test.each([
    [Duration.seconds(90), '1.5'],
    [Duration.minutes(0), '0'],
    [Duration.days(2), '2880'],
  ])('refuses an interval of %s', (scanInterval, minutes) => {
    expect(() => monitorIn({ scanInterval }, () => {})).toThrow(
      `scanInterval: got ${minutes} minutes, expected a duration of 1 to 1440 whole minutes, known at synthesis.`,
    );
  });

  test('refuses an interval that is not known yet, since time-out and alarms are computed from it', () => {
    const scanInterval = Duration.minutes(Token.asNumber({ Ref: 'Minutes' }));
    expect(() => monitorIn({ scanInterval }, () => {})).toThrow('scanInterval: got a token');
  });

  test('refuses a gap after no scans, and takes one that is not known yet', () => {
    expect(() => monitorIn({ tellGapAfterScans: 0 }, () => {})).toThrow('tellGapAfterScans: got 0, expected a whole');
    expect(() => monitorIn({ accountName: Lazy.string({ produce: () => 'prod' }) }, () => {})).not.toThrow();
  });

  test('refuses more expected changes than fit into the environment of a function', () => {
    const expectedChanges = Array.from({ length: 60 }, () => ({ reason: 'x'.repeat(60) }));
    expect(() => monitorIn({ expectedChanges }, () => {})).toThrow(/^expectedChanges: got settings of \d+ bytes/);
  });
});
