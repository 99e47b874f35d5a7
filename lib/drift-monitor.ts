/** The monitor as a construct, for a stack of one's own. How people hear of it is left to whoever uses it: subscribe to its topics. */
import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { tableNames } from '../lambda/contract/table-keys.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { EventPath } from './event-path.ts';
import { HealthAlarms } from './health-alarms.ts';
import { PeopleTopic } from './people-topic.ts';
import { ScanFunction } from './scan-function.ts';
import { ScanSchedule } from './scan-schedule.ts';
import type { ExpectedChange, ScanSettings } from './scan-settings.ts';
import { SnapshotTable } from './snapshot-table.ts';

export type { ExpectedChange } from './scan-settings.ts';

export interface DriftMonitorProps {
  /**
   * How people call the account: it stands in the subject of each mail. 1 to 32 characters.
   *
   * @default - the account's number
   */
  readonly accountName?: string | undefined;

  /**
   * Time between two scans: whole minutes, 1 minute to 1 day.
   *
   * @default Duration.minutes(5)
   */
  readonly scanInterval?: Duration | undefined;

  /**
   * Regions to watch; the function's permissions are narrowed to them.
   *
   * @default - every region that Lightsail has
   */
  readonly regions?: readonly string[] | undefined;

  /**
   * The mildest severity that is sent; what is milder is recorded and counted.
   *
   * @default 'low'
   */
  readonly alertFrom?: 'critical' | 'high' | 'medium' | 'low' | 'info' | undefined;

  /**
   * Changes that are business as usual: recorded, and not sent. All of them together have to fit in about 2,800 bytes of JSON.
   *
   * @default - none
   */
  readonly expectedChanges?: readonly ExpectedChange[] | undefined;

  /**
   * Tells once a week how things stand, so that silence means something.
   *
   * @default true
   */
  readonly weeklyDigest?: boolean | undefined;

  /**
   * Scans without a successful read of an instance or a region after which people are told; 1 or more.
   *
   * @default 2
   */
  readonly tellGapAfterScans?: number | undefined;

  /**
   * How long a snapshot is kept after it was superseded: whole days, 1 or more.
   *
   * @default - for ever
   */
  readonly keepHistory?: Duration | undefined;

  /**
   * Ports that are critical once they are open to the world, 0 to 65535.
   *
   * @default - AWS Security Hub EC2.19's, and a few more
   */
  readonly highRiskPorts?: readonly number[] | undefined;

  /**
   * Looks up in CloudTrail's history of events who made a change, and what was open between two scans. It needs no trail.
   *
   * @default true
   */
  readonly attribution?: boolean | undefined;

  /**
   * Sends one short alert once it is known who made a change that was told without it.
   *
   * @default true
   */
  readonly attributedAlerts?: boolean | undefined;

  /**
   * Looks at once where CloudTrail and EventBridge tell of a call that can change a firewall. It needs a trail; without one nothing comes.
   *
   * @default true
   */
  readonly eventPath?: boolean | undefined;

  /**
   * Regions whose events are forwarded to the monitor's own, by an `EventForwardingStack` in each.
   *
   * @default - none: the events of its own region only
   */
  readonly eventRegions?: readonly string[] | undefined;

  /**
   * A table that an earlier monitor left behind; its history is gone on with.
   *
   * @default - a new table, which is retained when the stack is deleted
   */
  readonly table?: ITableV2 | undefined;
}

/** Watches every Lightsail firewall of the account it is deployed in. */
export class DriftMonitor extends Construct {
  /** What is known and the whole history. */
  readonly table: ITableV2;
  /** Where changes are told. */
  readonly alertTopic: ITopic;
  /** Where it is told that the monitor itself is ill, or well again. */
  readonly healthTopic: ITopic;
  readonly scanFunction: IFunction;
  readonly deadLetterQueue: IQueue;
  readonly health: HealthAlarms;

  constructor(scope: Construct, id: string, props: DriftMonitorProps = {}) {
    super(scope, id);
    const scanEveryMinutes = wholeMinutes(props.scanInterval ?? Duration.minutes(5));
    const healthTopic = new PeopleTopic(this, 'HealthTopic', { displayName: 'Portwatch health' });
    this.table = props.table ?? new SnapshotTable(this, 'SnapshotTable');
    this.alertTopic = new PeopleTopic(this, 'AlertTopic', { displayName: 'Portwatch' });
    this.healthTopic = healthTopic;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue');
    const settings = scanSettings(props, scanEveryMinutes, Stack.of(this).account);
    const scan = new ScanFunction(this, 'Scan', {
      settings,
      deadLetterQueue: this.deadLetterQueue,
    });
    scan.grantKeepHistory(this.table);
    if (props.weeklyDigest ?? true) scan.grantCountChanges(this.table);
    scan.grantAlert(this.alertTopic);
    if (settings.attribution) scan.grantLookUpCalls(settings.regions);
    this.scanFunction = scan.lambda;
    new ScanSchedule(this, 'Schedule', {
      scan: scan.lambda,
      everyMinutes: scanEveryMinutes,
      deadLetterQueue: this.deadLetterQueue,
    });
    this.health = new HealthAlarms(this, 'Health', {
      topic: healthTopic,
      scan: scan.lambda,
      scanEveryMinutes,
      deadLetterQueue: this.deadLetterQueue,
    });
    if (props.eventPath ?? true) this.addEventPath(settings);
  }

  private addEventPath(settings: ScanSettings): void {
    const path = new EventPath(this, 'Events', { settings, deadLetterQueue: this.deadLetterQueue });
    path.function.grantKeepHistory(this.table);
    path.function.grantAlert(this.alertTopic);
    this.health.addFunctionErrors('EventErrors', 'event path fails', path.function.lambda, 'the-event-path-failed');
  }

  /** Allows reading what is known and the whole history, by key and by the index, and nothing else. */
  grantReadHistory(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query', 'dynamodb:GetItem'],
      resourceArns: [this.table.tableArn, `${this.table.tableArn}/index/${tableNames.timelineIndex}`],
    });
  }

  /** Allows starting a scan beside the scheduled ones. */
  grantInvokeScan(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.scanFunction.functionArn],
    });
  }
}

function scanSettings(props: DriftMonitorProps, scanEveryMinutes: number, account: string): ScanSettings {
  return {
    name: props.accountName ?? account,
    regions: props.regions,
    alertFrom: props.alertFrom ?? 'low',
    expected: props.expectedChanges ?? [],
    weeklyDigest: props.weeklyDigest ?? true,
    tellGapAfterScans: checkAtLeastOne('tellGapAfterScans', props.tellGapAfterScans ?? 2),
    keepHistoryDays: props.keepHistory && checkAtLeastOne('keepHistory', props.keepHistory.toDays()),
    scanEveryMinutes,
    highRiskPorts: props.highRiskPorts,
    attribution: props.attribution ?? true,
    attributedAlerts: props.attributedAlerts ?? true,
    eventRegions: (props.eventPath ?? true) ? (props.eventRegions ?? []) : undefined,
  };
}

/** The time-out, the alarm and the retries are computed from it, so it can't be a token. */
function wholeMinutes(interval: Duration): number {
  const problem = 'expected a duration of 1 to 1440 whole minutes, known at synthesis. Give Duration.minutes(5), say.';
  if (interval.isUnresolved()) throw new Error(`scanInterval: got a token, ${problem}`);
  const minutes = interval.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440)
    throw new Error(`scanInterval: got ${minutes} minutes, ${problem}`);
  return minutes;
}

function checkAtLeastOne(prop: string, value: number): number {
  if (!Token.isUnresolved(value) && !(Number.isInteger(value) && value >= 1))
    throw new Error(`${prop}: got ${value}, expected a whole number, 1 or more.`);
  return value;
}
