import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNames } from '../lambda/deployed-names.ts';
import type { PeopleTopic } from './people-topic.ts';

export interface HealthAlarmsProps {
  readonly topic: PeopleTopic;
  readonly scan: IFunction;
  readonly scanEveryMinutes: number;
  readonly deadLetterQueue: IQueue;
}

export interface HealthAlarmProps {
  /** What people read first, after the stack's name: unique within the stack. */
  readonly title: string;
  /** One sentence: what is wrong, and what that means. */
  readonly meaning: string;
  /** The heading of docs/operations.md that says what to do, as an anchor. */
  readonly runbook: string;
  readonly metric: IMetric;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default - 1 or more */
  readonly comparison?: 'at-least-1' | 'below-1';
  /** @default - no data is no news */
  readonly missingDataIsBad?: boolean;
}

/** Tells people when the monitor is ill, and when it is well again. Each alarm costs 0.10 USD a month, so there are few. */
export class HealthAlarms extends Construct {
  private readonly topic: PeopleTopic;
  private readonly titlePrefix: string;

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    this.titlePrefix = Stack.of(this).stackName;
    props.topic.grantPublishToAlarms();
    this.addFunctionErrors('ScanErrors', 'scan fails', props.scan, 'a-scan-failed');
    this.addNoCompleteScan(props.scanEveryMinutes);
    this.addAlarm('ScanThrottles', {
      title: 'scan is throttled',
      meaning: 'Lambda refused to start a scan, since other functions used up the concurrency of the account.',
      runbook: 'a-scan-was-throttled',
      metric: props.scan.metricThrottles({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
    this.addAlarm('DeadLetters', {
      title: 'dead letters',
      meaning: 'Scans could not be started or carried out, or messages for Slack could not be delivered.',
      runbook: 'dead-letters',
      metric: props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
    });
  }

  addFunctionErrors(id: string, title: string, watched: IFunction, runbook: string): void {
    this.addAlarm(id, {
      title,
      meaning: 'A function of Portwatch ended with an error; its log says which.',
      runbook,
      metric: watched.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
  }

  addAlarm(id: string, props: HealthAlarmProps): Alarm {
    const below = props.comparison === 'below-1';
    const alarm = new Alarm(this, id, {
      alarmName: `${this.titlePrefix} ${props.title}`,
      alarmDescription: `${props.meaning} See docs/operations.md#${props.runbook}`,
      metric: props.metric,
      threshold: 1,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: props.missingDataIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tellPeople = new SnsAction(this.topic);
    alarm.addAlarmAction(tellPeople);
    alarm.addOkAction(tellPeople);
    return alarm;
  }

  /**
   * Three intervals in a row without a complete scan: because none ran, or because none got through. Periods of one interval keep to
   * CloudWatch's limits for each allowed one: 3 x 59 minutes are less than a day, 3 x 1440 less than seven.
   */
  private addNoCompleteScan(everyMinutes: number): void {
    this.addAlarm('NoCompleteScan', {
      title: 'no complete scan',
      meaning: `For ${3 * everyMinutes} minutes no scan has read all there is: changes may go unseen.`,
      runbook: 'no-complete-scan',
      metric: new Metric({
        namespace: metricNames.namespace,
        metricName: metricNames.completeScans,
        dimensionsMap: { service: metricNames.service },
        period: Duration.minutes(everyMinutes),
        statistic: Stats.SUM,
      }),
      evaluationPeriods: 3,
      comparison: 'below-1',
      missingDataIsBad: true,
    });
  }
}
