import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { environmentKeys } from '../../lambda/contract/names.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';

const region = 'eu-west-1';
const account = '123456789012';
const scheduled = {
  version: '0',
  id: 'x',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account,
  detail: '{}',
};

/** What the middy handler reads of Lambda's context. */
const contextOf = (remainingMs: number) =>
  ({
    functionName: 'Scan',
    awsRequestId: 'request-1',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Scan',
    getRemainingTimeInMillis: () => remainingMs,
  }) as Context;

describe('the scan function over HTTP', () => {
  let lightsail: LightsailEmulator;
  let sns: SnsEmulator;
  let dynamodb: DynamoDbEmulator;
  let table: DynamoDBClient;
  const environment = process.env;
  const written: string[] = [];

  beforeAll(async () => {
    [lightsail, sns, dynamodb] = await Promise.all([
      startLightsailEmulator({ regions: [region, 'us-east-1'], notEnabledRegions: [], account }),
      startSnsEmulator({ account }),
      startDynamoDbEmulator(),
    ]);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const topics = new SNSClient({ region, endpoint: sns.url, credentials });
    const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: 'alerts' }));
    await topics.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${region}:${account}:alerts` }),
    );
    topics.destroy();
    table = new DynamoDBClient({ region, endpoint: dynamodb.url, credentials });
    await createSnapshotTable(table, 'Snapshots');
    process.env = {
      ...environment,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
      AWS_ENDPOINT_URL_SNS: sns.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      // Writes through the console, where the test can read along; the metrics too.
      POWERTOOLS_DEV: 'true',
      POWERTOOLS_METRICS_DISABLED: 'false',
      [environmentKeys.account]: account,
      [environmentKeys.table]: 'Snapshots',
      [environmentKeys.alertTopicArn]: TopicArn,
      [environmentKeys.settings]: JSON.stringify({
        name: 'prod',
        regions: null,
        alertFrom: 'low',
        expected: [],
        tellGapAfterScans: 2,
        keepHistoryDays: null,
      }),
    };
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => void written.push(String(line)));
    }
  });

  afterEach(() => {
    lightsail.clearFaults();
    written.length = 0;
  });

  afterAll(async () => {
    process.env = environment;
    jest.restoreAllMocks();
    table.destroy();
    await Promise.all([lightsail.close(), sns.close(), dynamodb.close()]);
  });

  async function invoke(event: unknown, remainingMs = 60_000) {
    const { handler } = await import('../../lambda/handlers/scan.ts');
    return handler(event, contextOf(remainingMs));
  }

  const digests = (): Digest[] => sns.outbox().map(({ body }) => JSON.parse(body));

  test('scans, compares with the last scan, and alerts: the main job', async () => {
    for (let index = 1; index <= 7; index += 1)
      lightsail.addInstance({ region, name: `web-${index}`, portStates: [httpFromAnywhere, sshFromOffice] });
    expect(await invoke(scheduled)).toEqual({
      skipped: false,
      complete: true,
      instancesListed: 7,
      instancesRead: 7,
      alerts: 2,
    });
    lightsail.setPortStates({ region, name: 'web-3', portStates: [httpFromAnywhere, sshFromAnywhere] });
    expect(await invoke({})).toEqual({
      skipped: false,
      complete: true,
      instancesListed: 7,
      instancesRead: 7,
      alerts: 1,
    });
    const digest = digests().at(-1);
    expect(digest).toMatchObject({
      schema: 'portwatch.digest/1',
      account,
      name: 'prod',
      part: { index: 1, count: 1 },
      coverage: { instancesListed: 7, instancesRead: 7, regionsListed: 2, regionsSkipped: [] },
      alerts: [
        {
          kind: 'firewall-changed',
          severity: 'critical',
          region,
          instance: { name: 'web-3' },
          verdict: 'widened',
          closed: [],
        },
      ],
    });
    expect(sns.outbox().at(-1)?.subject).toMatch(/^\[CRITICAL\] prod web-3: /);
    const history = await table.send(
      new QueryCommand({
        TableName: 'Snapshots',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': `INSTANCE#${account}#${region}#web-3` }),
      }),
    );
    expect((history.Items ?? []).map((item) => unmarshall(item)['kind'])).toEqual(['baseline', 'changed']);
  });

  test('reads nothing and writes nothing on an event that it does not know', async () => {
    lightsail.clearCalls();
    dynamodb.clearCalls();
    for (const event of [{ Records: [] }, { source: 'aws.s3', 'detail-type': 'Object Created' }, 'scan', null, []]) {
      await expect(invoke(event)).rejects.toThrow('The scan function got an event that it does not know: ');
    }
    expect(lightsail.calls()).toEqual([]);
    expect(dynamodb.calls()).toEqual([]);
  });

  test('three scans at once: one does the work, and each change is told once', async () => {
    lightsail.setPortStates({ region, name: 'web-1', portStates: [] });
    const before = digests().length;
    const results = await Promise.all([invoke({}), invoke({}), invoke({})]);
    expect(results.filter(({ skipped }) => skipped)).toHaveLength(2);
    expect(
      digests()
        .slice(before)
        .flatMap(({ alerts }) => alerts.map(({ kind }) => kind)),
    ).toEqual(['firewall-changed']);
  });

  test('writes its metrics as EMF: one complete scan, nothing untold, no gap', async () => {
    await invoke({});
    const emf = written.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line));
    expect(emf).toEqual([
      expect.objectContaining({ service: 'scan', CompleteScans: 1, OldestUntoldAlertAge: 0, OpenGaps: 0 }),
    ]);
    expect(emf[0]._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'Portwatch', Dimensions: [['service']] });
  });

  test('a missing table is a clear error, and nothing is told', async () => {
    dynamodb.addFault({ kind: 'error', name: 'ResourceNotFoundException', message: 'Requested resource not found' });
    await expect(invoke({})).rejects.toThrow('Requested resource not found');
    dynamodb.clearFaults();
    expect(await invoke({})).toMatchObject({ skipped: false, complete: true });
  });

  test('what is wrong in the environment is said all at once', async () => {
    const { parseScanEnvironment } = await import('../../lambda/handlers/environment.ts');
    const key = environmentKeys.settings;
    expect(() => parseScanEnvironment({ [key]: '{}' })).toThrow(
      /PORTWATCH_ACCOUNT: .*PORTWATCH_ALERT_TOPIC_ARN: .*PORTWATCH_TABLE: .*AWS_REGION: /,
    );
    const rest = {
      AWS_REGION: region,
      [environmentKeys.account]: '1',
      [environmentKeys.table]: 't',
      [environmentKeys.alertTopicArn]: 'a',
    };
    expect(() => parseScanEnvironment({ ...rest, [key]: 'no json' })).toThrow(
      'PORTWATCH_SETTINGS: expected JSON, got "no json"; deploy again',
    );
    expect(() => parseScanEnvironment({ ...rest, [key]: '{"alertFrom":"loud","tellGapAfterScans":0}' })).toThrow(
      /alertFrom: .*tellGapAfterScans: /,
    );
  });

  test('a scan that runs out of time is incomplete, and the next one is not', async () => {
    lightsail.setLatency({ ms: 400 });
    const cut = await invoke({}, 14_500);
    lightsail.setLatency({ ms: 0 });
    expect(cut).toMatchObject({ skipped: false, complete: false });
    expect(await invoke({})).toMatchObject({ complete: true, instancesRead: 7, alerts: 0 });
  });
});
