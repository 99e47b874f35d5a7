import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNames } from '../lambda/contract/names.ts';
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
  /** The heading of docs/runbook.md that says what to do, as an anchor. */
  readonly runbook: string;
  readonly metric: IMetric;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default 1 */
  readonly threshold?: number;
  /** @default 'at-least' - the threshold, or more, is bad */
  readonly comparison?: 'at-least' | 'below';
  /**
   * What it means that there is no data: that all is well (metrics that are only written when something happens), that something is
   * wrong, or nothing: then the alarm stays as it is, so that nobody is told "well again" by a monitor that has stopped.
   *
   * @default 'well'
   */
  readonly missingData?: 'well' | 'bad' | 'says-nothing';
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
    this.addUntoldAlerts(props.scanEveryMinutes);
    this.addOpenGaps(props.scanEveryMinutes);
    this.addAlarm('ScanThrottles', {
      title: 'scan is throttled',
      meaning: 'Lambda refused to start a scan, since other functions used up the concurrency of the account.',
      runbook: 'a-scan-was-throttled',
      metric: props.scan.metricThrottles({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
    this.addAlarm('DeadLetters', {
      title: 'dead letters',
      // A lamp, not a bell: it stays on until somebody has looked and emptied the queue. Nothing hides behind it, since each cause
      // has an alarm of its own that rings every time (scan fails, is throttled, is not complete; event path or Slack delivery fails).
      meaning:
        'Scans could not be started or carried out, events not looked at, or messages for Slack not delivered; it stays on until the queue is emptied.',
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
      treatMissingData: treatments[props.missingData ?? 'well'],
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
      metric: scanMetric(metricNames.completeScans, Duration.minutes(everyMinutes), Stats.SUM),
      evaluationPeriods: 3,
      comparison: 'below',
      missingData: 'bad',
    });
  }

  /** The age is enough of a delay: one scan that sees it is enough. Half an hour at least, so that a short outage of SNS rings nobody. */
  private addUntoldAlerts(everyMinutes: number): void {
    const patienceMinutes = Math.max(30, 3 * everyMinutes);
    this.addAlarm('UntoldAlerts', {
      title: 'alerts wait untold',
      meaning: `For ${patienceMinutes} minutes a change has waited that nobody was told: nobody is subscribed, or SNS refuses it.`,
      runbook: 'alerts-are-not-sent',
      metric: scanMetric(metricNames.oldestUntoldAlertAge, Duration.minutes(everyMinutes), Stats.MAXIMUM),
      threshold: patienceMinutes * 60,
      missingData: 'says-nothing',
    });
  }

  /**
   * Six hours in which every scan found a gap; three intervals where these are longer. The gap was told as an alert when it began: this
   * is for the one that nobody mended. Periods of an hour or more may span seven days: 3 x 1440 minutes are three.
   */
  private addOpenGaps(everyMinutes: number): void {
    const periodMinutes = Math.max(60, everyMinutes);
    const periods = Math.max(3, Math.ceil(360 / periodMinutes));
    this.addAlarm('OpenGaps', {
      title: 'gaps stay open',
      meaning: `For ${Math.round((periods * periodMinutes) / 60)} hours something could not be read: what changes there goes unseen.`,
      runbook: 'gaps-stay-open',
      metric: scanMetric(metricNames.openGaps, Duration.minutes(periodMinutes), Stats.MINIMUM),
      evaluationPeriods: periods,
      missingData: 'says-nothing',
    });
  }
}

const treatments = {
  well: TreatMissingData.NOT_BREACHING,
  bad: TreatMissingData.BREACHING,
  'says-nothing': TreatMissingData.IGNORE,
};

/** As the scan function writes it, with its one dimension. */
function scanMetric(metricName: string, period: Duration, statistic: string): Metric {
  const { namespace, service } = metricNames;
  return new Metric({ namespace, metricName, dimensionsMap: { service }, period, statistic });
}
