import { describe, expect, test } from '@jest/globals';
import { metricNames } from '../../lambda/contract/names.ts';
import { findOne, synthesise } from './synthesise.ts';

function alarms(configuration: Record<string, unknown> = {}): Record<string, Record<string, unknown>> {
  const found = Object.values(synthesise(configuration).template.findResources('AWS::CloudWatch::Alarm'));
  return Object.fromEntries(found.map(({ Properties }) => [Properties['AlarmName'], Properties]));
}

describe('the alarms', () => {
  test('P5, P10: there is one alarm for each kind of failure, and no other', () => {
    expect(Object.keys(alarms()).sort()).toEqual([
      'Portwatch alerts wait untold',
      'Portwatch dead letters',
      'Portwatch event path fails',
      'Portwatch event topic fails',
      'Portwatch gaps stay open',
      'Portwatch no complete scan',
      'Portwatch scan fails',
      'Portwatch scan is throttled',
    ]);
    expect(Object.keys(alarms({ slackWebhookParameter: '/w' }))).toContain('Portwatch Slack delivery fails');
    const slack = { 'slack.workspaceId': 'T0123456789', 'slack.channelId': 'C0123456789' };
    expect(Object.keys(alarms(slack))).toContain('Portwatch Amazon Q delivery fails');
  });

  test('P10: alarms and metrics together cost at most 2 USD a month', () => {
    const all = Object.values(alarms({ slackWebhookParameter: '/w' }));
    const { namespace, service, ...metrics } = metricNames;
    expect(service).toBe('scan');
    expect(new Set(all.filter(({ Namespace }) => Namespace === namespace).map(({ MetricName }) => MetricName))).toEqual(
      new Set(Object.values(metrics)),
    );
    // USD a month in us-east-1: 0.10 for an alarm on one metric of a standard period, 0.30 for a custom metric.
    expect(all.length * 0.1 + Object.keys(metrics).length * 0.3).toBeCloseTo(1.8);
    for (const alarm of all) {
      expect(alarm['Metrics']).toBeUndefined();
      expect(alarm['Period']).toBeGreaterThanOrEqual(60);
    }
  });

  test('P5: each alarm is published when it starts and when it ends', () => {
    for (const alarm of Object.values(alarms({ slackWebhookParameter: '/w' }))) {
      expect(alarm).toMatchObject({
        AlarmActions: [{ Ref: 'MonitorHealthTopicD37C2CA8' }],
        OKActions: [{ Ref: 'MonitorHealthTopicD37C2CA8' }],
      });
    }
  });

  test('each alarm has its meaning and the section of the runbook in its description', () => {
    for (const alarm of Object.values(alarms({ slackWebhookParameter: '/w' })))
      expect(alarm['AlarmDescription']).toMatch(/^[A-Z].{30,}\. See docs\/runbook\.md#[a-z-]+$/);
  });

  test('P5: one failed scan is enough', () => {
    expect(alarms()['Portwatch scan fails']).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'MonitorScanFunction1D3954ED' } }],
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('P5: one dead letter is enough', () => {
    expect(alarms()['Portwatch dead letters']).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  test.each([
    { every: 1, period: 60 },
    { every: 5, period: 300 },
    { every: 59, period: 3540 },
    { every: 60, period: 3600 },
    { every: 1440, period: 86400 },
  ])(
    'P5: three intervals of $every minutes without a complete scan are too many, and no data is bad',
    ({ every, period }) => {
      const alarm = alarms({ scanEveryMinutes: every })['Portwatch no complete scan'];
      expect(alarm).toMatchObject({
        Namespace: 'Portwatch',
        MetricName: 'CompleteScans',
        Dimensions: [{ Name: 'service', Value: 'scan' }],
        Statistic: 'Sum',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: period,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
      });
      // Limits of CloudWatch: one day for periods below an hour, seven days from an hour up.
      expect(period * 3).toBeLessThanOrEqual(period < 3600 ? 86400 : 7 * 86400);
    },
  );

  test.each([
    { every: 1, threshold: 1800 },
    { every: 5, threshold: 1800 },
    { every: 10, threshold: 1800 },
    { every: 15, threshold: 2700 },
    { every: 1440, threshold: 259_200 },
  ])('P5: with scans every $every minutes a change may wait $threshold seconds untold', ({ every, threshold }) => {
    expect(alarms({ scanEveryMinutes: every })['Portwatch alerts wait untold']).toMatchObject({
      Namespace: 'Portwatch',
      MetricName: 'OldestUntoldAlertAge',
      Dimensions: [{ Name: 'service', Value: 'scan' }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: threshold,
      Period: every * 60,
      EvaluationPeriods: 1,
      TreatMissingData: 'ignore',
    });
  });

  test.each([
    { every: 1, period: 3600, periods: 6 },
    { every: 5, period: 3600, periods: 6 },
    { every: 60, period: 3600, periods: 6 },
    { every: 61, period: 3660, periods: 6 },
    { every: 120, period: 7200, periods: 3 },
    { every: 1440, period: 86_400, periods: 3 },
  ])(
    'P5: with scans every $every minutes gaps may stay open for $periods x $period s',
    ({ every, period, periods }) => {
      expect(alarms({ scanEveryMinutes: every })['Portwatch gaps stay open']).toMatchObject({
        Namespace: 'Portwatch',
        MetricName: 'OpenGaps',
        Dimensions: [{ Name: 'service', Value: 'scan' }],
        // One scan without a gap shows that no gap is open.
        Statistic: 'Minimum',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        Period: period,
        EvaluationPeriods: periods,
        TreatMissingData: 'ignore',
      });
      expect(period * periods).toBeLessThanOrEqual(7 * 86_400);
      expect(period * periods).toBeGreaterThanOrEqual(6 * 3600);
    },
  );

  test('are published to a topic with mail subscriptions', () => {
    const { template } = synthesise({ email: 'you@example.com' });
    const { resource } = findOne(template, 'AWS::SNS::Subscription', 'MonitorHealthTopic');
    expect(resource.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'you@example.com' });
  });
});
