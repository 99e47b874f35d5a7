import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNames } from '../lambda/contract/names.ts';
import { accountRulesOf } from './account-rules.ts';
import type { PeopleTopic } from './people-topic.ts';

export interface HealthAlarmsProps {
  readonly topic: PeopleTopic;
  readonly scan: IFunction;
  readonly scanEveryMinutes: number;
  readonly deadLetterQueue: IQueue;
}

export interface HealthAlarmProps {
  /** The alarm's name, after the name of the stack; unique within the stack. */
  readonly title: string;
  /** One sentence: the failure, and its consequence. */
  readonly meaning: string;
  /** Anchor of the section in docs/runbook.md with the instructions. */
  readonly runbook: string;
  readonly metric: IMetric;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default 1 */
  readonly threshold?: number;
  /** @default 'at-least' - alarm at the threshold or above */
  readonly comparison?: 'at-least' | 'below';
  /**
   * The state without data. `ok`: for metrics that are written only when something happens. `alarm`: data has to be there. `unchanged`:
   * the alarm keeps its state, so that a monitor that stopped does not end its own alarms.
   *
   * @default 'ok'
   */
  readonly missingData?: 'ok' | 'alarm' | 'unchanged';
}

/** Alarms about failures of the monitor, and their recovery. Each alarm costs 0.10 USD a month, so there are few. */
export class HealthAlarms extends Construct {
  private readonly topic: PeopleTopic;
  private readonly titlePrefix: string;

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    const { namePrefix } = accountRulesOf(this);
    const { stackName } = Stack.of(this);
    this.titlePrefix = namePrefix === null ? stackName : `${namePrefix}-${stackName}`;
    props.topic.grantPublishToAlarms();
    this.addFunctionErrors('ScanErrors', 'scan fails', props.scan, 'a-scan-failed');
    this.addNoCompleteScan(props.scanEveryMinutes);
    this.addUnsentAlerts(props.scanEveryMinutes);
    this.addOpenGaps(props.scanEveryMinutes);
    this.addAlarm('ScanThrottles', {
      title: 'scan is throttled',
      meaning: 'Lambda refused to start a scan, because other functions used the concurrency of the account.',
      runbook: 'a-scan-was-throttled',
      metric: props.scan.metricThrottles({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
    this.addAlarm('DeadLetters', {
      title: 'dead letters',
      // This alarm stays on until somebody has emptied the queue. It hides no later failure: each cause also has an alarm of its own
      // (scan fails, scan is throttled, no complete scan, event path fails, Slack delivery fails).
      meaning:
        'Scans, events or messages for Slack failed after all retries; the alarm stays on until somebody has emptied the queue.',
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
      meaning: 'A function of Portwatch ended with an error; its log has the reason.',
      runbook,
      metric: watched.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
  }

  addAlarm(id: string, props: HealthAlarmProps): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: `${this.titlePrefix} ${props.title}`,
      alarmDescription: `${props.meaning} See docs/runbook.md#${props.runbook}`,
      metric: props.metric,
      threshold: props.threshold ?? 1,
      comparisonOperator:
        props.comparison === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: treatments[props.missingData ?? 'ok'],
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }

  /**
   * Three intervals in a row without a complete scan: no scan ran, or every scan was incomplete. CloudWatch limits an evaluation to one
   * day for periods below an hour, and to seven days from an hour up: 3 x 59 and 3 x 1440 minutes are within these limits.
   */
  private addNoCompleteScan(everyMinutes: number): void {
    this.addAlarm('NoCompleteScan', {
      title: 'no complete scan',
      meaning: `For ${3 * everyMinutes} minutes no scan was complete: changes may not be detected.`,
      runbook: 'no-complete-scan',
      metric: scanMetric(metricNames.completeScans, Duration.minutes(everyMinutes), Stats.SUM),
      evaluationPeriods: 3,
      comparison: 'below',
      missingData: 'alarm',
    });
  }

  /** One scan is enough, because the metric is an age. At least half an hour, so that a short outage of SNS starts no alarm. */
  private addUnsentAlerts(everyMinutes: number): void {
    const maxAgeMinutes = Math.max(30, 3 * everyMinutes);
    this.addAlarm('UntoldAlerts', {
      title: 'alerts wait untold',
      meaning: `For ${maxAgeMinutes} minutes the alert about a change was not sent: nobody is subscribed, or SNS refuses the message.`,
      runbook: 'alerts-are-not-sent',
      metric: scanMetric(metricNames.oldestUntoldAlertAge, Duration.minutes(everyMinutes), Stats.MAXIMUM),
      threshold: maxAgeMinutes * 60,
      missingData: 'unchanged',
    });
  }

  /**
   * Six hours, or three intervals if these are longer, in which every scan found a gap. An alert was sent when the gap began; this alarm
   * is about gaps that nobody closed. CloudWatch allows seven days for periods of an hour or more: 3 x 1440 minutes are three days.
   */
  private addOpenGaps(everyMinutes: number): void {
    const periodMinutes = Math.max(60, everyMinutes);
    const periods = Math.max(3, Math.ceil(360 / periodMinutes));
    this.addAlarm('OpenGaps', {
      title: 'gaps stay open',
      meaning: `For ${Math.round((periods * periodMinutes) / 60)} hours a resource could not be read: its changes are not detected.`,
      runbook: 'gaps-stay-open',
      metric: scanMetric(metricNames.openGaps, Duration.minutes(periodMinutes), Stats.MINIMUM),
      evaluationPeriods: periods,
      missingData: 'unchanged',
    });
  }
}

const treatments = {
  ok: TreatMissingData.NOT_BREACHING,
  alarm: TreatMissingData.BREACHING,
  unchanged: TreatMissingData.IGNORE,
};

/** A metric that the scan function writes, with its one dimension. */
function scanMetric(metricName: string, period: Duration, statistic: string): Metric {
  const { namespace, service } = metricNames;
  return new Metric({ namespace, metricName, dimensionsMap: { service }, period, statistic });
}
