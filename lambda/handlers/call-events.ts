/**
 * The function for events: a queue delivers API calls that can change a firewall, from CloudTrail and EventBridge. An event scan reads the
 * named instances. Unfinished events go back to the queue; irrelevant events are counted. With several accounts, each watched account has
 * an event scan of its own.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import pLimit from 'p-limit';
import * as z from 'zod/mini';
import { type AccountEvents, buildAccountEvents } from '../build-accounts.ts';
import { buildEventScan, type Deployment, type EventScan } from '../build-scan.ts';
import { ItemError, ReadError } from '../history/read-errors.ts';
import type { EventScanReport } from '../scan/event-scan.ts';
import { collectCritical } from './collect-critical.ts';
import { parseScanEnvironment } from './environment.ts';
import { renderLogText } from './log-text.ts';
import { groupByAccount, type QueuedEvents, type QueuedMessage, readQueuedEvents } from './queued-events.ts';
import { logScanEvent, toError } from './scan-log.ts';

const logger = new Logger({ serviceName: 'call-events', jsonReplacerFn: renderLogText });

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

const accountsAtOnce = 5;

/** Kept while the function is warm. */
let environment: Deployment | undefined;
let ownEvents: EventScan | undefined;
let accountEvents: AccountEvents | undefined;

async function handleBatch(batch: unknown, context: Context): Promise<SQSBatchResponse> {
  const parsed = batchSchema.safeParse(batch);
  if (!parsed.success) throw new Error('The function for events got no batch of an SQS queue. Nothing was done.');
  const { Records: messages } = parsed.data;
  environment ??= parseScanEnvironment(process.env);
  const { account, accounts } = environment.settings;
  const deadlineAt = Date.now() + context.getRemainingTimeInMillis() - 2_000;
  if (accounts === null) {
    ownEvents ??= buildEventScan(environment);
    const { run } = ownEvents;
    const back = await scanEvents(account, messages, (targets) =>
      run(targets, deadlineAt, (event) => logScanEvent(logger, event)),
    );
    return toResponse(back);
  }
  accountEvents ??= buildAccountEvents(environment);
  return toResponse(await scanAccounts(messages, deadlineAt, accountEvents));
}

/** Returns the messages that go back to the queue. Throws if the table fails, or if the account cannot be entered. */
async function scanEvents(
  account: string,
  messages: readonly QueuedMessage[],
  run: (targets: QueuedEvents['targets']) => Promise<EventScanReport>,
): Promise<string[]> {
  const { targets, messageIds, calls, ignored } = readQueuedEvents(messages, { account, now: Date.now() });
  const { left, ...report } = await run(targets);
  const back = new Set(left.flatMap((key) => [...(messageIds.get(key) ?? [])]));
  logger.info('events looked at', { account, messages: messages.length, calls, ignored, back: back.size, ...report });
  return [...back];
}

/** Returns the messages that go back to the queue. If the scan of an account fails, only the messages of this account go back. */
async function scanAccounts(
  messages: readonly QueuedMessage[],
  deadlineAt: number,
  events: AccountEvents,
): Promise<string[]> {
  const limit = pLimit(accountsAtOnce);
  const ofAccounts = [...groupByAccount(messages)].map(([account, group]) =>
    limit(() => scanAccount(account, group, deadlineAt, events)),
  );
  const back = (await Promise.all(ofAccounts)).flat();
  await collectCritical(logger, events.collect, deadlineAt);
  return back;
}

/** Never throws. */
async function scanAccount(
  account: string | null,
  messages: readonly QueuedMessage[],
  deadlineAt: number,
  events: AccountEvents,
): Promise<string[]> {
  const name = account && (await findName(account, events).catch((error: unknown) => toError(error)));
  if (name instanceof Error) {
    logger.error('an account could not be loaded', { account, error: name });
    return messages.map(({ messageId }) => messageId);
  }
  if (account === null || name === null) {
    const { ignored } = readQueuedEvents(messages, { account: 'not watched', now: Date.now() });
    logger.info('events looked at', { account, messages: messages.length, ignored });
    return [];
  }
  try {
    return await scanEvents(account, messages, (targets) =>
      events.run({ account, name }, targets, deadlineAt, (event) => logScanEvent(logger, event)),
    );
  } catch (error) {
    const detail = { account, messages: messages.length, error: toError(error) };
    // The events need not come again: the next pass alerts that the account cannot be entered, and a later pass reads every instance.
    if (error instanceof ReadError && error.reason === 'access-denied') {
      logger.warn('account not entered', detail);
      return [];
    }
    logger.error('the events of an account could not be looked at', detail);
    return messages.map(({ messageId }) => messageId);
  }
}

/** `null`: the account is not watched. An account with an unreadable item counts as watched, as in a pass, and its name is its id. */
async function findName(account: string, events: AccountEvents): Promise<string | null> {
  try {
    const known = await events.loadAccount(account);
    return known?.status === 'watched' ? known.name : null;
  } catch (error) {
    if (error instanceof ItemError) return account;
    throw error;
  }
}

function toResponse(back: readonly string[]): SQSBatchResponse {
  return { batchItemFailures: back.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** An error, for example of the table, returns the whole batch to the queue, and triggers the alarm. */
export const handler = middy<unknown, SQSBatchResponse>({ timeoutEarlyInMillis: 1_000 })
  .use(injectLambdaContext(logger))
  .onError(({ error }) => {
    logger.error('the events could not be looked at', { error: toError(error) });
  })
  .handler(handleBatch);
