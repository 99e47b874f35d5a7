/** The one place that makes adapters, from settings and a clock: called by the handlers, the command line and the benchmarks. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { type ClientTimeouts, clientSettings, defaultTimeouts, withoutCallLog } from './adapters/client-settings.ts';
import { DynamoDbFleetStore } from './adapters/dynamodb-fleet-store.ts';
import { DynamoDbWeekReader } from './adapters/dynamodb-week-reader.ts';
import { LightsailReader } from './adapters/lightsail-reader.ts';
import { SnsPublisher } from './adapters/sns-publisher.ts';
import type { ScanObserver } from './scan/roles.ts';
import { defaultLimits, type ScanLimits, type ScanReport, scanFleet } from './scan/scan-fleet.ts';
import type { ScanSettings } from './scan/settings.ts';

export interface Deployment {
  settings: ScanSettings;
  tableName: string;
  alertTopicArn: string;
  /** How often it scans, if a weekly digest is to be sent; `undefined`: none is. */
  weekly?: { scanEveryMinutes: number | null } | undefined;
  /** Where the product runs; where Lightsail is asked for its regions. */
  homeRegion: string;
}

export interface Scan {
  /** Scans once; `deadlineAt` in ms since the epoch. */
  run(deadlineAt: number, observe: ScanObserver): Promise<ScanReport>;
  /** Closes the connections. */
  destroy(): void;
}

/** Clients are made once and kept: a warm function uses its connections again. */
export function buildScan(
  deployment: Deployment,
  limits: ScanLimits = defaultLimits,
  clock: () => number = Date.now,
  timeouts: ClientTimeouts = defaultTimeouts,
): Scan {
  const region = deployment.homeRegion;
  const dynamodb = withoutCallLog(new DynamoDBClient({ ...clientSettings(timeouts), region }));
  const sns = new SNSClient({ ...clientSettings(timeouts), region });
  const reader = new LightsailReader(region, clientSettings(timeouts));
  const store = new DynamoDbFleetStore(dynamodb, deployment.tableName);
  const publisher = new SnsPublisher(sns, deployment.alertTopicArn);
  const { settings, tableName } = deployment;
  const weekReader = new DynamoDbWeekReader(dynamodb, tableName);
  const deps = {
    reader,
    store,
    publisher,
    settings,
    tableName,
    tableRegion: region,
    clock,
    limits,
    newId: randomUUID,
    pause: async (ms: number) => void (await sleep(ms)),
    timeout: AbortSignal.timeout,
    weekly: deployment.weekly && { ...deployment.weekly, reader: weekReader, subscriptions: publisher },
  };
  return {
    run: (deadlineAt, observe) => scanFleet({ ...deps, observe }, deadlineAt),
    destroy: () => {
      for (const client of [reader, dynamodb, sns]) client.destroy();
    },
  };
}
