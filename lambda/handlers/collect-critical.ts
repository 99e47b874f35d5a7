import type { Logger } from '@aws-lambda-powertools/logger';
import type { Collect } from '../build-accounts.ts';
import { logScanEvent, toError } from './scan-log.ts';

/**
 * Runs the collector after scans, so that critical alerts do not wait for the collector's schedule. Never throws, because the next
 * scheduled run of the collector publishes the alerts.
 */
export async function collectCritical(logger: Logger, collect: Collect, deadlineAt: number): Promise<void> {
  try {
    await collect('critical', deadlineAt, (event) => logScanEvent(logger, event));
  } catch (error) {
    logger.warn('critical alerts not collected', { error: toError(error) });
  }
}
