/** Builds the adapters of a scan from settings and a clock: for the handlers, the command line and the benchmarks. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { type ClientTimeouts, clientSettings, defaultTimeouts, withoutCallLog } from './adapters/client-settings.ts';
import { realTime, type ScanTime } from './adapters/clock-and-sleep.ts';
import { CloudTrailReader, lookupTimeouts } from './adapters/cloudtrail-reader.ts';
import { buildFleetStore } from './adapters/dynamodb-fleet-store.ts';
import { buildOutboxStore } from './adapters/dynamodb-outbox-store.ts';
import { DynamoDbWeekReader } from './adapters/dynamodb-week-reader.ts';
import { LightsailReader } from './adapters/lightsail-reader.ts';
import { SnsPublisher } from './adapters/sns-publisher.ts';
import type { Channel } from './contract/channels.ts';
import type { ScanSettings } from './contract/settings-schema.ts';
import type { EventInstance } from './scan/decide/decide-event-instance.ts';
import { type EventScanReport, runEventScan } from './scan/event-scan.ts';
import { runFullScan, type ScanReport } from './scan/full-scan.ts';
import type { CallReader, ScanObserver } from './scan/interfaces.ts';
import { defaultLimits, type ScanLimits } from './scan/scan-limits.ts';
import type { ScanSetup, WeeklySources } from './scan/scan-run.ts';

export interface Deployment {
  settings: ScanSettings;
  tableName: string;
  alertTopicArn: string;
  channels: readonly Channel[];
  /** The region in which the monitor runs; Lightsail's list of regions is read there. */
  homeRegion: string;
}

export interface Scan {
  /** Runs one full scan. `deadlineAt`: milliseconds since 1970. */
  run(deadlineAt: number, observe: ScanObserver): Promise<ScanReport>;
  destroy(): void;
}

export interface EventScan {
  /** Reads the instances that events name. `deadlineAt`: milliseconds since 1970. */
  run(instances: readonly EventInstance[], deadlineAt: number, observe: ScanObserver): Promise<EventScanReport>;
  destroy(): void;
}

/** The limits, timeouts and clock of a scan. Tests and the demo replace them. */
interface Pacing {
  limits: ScanLimits;
  timeouts: ClientTimeouts;
  time: ScanTime;
}

export const realPacing: Pacing = { limits: defaultLimits, timeouts: defaultTimeouts, time: realTime };

/** Builds the clients once: a warm function uses their connections again. */
export function buildScan(deployment: Deployment, pacing: Partial<Pacing> = {}): Scan {
  const paced = { ...realPacing, ...pacing };
  const calls = deployment.settings.attribution
    ? new CloudTrailReader(clientSettings(lookupTimeouts), paced.time)
    : null;
  const { buildSetup, destroy } = openAccount(deployment, paced, calls);
  return {
    run: (deadlineAt, observe) => runFullScan(buildSetup(observe), deadlineAt),
    destroy: () => {
      destroy();
      calls?.destroy();
    },
  };
}

/** Like `buildScan`, but for event scans. An event scan looks up no API calls. */
export function buildEventScan(deployment: Deployment, pacing: Partial<Pacing> = {}): EventScan {
  const { buildSetup, destroy } = openAccount(deployment, { ...realPacing, ...pacing }, null);
  return { run: (instances, deadlineAt, observe) => runEventScan(buildSetup(observe), instances, deadlineAt), destroy };
}

/** Opens the adapters of a deployment that watches one account. */
function openAccount(deployment: Deployment, pacing: Pacing, calls: CallReader | null) {
  const home = openHome(deployment, pacing);
  const { limits, timeouts, time } = pacing;
  const reader = new LightsailReader(deployment.homeRegion, clientSettings(timeouts), limits.readsPerRegion, time);
  return {
    buildSetup: (observe: ScanObserver) => home.buildSetup({ reader, calls }, deployment.settings, observe),
    destroy: () => {
      home.destroy();
      reader.destroy();
    },
  };
}

export type AccountReaders = Pick<ScanSetup, 'reader' | 'calls'>;

/** Opens the table and the topic of the deployment, which the scans of all accounts share. */
export function openHome(deployment: Deployment, { limits, timeouts, time }: Pacing) {
  const { settings: own, tableName, homeRegion: region } = deployment;
  const dynamodb = withoutCallLog(new DynamoDBClient({ ...clientSettings(timeouts), region }));
  const sns = withoutCallLog(new SNSClient({ ...clientSettings(timeouts), region }));
  const store = buildFleetStore(dynamodb, tableName);
  const publisher = new SnsPublisher(sns, deployment.alertTopicArn, deployment.channels);
  const outbox = own.accounts === null ? null : buildOutboxStore(dynamodb, tableName, own.account);
  const weekly: WeeklySources = {
    reader: new DynamoDbWeekReader(dynamodb, tableName),
    subscriptions: publisher,
    eventRegions: own.eventPath ? [...own.eventRegions, region] : [],
  };
  /** `settings`: the settings of the scanned account. */
  const buildSetup = (readers: AccountReaders, settings: ScanSettings, observe: ScanObserver): ScanSetup => ({
    settings,
    tableName,
    tableRegion: region,
    ...readers,
    store,
    publisher,
    outbox,
    weekly: settings.weeklyDigest ? weekly : null,
    observe,
    clock: time.clock,
    timeout: time.timeout,
    newId: randomUUID,
    pause: (ms) => time.sleep(ms, new AbortController().signal),
    limits,
  });
  const destroy = () => {
    for (const client of [dynamodb, sns]) client.destroy();
  };
  return { dynamodb, publisher, outbox, buildSetup, destroy };
}
