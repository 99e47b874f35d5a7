/**
 * A whole account on the stand-ins, and the scan that watches it: the deployed code with its real SDK clients, over HTTP. Only the clock is
 * not real: each scan begins five minutes after the last one, so that no test waits for an interval or for a lease to expire.
 */
import { devNull } from 'node:os';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type Emulators, type EmulatorsOptions, startEmulators } from '../../emulators/start.ts';
import { type ClientTimeouts, withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { buildScan, type Deployment, type Scan } from '../../lambda/build-scan.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { defaultSettings, type ScanSettings } from '../../lambda/contract/settings-schema.ts';
import type { ScanReport } from '../../lambda/scan/full-scan.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';
import type { ScanLimits } from '../../lambda/scan/scan-limits.ts';
import { batchWrite } from '../support/batch-write.ts';
import { createAlertTopic } from '../support/create-alert-topic.ts';
import { SkippingTime } from '../support/skipping-time.ts';

export const account = '123456789012';
export const homeRegion = 'eu-west-1';

/** The default settings of these scans: no waiting, and no retries by the SDK. */
export interface ScanManner {
  /** The time limit of the scan. */
  scanMs: number;
  limits: ScanLimits;
  timeouts: ClientTimeouts;
}

const calmly: ScanManner = {
  scanMs: 60_000,
  limits: { readsPerRegion: 5, regionsAtOnce: 8, reserveMs: 2_000 },
  timeouts: { connectionTimeoutMs: 5_000, requestTimeoutMs: 10_000, maxAttempts: 1 },
};

export type Item = Record<string, unknown>;

const keyOf = ({ pk, sk }: Item) => `${pk} ${sk}`;

export class WatchedAccount {
  readonly emulators: Emulators;
  /** The events of the last scan. */
  events: ScanEvent[] = [];
  /** The time of the scans. It moves on by five minutes at each scan. */
  readonly time = new SkippingTime();
  deployment: Deployment;
  readonly #outerEnvironment = process.env;
  readonly #clients: { table: DynamoDBClient; topics: SNSClient };
  #renewals = 0;
  /** True until a scan writes to the table of the last renewal. */
  #isUnused = false;
  /** The scan of the undisturbed manner. It keeps its clients as long as the deployment stays, as a warm function does. */
  #warm: { deployment: Deployment; scan: Scan } | undefined;

  /** Sets the environment variables with which the SDK finds the stand-ins; `close` restores them. */
  static async start(options: EmulatorsOptions, settings: Partial<ScanSettings> = {}): Promise<WatchedAccount> {
    const watched = new WatchedAccount(await startEmulators({ account, ...options }), settings);
    await watched.renew();
    return watched;
  }

  private constructor(emulators: Emulators, settings: Partial<ScanSettings>) {
    this.emulators = emulators;
    const nobodysProfile = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
    process.env = { ...process.env, ...emulators.environment, ...nobodysProfile };
    this.#clients = { table: withoutCallLog(new DynamoDBClient({})), topics: new SNSClient({}) };
    const base = { ...defaultSettings(), account, name: 'prod', attribution: false, weeklyDigest: false };
    this.deployment = {
      settings: { ...base, ...settings },
      tableName: '',
      alertTopicArn: '',
      channels: [],
      homeRegion,
    };
  }

  /** A new table, a new topic with a confirmed subscriber, no instances, no faults: a clean start. */
  async renew(): Promise<void> {
    this.#clearStandIns();
    if (this.#isUnused) return;
    this.#isUnused = true;
    this.#renewals += 1;
    const tableName = `Snapshots-${this.#renewals}`;
    await createSnapshotTable(this.#clients.table, tableName);
    const queueArn = `arn:aws:sqs:${homeRegion}:${account}:alerts`;
    const alertTopicArn = await createAlertTopic(this.#clients.topics, queueArn, `alerts-${this.#renewals}`);
    this.deployment = { ...this.deployment, tableName, alertTopicArn };
  }

  /** A clean start that costs less than `renew`: the same table with these items, and the same topic with its subscriber. */
  async restore(items: readonly Item[]): Promise<void> {
    this.#clearStandIns();
    const isKept = new Set(items.map(keyOf));
    const deleted = (await this.items()).filter((item) => !isKept.has(keyOf(item)));
    const writes = [
      ...deleted.map(({ pk, sk }) => ({ DeleteRequest: { Key: marshall({ pk, sk }) } })),
      ...items.map((item) => ({ PutRequest: { Item: marshall(item) } })),
    ];
    await batchWrite(this.#clients.table, this.deployment.tableName, writes);
  }

  /** No instances, no faults, and no calls or publications in the logs of the stand-ins. */
  #clearStandIns(): void {
    const { lightsail, sns, dynamodb } = this.emulators;
    for (const standIn of [lightsail, sns, dynamodb]) {
      standIn.clearFaults();
      standIn.clearCalls();
    }
    for (const { region, name } of lightsail.instances()) lightsail.removeInstance({ region, name });
    sns.clearOutbox();
  }

  /** Scans five minutes after the last scan. Throws if nothing could be done. `manner`: with new clients, and so without what others learned. */
  async scan(manner?: Partial<ScanManner>): Promise<ScanReport> {
    this.#isUnused = false;
    this.time.skip(300_000);
    const { scanMs, ...pacing } = { ...calmly, ...manner };
    const scan = manner === undefined ? this.#warmScan() : buildScan(this.deployment, { ...pacing, time: this.time });
    this.events = [];
    try {
      return await scan.run(this.time.clock() + scanMs, (event) => this.events.push(event));
    } finally {
      if (manner !== undefined) scan.destroy();
    }
  }

  #warmScan(): Scan {
    if (this.#warm?.deployment !== this.deployment) {
      this.#warm?.scan.destroy();
      const { limits, timeouts } = calmly;
      const scan = buildScan(this.deployment, { limits, timeouts, time: this.time });
      this.#warm = { deployment: this.deployment, scan };
    }
    return this.#warm.scan;
  }

  /** Every alert that SNS accepted, with repetitions, oldest first. */
  alerts(): Alert[] {
    const bodies = this.emulators.sns.publications().map(({ byProtocol }) => byProtocol?.['default'] ?? '{}');
    return bodies.flatMap((body) => {
      const { alerts }: Digest = JSON.parse(body);
      return alerts;
    });
  }

  /** The whole table, in the order of its keys. */
  async items(): Promise<Item[]> {
    const { Items = [] } = await this.#clients.table.send(
      new ScanCommand({ TableName: this.deployment.tableName, ConsistentRead: true }),
    );
    const items: Item[] = Items.map((item) => unmarshall(item));
    return items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  async close(): Promise<void> {
    process.env = this.#outerEnvironment;
    this.#warm?.scan.destroy();
    this.#clients.table.destroy();
    this.#clients.topics.destroy();
    await this.emulators.close();
  }
}
