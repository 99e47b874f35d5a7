import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricOptions,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNames } from '../lambda/contract/deployed-names.ts';
import { accountSettingsOf } from './apply-account-settings.ts';
import { grantPublishToAlarms } from './people-topic.ts';

export interface HealthAlarmsProps {
  /** The name of the monitor, unique in the account and region. */
  readonly monitor: string;
  /** The value of the dimension `service` of the monitor's metrics. */
  readonly metricService: string;
  /** Display name of the account; `null`: the account has none. */
  readonly name: string | null;
  readonly alertTopic: ITopic;
  readonly healthTopic: ITopic;
  readonly scan: IFunction;
  readonly scanEveryMinutes: number;
  readonly deadLetterQueue: IQueue;
}

export interface HealthAlarmProps {
  /** The part of the alarm's name after the name of the monitor; unique within the monitor. */
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
   * Effect of missing data. `unchanged`: the alarm keeps its state, so that a stopped monitor does not end its own alarms. `alarm`: missing
   * data starts the alarm. `reset`: missing data ends the alarm, without a message, because missing data does not mean that all is well.
   * Use `reset` for metrics that are written only on an event.
   */
  readonly missingData: 'unchanged' | 'alarm' | 'reset';
  /** @default - the health topic */
  readonly publishTo?: ITopic;
}

/** Alarms about failures of the monitor. Each alarm costs 0.10 USD a month, so there are few. */
export class HealthAlarms extends Construct {
  private readonly props: HealthAlarmsProps;
  /** In the order of their creation. */
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    this.props = props;
    for (const topic of [props.alertTopic, props.healthTopic]) grantPublishToAlarms(this, topic);
    this.addAlarm('ScanErrors', {
      ...functionErrors('scan fails', props.scan, 'a-scan-failed'),
      missingData: 'unchanged',
    });
    this.addNoCompleteScan(props.scanEveryMinutes);
    this.addUnsentAlerts(props.scanEveryMinutes);
    this.addOpenGaps(props.scanEveryMinutes);
    this.addAlarm('ScanThrottles', {
      title: 'scan is throttled',
      meaning: 'Lambda refused to start a scan, because other functions used the concurrency of the account.',
      runbook: 'a-scan-was-throttled',
      metric: props.scan.metricThrottles({ period: Duration.minutes(5), statistic: Stats.SUM }),
      missingData: 'reset',
    });
    this.addAlarm('DeadLetters', {
      title: 'dead letters',
      // Most failures that fill the queue also start an alarm of their own. So a later failure is noticed while this alarm is still on.
      meaning:
        'Scans, events or messages for Slack failed after all retries; the alarm stays on until somebody has emptied the queue.',
      runbook: 'dead-letters',
      metric: props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
      // SQS writes the metric as long as the queue holds a message.
      missingData: 'unchanged',
    });
    this.addFailedDelivery('AlertDelivery', 'alerts', props.alertTopic);
    this.addFailedDelivery('HealthDelivery', 'health alarms', props.healthTopic);
  }

  /**
   * Adds an alarm that starts after three passes in a row that did not scan every account completely. An account that cannot be entered
   * also causes an alert. There is one alarm for all accounts, because CloudWatch charges each value of a dimension as a metric.
   */
  addAccountsNotScanned(everyMinutes: number): void {
    this.addAlarm('AccountsNotScanned', {
      title: 'accounts are not scanned',
      meaning: `For ${renderMinutes(3 * everyMinutes)} at least one account was not scanned completely: its changes can stay undetected.`,
      runbook: 'accounts-are-not-scanned',
      metric: scanMetric(this.props.metricService, 'accountsNotScanned', {
        period: Duration.minutes(everyMinutes),
        statistic: Stats.MINIMUM,
      }),
      evaluationPeriods: 3,
      missingData: 'unchanged',
    });
  }

  /** Adds an alarm about errors of a function that runs rarely, for example only when an event is delivered. */
  addFunctionErrors(id: string, title: string, watched: IFunction, runbook: string): void {
    this.addAlarm(id, { ...functionErrors(title, watched, runbook), missingData: 'reset' });
  }

  /**
   * Adds an alarm about messages of `topic` that SNS could not deliver. The alarm about the health topic publishes to the alert topic.
   * Every other alarm publishes to the health topic.
   *
   * If the same address fails for both topics, the two alarms could start each other again and again. The period of one hour prevents this,
   * because an alarm that is on sends nothing. Each topic has its own alarm: one alarm on the sum costs the same, but does not name the
   * topic.
   */
  addFailedDelivery(id: string, messages: string, topic: ITopic): void {
    this.addAlarm(id, {
      title: `${messages} are not delivered`,
      meaning: `SNS could not deliver one of the ${messages} to a subscriber of their topic.`,
      runbook: 'a-message-was-not-delivered',
      metric: topic.metricNumberOfNotificationsFailed({ period: Duration.hours(1), statistic: Stats.SUM }),
      missingData: 'reset',
      publishTo: topic === this.props.healthTopic ? this.props.alertTopic : this.props.healthTopic,
    });
  }

  addAlarm(id: string, props: HealthAlarmProps): Alarm {
    const { namePrefix, runbookUrl } = accountSettingsOf(this);
    const { name, monitor, healthTopic } = this.props;
    const alarm = new Alarm(this, id, {
      // CloudWatch uses the alarm's name as the subject of the mail.
      alarmName: alarmNameStart({ monitor, name, namePrefix }) + props.title,
      alarmDescription: `${name === null ? '' : `Account ${name}: `}${props.meaning} See ${runbookUrl ?? publishedRunbook}#${props.runbook}`,
      metric: props.metric,
      threshold: props.threshold ?? 1,
      comparisonOperator:
        props.comparison === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: treatments[props.missingData],
    });
    this.alarms.push(alarm);
    const topic = props.publishTo ?? healthTopic;
    alarm.addAlarmAction(new SnsAction(topic));
    if (props.missingData !== 'reset') alarm.addOkAction(new SnsAction(topic));
    return alarm;
  }

  /**
   * Adds an alarm that starts after three intervals without a complete scan, but after at most 40 hours.
   *
   * If data is missing, CloudWatch waits for more periods (two in its documentation). Therefore a period is at most one hour long, and a
   * stopped daily scan is reported within two days. CloudWatch limits an evaluation to one day for periods below one hour, and to seven
   * days for periods of one hour or more (PutMetricAlarm).
   */
  private addNoCompleteScan(everyMinutes: number): void {
    const periodMinutes = Math.min(60, everyMinutes);
    const periods = Math.min(40, Math.ceil((3 * everyMinutes) / periodMinutes));
    this.addAlarm('NoCompleteScan', {
      title: 'no complete scan',
      meaning: `For ${renderMinutes(periods * periodMinutes)} no scan was complete: changes can stay undetected.`,
      runbook: 'no-complete-scan',
      metric: scanMetric(this.props.metricService, 'completeScans', {
        period: Duration.minutes(periodMinutes),
        statistic: Stats.SUM,
      }),
      evaluationPeriods: periods,
      comparison: 'below',
      missingData: 'alarm',
    });
  }

  /**
   * Adds an alarm about an old unsent alert. The metric is an age, so the alarm needs only one period. The limit is at least half an hour,
   * so that a short outage of SNS starts no alarm.
   */
  private addUnsentAlerts(everyMinutes: number): void {
    const maxAgeMinutes = Math.max(30, 3 * everyMinutes);
    this.addAlarm('UntoldAlerts', {
      title: 'alerts wait untold',
      meaning: `For ${maxAgeMinutes} minutes the alert about a change was not sent: nobody is subscribed, or SNS refuses the message.`,
      runbook: 'alerts-are-not-sent',
      metric: scanMetric(this.props.metricService, 'oldestUntoldAlertAge', {
        period: Duration.minutes(everyMinutes),
        statistic: Stats.MAXIMUM,
      }),
      threshold: maxAgeMinutes * 60,
      missingData: 'unchanged',
    });
  }

  /**
   * Adds an alarm that starts after six hours (or three scan intervals, if longer) in which every scan had an open gap. Each gap also has
   * an alert of its own (`tellGapAfterScans`). CloudWatch evaluates up to seven days with periods of one hour or more (PutMetricAlarm).
   */
  private addOpenGaps(everyMinutes: number): void {
    const periodMinutes = Math.max(60, everyMinutes);
    const periods = Math.max(3, Math.ceil(360 / periodMinutes));
    this.addAlarm('OpenGaps', {
      title: 'gaps stay open',
      meaning: `For ${Math.round((periods * periodMinutes) / 60)} hours a resource could not be read: its changes are not detected.`,
      runbook: 'gaps-stay-open',
      metric: scanMetric(this.props.metricService, 'openGaps', {
        period: Duration.minutes(periodMinutes),
        statistic: Stats.MINIMUM,
      }),
      evaluationPeriods: periods,
      missingData: 'unchanged',
    });
  }
}

const treatments = {
  reset: TreatMissingData.NOT_BREACHING,
  alarm: TreatMissingData.BREACHING,
  unchanged: TreatMissingData.IGNORE,
};

/** A path in the repository, because the repository has no fixed URL. The setting `runbookUrl` replaces this path by a link. */
const publishedRunbook = 'docs/runbook.md';

function functionErrors(title: string, watched: IFunction, runbook: string) {
  return {
    title,
    meaning: 'A function of Portwatch ended with an error; its log has the reason.',
    runbook,
    metric: watched.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
  };
}

/** `15 minutes`, `40 hours`. */
function renderMinutes(minutes: number): string {
  return minutes % 60 === 0 && minutes > 60 ? `${minutes / 60} hours` : `${minutes} minutes`;
}

/** The start of each alarm's name, with the space before the title: `acme-Own/Web (prod) `. `name`: the display name of the account. */
export function alarmNameStart({
  monitor,
  name,
  namePrefix,
}: Pick<HealthAlarmsProps, 'monitor' | 'name'> & { namePrefix: string | null }): string {
  const deployment = namePrefix === null ? monitor : `${namePrefix}-${monitor}`;
  return name === null ? `${deployment} ` : `${deployment} (${name}) `;
}

export function scanMetric(
  service: string,
  name: 'completeScans' | 'oldestUntoldAlertAge' | 'openGaps' | 'accountsNotScanned',
  options: MetricOptions,
): Metric {
  const { namespace } = metricNames;
  return new Metric({ namespace, metricName: metricNames[name], dimensionsMap: { service }, ...options });
}
