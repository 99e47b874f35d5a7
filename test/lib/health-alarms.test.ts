import { describe, expect, test } from '@jest/globals';
import { metricNames } from '../../lambda/contract/deployed-names.ts';
import { alarmsEvery, alarmsOf } from './alarms.ts';
import { findOne, synthesise } from './synthesise.ts';

describe('the alarms', () => {
  test('P5, P10: there is one alarm for each kind of failure, and no other', () => {
    expect(Object.keys(alarmsOf()).sort()).toEqual([
      'Portwatch alerts are not delivered',
      'Portwatch alerts for programs are not delivered',
      'Portwatch alerts wait untold',
      'Portwatch dead letters',
      'Portwatch event path fails',
      'Portwatch event topic fails',
      'Portwatch gaps stay open',
      'Portwatch health alarms are not delivered',
      'Portwatch no complete scan',
      'Portwatch scan fails',
      'Portwatch scan is throttled',
    ]);
    expect(Object.keys(alarmsOf({ slackWebhookParameter: '/portwatch/slack-webhook' }))).toContain(
      'Portwatch Slack delivery fails',
    );
    const slack = { 'slack.workspaceId': 'T0123456789', 'slack.channelId': 'C0123456789' };
    expect(Object.keys(alarmsOf(slack))).toEqual(
      expect.arrayContaining(['Portwatch Amazon Q delivery fails', 'Portwatch alerts for Amazon Q are not delivered']),
    );
  });

  // docs/costs.md states these numbers.
  test.each<[string, Record<string, unknown>, number]>([
    ['at most 2 USD', {}, 2],
    ['2.10 USD with a webhook of Slack', { slackWebhookParameter: '/portwatch/slack-webhook' }, 2.1],
    ['2.20 USD with Amazon Q', { amazonQTopic: true }, 2.2],
    ['2.30 USD with both', { amazonQTopic: true, slackWebhookParameter: '/portwatch/slack-webhook' }, 2.3],
    ['2.40 USD with several accounts', { externalId: 'acme', accounts: '111122223333' }, 2.4],
  ])('P10: alarms and metrics together cost %s a month', (_, configuration, usd) => {
    const all = Object.values(alarmsOf(configuration));
    const { namespace, service, accountsNotScanned, ...ofEach } = metricNames;
    const metrics = 'accounts' in configuration ? { ...ofEach, accountsNotScanned } : ofEach;
    expect(service).toBe('scan');
    expect(new Set(all.filter(({ Namespace }) => Namespace === namespace).map(({ MetricName }) => MetricName))).toEqual(
      new Set(Object.values(metrics)),
    );
    // USD a month in us-east-1: 0.10 for an alarm on one metric of a standard period, 0.30 for a custom metric.
    expect(all.length * 0.1 + Object.keys(metrics).length * 0.3).toBeCloseTo(usd);
    for (const alarm of all) {
      expect(alarm['Metrics']).toBeUndefined();
      expect(alarm['Period']).toBeGreaterThanOrEqual(60);
    }
  });

  const everyAlarm = () => alarmsOf({ slackWebhookParameter: '/portwatch/slack-webhook', amazonQTopic: true });
  const toHealth = [{ Ref: 'MonitorHealthTopicD37C2CA8' }];
  const toAlerts = [{ Ref: 'MonitorAlertTopicCF837057' }];

  test('P5: each alarm is published to the health topic when it starts; its own failures to the alert topic', () => {
    for (const { AlarmName, AlarmActions, ActionsEnabled } of Object.values(everyAlarm())) {
      expect(AlarmActions).toEqual(AlarmName === 'Portwatch health alarms are not delivered' ? toAlerts : toHealth);
      expect(ActionsEnabled).not.toBe(false);
    }
  });

  test('P5: an alarm reports its end only if data shows it: an alarm that ends without data sends nothing', () => {
    const found = Object.values(everyAlarm()).map(({ AlarmName, TreatMissingData, OKActions }) => [
      String(AlarmName).replace('Portwatch ', ''),
      TreatMissingData,
      OKActions ?? null,
    ]);
    expect(found.sort()).toEqual([
      ['Amazon Q delivery fails', 'notBreaching', null],
      ['Slack delivery fails', 'notBreaching', null],
      ['alerts are not delivered', 'notBreaching', null],
      ['alerts for Amazon Q are not delivered', 'notBreaching', null],
      ['alerts for programs are not delivered', 'notBreaching', null],
      ['alerts wait untold', 'ignore', toHealth],
      ['dead letters', 'ignore', toHealth],
      ['event path fails', 'notBreaching', null],
      ['event topic fails', 'notBreaching', null],
      ['gaps stay open', 'ignore', toHealth],
      ['health alarms are not delivered', 'notBreaching', null],
      ['no complete scan', 'breaching', toHealth],
      ['scan fails', 'ignore', toHealth],
      ['scan is throttled', 'notBreaching', null],
    ]);
  });

  test('each alarm has its meaning and the section of the runbook in its description', () => {
    for (const alarm of Object.values(everyAlarm()))
      expect(alarm['AlarmDescription']).toMatch(/^[A-Z].{30,}\. See docs\/runbook\.md#[a-z-]+$/);
  });

  test('each alarm has the name of the account in its name, the subject of the mail, and a link that opens', () => {
    const named = alarmsOf({ name: 'prod', runbookUrl: 'https://git.example.com/runbook.md' });
    expect(named['Portwatch (prod) scan fails']).toMatchObject({
      AlarmDescription:
        'Account prod: A function of Portwatch ended with an error; its log has the reason. ' +
        'See https://git.example.com/runbook.md#a-scan-failed',
    });
    expect(Object.keys(named).filter((name) => !name.startsWith('Portwatch (prod) '))).toEqual([]);
    const longest = alarmsOf({ name: 'n'.repeat(32), runbookUrl: `https://git.example.com/${'r'.repeat(488)}` });
    for (const { AlarmName, AlarmDescription } of Object.values(longest)) {
      // CloudWatch allows 255 and 1024 characters (PutMetricAlarm).
      expect(String(AlarmName).length).toBeLessThanOrEqual(255);
      expect(String(AlarmDescription).length).toBeLessThanOrEqual(1024);
    }
  });

  test.each([
    ['alerts', 'MonitorAlertTopicCF837057'],
    ['health alarms', 'MonitorHealthTopicD37C2CA8'],
    ['alerts for programs', 'MonitorEventTopic170AAFEE'],
    ['alerts for Amazon Q', 'AmazonQTopic578803C7'],
  ])('P5: one message of the topic for %s that SNS can not deliver is enough', (what, topic) => {
    expect(everyAlarm()[`Portwatch ${what} are not delivered`]).toMatchObject({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailed',
      Dimensions: [{ Name: 'TopicName', Value: { 'Fn::GetAtt': [topic, 'TopicName'] } }],
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  test('P5: one failed scan is enough', () => {
    expect(alarmsOf()['Portwatch scan fails']).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'MonitorScanFunction1D3954ED' } }],
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  test('P5: one dead letter is enough', () => {
    expect(alarmsOf()['Portwatch dead letters']).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  test.each([
    { every: 1, period: 60, periods: 3, words: '3 minutes' },
    { every: 5, period: 300, periods: 3, words: '15 minutes' },
    { every: 59, period: 3540, periods: 3, words: '177 minutes' },
    { every: 60, period: 3600, periods: 3, words: '3 hours' },
    { every: 61, period: 3600, periods: 4, words: '4 hours' },
    { every: 800, period: 3600, periods: 40, words: '40 hours' },
    { every: 1440, period: 3600, periods: 40, words: '40 hours' },
  ])(
    'P5: with scans every $every minutes, $words without a complete scan are too many, and no data is bad',
    ({ every, period, periods, words }) => {
      const alarm = alarmsEvery(every)['Portwatch no complete scan'];
      expect(alarm).toMatchObject({
        AlarmDescription: expect.stringContaining(`For ${words} no scan was complete`),
        Namespace: 'Portwatch',
        MetricName: 'CompleteScans',
        Dimensions: [{ Name: 'service', Value: 'scan' }],
        Statistic: 'Sum',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: period,
        EvaluationPeriods: periods,
        TreatMissingData: 'breaching',
      });
      // Limits of CloudWatch: one day for periods below an hour, seven days from an hour up.
      expect(period * periods).toBeLessThanOrEqual(period < 3600 ? 86400 : 7 * 86400);
    },
  );

  test.each([
    { every: 1, threshold: 1800 },
    { every: 5, threshold: 1800 },
    { every: 10, threshold: 1800 },
    { every: 15, threshold: 2700 },
    { every: 1440, threshold: 259_200 },
  ])('P5: with scans every $every minutes a change may wait $threshold seconds untold', ({ every, threshold }) => {
    expect(alarmsEvery(every)['Portwatch alerts wait untold']).toMatchObject({
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
      expect(alarmsEvery(every)['Portwatch gaps stay open']).toMatchObject({
        Namespace: 'Portwatch',
        MetricName: 'OpenGaps',
        Dimensions: [{ Name: 'service', Value: 'scan' }],
        // One scan without a gap is enough to show that no gap is open, so the minimum is used.
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
