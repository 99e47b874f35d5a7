/** The scan function as it is deployed, against the stand-ins: its handler, its log, its table, and what it published. */
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { environmentKeys } from '../../lambda/contract/names.ts';
import type { ScanResult } from '../../lambda/scan/full-scan.ts';

export const region = 'eu-west-1';
export const account = '123456789012';
export const tableName = 'Snapshots';

type Item = Record<string, unknown>;

/** What the handler reads of Lambda's context. */
const context = {
  functionName: 'Scan',
  awsRequestId: 'request-1',
  memoryLimitInMB: '256',
  invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:Scan`,
  getRemainingTimeInMillis: () => 60_000,
} as Context;

export class DeployedMonitor {
  readonly emulators: Emulators;
  readonly table: DynamoDBClient;
  /** Lines that the function wrote. */
  readonly written: string[] = [];
  readonly #environment = process.env;

  private constructor(emulators: Emulators, table: DynamoDBClient) {
    this.emulators = emulators;
    this.table = table;
  }

  static async start(): Promise<DeployedMonitor> {
    const emulators = await startEmulators({ account, region, lightsail: { regions: [region, 'us-east-1'] } });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const table = new DynamoDBClient({ region, endpoint: emulators.dynamodb.url, credentials });
    await createSnapshotTable(table, tableName);
    const topics = new SNSClient({ region, endpoint: emulators.sns.url, credentials });
    const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: 'alerts' }));
    const Endpoint = `arn:aws:sqs:${region}:${account}:alerts`;
    await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    topics.destroy();
    const monitor = new DeployedMonitor(emulators, table);
    monitor.#enter(TopicArn);
    return monitor;
  }

  #enter(topicArn: string): void {
    process.env = {
      ...this.#environment,
      ...this.emulators.environment,
      // Writes through the console, where a test can read along; the metrics too.
      POWERTOOLS_DEV: 'true',
      POWERTOOLS_METRICS_DISABLED: 'false',
      [environmentKeys.account]: account,
      [environmentKeys.table]: tableName,
      [environmentKeys.alertTopicArn]: topicArn,
      [environmentKeys.settings]: JSON.stringify({
        name: 'prod',
        regions: null,
        alertFrom: 'low',
        expected: [],
        tellGapAfterScans: 2,
        keepHistoryDays: null,
        attribution: false,
      }),
    };
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => void this.written.push(String(line)));
    }
  }

  async close(): Promise<void> {
    process.env = this.#environment;
    jest.restoreAllMocks();
    this.table.destroy();
    await this.emulators.close();
  }

  /** One scan, as a new environment of the function would do it. */
  async scan(): Promise<ScanResult> {
    this.written.length = 0;
    const { handler } = await import('../../lambda/handlers/scan.ts');
    return handler({}, context);
  }

  /** Scans, and gives the digests that this scan published, each with the size of its whole message in bytes. */
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

  /** The metrics of the last scan, by name. */
  metrics(): Item {
    return JSON.parse(this.written.find((line) => line.includes('"_aws"')) ?? '{}');
  }

  /** The log of the last scan without its metrics. */
  log(): Item[] {
    return this.written.filter((line) => !line.includes('"_aws"')).map((line) => JSON.parse(line));
  }

  async put(item: Item): Promise<void> {
    await this.table.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
  }

  /** Every item under a partition key, oldest first. */
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
