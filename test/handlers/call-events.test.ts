import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { type CallEventOptions, callEvent } from '../support/call-event.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { account, DeployedMonitor, region, tableName } from '../support/deployed-monitor.ts';

const about = (instanceName: string, more: Partial<CallEventOptions> = {}) =>
  callEvent({ account, region, instanceName, ...more });

const messageOf = (body: unknown, index: number) => ({
  messageId: `m-${index + 1}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const batchOf = (...events: unknown[]) => ({ Records: events.map(messageOf) });

const monitor = await closeAfterTests(DeployedMonitor.start());
const emulators = monitor.emulators;
for (const name of ['web-1', 'web-2']) emulators.lightsail.addInstance({ region, name, portStates: [sshFromOffice] });
await monitor.scan();

describe('the function for events over HTTP', () => {
  beforeEach(async () => {
    // As if ten seconds had passed since the last run.
    await setLease('REMOVE lastEventRun', {});
    emulators.lightsail.clearCalls();
    emulators.sns.clearOutbox();
  });

  afterEach(() => emulators.dynamodb.clearFaults());

  const setLease = (expression: string, values: Record<string, string>) =>
    monitor.table.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ pk: `FLEET#${account}`, sk: '!scan' }),
        UpdateExpression: expression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
      }),
    );

  const alerts = () => emulators.sns.outbox().flatMap(({ body }) => (JSON.parse(body) as Digest).alerts);
  const calls = () => emulators.lightsail.calls().map(({ operation }) => operation);
  const summary = () => JSON.parse(monitor.written.find(({ line }) => line.includes('events looked at'))?.line ?? '{}');

  test('P3: an event leads to an alert that names the actor', async () => {
    emulators.lightsail.setPortStates({ region, name: 'web-1', portStates: [sshFromAnywhere] });
    const event = about('web-1', { portInfos: [sshFromAnywhere] });
    expect(await monitor.handleEvents(batchOf(event))).toEqual({ batchItemFailures: [] });
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

  test('ten copies of an event, and other calls to the instance, lead to one read', async () => {
    const event = about('web-1');
    const result = await monitor.handleEvents(
      batchOf(...Array.from({ length: 10 }, () => event), about('web-1'), about('web-2')),
    );
    expect(result).toEqual({ batchItemFailures: [] });
    expect(calls().sort()).toEqual(['GetInstancePortStates', 'GetInstancePortStates', 'GetInstances']);
    expect(summary()).toMatchObject({ messages: 12, calls: 3, back: 0, instancesRead: 2 });
  });

  test('an event that is not relevant is counted by its reason; nothing is requested or written for it', async () => {
    emulators.dynamodb.clearCalls();
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
    expect(await monitor.handleEvents(batchOf(...odd))).toEqual({ batchItemFailures: [] });
    expect(calls()).toEqual([]);
    expect(emulators.dynamodb.calls()).toEqual([]);
    const { ignored } = summary();
    expect(Object.values<number>(ignored).reduce((sum, count) => sum + count, 0)).toBe(odd.length);
    expect(ignored).toMatchObject({ 'failed-call': 1, 'other-account': 1, 'from-the-future': 1, 'no-instance': 1 });
  });

  test('the messages that name an instance that could not be read go back to the queue', async () => {
    emulators.lightsail.addFault({
      kind: 'error',
      operation: 'GetInstancePortStates',
      name: 'ServiceException',
      message: 'x',
    });
    const result = await monitor.handleEvents(
      batchOf(about('web-2'), about('nobody'), about('web-2'), 'not json'),
      58_000,
    );
    emulators.lightsail.clearFaults();
    expect(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-1', 'm-3']);
  });

  test('while a full scan has the lease, every message goes back, without an error', async () => {
    const leaseUntil = new Date(Date.now() + 900_000).toISOString();
    await setLease('SET holder = :scan, leaseUntil = :until, leaseFor = :scan', {
      ':scan': 'scan',
      ':until': leaseUntil,
    });
    const result = await monitor.handleEvents(batchOf(about('web-1'), about('web-2')), 13_500);
    await setLease('REMOVE holder, leaseUntil', {});
    expect(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-1', 'm-2']);
    expect(calls()).toEqual([]);
    expect(summary()).toMatchObject({ isBusy: true, back: 2 });
  });

  test('P5: a table that fails is an error, which returns the batch to the queue and triggers the alarm', async () => {
    emulators.dynamodb.addFault({
      kind: 'error',
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    await expect(monitor.handleEvents(batchOf(about('web-1')))).rejects.toThrow('Requested resource not found');
    expect(monitor.log()).toMatchObject([
      {
        level: 'ERROR',
        message: 'the events could not be looked at',
        error: { message: 'Requested resource not found' },
      },
    ]);
  });

  test.each([[{}], [null], [{ Records: [{ body: 'x' }] }], ['batch']])(
    'refuses what is no batch: %j',
    async (batch) => {
      await expect(monitor.handleEvents(batch)).rejects.toThrow('got no batch of an SQS queue');
    },
  );
});
