/** Builds the adapters of a scan from settings and a clock: for the handlers, the command line and the benchmarks. */
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
import type { EventInstance } from './scan/decide/decide-event-instance.ts';
import { type EventScanReport, runEventScan } from './scan/event-scan.ts';
import { runFullScan, type ScanReport } from './scan/full-scan.ts';
import type { CallReader, ScanObserver } from './scan/interfaces.ts';
import { defaultLimits, type ScanLimits, type ScanSetup, type WeeklySources } from './scan/scan-run.ts';

export interface Deployment {
  settings: ScanSettings;
  tableName: string;
  alertTopicArn: string;
  /** The region in which the monitor runs; Lightsail's list of regions is read there. */
  homeRegion: string;
}

export interface Scan {
  /** One full scan; `deadlineAt`: ms since the epoch. */
  run(deadlineAt: number, observe: ScanObserver): Promise<ScanReport>;
  /** Closes the connections. */
  destroy(): void;
}

export interface EventScan {
  /** Reads the instances that events name; `deadlineAt`: ms since the epoch. */
  run(instances: readonly EventInstance[], deadlineAt: number, observe: ScanObserver): Promise<EventScanReport>;
  /** Closes the connections. */
  destroy(): void;
}

/** Builds the clients once: a warm function uses their connections again. */
export function buildScan(
  deployment: Deployment,
  limits: ScanLimits = defaultLimits,
  clock: () => number = Date.now,
  timeouts: ClientTimeouts = defaultTimeouts,
  pace: Pace = { ...realPace, clock },
): Scan {
  const { settings } = deployment;
  const calls = settings.attribution ? new CloudTrailReader(clientSettings(lookupTimeouts), pace) : null;
  const { buildSetup, destroy } = buildClients(deployment, limits, clock, timeouts, calls);
  return {
    run: (deadlineAt, observe) => runFullScan(buildSetup(observe), deadlineAt),
    destroy: () => {
      destroy();
      calls?.destroy();
    },
  };
}

/** The same for an event scan, which looks up no calls. */
export function buildEventScan(
  deployment: Deployment,
  limits: ScanLimits = defaultLimits,
  clock: () => number = Date.now,
  timeouts: ClientTimeouts = defaultTimeouts,
  pause: ScanSetup['pause'] = realPause,
): EventScan {
  const { buildSetup, destroy } = buildClients(deployment, limits, clock, timeouts, null, pause);
  return { run: (instances, deadlineAt, observe) => runEventScan(buildSetup(observe), instances, deadlineAt), destroy };
}

const realPause = async (ms: number): Promise<void> => void (await sleep(ms));

function buildClients(
  deployment: Deployment,
  limits: ScanLimits,
  clock: () => number,
  timeouts: ClientTimeouts,
  calls: CallReader | null,
  pause = realPause,
) {
  const { settings, tableName, homeRegion: region } = deployment;
  const dynamodb = withoutCallLog(new DynamoDBClient({ ...clientSettings(timeouts), region }));
  const sns = withoutCallLog(new SNSClient({ ...clientSettings(timeouts), region }));
  const reader = new LightsailReader(region, clientSettings(timeouts));
  const store = buildFleetStore(dynamodb, tableName);
  const publisher = new SnsPublisher(sns, deployment.alertTopicArn);
  const weekly: WeeklySources = {
    reader: new DynamoDbWeekReader(dynamodb, tableName),
    subscriptions: publisher,
    eventRegions: settings.eventPath ? [...settings.eventRegions, region] : [],
  };
  const buildSetup = (observe: ScanObserver): ScanSetup => ({
    settings,
    tableName,
    tableRegion: region,
    reader,
    store,
    publisher,
    calls,
    weekly: settings.weeklyDigest ? weekly : null,
    observe,
    clock,
    timeout: AbortSignal.timeout,
    newId: randomUUID,
    pause,
    limits,
  });
  const destroy = () => {
    for (const client of [reader, dynamodb, sns]) client.destroy();
  };
  return { buildSetup, destroy };
}
