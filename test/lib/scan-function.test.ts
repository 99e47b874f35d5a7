import { describe, expect, test } from '@jest/globals';
import { settingDefaults } from '../contract/default-settings.ts';
import { depth } from '../support/depth.ts';
import { findOne, synthesise } from './synthesise.ts';

function scanFunction(configuration: Record<string, unknown>) {
  const { template } = synthesise(configuration);
  return {
    lambda: findOne(template, 'AWS::Lambda::Function', 'MonitorScan').resource.Properties,
    asynchronous: findOne(template, 'AWS::Lambda::EventInvokeConfig', 'MonitorScan').resource.Properties,
    schedule: findOne(template, 'AWS::Scheduler::Schedule').resource.Properties,
  };
}

describe('the scan function', () => {
  test('runs on Node 24 and arm64, and logs JSON to a log group with a retention of three months', () => {
    const { lambda } = scanFunction({});
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: 'MonitorScanLogsBB8133FF' } },
    });
    const { resource } = findOne(synthesise().template, 'AWS::Logs::LogGroup', 'MonitorScan');
    expect(resource).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 90 } });
  });

  test('has its account, table, topic and settings in its environment', () => {
    const { lambda } = scanFunction({ name: 'prod' });
    expect(lambda['Environment'].Variables).toEqual({
      PORTWATCH_ACCOUNT: { Ref: 'AWS::AccountId' },
      PORTWATCH_TABLE: { Ref: 'MonitorSnapshotTable6A6A31DF' },
      PORTWATCH_ALERT_TOPIC_ARN: { Ref: 'MonitorAlertTopicCF837057' },
      PORTWATCH_CHANNELS: { 'Fn::Join': ['', expect.arrayContaining([{ Ref: 'MonitorEventTopic170AAFEE' }])] },
      PORTWATCH_SETTINGS:
        '{"name":"prod","scanEveryMinutes":5,"emptyRegionsEveryMinutes":0,"alertFrom":"low","expected":[],"approved":[],"approvalsByCommand":true,' +
        '"approvedClosingAlerts":true,"reminders":"auto","remindCriticalEveryDays":1,"remindHighEveryDays":7,' +
        '"weeklyDigest":true,"tellGapAfterScans":2,' +
        '"attribution":true,"attributedAlerts":true,"eventPath":true,"eventRegions":[]}',
    });
  });

  test('has every setting in its environment', () => {
    const expected = [{ instance: 'ci-*', protocol: 'tcp', ports: '8000-8010', reason: 'The pipeline' }];
    const given = {
      name: 'prod',
      regions: 'eu-west-1',
      alertFrom: 'high',
      expected,
      weeklyDigest: 'false',
      tellGapAfterScans: '3',
      keepHistoryDays: '365',
      scanEveryMinutes: '10',
      highRiskPorts: '22,3389',
      eventPath: 'false',
      attribution: 'false',
      attributedAlerts: 'false',
    };
    expect(JSON.parse(scanFunction(given).lambda['Environment'].Variables.PORTWATCH_SETTINGS)).toEqual({
      name: 'prod',
      ...settingDefaults,
      regions: ['eu-west-1'],
      alertFrom: 'high',
      expected: [{ ...expected[0], ports: { from: 8000, to: 8010 } }],
      weeklyDigest: false,
      tellGapAfterScans: 3,
      keepHistoryDays: 365,
      scanEveryMinutes: 10,
      highRiskPorts: [22, 3389],
      eventPath: false,
      attribution: false,
      attributedAlerts: false,
    });
  });

  const intervals = [
    { every: 1, timeout: 60, age: 60, retries: 0, rate: 'rate(1 minute)' },
    { every: 2, timeout: 96, age: 120, retries: 0, rate: 'rate(2 minutes)' },
    { every: 5, timeout: 240, age: 300, retries: 0, rate: 'rate(5 minutes)' },
    { every: 14, timeout: 672, age: 840, retries: 0, rate: 'rate(14 minutes)' },
    { every: 15, timeout: 720, age: 900, retries: 1, rate: 'rate(15 minutes)' },
    { every: 60, timeout: 900, age: 3600, retries: 2, rate: 'rate(1 hour)' },
    { every: 1440, timeout: 900, age: 21600, retries: 2, rate: 'rate(1 day)' },
  ];

  test.each(intervals.filter(({ every }) => depth({ quick: [2, 5, 15, 1440].includes(every), full: true })))(
    'every $every minutes: scans that are late are given up before the next one',
    ({ every, timeout, age, retries, rate }) => {
      const { lambda, asynchronous, schedule } = scanFunction({ scanEveryMinutes: every });
      expect(lambda['Timeout']).toBe(timeout);
      expect(asynchronous).toMatchObject({ MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries });
      expect(schedule).toMatchObject({
        ScheduleExpression: rate,
        State: 'ENABLED',
        Target: { Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: every * 60, MaximumRetryAttempts: 5 } },
      });
    },
  );

  test('P5: invocations that were not delivered, or that failed, go to the same queue, encrypted and kept for 14 days', () => {
    const { asynchronous, schedule } = scanFunction({});
    const queue = { 'Fn::GetAtt': ['MonitorDeadLetterQueue1D772ECF', 'Arn'] };
    expect(schedule['Target'].DeadLetterConfig).toEqual({ Arn: queue });
    expect(asynchronous['DestinationConfig']).toEqual({ OnFailure: { Destination: queue } });
    expect(findOne(synthesise().template, 'AWS::SQS::Queue', 'MonitorDeadLetterQueue').resource.Properties).toEqual({
      MessageRetentionPeriod: 1209600,
      SqsManagedSseEnabled: true,
    });
  });
});
