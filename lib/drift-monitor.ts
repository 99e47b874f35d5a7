/** The monitor as a construct, for use in any CDK app. */
import { Annotations, CfnOutput, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { type IAlarm, type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import type { Channel } from '../lambda/contract/channels.ts';
import { environmentKeys, metricNames, outputPrefix, stackOutputs } from '../lambda/contract/deployed-names.ts';
import type {
  DeploymentSettings,
  DeploymentSettingsInput,
  MonitorSettings,
  MonitorSettingsInput,
  WatchedAccounts,
} from '../lambda/contract/settings-schema.ts';
import { timelineIndex } from '../lambda/contract/timeline-index.ts';
import { AccountsQueue } from './accounts-queue.ts';
import { accountSettingsOf, applyAccountSettings, outermostStack } from './apply-account-settings.ts';
import { ChannelTopic } from './channel-topic.ts';
import { checkProps } from './check-props.ts';
import { findMonitorWarnings } from './config-warnings.ts';
import { refuse } from './configuration-error.ts';
import { connectMailAndSlack, type MonitorChannel } from './connect-mail-and-slack.ts';
import { createLast } from './creation-order.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { EventPath } from './event-path.ts';
import { alarmNameStart, HealthAlarms, scanMetric } from './health-alarms.ts';
import { eventBusName } from './member-event-bus.ts';
import { monitorName, monitorPath } from './monitor-name.ts';
import type { OwnResources } from './own-resources.ts';
import { adoptTopic, PeopleTopic } from './people-topic.ts';
import { ProductFunction } from './product-function.ts';
import type { ReadingFunction } from './reading-function.ts';
import { ScanFunction, scanTimeout } from './scan-function.ts';
import { ScanSchedule } from './scan-schedule.ts';
import { adoptSnapshotTable, SnapshotTable } from './snapshot-table.ts';
import { readSourceVersion } from './source-version.ts';

/**
 * All settings of `portwatch.json`, with the same names, types, defaults and limits (docs/configuration.md), and resources of your app. The
 * constructor checks all props, and throws ConfigurationError if it finds problems. A setting that is `undefined` has its default.
 */
export interface DriftMonitorProps extends MonitorSettingsInput, DeploymentSettingsInput, OwnResources {}

/** Watches the Lightsail firewalls of the account in which the stack is deployed, or of the accounts in the setting `accounts`. */
export class DriftMonitor extends Construct {
  /** Holds the latest state of each resource and the whole history. */
  readonly table: ITableV2;
  /**
   * Receives the alerts: a text for mail, and a JSON event for every other subscriber. Also receives the alarm about messages of the health
   * topic that could not be delivered.
   */
  readonly alertTopic: ITopic;
  /** Receives the alarms about the monitor itself. An alarm that ends because data is missing sends no message about its end. */
  readonly healthTopic: ITopic;
  /** Receives each alert as a separate message, for programs. The message has attributes for filter policies. */
  readonly eventTopic: ITopic;
  /** Receives the alerts in the format of Amazon Q Developer. `null` without `slack` and `amazonQTopic`. */
  readonly amazonQTopic: ITopic | null;
  /** Reads every firewall at a fixed interval. */
  readonly scanFunction: IFunction;
  /** Reads an instance at once when EventBridge delivers an API call about it. `null` with `eventPath: false`. */
  readonly eventFunction: IFunction | null;
  /** Receives the events that the watched accounts forward. `null` without `accounts`, and with `eventPath: false`. */
  readonly eventBus: IEventBus | null;
  /** Holds events and messages that failed after all retries. */
  readonly deadLetterQueue: IQueue;
  /** @internal */
  readonly health: HealthAlarms;
  /** The outputs of the stack, by the names that they have in a deployment from a clone. @internal */
  readonly outputs: ReadonlyMap<string, CfnOutput>;
  private readonly metricService: string;
  private readonly schedule: ScanSchedule;
  /** The functions that publish alerts. These functions also count the listeners. */
  private readonly publishers: ReadingFunction[] = [];
  private readonly channels: Channel[] = [];
  /** CloudFormation creates the table and the schedule after the other resources of these scopes (see `createLastIn`). */
  private readonly lastIn = new Set<IConstruct>([this]);

  constructor(scope: Construct, id: string, props: DriftMonitorProps = {}) {
    super(scope, id);
    const stack = Stack.of(this);
    const known = (value: string) => (Token.isUnresolved(value) ? undefined : value);
    const place = { region: known(stack.region), account: known(stack.account) };
    const settings = checkProps(props, { path: this.node.path, ...place });
    for (const { id: warning, sentence } of findMonitorWarnings(settings, new Date().toISOString(), place))
      Annotations.of(this).addWarningV2(warning, sentence);
    const existingTopics = [
      props.alertTopic?.topicArn ?? settings.existingAlertTopic,
      props.healthTopic?.topicArn ?? settings.existingHealthTopic,
    ].filter((arn) => arn !== null);
    applyAccountSettings(this, settings, props, existingTopics);
    const healthTopic = props.healthTopic ?? this.findTopic('HealthTopic', 'health', settings);
    this.table = props.table ?? this.findTable(settings);
    const alertTopic = props.alertTopic ?? this.findTopic('AlertTopic', '', settings);
    this.alertTopic = alertTopic;
    const neighbour = { monitor: this, channelId: settings.slack?.channelId ?? null };
    const problems = [...findNameProblems(this, settings), ...findNeighbourProblems(neighbour)];
    if (problems.length > 0) refuse(problems, this.node.path);
    addNeighbour(neighbour);
    this.healthTopic = healthTopic;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue');
    const { deadLetterQueue } = this;
    const scan = new ScanFunction(this, 'Scan', { settings, deadLetterQueue });
    scan.grantKeepHistory(this.table, ['dynamodb:DeleteItem']);
    if (settings.weeklyDigest) scan.grantCountChanges(this.table);
    this.addPublisher(scan);
    if (settings.attribution) scan.grantLookUpCalls(settings.regions);
    this.scanFunction = scan.lambda;
    const { scanEveryMinutes } = settings;
    this.schedule = new ScanSchedule(this, 'Schedule', {
      scan: scan.lambda,
      description: 'Portwatch: starts a scan',
      // An empty event starts a full scan, or with `accounts` a pass.
      input: {},
      everyMinutes: scanEveryMinutes,
      deadLetterQueue,
    });
    const monitor = monitorName(this);
    // In a deployment from a clone, the metrics have the same dimension in every version of Portwatch, so that the metrics continue after
    // an upgrade.
    this.metricService = monitor === 'Portwatch' ? metricNames.service : monitor;
    if (this.metricService !== metricNames.service)
      scan.lambda.addEnvironment(environmentKeys.metricService, this.metricService);
    this.health = new HealthAlarms(this, 'Health', {
      monitor,
      metricService: this.metricService,
      name: settings.name,
      alertTopic,
      healthTopic,
      scan: scan.lambda,
      scanEveryMinutes,
      deadLetterQueue,
    });
    if (settings.accounts !== null) this.addAccounts(scan, settings.accounts, settings);
    const events = settings.eventPath ? this.addEventPath(settings) : null;
    this.eventFunction = events?.function.lambda ?? null;
    this.eventBus = events?.bus ?? null;
    this.eventTopic = this.addEventTopic();
    this.amazonQTopic = connectMailAndSlack(this, this, settings);
    for (const [key, value] of Object.entries(settings.tags)) Tags.of(this).add(key, value);
    if (settings.terminationProtection) outermostStack(this).terminationProtection = true;
    this.outputs = this.addOutputs();
    createLast(this.lastIn, this.table, this.schedule);
  }

  /** The command line finds the parts of the monitor by these outputs. */
  private addOutputs(): ReadonlyMap<string, CfnOutput> {
    const values: Record<keyof typeof stackOutputs, string | undefined> = {
      alertTopicArn: this.alertTopic.topicArn,
      healthTopicArn: this.healthTopic.topicArn,
      eventTopicArn: this.eventTopic.topicArn,
      amazonQTopicArn: this.amazonQTopic?.topicArn,
      snapshotTableName: this.table.tableName,
      scanFunctionName: this.scanFunction.functionName,
      channels: this.channelList(),
      eventBusArn: this.eventBus?.eventBusArn,
      version: readSourceVersion(),
    };
    return new Map(
      Object.entries(values).flatMap(([key, value]) => {
        const name = stackOutputs[key as keyof typeof values];
        return value === undefined ? [] : [[name, new CfnOutput(this, name, { value })]];
      }),
    );
  }

  private findTable({ existingTable, existingTableKmsKeyArn }: DeploymentSettings): ITableV2 {
    if (existingTable === null) return new SnapshotTable(this, 'SnapshotTable');
    return adoptSnapshotTable(this, 'ExistingTable', existingTable, existingTableKmsKeyArn);
  }

  private findTopic(id: 'AlertTopic' | 'HealthTopic', what: string, settings: DeploymentSettings): ITopic {
    const existing = settings[`existing${id}`];
    if (existing === null) return new PeopleTopic(this, id, { displayName: this.senderName(what) });
    return adoptTopic(this, `Existing${id}`, existing, settings[`existing${id}KmsKeyArn`]);
  }

  /**
   * In a first deployment, the table is created after every resource of `scope` that does not depend on the table. If one of these
   * resources fails, no empty table with deletion protection is left behind. The schedule is also created after these resources, because a
   * new schedule invokes its function at once.
   */
  createLastIn(scope: IConstruct): void {
    this.lastIn.add(scope);
  }

  private addEventTopic(): ITopic {
    const { topic, function: forward } = new ChannelTopic(this, 'EventTopic', {
      displayName: this.senderName('events'),
      handlerFile: 'event-topic.ts',
      description: 'Portwatch: publishes each alert to the event topic, for programs',
      alertTopic: this.alertTopic,
      deadLetterQueue: this.deadLetterQueue,
    });
    this.addChannel({ name: 'events', function: forward.lambda, topic, subscriber: null });
    this.health.addFunctionErrors('ProgramErrors', 'event topic fails', forward.lambda, 'the-event-topic-failed');
    this.health.addFailedDelivery('ProgramDelivery', 'alerts for programs', topic);
    return topic;
  }

  private addPublisher(publisher: ReadingFunction): void {
    publisher.grantAlert(this.alertTopic);
    this.publishers.push(publisher);
  }

  /** `Portwatch health`, or `Portwatch Web health` for a monitor with the path `Web`. SNS allows 100 characters. @internal */
  senderName(what: string): string {
    const words = ['Portwatch', monitorPath(this).slice(0, 70), what];
    return words.filter((word) => word !== '').join(' ');
  }

  /**
   * Adds a function that passes the alerts on to other listeners. The functions that publish alerts then also count these listeners.
   * @internal
   */
  addChannel({ name, function: forward, topic, subscriber }: MonitorChannel): void {
    this.channels.push({ name, functionName: forward.functionName, topicArn: topic?.topicArn ?? null });
    for (const publisher of this.publishers) {
      if (topic !== null) publisher.grantCountListeners(topic);
      publisher.lambda.addEnvironment(environmentKeys.channels, this.channelList());
      if (subscriber !== null) publisher.lambda.node.addDependency(subscriber);
    }
  }

  /** A token for the JSON of all channels. Channels that are added later are included. @internal */
  channelList(): string {
    return Stack.of(this).toJsonString(this.channels);
  }

  private addAccounts(
    scan: ScanFunction,
    accounts: WatchedAccounts,
    { memberRoleName, scanEveryMinutes }: MonitorSettings,
  ): void {
    const { deadLetterQueue } = this;
    const timeout = scanTimeout(scanEveryMinutes);
    const queue = new AccountsQueue(this, 'AccountsQueue', { timeout, scanEveryMinutes, deadLetterQueue });
    scan.scanAccounts(queue, accounts, memberRoleName);
    scan.grantCollect(this.table);
    const collecting = new ScanSchedule(this, 'Collecting', {
      scan: scan.lambda,
      description: 'Portwatch: publishes the alerts of all accounts',
      input: { portwatch: 'collect' },
      everyMinutes: 1,
      deadLetterQueue,
    });
    // The first run of the collector needs the table, and the table is created before the schedule.
    collecting.node.addDependency(this.schedule);
    this.health.addAccountsNotScanned(scanEveryMinutes);
  }

  private addEventPath(settings: MonitorSettings & DeploymentSettings): EventPath {
    const { deadLetterQueue } = this;
    const busName = eventBusName(monitorName(this), settings.namePrefix);
    const path = new EventPath(this, 'Events', { settings, eventBusName: busName, deadLetterQueue });
    path.function.grantKeepHistory(this.table);
    if (settings.accounts !== null) path.function.grantCollect(this.table);
    this.addPublisher(path.function);
    this.health.addFunctionErrors('EventErrors', 'event path fails', path.function.lambda, 'the-event-path-failed');
    return path;
  }

  /** All alarms about failures of the monitor, for dashboards and composite alarms. */
  get alarms(): readonly IAlarm[] {
    return this.health.alarms;
  }

  /** Every function of the monitor, including those that pass alerts on. */
  get functions(): readonly IFunction[] {
    return this.node.findAll().flatMap((each) => (each instanceof ProductFunction ? [each.lambda] : []));
  }

  /**
   * The value is 1 for a complete scan and 0 for an incomplete scan; there is no data if no scan ran. With `accounts`, the value is 1 for a
   * pass in which at least one account was scanned completely. By default the sum of five minutes.
   */
  metricCompleteScans(options?: MetricOptions): Metric {
    return scanMetric(this.metricService, 'completeScans', { statistic: Stats.SUM, ...options });
  }

  /** Age in seconds of the oldest change that is recorded and not alerted yet, otherwise 0. By default the maximum of five minutes. */
  metricOldestUnsentAlertAge(options?: MetricOptions): Metric {
    return scanMetric(this.metricService, 'oldestUntoldAlertAge', { statistic: Stats.MAXIMUM, ...options });
  }

  /** Number of instances and regions that cannot be read. By default the minimum of five minutes. */
  metricOpenGaps(options?: MetricOptions): Metric {
    return scanMetric(this.metricService, 'openGaps', { statistic: Stats.MINIMUM, ...options });
  }

  /**
   * Allows reading the latest states, the history and the stored settings, by key and by the table's index. Also allows reading the stack's
   * outputs, in which the command line finds the name of the table.
   */
  grantReadHistory(grantee: IGrantable): Grant {
    const stack = Stack.of(this);
    const table = Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchGetItem'],
      resourceArns: [this.table.tableArn, `${this.table.tableArn}/index/${timelineIndex.name}`],
    });
    this.keyOfTable()?.grant(grantee, 'kms:Decrypt');
    const outputs = Grant.addToPrincipal({
      grantee,
      actions: ['cloudformation:DescribeStacks'],
      resourceArns: [
        stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` }),
      ],
    });
    return table.combine(outputs);
  }

  private keyOfTable(): IKey | null | undefined {
    return this.table instanceof SnapshotTable ? accountSettingsOf(this).encryptionKey : this.table.encryptionKey;
  }

  /** Allows starting a full scan at once, in addition to the scans of the schedule. With `accounts`, allows starting a pass. */
  grantInvokeScan(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.scanFunction.functionArn],
    });
  }
}

interface Neighbour {
  readonly monitor: DriftMonitor;
  /** The id of the monitor's Slack channel; `null`: Amazon Q is not configured with a channel. */
  readonly channelId: string | null;
}

/** The monitors of each stage of an app, in the order of construction. */
const neighbours = new WeakMap<IConstruct, Neighbour[]>();

const listNeighbours = ({ monitor }: Neighbour): Neighbour[] => neighbours.get(Stage.of(monitor) ?? monitor) ?? [];

/** Adds the monitor to its stage. Warns if an earlier monitor of the stage has the same alert topic. */
function addNeighbour(neighbour: Neighbour): void {
  const { monitor } = neighbour;
  const others = listNeighbours(neighbour);
  for (const { monitor: other } of others)
    if (other.alertTopic.topicArn === monitor.alertTopic.topicArn)
      Annotations.of(monitor).addWarningV2(
        'portwatch:shared-alert-topic',
        `The monitor ${other.node.path} has the same alert topic: programs and Slack of either monitor get the alerts of both monitors.`,
      );
  neighbours.set(Stage.of(monitor) ?? monitor, [...others, neighbour]);
}

/**
 * The name of an alarm is a start and a title. CloudWatch allows 255 characters for the name, and the longest title has 37. So the start
 * can have 218.
 */
function findNameProblems(monitor: DriftMonitor, { name, namePrefix }: MonitorSettings & DeploymentSettings): string[] {
  const start = alarmNameStart({ monitor: monitorName(monitor), name, namePrefix });
  if (Token.isUnresolved(start) || start.length <= 218) return [];
  return [
    `id: got names of alarms that begin with ${start.length} characters, expected at most 218, since CloudWatch allows 255. Shorten the ` +
      'id of the monitor, or the name of the stack.',
  ];
}

/** Finds problems of a monitor that cannot work together with an earlier monitor of the same stage. */
function findNeighbourProblems(neighbour: Neighbour): string[] {
  const { monitor, channelId } = neighbour;
  return listNeighbours(neighbour).flatMap((other) => {
    const { path } = other.monitor.node;
    const isInStack = Stack.of(monitor) === Stack.of(other.monitor);
    return [
      other.monitor.table.tableArn === monitor.table.tableArn
        ? `table: got the table of ${path}, expected another one. Of two monitors with one table, only one scans, and only one alerts.`
        : [],
      isInStack && outputPrefix(monitorPath(monitor)) === outputPrefix(monitorPath(other.monitor))
        ? `id: got ${monitor.node.id}, expected an id that differs from that of ${path} by letters or digits: outputs have no other characters.`
        : [],
      isInStack && channelId !== null && channelId === other.channelId
        ? `slack: got the channel of ${path}, expected another one: Amazon Q accepts one configuration for a channel. ` +
          'Use amazonQTopic here, and add the two topics to that configuration.'
        : [],
    ].flat();
  });
}
