/**
 * The Lambda function for events. A queue delivers events with CloudTrail's records of API calls that can change a firewall. For each batch
 * of the queue, an event scan reads the instances that the calls name. Messages whose instances were not finished go back to the queue.
 * Irrelevant events are only counted. With several accounts, each watched account has its own event scan.
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

/** These objects are built once and used again by later invocations. */
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

/**
 * Runs an event scan. Returns the ids of the messages that go back to the queue. Throws if the table fails, or if the role of the account
 * cannot be assumed.
 */
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

/**
 * Returns the ids of the messages that go back to the queue. If the scan of an account fails, only the messages of this account go back.
 */
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

/** Returns the ids of the messages that go back to the queue. Never throws. */
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
    // The messages do not go back to the queue: the next pass alerts that the account cannot be entered, and a later pass reads every
    // instance.
    if (error instanceof ReadError && error.reason === 'access-denied') {
      logger.warn('account not entered', detail);
      return [];
    }
    logger.error('the events of an account could not be looked at', detail);
    return messages.map(({ messageId }) => messageId);
  }
}

/**
 * Returns the name of the account; `null`: the account is not watched. If the account's item cannot be read, the account counts as watched,
 * and the account id is returned. Throws if the table fails.
 */
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

/**
 * If the handler throws, for example because the table fails, the whole batch goes back to the queue, and the alarm for errors of this
 * function starts.
 */
export const handler = middy<unknown, SQSBatchResponse>({ timeoutEarlyInMillis: 1_000 })
  .use(injectLambdaContext(logger))
  .onError(({ error }) => {
    logger.error('the events could not be looked at', { error: toError(error) });
  })
  .handler(handleBatch);
