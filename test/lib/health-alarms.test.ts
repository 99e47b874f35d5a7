import { describe, expect, test } from '@jest/globals';
import { findOne, synthesise } from './synthesise.ts';

function alarms(configuration: Record<string, unknown> = {}): Record<string, Record<string, unknown>> {
  const found = Object.values(synthesise(configuration).template.findResources('AWS::CloudWatch::Alarm'));
  return Object.fromEntries(found.map(({ Properties }) => [Properties['AlarmName'], Properties]));
}

describe('the alarms', () => {
  test('P5, P10: there is one for each way of being blind, and no more', () => {
    expect(Object.keys(alarms()).sort()).toEqual([
      'Portwatch dead letters',
      'Portwatch no complete scan',
      'Portwatch scan fails',
      'Portwatch scan is throttled',
    ]);
    expect(Object.keys(alarms({ slackWebhookParameter: '/w' }))).toContain('Portwatch Slack delivery fails');
  });

  test('P5: people hear of it when one goes off, and when all is well again', () => {
    for (const alarm of Object.values(alarms({ slackWebhookParameter: '/w' }))) {
      expect(alarm).toMatchObject({
        AlarmActions: [{ Ref: 'MonitorHealthTopicD37C2CA8' }],
        OKActions: [{ Ref: 'MonitorHealthTopicD37C2CA8' }],
      });
    }
  });

  test('each says what it means and where it stands what to do', () => {
    for (const alarm of Object.values(alarms({ slackWebhookParameter: '/w' })))
      expect(alarm['AlarmDescription']).toMatch(/^[A-Z].{30,}\. See docs\/operations\.md#[a-z-]+$/);
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
      // CloudWatch: one day for periods under an hour, seven days from an hour up.
      expect(period * 3).toBeLessThanOrEqual(period < 3600 ? 86400 : 7 * 86400);
    },
  );

  test('are on a topic that can tell people by mail', () => {
    const { template } = synthesise({ email: 'you@example.com' });
    const { resource } = findOne(template, 'AWS::SNS::Subscription', 'MonitorHealthTopic');
    expect(resource.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'you@example.com' });
  });
});
