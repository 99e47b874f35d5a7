/**
 * A stand-in for Amazon SQS on loopback: AWS JSON 1.0, standard queues. It supports CreateQueue, GetQueueUrl, GetQueueAttributes,
 * SendMessage(Batch), ReceiveMessage, DeleteMessage(Batch) and ChangeMessageVisibility. ReceiveMessage answers at once, even if no message
 * is visible. `sqs/event-source.ts` has the event source mapping.
 */
import { type KeptMessage, md5, type NewQueue, Queue } from './sqs/queues.ts';
import { asJson10, describeJson, jsonError, jsonReply, parseParams } from './wire/json-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { signedAccount } from './wire/signed-account.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

export interface SqsEmulator extends StandIn {
  /** Returns the URL of the queue. `redrive` names the dead-letter queue, which must exist. */
  createQueue(queue: NewQueue): string;
  /** Throws if no queue has this name. */
  queue(name: string): Queue;
  /** Receives like ReceiveMessage, for the event source mapping. */
  receive(name: string, most: number): KeptMessage[];
}

type Params = Record<string, unknown>;

export async function startSqsEmulator(options: AccountOptions = {}): Promise<SqsEmulator> {
  const account = options.account ?? defaultAccount;
  const now = options.now ?? Date.now;
  const queues = new Map<string, Queue>();
  const urlOf = (name: string) => `${standIn.url}/${account}/${name}`;
  const find = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    const message = 'The specified queue does not exist.';
    throw new Refusal({ name: 'com.amazonaws.sqs#QueueDoesNotExist', message, code: nonExistent });
  };
  const createQueue = (queue: NewQueue) => {
    if (queue.redrive !== undefined) find(queue.redrive.deadLetterQueue);
    if (!queues.has(queue.name)) queues.set(queue.name, new Queue(queue, now));
    return urlOf(queue.name);
  };
  const receive = (queue: Queue, most: number, visibilityMs = queue.visibilityTimeoutMs) =>
    queue.receive(most, visibilityMs, (message) => find(queue.redrive?.deadLetterQueue ?? '').accept(message));

  const operations: Record<string, (params: Params, queue: () => Queue, region: string) => unknown> = {
    CreateQueue: (params, _queue, region) => ({ QueueUrl: createQueue(parseNewQueue(params, account, region)) }),
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: urlOf(find(String(QueueName)).name) }),
    GetQueueAttributes: (_params, queue, region) => ({ Attributes: describeQueue(queue(), account, region) }),
    SendMessage: (params, queue) => renderSent(sendOne(queue(), params)),
    SendMessageBatch: (params, queue) => inBatch(params, (entry) => renderSent(sendOne(queue(), entry))),
    ReceiveMessage({ MaxNumberOfMessages = 1, VisibilityTimeout }, queue) {
      const most = Number(MaxNumberOfMessages);
      if (!(most >= 1 && most <= 10)) throw invalidValue(`Value ${most} for parameter MaxNumberOfMessages is invalid.`);
      const visibilityMs = VisibilityTimeout === undefined ? undefined : Number(VisibilityTimeout) * 1_000;
      const messages = receive(queue(), most, visibilityMs);
      return messages.length === 0 ? {} : { Messages: messages.map(renderReceived) };
    },
    DeleteMessage: ({ ReceiptHandle }, queue) => {
      queue().delete(String(ReceiptHandle));
      return {};
    },
    DeleteMessageBatch: (params, queue) =>
      inBatch(params, ({ ReceiptHandle }) => {
        queue().delete(String(ReceiptHandle));
        return {};
      }),
    ChangeMessageVisibility: ({ ReceiptHandle, VisibilityTimeout }, queue) => {
      const isChanged = queue().changeVisibility(String(ReceiptHandle), Number(VisibilityTimeout));
      if (!isChanged) throw new Refusal({ name: 'com.amazonaws.sqs#ReceiptHandleIsInvalid' });
      return {};
    },
  };
  const standIn = await startStandIn(
    {
      describe: (exchange) => ({
        ...describeJson(exchange, 'AmazonSQS', 'sqs'),
        account: signedAccount(exchange, account),
      }),
      perform: (exchange, { operation, region }) => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationToken', status: 403 });
        const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
        if (perform === undefined) throw new Refusal({ name: 'UnknownOperationException' });
        const params = parseParams(exchange);
        const queue = () => find(String(params['QueueUrl']).split('/').at(-1) ?? '');
        return asJson10(jsonReply(perform(params, queue, region)));
      },
      renderError: (answer) => {
        const reply = jsonError(answer);
        // The SDK reads the error name of the AWS Query protocol from this header.
        if (answer.code !== undefined) reply.headers['x-amzn-query-error'] = `${answer.code};Sender`;
        return asJson10(reply);
      },
    },
    options,
  );
  return { ...standIn, createQueue, queue: find, receive: (name, most) => receive(find(name), most) };
}

const nonExistent = 'AWS.SimpleQueueService.NonExistentQueue';
/** The limit for one message and for one batch: 1 MiB (quota of the service since August 2025). */
const maxBytes = 1_048_576;

const invalidValue = (message: string) => new Refusal({ name: 'com.amazonaws.sqs#InvalidParameterValue', message });

function sendOne(queue: Queue, { MessageBody, MessageAttributes, DelaySeconds }: Params): KeptMessage {
  if (typeof MessageBody !== 'string' || MessageBody === '') throw invalidValue('The message body is empty.');
  if (Buffer.byteLength(MessageBody) > maxBytes) throw invalidValue('One or more parameters are invalid: the body.');
  const attributes = typeof MessageAttributes === 'object' ? { ...MessageAttributes } : {};
  return queue.send(MessageBody, attributes, Number(DelaySeconds ?? 0));
}

function renderSent({ messageId, body }: KeptMessage) {
  return { MessageId: messageId, MD5OfMessageBody: md5(body) };
}

function renderReceived({ messageId, body, receiptHandle, ...message }: KeptMessage) {
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: systemAttributes(message),
  };
}

/** The values are texts, as in the service. */
export function systemAttributes(message: Pick<KeptMessage, 'receiveCount' | 'sentAt' | 'firstReceivedAt'>) {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: 'AROAEMULATED:emulated',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
}

/** Performs up to ten entries with different ids. A refused entry does not stop the others; a missing queue refuses the whole batch. */
function inBatch({ Entries }: Params, perform: (entry: Params) => object): unknown {
  const entries: unknown[] = Array.isArray(Entries) ? Entries : [];
  const parsed = entries.map((entry): Params => (typeof entry === 'object' ? { ...entry } : {}));
  if (parsed.length === 0) throw new Refusal({ name: 'com.amazonaws.sqs#EmptyBatchRequest' });
  if (parsed.length > 10) throw new Refusal({ name: 'com.amazonaws.sqs#TooManyEntriesInBatchRequest' });
  if (new Set(parsed.map(({ Id }) => Id)).size < parsed.length) {
    throw new Refusal({ name: 'com.amazonaws.sqs#BatchEntryIdsNotDistinct' });
  }
  const total = parsed.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(String(MessageBody ?? '')), 0);
  if (total > maxBytes) throw new Refusal({ name: 'com.amazonaws.sqs#BatchRequestTooLong' });
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of parsed) {
    try {
      Successful.push({ Id: entry['Id'], ...perform(entry) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.answer.name.endsWith('QueueDoesNotExist')) throw error;
      const { name, message = name } = error.answer;
      Failed.push({ Id: entry['Id'], SenderFault: true, Code: name.split('#').at(-1), Message: message });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

function describeQueue(queue: Queue, account: string, region: string): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const arn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
  return {
    QueueArn: arn(queue.name),
    VisibilityTimeout: String(queue.visibilityTimeoutMs / 1_000),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: arn(queue.redrive.deadLetterQueue),
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  };
}

function parseNewQueue({ QueueName, Attributes }: Params, account: string, region: string): NewQueue {
  const attributes: Params = typeof Attributes === 'object' ? { ...Attributes } : {};
  const { VisibilityTimeout, RedrivePolicy } = attributes;
  const redrive = typeof RedrivePolicy === 'string' ? JSON.parse(RedrivePolicy) : undefined;
  const start = `arn:aws:sqs:${region}:${account}:`;
  return {
    name: String(QueueName),
    visibilityTimeoutSeconds: VisibilityTimeout === undefined ? undefined : Number(VisibilityTimeout),
    redrive: redrive && {
      deadLetterQueue: String(redrive.deadLetterTargetArn).replace(start, ''),
      maxReceiveCount: Number(redrive.maxReceiveCount),
    },
  };
}
