/** The scan function: parses the event, runs a full scan, and logs the result. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { buildScan, type Scan } from '../build-scan.ts';
import { environmentKeys, metricNames } from '../contract/names.ts';
import type { ScanResult } from '../scan/full-scan.ts';
import { parseScanEnvironment } from './environment.ts';
import { renderLogText } from './log-text.ts';
import { parseScanEvent } from './parse-scan-input.ts';
import { countScan, logScanEvent } from './scan-log.ts';

const { namespace, service } = metricNames;
const logger = new Logger({ serviceName: service, jsonReplacerFn: renderLogText });
const metrics = new Metrics({ namespace, serviceName: process.env[environmentKeys.metricService] ?? service });

/** Made at the first invocation and kept while the function is warm. */
let scan: Scan | undefined;

async function scanOnce(event: unknown, context: Context): Promise<ScanResult> {
  parseScanEvent(event);
  scan ??= buildScan(parseScanEnvironment(process.env));
  const deadlineAt = Date.now() + context.getRemainingTimeInMillis() - 2_000;
  const report = await scan.run(deadlineAt, (scanEvent) => logScanEvent(logger, scanEvent));
  countScan(metrics, report);
  const { skipped, complete, instancesListed, instancesRead, alerts } = report;
  const result = { skipped, complete, instancesListed, instancesRead, alerts };
  logger.info('scan over', result);
  return result;
}

/** Ends 1 s before the timeout of Lambda, so that the reason is logged. */
export const handler = middy<unknown, ScanResult>({ timeoutEarlyInMillis: 1_000 })
  .use(injectLambdaContext(logger))
  .onError(({ error }) => {
    logger.error('the scan failed', { error: error instanceof Error ? error : new Error(String(error)) });
  })
  .handler(scanOnce);
