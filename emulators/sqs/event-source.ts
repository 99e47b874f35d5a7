/** Lambda's event source mapping of a queue. Messages that were not processed are received again after the visibility timeout. */
import { type SqsEmulator, systemAttributes } from '../sqs.ts';
import { type KeptMessage, md5 } from './queues.ts';

export interface EventSourceOptions {
  sqs: SqsEmulator;
  queue: string;
  account: string;
  region: string;
  batchSize: number;
  /** `ScalingConfig.MaximumConcurrency`: at least 2 in the service. */
  maximumConcurrency: number;
  /** `FunctionResponseTypes: [ReportBatchItemFailures]`. If false, every message counts as processed when the invocation returns. */
  reportsFailures: boolean;
  /** A rejection means that the invocation failed, timed out or was killed: its whole batch is delivered again. */
  invoke: (event: QueueEvent) => Promise<unknown>;
}

export interface QueueEvent {
  Records: QueueRecord[];
}

interface QueueRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, unknown>;
  md5OfBody: string;
  eventSource: 'aws:sqs';
  eventSourceARN: string;
  awsRegion: string;
}

interface DrainReport {
  invocations: number;
  /** Invocations that failed, timed out or were killed. */
  failed: number;
  /** Messages that an invocation reported as failed, and all messages of a batch whose result was invalid. */
  itemFailures: number;
}

/** Invokes the function until the queue has no visible message and no invocation runs. Messages in flight are not waited for. */
export async function drainQueue(options: EventSourceOptions): Promise<DrainReport> {
  const { sqs, queue, batchSize, maximumConcurrency } = options;
  const report: DrainReport = { invocations: 0, failed: 0, itemFailures: 0 };
  const running = new Set<Promise<void>>();
  for (;;) {
    while (running.size < maximumConcurrency) {
      const messages = sqs.receive(queue, batchSize);
      if (messages.length === 0) break;
      const invocation = invokeOnce(messages, options, report).finally(() => running.delete(invocation));
      running.add(invocation);
    }
    if (running.size === 0) return report;
    await Promise.race(running);
  }
}

async function invokeOnce(messages: KeptMessage[], options: EventSourceOptions, report: DrainReport): Promise<void> {
  report.invocations += 1;
  const handles = new Map(messages.map(({ messageId, receiptHandle }) => [messageId, receiptHandle ?? '']));
  const event = { Records: messages.map((message) => renderRecord(message, options)) };
  let failures: ReadonlySet<string> | 'all';
  try {
    const result = await options.invoke(event);
    failures = options.reportsFailures ? parseFailures(result, handles) : new Set();
  } catch {
    report.failed += 1;
    return;
  }
  if (failures === 'all') {
    report.itemFailures += messages.length;
    return;
  }
  report.itemFailures += failures.size;
  for (const [messageId, handle] of handles) {
    if (!failures.has(messageId)) options.sqs.queue(options.queue).delete(handle);
  }
}

/**
 * Applies the rules of the service: `null`, an empty list, or no result mean success. The whole batch fails if an id in the list is
 * missing, empty or unknown. The whole batch also fails if the result has another form.
 */
function parseFailures(result: unknown, known: ReadonlyMap<string, string>): ReadonlySet<string> | 'all' {
  if (result === null || result === undefined) return new Set();
  if (typeof result !== 'object') return 'all';
  const { batchItemFailures } = Object.fromEntries(Object.entries(result));
  if (batchItemFailures === null || batchItemFailures === undefined) return new Set();
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : null,
  );
  const named = ids.filter((id): id is string => typeof id === 'string' && known.has(id));
  return named.length < ids.length ? 'all' : new Set(named);
}

function renderRecord(message: KeptMessage, { queue, account, region }: EventSourceOptions): QueueRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: { ...message.attributes },
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${queue}`,
    awsRegion: region,
  };
}
