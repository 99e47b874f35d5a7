/** A healthy deployment on stand-ins, for `portwatch doctor`. A test can break each part separately. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { EmulatedResource } from '../../emulators/cloudformation.ts';
import { type CloudTrailEmulator, startCloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { type JsonServiceEmulator, startJsonServiceEmulator } from '../../emulators/json-service.ts';
import { type LambdaEmulator, startLambdaEmulator } from '../../emulators/lambda.ts';
import { type SchedulerEmulator, startSchedulerEmulator } from '../../emulators/scheduler.ts';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';
import { Refusal } from '../../emulators/wire/reply.ts';
import type { StandIn } from '../../emulators/wire/stand-in.ts';
import { toStateAttributes } from '../../lambda/adapters/items/state-item.ts';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { defaultSettings, effectiveSettings } from '../../lambda/contract/settings-schema.ts';
import { settingsKey, stateKey } from '../../lambda/contract/table-keys.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { readSourceVersion } from '../../lib/source-version.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { account, type DeployedAccount, minutesAgo, startDeployedAccount, tableName } from './deployed-account.ts';
import type { Ended } from './run-cli.ts';

export const region = 'eu-west-1';
export const names = {
  schedule: 'Portwatch-Schedule',
  scan: 'Portwatch-Scan',
  events: 'Portwatch-Events',
  rule: 'Portwatch-Rule',
  errorsAlarm: 'Portwatch scan fails',
  deadLettersAlarm: 'Portwatch dead letters',
  trail: `arn:aws:cloudtrail:${region}:${account}:trail/all-regions`,
};
export const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/Portwatch-DeadLetters`;
const eventsQueueUrl = `https://sqs.${region}.amazonaws.com/${account}/Portwatch-EventQueue`;

/** The descriptions of the parts. A test changes one and runs the command. */
interface Facts {
  alarms: Record<string, Record<string, unknown>>;
  /** Sums of the last 24 hours, by `<metric> <dimension>`. */
  metrics: Record<string, number>;
  deadLetters: number;
  rule: { State: string } | null;
  /** The event buses that have the rule. */
  buses: string[];
}

export interface HealthyMonitor {
  deployed: DeployedAccount;
  scheduler: SchedulerEmulator;
  lambda: LambdaEmulator;
  sns: SnsEmulator;
  cloudTrail: CloudTrailEmulator;
  /** The stand-ins, by the prefix of their IAM actions. */
  services: Record<string, StandIn>;
  facts: Facts;
  topics: { alerts: string; health: string };
  resources: EmulatedResource[];
  /** Puts the resources and the outputs into the stack. */
  deploy(status?: string, outputs?: Record<string, string>): void;
  /** Makes everything healthy again, except for items of the table. */
  heal(): Promise<void>;
  /** Replaces the latest state of a resource. */
  putState(resource: Resource, state: Partial<LatestState>): Promise<void>;
  /** Stores a scan that began this number of minutes ago, as the newest one. */
  putScan(
    minutesAgo: number,
    complete?: boolean,
    lacks?: { regionsFailed?: Record<string, string>; notRead?: string[] },
  ): Promise<void>;
  putSettings(settings: Record<string, unknown>): Promise<void>;
  doctor(...args: string[]): Promise<Ended>;
  subscribe(topicArn: string, endpoint: string, protocol?: string): Promise<void>;
  createTopics(...topicNames: string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** `lastScan`: minutes since the only scan. */
export async function startHealthyMonitor(lastScan = 1): Promise<HealthyMonitor> {
  const [scheduler, lambda, sns, cloudTrail, cloudWatch, sqs, eventBridge] = await Promise.all([
    startSchedulerEmulator(),
    startLambdaEmulator(),
    startSnsEmulator({ account }),
    startCloudTrailEmulator(),
    startJsonServiceEmulator('cloudwatch'),
    startJsonServiceEmulator('sqs'),
    startJsonServiceEmulator('eventbridge'),
  ]);
  const deployed = await startDeployedAccount({
    AWS_ENDPOINT_URL_SCHEDULER: scheduler.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_CLOUDTRAIL: cloudTrail.url,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
  });
  const client = new SNSClient({});
  const createTopic = async (Name: string) => (await client.send(new CreateTopicCommand({ Name }))).TopicArn ?? '';
  const topics = { alerts: await createTopic('Portwatch-Alerts'), health: await createTopic('Portwatch-Health') };
  const folder = mkdtempSync(join(tmpdir(), 'portwatch-doctor-'));
  const configuration = join(folder, 'portwatch.json');
  writeFileSync(configuration, '{}');
  const facts = { alarms: {}, metrics: {}, deadLetters: 0, rule: null, buses: [] } as Facts;
  answerFrom(facts, { cloudWatch, sqs, eventBridge });
  const resources: EmulatedResource[] = [];
  const monitor: HealthyMonitor = {
    ...{ deployed, scheduler, lambda, sns, cloudTrail, facts, topics, resources },
    services: {
      scheduler,
      lambda,
      sns,
      cloudtrail: cloudTrail,
      cloudwatch: cloudWatch,
      sqs,
      events: eventBridge,
      dynamodb: deployed.dynamodb,
      cloudformation: deployed.cloudFormation,
    },
    deploy: (status, outputs) =>
      deployed.cloudFormation.setStack(
        'Portwatch',
        {
          [stackOutputs.snapshotTableName]: tableName,
          [stackOutputs.scanFunctionName]: names.scan,
          [stackOutputs.alertTopicArn]: topics.alerts,
          [stackOutputs.healthTopicArn]: topics.health,
          [stackOutputs.version]: readSourceVersion(),
          ...outputs,
        },
        resources,
        status,
      ),
    async heal() {
      for (const service of Object.values(monitor.services)) service.clearFaults();
      scheduler.setSchedule(names.schedule, {
        State: 'ENABLED',
        ScheduleExpression: 'rate(5 minutes)',
        Target: { Arn: `arn:aws:lambda:${region}:${account}:function:${names.scan}` },
      });
      for (const name of [names.scan, names.events])
        lambda.setConfiguration(name, {
          configuration: { State: 'Active', LastUpdateStatus: 'Successful' },
          reservedConcurrency: null,
        });
      const selectors = { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] };
      cloudTrail.setTrails([{ arn: names.trail, homeRegion: region, isMultiRegion: true, isLogging: true, selectors }]);
      deployed.dynamodb.setProtection({ hasDeletionProtection: true, hasRecovery: true, timeToLive: 'expiresAt' });
      const healthyAlarm = { StateValue: 'OK', ActionsEnabled: true, AlarmActions: [topics.health] };
      Object.assign(facts, {
        alarms: { [names.errorsAlarm]: { ...healthyAlarm }, [names.deadLettersAlarm]: { ...healthyAlarm } },
        metrics: {},
        deadLetters: 0,
        rule: { State: 'ENABLED' },
        buses: ['default'],
      });
      const subscriptions = sns.subscriptions().map(({ arn }) => ({
        type: 'AWS::SNS::Subscription',
        logicalId: `Subscription${arn.slice(-12)}`,
        physicalId: arn,
      }));
      resources.splice(0, resources.length, ...ownResources(topics), ...subscriptions);
      monitor.deploy();
      await monitor.putSettings(effectiveSettings(defaultSettings()) as unknown as Record<string, unknown>);
    },
    async putState(resource, state) {
      const commit = commitOf(entryOf(resource, state.version ?? 1, minutesAgo(120), {}), {
        baselinedAt: resource.instanceName === null ? minutesAgo(60 * 24) : null,
        failure: null,
      });
      const latest = { ...commit, recorded: commit.version, alerted: commit.version, pending: null, ...state };
      // The mark `alerted` is stored as `told`.
      const marks = { recorded: latest.recorded, told: latest.alerted };
      await deployed.put({ ...stateKey(resource), ...toStateAttributes(latest), ...marks });
    },
    async putScan(minutes, complete = true, { regionsFailed = {}, notRead = [] } = {}) {
      const scan = { startedAt: minutesAgo(minutes), complete, regionsListed: [region, 'us-east-1'], notRead };
      const counts = { instancesListed: 1, instancesRead: 1, changes: 0, alerts: 0 };
      const record = { ...scan, ...counts, account, endedAt: scan.startedAt, regionsFailed };
      await deployed.store.putScan(record as never, null);
      await deployed.store.takeLease({ account, holder: 'test', now: 0, until: 1 });
      const lease = { account, holder: 'test', lastScan: scan, allIsWellAt: null, settingsHash: null };
      await deployed.store.releaseLease(lease);
    },
    putSettings: async (settings) =>
      void (await deployed.put({ ...settingsKey(account, minutesAgo(90)), schema: 1, hash: 'a', settings })),
    doctor: (...args) => deployed.run('doctor', '-c', `config=${configuration}`, ...args),
    async subscribe(TopicArn, Endpoint, Protocol = 'email') {
      await client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
    },
    createTopics: (...topicNames) => Promise.all(topicNames.map(createTopic)),
    async close() {
      client.destroy();
      rmSync(folder, { recursive: true });
      await deployed.close();
      const own = [scheduler, lambda, sns, cloudTrail, cloudWatch, sqs, eventBridge];
      await Promise.all(own.map((service) => service.close()));
    },
  };
  for (const topic of Object.values(topics)) await monitor.subscribe(topic, 'you@example.com');
  sns.confirmSubscriptions();
  await monitor.heal();
  await monitor.putState({ account, region, instanceName: null }, {});
  await monitor.putScan(lastScan);
  return monitor;
}

function ownResources({ alerts, health }: HealthyMonitor['topics']): EmulatedResource[] {
  const parts: [type: string, physicalId: string][] = [
    ['AWS::Scheduler::Schedule', names.schedule],
    ['AWS::Lambda::Function', names.scan],
    ['AWS::Lambda::Function', names.events],
    ['AWS::SNS::Topic', alerts],
    ['AWS::SNS::Topic', health],
    ['AWS::SQS::Queue', queueUrl],
    ['AWS::SQS::Queue', eventsQueueUrl],
    ['AWS::CloudWatch::Alarm', names.errorsAlarm],
    ['AWS::CloudWatch::Alarm', names.deadLettersAlarm],
    ['AWS::Events::Rule', names.rule],
  ];
  return parts.map(([type, physicalId], index) => ({ type, logicalId: `Part${index}`, physicalId }));
}

interface Answering {
  cloudWatch: JsonServiceEmulator;
  sqs: JsonServiceEmulator;
  eventBridge: JsonServiceEmulator;
}

function answerFrom(facts: Facts, { cloudWatch, sqs, eventBridge }: Answering): void {
  cloudWatch.setOperation('DescribeAlarms', ({ AlarmNames, NextToken }) => {
    const alarms = (AlarmNames as string[]).flatMap((name) =>
      facts.alarms[name] ? [{ AlarmName: name, ...facts.alarms[name] }] : [],
    );
    return pageOf('MetricAlarms', alarms, NextToken, 1);
  });
  cloudWatch.setOperation('GetMetricData', ({ MetricDataQueries, NextToken }) => {
    const results = (MetricDataQueries as MetricDataQuery[]).map(({ Id, MetricStat: { Metric } }) => {
      const value = facts.metrics[`${Metric.MetricName} ${Metric.Dimensions[0]?.Value}`];
      return { Id, StatusCode: 'Complete', Timestamps: [], Values: value === undefined ? [] : [value - 1, 1] };
    });
    return pageOf('MetricDataResults', results, NextToken, 3);
  });
  sqs.setOperation('GetQueueAttributes', ({ QueueUrl }) =>
    QueueUrl === queueUrl
      ? { Attributes: { ApproximateNumberOfMessages: String(facts.deadLetters) } }
      : { Attributes: { ApproximateNumberOfMessages: '3', RedrivePolicy: '{}' } },
  );
  eventBridge.setOperation('DescribeRule', ({ Name, EventBusName = 'default' }) => {
    // The pattern of the API reference (DescribeRule).
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(String(Name))) throw new Refusal({ name: 'ValidationException' });
    if (facts.rule === null || !facts.buses.includes(String(EventBusName)))
      throw new Refusal({ name: 'ResourceNotFoundException' });
    return { Name, ...facts.rule };
  });
}

/** Short pages, so that an answer is incomplete if further pages are not read. */
function pageOf(name: string, all: readonly object[], token: unknown, size: number): Record<string, unknown> {
  const start = Number(token ?? 0);
  return { [name]: all.slice(start, start + size), ...(start + size < all.length && { NextToken: `${start + size}` }) };
}

interface MetricDataQuery {
  Id: string;
  MetricStat: { Metric: { MetricName: string; Dimensions: { Value: string }[] } };
}
