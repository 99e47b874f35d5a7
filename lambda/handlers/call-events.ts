/**
 * The function for events: CloudTrail and EventBridge deliver API calls that can change a firewall through a queue. The function reads
 * the named instances at once. Events that are not done go back to the queue; events that are not relevant are counted.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { buildEventScan, type EventScan } from '../build-scan.ts';
import { parseScanEnvironment, type ScanEnvironment } from './environment.ts';
import { renderLogText } from './log-text.ts';
import { readQueuedEvents } from './queued-events.ts';
import { logScanEvent } from './scan-log.ts';

const logger = new Logger({ serviceName: 'call-events', jsonReplacerFn: renderLogText });

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Made at the first batch and kept while the function is warm. */
let kept: { environment: ScanEnvironment; run: EventScan } | undefined;

async function handleBatch(batch: unknown, context: Context): Promise<SQSBatchResponse> {
  const parsed = batchSchema.safeParse(batch);
  if (!parsed.success) throw new Error('The function for events got no batch of an SQS queue. Nothing was done.');
  const { Records: messages } = parsed.data;
  kept ??= open();
  const { environment, run } = kept;
  const { account } = environment.settings;
  const { targets, messageIds, calls, ignored } = readQueuedEvents(messages, { account, now: Date.now() });
  const deadlineAt = Date.now() + context.getRemainingTimeInMillis() - 2_000;
  const { left, ...report } = await run.run(targets, deadlineAt, (event) => logScanEvent(logger, event));
  const back = new Set(left.flatMap((key) => [...(messageIds.get(key) ?? [])]));
  logger.info('events looked at', { messages: messages.length, calls, ignored, back: back.size, ...report });
  return { batchItemFailures: [...back].map((itemIdentifier) => ({ itemIdentifier })) };
}

function open() {
  const environment = parseScanEnvironment(process.env);
  return { environment, run: buildEventScan(environment) };
}

/** An error, for example of the table or of the deployment, returns the whole batch to the queue and triggers the alarm. */
export const handler = middy<unknown, SQSBatchResponse>({ timeoutEarlyInMillis: 1_000 })
  .use(injectLambdaContext(logger))
  .onError(({ error }) => {
    logger.error('the events could not be looked at', {
      error: error instanceof Error ? error : new Error(String(error)),
    });
  })
  .handler(handleBatch);
