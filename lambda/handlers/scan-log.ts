import type { Logger } from '@aws-lambda-powertools/logger';
import type { AccountMessage } from '../pass/interfaces.ts';
import type { AccountEnd } from '../pass/scan-account-batch.ts';
import type { ScanEvent } from '../scan/interfaces.ts';

/** Writes one log line for each event of a scan, except for an unchanged instance. */
export function logScanEvent(logger: Logger, scanEvent: ScanEvent): void {
  switch (scanEvent.event) {
    case 'instance-read':
      if (scanEvent.outcome === 'changed') logger.info('changed', { ...scanEvent });
      return;
    case 'regions':
    case 'region-listed':
    case 'region-paused':
      logger.debug(scanEvent.event, { ...scanEvent });
      return;
    case 'told':
    case 'collected':
    case 'calls-looked-up':
      logger.info(scanEvent.event, { ...scanEvent });
      return;
    case 'attributed':
      logger.info(scanEvent.event, { ...scanEvent.resource, at: scanEvent.at, fit: scanEvent.attribution.fit });
      return;
    case 'calls-not-looked-up':
    case 'organization-failed':
    case 'region-failed':
    case 'instance-failed': {
      const { error, ...where } = scanEvent;
      logger.warn(scanEvent.event, { ...where, reason: error.reason, detail: error.message });
      return;
    }
    case 'item-refused':
      logger.error(scanEvent.event, { ...scanEvent.item });
      return;
    default: {
      // An event without a case above must have `error`. Otherwise this line does not compile.
      const { error, ...rest } = scanEvent;
      logger.error(scanEvent.event, { ...rest, ...(error === undefined ? {} : { error: toError(error) }) });
    }
  }
}

export function logAccountScan(logger: Logger, message: AccountMessage, scan: AccountEnd): void {
  const { account, name, passStartedAt } = message;
  const of = { account, name, passStartedAt };
  switch (scan.outcome) {
    case 'scanned': {
      const { complete, instancesListed, instancesRead, alerts, openGaps } = scan.report;
      logger.info('account scanned', { ...of, complete, instancesListed, instancesRead, alerts, openGaps });
      return;
    }
    case 'not-entered': {
      const { reason, message: detail } = scan.error;
      logger.warn('account not entered', { ...of, reason, detail });
      return;
    }
    case 'failed':
      logger.error('the account scan failed', { ...of, error: toError(scan.error) });
      return;
    default:
      logger.info('account not scanned', { ...of, why: scan.outcome });
  }
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
