/** A deployed monitor on the emulators: the handlers of its functions, their log, the table, and the messages on the topic. */
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { jest } from '@jest/globals';
import type { SQSBatchResponse } from 'aws-lambda';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import type { ScanResult } from '../../lambda/scan/full-scan.ts';
import { createAlertTopic } from './create-alert-topic.ts';
import { importFresh } from './import-fresh.ts';
import { lambdaContext } from './lambda-context.ts';

export const region = 'eu-west-1';
export const account = '123456789012';
export const tableName = 'Snapshots';

type Item = Record<string, unknown>;

/** With these settings, API calls are not looked up. A test can start the monitor with other settings. */
const settings = {
  name: 'prod',
  regions: null,
  alertFrom: 'low',
  expected: [],
  tellGapAfterScans: 2,
  keepHistoryDays: null,
  attribution: false,
};

export class DeployedMonitor {
  readonly emulators: Emulators;
  readonly table: DynamoDBClient;
  /** Each line that the functions write to their log, including metrics. */
  readonly written: { at: number; line: string }[] = [];
  readonly #environment = process.env;
  #scan: Promise<typeof import('../../lambda/handlers/scan.ts')> | undefined;
  #callEvents: Promise<typeof import('../../lambda/handlers/call-events.ts')> | undefined;

  private constructor(emulators: Emulators, table: DynamoDBClient) {
    this.emulators = emulators;
    this.table = table;
  }

  /** `settingsText`: the JSON text of the settings in the function's environment. `regions`: all regions of Lightsail. */
  static async start(settingsText = JSON.stringify(settings), regions = [region]): Promise<DeployedMonitor> {
    const lightsail = { regions, notEnabledRegions: [] };
    const emulators = await startEmulators({ account, region, lightsail });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const table = withoutCallLog(new DynamoDBClient({ region, endpoint: emulators.dynamodb.url, credentials }));
    await createSnapshotTable(table, tableName);
    const topics = new SNSClient({ region, endpoint: emulators.sns.url, credentials });
    const topicArn = await createAlertTopic(topics, `arn:aws:sqs:${region}:${account}:alerts`);
    topics.destroy();
    const monitor = new DeployedMonitor(emulators, table);
    monitor.#enter(topicArn, settingsText);
    return monitor;
  }

  #enter(topicArn: string, settingsText: string): void {
    process.env = {
      ...this.#environment,
      ...this.emulators.environment,
      // Powertools writes the log and the metrics to the console, which the test reads.
      POWERTOOLS_DEV: 'true',
      POWERTOOLS_METRICS_DISABLED: 'false',
      [environmentKeys.account]: account,
      [environmentKeys.table]: tableName,
      [environmentKeys.alertTopicArn]: topicArn,
      [environmentKeys.settings]: settingsText,
    };
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => {
        this.written.push({ at: Date.now(), line: String(line) });
      });
    }
  }

  async close(): Promise<void> {
    process.env = this.#environment;
    jest.restoreAllMocks();
    this.table.destroy();
    await this.emulators.close();
  }

  /** Invokes the scan function once. The log then holds only the lines of this invocation. */
  async scan(event: unknown = {}, remainingMs = 60_000): Promise<ScanResult> {
    const result = await this.invoke(event, remainingMs);
    if (!('complete' in result)) throw new Error(`expected the result of a scan, got ${JSON.stringify(result)}`);
    return result;
  }

  /** As `scan`, for any event that the scan function knows. */
  async invoke(event: unknown, remainingMs = 60_000) {
    this.written.length = 0;
    this.#scan ??= importFresh('lambda/handlers/scan.ts');
    const { handler } = await this.#scan;
    return handler(event, lambdaContext('Scan', remainingMs));
  }

  /** Invokes the function for events once, with a batch of its queue. */
  async handleEvents(batch: unknown, remainingMs = 60_000): Promise<SQSBatchResponse> {
    this.written.length = 0;
    this.#callEvents ??= importFresh('lambda/handlers/call-events.ts');
    const { handler } = await this.#callEvents;
    return handler(batch, lambdaContext('Events', remainingMs));
  }

  /** Scans once. Returns the digests that this scan published, each with the size of its message in bytes. */
  async digestsOfScan(): Promise<{ digest: Digest; bytes: number; email: string }[]> {
    const before = this.emulators.sns.publications().length;
    await this.scan();
    return this.emulators.sns
      .publications()
      .slice(before)
      .map(({ byProtocol, subject }) => {
        const bodies = byProtocol ?? {};
        const bytes = Buffer.byteLength(JSON.stringify(bodies)) + Buffer.byteLength(subject ?? '');
        return { digest: JSON.parse(bodies['default'] ?? 'null'), bytes, email: bodies['email'] ?? '' };
      });
  }

  /** The lines of metrics of the last invocation. */
  metricLines(): { at: number; line: string }[] {
    return this.written.filter(({ line }) => line.includes('"_aws"'));
  }

  /** The metrics of the last invocation, by name. */
  metrics(): Item {
    return JSON.parse(this.metricLines()[0]?.line ?? '{}');
  }

  /** The log of the last invocation without its metrics. */
  log(): Item[] {
    return this.written.filter(({ line }) => !line.includes('"_aws"')).map(({ line }) => JSON.parse(line));
  }

  async put(item: Item): Promise<void> {
    await this.table.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
  }

  /** The items of one partition, oldest first. */
  async items(pk: string): Promise<Item[]> {
    const { Items = [] } = await this.table.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': pk }),
      }),
    );
    return Items.map((item) => unmarshall(item));
  }
}
