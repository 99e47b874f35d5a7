import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { logScanEvent } from '../../lambda/handlers/scan-log.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';

/** The log lines of an event, as CloudWatch Logs gets them, without the fields that every line has. */
function linesOf(event: ScanEvent): Record<string, unknown>[] {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  const logger = new Logger({ serviceName: 'scan', logLevel: 'DEBUG' });
  const console = { ...globalThis.console, debug: write, info: write, warn: write, error: write };
  Object.defineProperty(logger, 'console', { value: console });
  logScanEvent(logger, event);
  return lines.map((line) => {
    const { timestamp, service, sampling_rate, ...rest } = JSON.parse(line);
    return rest;
  });
}

const region = 'eu-west-1';
const denied = new ReadError('access-denied', 'AccessDeniedException: no');
const resource = { account: '123456789012', region, instanceName: 'web-1' };
const at = '2026-11-23T10:00:00.000Z';

describe('the log of a scan', () => {
  test('has no line for an unchanged instance', () => {
    expect(linesOf({ event: 'instance-read', region, instanceName: 'web-1', outcome: 'unchanged' })).toEqual([]);
  });

  test.each<[ScanEvent, object]>([
    [
      { event: 'instance-read', region, instanceName: 'web-1', outcome: 'changed' },
      { level: 'INFO', message: 'changed', region, instanceName: 'web-1' },
    ],
    [
      { event: 'regions', regions: [region] },
      { level: 'DEBUG', message: 'regions', regions: [region] },
    ],
    [
      { event: 'region-listed', region, instances: 3 },
      { level: 'DEBUG', message: 'region-listed', region, instances: 3 },
    ],
    [
      { event: 'told', alerts: 2, subject: 's' },
      { level: 'INFO', message: 'told', alerts: 2, subject: 's' },
    ],
    [
      {
        event: 'attributed',
        resource,
        at,
        attribution: { calls: [], fit: 'explained', foundBy: 'event', foundAt: at },
      },
      { level: 'INFO', message: 'attributed', region, instanceName: 'web-1', at, fit: 'explained' },
    ],
    [
      { event: 'calls-looked-up', region, calls: 4, ignored: {}, isComplete: true },
      { level: 'INFO', message: 'calls-looked-up', region, calls: 4, isComplete: true },
    ],
    [
      { event: 'calls-not-looked-up', region, error: denied },
      { level: 'WARN', message: 'calls-not-looked-up', region, reason: 'access-denied', detail: denied.message },
    ],
    [
      { event: 'region-failed', region, error: denied },
      { level: 'WARN', message: 'region-failed', region, reason: 'access-denied', detail: denied.message },
    ],
    [
      { event: 'region-paused', region, reason: 'access-denied' },
      { level: 'DEBUG', message: 'region-paused', region, reason: 'access-denied' },
    ],
    [
      { event: 'instance-failed', region, instanceName: 'web-1', error: denied },
      { level: 'WARN', message: 'instance-failed', region, instanceName: 'web-1', reason: 'access-denied' },
    ],
    [
      { event: 'item-refused', item: { key: `${region}#web-1`, problem: 'damaged' } },
      { level: 'ERROR', message: 'item-refused', key: `${region}#web-1`, problem: 'damaged' },
    ],
    [
      { event: 'not-told', why: 'no-confirmed-subscriber' },
      { level: 'ERROR', message: 'not-told', why: 'no-confirmed-subscriber' },
    ],
    [
      { event: 'not-told', why: 'publish-failed', error: new Error('SNS is down') },
      { level: 'ERROR', message: 'not-told', why: 'publish-failed', error: { message: 'SNS is down' } },
    ],
    [
      { event: 'instance-not-committed', region, instanceName: 'web-1', error: 'refused' },
      { level: 'ERROR', message: 'instance-not-committed', region, error: { message: 'refused' } },
    ],
    [
      { event: 'bookkeeping-failed', step: 'lease', error: new TypeError('t') },
      { level: 'ERROR', message: 'bookkeeping-failed', step: 'lease', error: { name: 'TypeError', message: 't' } },
    ],
    [
      { event: 'approvals-not-loaded', error: new TypeError('t') },
      { level: 'ERROR', message: 'approvals-not-loaded', error: { name: 'TypeError', message: 't' } },
    ],
  ])('has one line for %j', (event, expected) => {
    const lines = linesOf(event);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject(expected);
  });

  test('has no error where none was given', () => {
    expect(linesOf({ event: 'not-told', why: 'no-confirmed-subscriber' })[0]).not.toHaveProperty('error');
  });
});
