/**
 * The scan function. With one account, the schedule starts a full scan. With several accounts, the schedule starts a pass, each message of
 * the accounts queue starts one account scan, and a second schedule starts the collector.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { type AccountScans, buildAccountScans } from '../build-accounts.ts';
import { buildScan, type Deployment, type Scan } from '../build-scan.ts';
import { environmentKeys, metricNames } from '../contract/deployed-names.ts';
import type { CollectReport } from '../pass/run-collector.ts';
import type { ScanResult } from '../scan/full-scan.ts';
import type { ScanEvent } from '../scan/interfaces.ts';
import { collectCritical } from './collect-critical.ts';
import { parseScanEnvironment } from './environment.ts';
import { renderLogText } from './log-text.ts';
import { parseScanInput, type QueuedMessage, type ScanInput, UnknownEventError } from './parse-scan-input.ts';
import { readVariable } from './read-variable.ts';
import { logAccountScan, logScanEvent, toError } from './scan-log.ts';
import { countPass, countScan } from './scan-metrics.ts';

const { namespace, service } = metricNames;
const logger = new Logger({ serviceName: service, jsonReplacerFn: renderLogText });
const metrics = new Metrics({ namespace, serviceName: process.env[environmentKeys.metricService] ?? service });

/** The result of starting a pass. `complete` is false, because no instance was read yet. */
interface PassResult extends ScanResult {
  accountsQueued: number;
}

type Result = ScanResult | PassResult | CollectReport | SQSBatchResponse;

/** These objects are built once and used again by later invocations. */
let environment: Deployment | undefined;
let scan: Scan | undefined;
let accountScans: AccountScans | undefined;

async function handleEvent(event: unknown, context: Context): Promise<Result> {
  const input = parseScanInput(event);
  environment ??= parseScanEnvironment(process.env);
  const deadlineAt = Date.now() + context.getRemainingTimeInMillis() - 2_000;
  if (environment.settings.accounts === null) {
    if (input.kind !== 'full-scan') throw new UnknownEventError(event);
    return scanOnce(environment, deadlineAt);
  }
  accountScans ??= buildAccountScans(environment, readVariable('accountsQueueUrl'));
  return handleAccounts(input, accountScans, deadlineAt);
}

const observe = (scanEvent: ScanEvent) => logScanEvent(logger, scanEvent);

async function scanOnce(deployment: Deployment, deadlineAt: number): Promise<ScanResult> {
  scan ??= buildScan(deployment);
  const report = await scan.run(deadlineAt, observe);
  countScan(metrics, report);
  const { skipped, complete, instancesListed, instancesRead, alerts } = report;
  const result = { skipped, complete, instancesListed, instancesRead, alerts };
  logger.info('scan over', result);
  return result;
}

async function handleAccounts(input: ScanInput, scans: AccountScans, deadlineAt: number): Promise<Result> {
  switch (input.kind) {
    case 'full-scan': {
      const { accountsQueued } = await scans.startPass(observe, (end) => countPass(metrics, end));
      logger.info('pass begun', { accountsQueued });
      const nothingRead = { skipped: false, complete: false, instancesListed: 0, instancesRead: 0, alerts: 0 };
      return { ...nothingRead, accountsQueued };
    }
    case 'account-scans':
      return scanBatch(input.messages, scans, deadlineAt);
    case 'collect':
      return collectAll(scans, deadlineAt);
  }
}

async function collectAll(scans: AccountScans, deadlineAt: number): Promise<CollectReport> {
  const report = await scans.collect('all', deadlineAt, observe);
  if (report.passEnded !== null) countPass(metrics, report.passEnded);
  if (report.published > 0 || report.passEnded !== null) logger.info('alerts collected', { ...report });
  return report;
}

/** Runs the account scans of a batch. A message in an unknown format goes back to the queue, and later to the dead-letter queue. */
async function scanBatch(
  messages: readonly QueuedMessage[],
  scans: AccountScans,
  deadlineAt: number,
): Promise<SQSBatchResponse> {
  const known = messages.flatMap(({ messageId, message }) => (message === null ? [] : [{ messageId, message }]));
  const unknown = messages.filter(({ message }) => message === null).map(({ messageId }) => messageId);
  const observeIn = (account: string) => {
    const ofAccount = logger.createChild();
    ofAccount.appendKeys({ account });
    return (scanEvent: ScanEvent) => logScanEvent(ofAccount, scanEvent);
  };
  const { back, counts } = await scans.scan(known, deadlineAt, observeIn, (message, ended) =>
    logAccountScan(logger, message, ended),
  );
  const counted = { messages: messages.length, ...counts, ...(unknown.length > 0 && { unknown: unknown.length }) };
  logger.info('account scans over', counted);
  await collectCritical(logger, scans.collect, deadlineAt);
  return { batchItemFailures: [...unknown, ...back].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The handler ends 1 s before the timeout of Lambda, so that the log shows the timeout. */
export const handler = middy<unknown, Result>({ timeoutEarlyInMillis: 1_000 })
  .use(injectLambdaContext(logger))
  .onError(({ error }) => {
    logger.error('the scan failed', { error: toError(error) });
  })
  .handler(handleEvent);
