import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { drainQueue, type EventSourceOptions, type QueueEvent } from '../../emulators/sqs/event-source.ts';
import { type SqsEmulator, startSqsEmulator } from '../../emulators/sqs.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

let sqs: SqsEmulator;
let client: SQSClient;
let now: number;
let QueueUrl: string;

const keep = closeAfterEachTest();

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  sqs = keep(await startSqsEmulator({ now: () => now }));
  client = keep(new SQSClient(settingsFor(sqs.url)));
  sqs.createQueue({ name: 'dead' });
  const redrive = { deadLetterQueue: 'dead', maxReceiveCount: 2 };
  QueueUrl = sqs.createQueue({ name: 'accounts', visibilityTimeoutSeconds: 60, redrive });
});

const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (MaxNumberOfMessages = 10) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).Messages ?? [];

describe('a message', () => {
  test('is received once, and again after the visibility timeout; the third time it is a dead letter', async () => {
    await send('one');
    expect(await receive()).toMatchObject([{ Body: 'one', Attributes: { ApproximateReceiveCount: '1' } }]);
    expect(await receive()).toEqual([]);
    now += 60_000;
    expect(await receive()).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }]);
    now += 60_000;
    expect(await receive()).toEqual([]);
    expect(sqs.queue('dead').messages()).toMatchObject([{ body: 'one', receiveCount: 0 }]);
  });

  test('is deleted by its newest receipt only', async () => {
    await send('one');
    const [first] = await receive();
    now += 60_000;
    const [second] = await receive();
    const remove = (ReceiptHandle = '') => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await remove(first?.ReceiptHandle);
    expect(sqs.queue('accounts').messages()).toHaveLength(1);
    await remove(second?.ReceiptHandle);
    expect(sqs.queue('accounts').messages()).toEqual([]);
  });

  test('to a queue that does not exist is a typed error', async () => {
    QueueUrl = `${sqs.url}/123456789012/none`;
    await expect(send('one')).rejects.toThrow(QueueDoesNotExist);
  });
});

test('a batch is sent, read and deleted; an entry without a body fails alone, and eleven entries fail together', async () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: index === 3 ? '' : `body ${index}` }));
  const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(10) }));
  expect([Successful?.length, Failed]).toEqual([
    9,
    [{ Id: 'm3', SenderFault: true, Code: 'InvalidParameterValue', Message: 'The message body is empty.' }],
  ]);
  await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(11) }))).rejects.toMatchObject({
    name: 'TooManyEntriesInBatchRequest',
  });
  const Entries = (await receive()).map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Entries.slice(1) }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:accounts',
    VisibilityTimeout: '60',
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
});

test('a queue is created by the API, with its dead-letter queue', async () => {
  const deadLetterTargetArn = 'arn:aws:sqs:eu-west-1:123456789012:dead';
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
  const created = await client.send(
    new CreateQueueCommand({ QueueName: 'more', Attributes: { VisibilityTimeout: '5', RedrivePolicy } }),
  );
  expect(created.QueueUrl).toBe(`${sqs.url}/123456789012/more`);
  expect(sqs.queue('more')).toMatchObject({
    visibilityTimeoutMs: 5_000,
    redrive: { deadLetterQueue: 'dead', maxReceiveCount: 5 },
  });
});

describe('the event source mapping', () => {
  const drain = (invoke: (event: QueueEvent) => Promise<unknown>, options: Partial<EventSourceOptions> = {}) =>
    drainQueue({
      sqs,
      queue: 'accounts',
      account: '123456789012',
      region: 'eu-west-1',
      batchSize: 4,
      maximumConcurrency: 2,
      reportsFailures: true,
      invoke,
      ...options,
    });
  const bodiesLeft = () =>
    sqs
      .queue('accounts')
      .messages()
      .map(({ body }) => body);

  beforeEach(() => {
    for (let index = 0; index < 10; index += 1) sqs.queue('accounts').send(`message ${index}`);
  });

  test('invokes with batches, at most the allowed number at a time, and deletes the processed messages', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const report = await drain(async ({ Records }) => {
      running += 1;
      most = Math.max(most, running);
      sizes.push(Records.length);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
    expect([report, most, sizes]).toEqual([{ invocations: 3, failed: 0, itemFailures: 0 }, 2, [4, 4, 2]]);
    expect(bodiesLeft()).toEqual([]);
  });

  test('leaves in the queue what an invocation names as failed, and everything of one that is killed', async () => {
    const report = await drain(async ({ Records: [record, ...others] }) => {
      if (record?.body === 'message 4') throw new Error('killed');
      return { batchItemFailures: others.length === 1 ? [] : [{ itemIdentifier: record?.messageId }] };
    });
    expect(report).toEqual({ invocations: 3, failed: 1, itemFailures: 1 });
    expect(bodiesLeft()).toEqual(['message 0', 'message 4', 'message 5', 'message 6', 'message 7']);
    now += 60_000;
    await drain(async () => null);
    expect(bodiesLeft()).toEqual([]);
  });

  test.each([
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'nobody' }] }],
    ['an entry without an id', { batchItemFailures: [{}] }],
    ['text', 'done'],
  ])('keeps the whole batch after an answer with %s', async (_, answer) => {
    await drain(async () => answer, { batchSize: 10 });
    expect(bodiesLeft()).toHaveLength(10);
    sqs.queue('accounts').clear();
  });

  test('counts every message as processed if the function reports no failures', async () => {
    await drain(async () => 'done', { reportsFailures: false });
    expect(bodiesLeft()).toEqual([]);
  });
});
