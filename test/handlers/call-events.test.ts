import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { environmentKeys } from '../../lambda/contract/names.ts';
import { readQueuedEvents } from '../../lambda/handlers/queued-events.ts';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { type CallEventOptions, callEvent } from './call-event.ts';

const region = 'eu-west-1';
const account = '123456789012';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const contextOf = (remainingMs: number) =>
  ({
    functionName: 'Events',
    awsRequestId: 'request-1',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Events',
    getRemainingTimeInMillis: () => remainingMs,
  }) as Context;

const about = (instanceName: string, more: Partial<CallEventOptions> = {}) =>
  callEvent({ account, region, instanceName, ...more });

const messageOf = (body: unknown, index: number) => ({
  messageId: `m-${index + 1}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const batchOf = (...events: unknown[]) => ({ Records: events.map(messageOf) });

describe('the function for events over HTTP', () => {
  let lightsail: LightsailEmulator;
  let sns: SnsEmulator;
  let dynamodb: DynamoDbEmulator;
  let table: DynamoDBClient;
  const environment = process.env;
  const written: string[] = [];

  beforeAll(async () => {
    [lightsail, sns, dynamodb] = await Promise.all([
      startLightsailEmulator({ regions: [region], notEnabledRegions: [], account }),
      startSnsEmulator({ account }),
      startDynamoDbEmulator(),
    ]);
    const topics = new SNSClient({ region, endpoint: sns.url, credentials });
    const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: 'alerts' }));
    const queue = `arn:aws:sqs:${region}:${account}:alerts`;
    await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue }));
    topics.destroy();
    table = new DynamoDBClient({ region, endpoint: dynamodb.url, credentials });
    await createSnapshotTable(table, 'Snapshots');
    const settings = { name: 'prod', regions: null, alertFrom: 'low', expected: [], keepHistoryDays: null };
    process.env = {
      ...environment,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
      AWS_ENDPOINT_URL_SNS: sns.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      POWERTOOLS_DEV: 'true',
      [environmentKeys.account]: account,
      [environmentKeys.table]: 'Snapshots',
      [environmentKeys.alertTopicArn]: TopicArn,
      [environmentKeys.settings]: JSON.stringify({ ...settings, tellGapAfterScans: 2 }),
    };
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => void written.push(String(line)));
    }
    for (const name of ['web-1', 'web-2']) lightsail.addInstance({ region, name, portStates: [sshFromOffice] });
    const { handler } = await import('../../lambda/handlers/scan.ts');
    await handler({}, contextOf(60_000));
  });

  beforeEach(async () => {
    // As if ten seconds had passed since the last run.
    await setLease('REMOVE lastEventRun', {});
    lightsail.clearCalls();
    sns.clearOutbox();
    written.length = 0;
  });

  afterEach(() => dynamodb.clearFaults());

  afterAll(async () => {
    process.env = environment;
    jest.restoreAllMocks();
    table.destroy();
    await Promise.all([lightsail.close(), sns.close(), dynamodb.close()]);
  });

  const setLease = (expression: string, values: Record<string, string>) =>
    table.send(
      new UpdateItemCommand({
        TableName: 'Snapshots',
        Key: marshall({ pk: `FLEET#${account}`, sk: '!scan' }),
        UpdateExpression: expression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
      }),
    );

  async function invoke(batch: unknown, remainingMs = 60_000): Promise<SQSBatchResponse> {
    const { handler } = await import('../../lambda/handlers/call-events.ts');
    return handler(batch, contextOf(remainingMs));
  }

  const alerts = () => sns.outbox().flatMap(({ body }) => (JSON.parse(body) as Digest).alerts);
  const calls = () => lightsail.calls().map(({ operation }) => operation);
  const summary = () => JSON.parse(written.find((line) => line.includes('events looked at')) ?? '{}');

  test('P3: an event leads to an alert that names who did it', async () => {
    lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
    const event = about('web-1', { portInfos: [sshFromAnywhere] });
    expect(await invoke(batchOf(event))).toEqual({ batchItemFailures: [] });
    expect(calls()).toEqual(['GetInstances', 'GetInstancePortStates']);
    expect(alerts()).toMatchObject([
      {
        kind: 'firewall-changed',
        severity: 'critical',
        instance: { name: 'web-1' },
        changedBy: {
          fit: 'explained',
          calls: [{ by: expect.stringContaining('alice'), sourceIpAddress: '198.51.100.7' }],
        },
      },
    ]);
  });

  test('the same event ten times over, and other calls for the instance, are one look', async () => {
    const event = about('web-1');
    const result = await invoke(batchOf(...Array.from({ length: 10 }, () => event), about('web-1'), about('web-2')));
    expect(result).toEqual({ batchItemFailures: [] });
    expect(calls().sort()).toEqual(['GetInstancePortStates', 'GetInstancePortStates', 'GetInstances']);
    expect(summary()).toMatchObject({ messages: 12, calls: 3, back: 0, instancesRead: 2 });
  });

  test('what is none of ours is counted by its reason, and nothing is asked or written for it', async () => {
    dynamodb.clearCalls();
    const future = Date.now() + 86_400_000;
    const odd = [
      'not json',
      '',
      'null',
      '[]',
      { Records: [] },
      about('web-1', { event: { source: 'my.own.app' } }),
      about('web-1', { event: { 'detail-type': 'Object Created' } }),
      about('web-1', { event: { account: '999999999999' } }),
      about('web-1', { event: { detail: null } }),
      about('web-1', { detail: { errorCode: 'AccessDenied' } }),
      about('web-1', { detail: { eventSource: 'ec2.amazonaws.com' } }),
      about('web-1', { detail: { requestParameters: null } }),
      about('web-1', { eventName: 'RebootInstance' }),
      about('web-1', { at: future }),
    ];
    expect(await invoke(batchOf(...odd))).toEqual({ batchItemFailures: [] });
    expect(calls()).toEqual([]);
    expect(dynamodb.calls()).toEqual([]);
    const { ignored } = summary();
    expect(Object.values<number>(ignored).reduce((sum, count) => sum + count, 0)).toBe(odd.length);
    expect(ignored).toMatchObject({ 'failed-call': 1, 'other-account': 1, 'from-the-future': 1, 'no-instance': 1 });
  });

  test('what could not be read goes back, by the messages that named it', async () => {
    lightsail.addFault({ kind: 'error', operation: 'GetInstancePortStates', name: 'ServiceException', message: 'x' });
    const result = await invoke(batchOf(about('web-2'), about('nobody'), about('web-2'), 'not json'), 58_000);
    lightsail.clearFaults();
    expect(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-1', 'm-3']);
  });

  test('while a scan has the lease, everything goes back, and that is no error', async () => {
    const leaseUntil = new Date(Date.now() + 900_000).toISOString();
    await setLease('SET holder = :scan, leaseUntil = :until, leaseFor = :scan', {
      ':scan': 'scan',
      ':until': leaseUntil,
    });
    const result = await invoke(batchOf(about('web-1'), about('web-2')), 16_000);
    await setLease('REMOVE holder, leaseUntil', {});
    expect(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-1', 'm-2']);
    expect(calls()).toEqual([]);
    expect(summary()).toMatchObject({ isBusy: true, back: 2 });
  });

  test('P5: a table that fails is an error, which sends the batch back and rings the alarm', async () => {
    dynamodb.addFault({ kind: 'error', name: 'ResourceNotFoundException', message: 'Requested resource not found' });
    await expect(invoke(batchOf(about('web-1')))).rejects.toThrow('Requested resource not found');
  });

  test.each([[{}], [null], [{ Records: [{ body: 'x' }] }], ['batch']])(
    'refuses what is no batch: %j',
    async (batch) => {
      await expect(invoke(batch)).rejects.toThrow('got no batch of an SQS queue');
    },
  );
});

test('ten thousand events about three instances are three targets, each call once', () => {
  const events = Array.from({ length: 10_000 }, (_, index) =>
    about(`web-${index % 3}`, { eventId: `id-${index % 5_000}`, at: Date.now() - index }),
  );
  const { targets, messageIds, calls, ignored } = readQueuedEvents(events.map(messageOf), { account, now: Date.now() });
  expect(targets.map(({ instanceName }) => instanceName).sort()).toEqual(['web-0', 'web-1', 'web-2']);
  expect(calls).toBe(5_000);
  expect(ignored).toEqual({});
  const ids = [...messageIds.values()].flatMap((of) => [...of]);
  expect(new Set(ids).size).toBe(10_000);
});
