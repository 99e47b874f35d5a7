/** The one place that makes adapters, from settings and a clock: called by the handlers, the command line and the benchmarks. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { type ClientTimeouts, clientSettings, defaultTimeouts, withoutCallLog } from './adapters/client-settings.ts';
import { CloudTrailReader, lookupTimeouts, type Pace, realPace } from './adapters/cloudtrail-reader.ts';
import { buildFleetStore } from './adapters/dynamodb-fleet-store.ts';
import { DynamoDbWeekReader } from './adapters/dynamodb-week-reader.ts';
import { LightsailReader } from './adapters/lightsail-reader.ts';
import { SnsPublisher } from './adapters/sns-publisher.ts';
import type { ScanSettings } from './contract/settings.ts';
import { type NamedReport, type NamedTarget, scanNamed } from './scan/event-scan.ts';
import { defaultLimits, type ScanDeps, type ScanLimits, type ScanReport, scanFleet } from './scan/full-scan.ts';
import type { ScanObserver } from './scan/interfaces.ts';

export interface Deployment {
  settings: ScanSettings;
  tableName: string;
  alertTopicArn: string;
  /** Where the product runs; where Lightsail is asked for its regions. */
  homeRegion: string;
}

export interface Scan {
  /** Scans once; `deadlineAt` in ms since the epoch. */
  run(deadlineAt: number, observe: ScanObserver): Promise<ScanReport>;
  /** Closes the connections. */
  destroy(): void;
}

export interface EventRun {
  /** Looks at what events named; `deadlineAt` in ms since the epoch. */
  look(targets: readonly NamedTarget[], deadlineAt: number, observe: ScanObserver): Promise<NamedReport>;
  /** Closes the connections. */
  destroy(): void;
}

/** Clients are made once and kept: a warm function uses its connections again. */
export function buildScan(
  deployment: Deployment,
  limits: ScanLimits = defaultLimits,
  clock: () => number = Date.now,
  timeouts: ClientTimeouts = defaultTimeouts,
  pace: Pace = { ...realPace, clock },
): Scan {
  const { deps, dynamodb, publisher, destroy } = buildDeps(deployment, limits, clock, timeouts);
  const reader = new DynamoDbWeekReader(dynamodb, deployment.tableName);
  const { settings, homeRegion } = deployment;
  const { scanEveryMinutes } = settings;
  const eventRegions = settings.eventPath ? [...settings.eventRegions, homeRegion] : [];
  const weekly = settings.weeklyDigest
    ? { scanEveryMinutes, eventRegions, reader, subscriptions: publisher }
    : undefined;
  const trail = settings.attribution ? new CloudTrailReader(clientSettings(lookupTimeouts), pace) : undefined;
  const calls = trail && { reader: trail };
  const destroyAll = () => {
    destroy();
    trail?.destroy();
  };
  return {
    run: (deadlineAt, observe) => scanFleet({ ...deps, weekly, calls, observe }, deadlineAt),
    destroy: destroyAll,
  };
}

/** The same, for the instances that events name. */
export function buildEventRun(
  deployment: Deployment,
  limits: ScanLimits = defaultLimits,
  clock: () => number = Date.now,
  timeouts: ClientTimeouts = defaultTimeouts,
  pause: ScanDeps['pause'] = async (ms) => void (await sleep(ms)),
): EventRun {
  const { deps, destroy } = buildDeps(deployment, limits, clock, timeouts);
  return {
    look: (targets, deadlineAt, observe) => scanNamed({ ...deps, pause, observe }, targets, deadlineAt),
    destroy,
  };
}

function buildDeps(deployment: Deployment, limits: ScanLimits, clock: () => number, timeouts: ClientTimeouts) {
  const region = deployment.homeRegion;
  const dynamodb = withoutCallLog(new DynamoDBClient({ ...clientSettings(timeouts), region }));
  const sns = withoutCallLog(new SNSClient({ ...clientSettings(timeouts), region }));
  const reader = new LightsailReader(region, clientSettings(timeouts));
  const publisher = new SnsPublisher(sns, deployment.alertTopicArn);
  const { settings, tableName } = deployment;
  const deps = {
    reader,
    store: buildFleetStore(dynamodb, tableName),
    publisher,
    settings,
    tableName,
    tableRegion: region,
    clock,
    limits,
    newId: randomUUID,
    pause: async (ms: number) => void (await sleep(ms)),
    timeout: AbortSignal.timeout,
  };
  const destroy = () => {
    for (const client of [reader, dynamodb, sns]) client.destroy();
  };
  return { deps, dynamodb, publisher, destroy };
}
