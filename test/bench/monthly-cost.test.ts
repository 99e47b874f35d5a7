import { describe, expect, test } from '@jest/globals';
import { countHealth } from '../../bench/cost/count-health.ts';
import {
  computeHealthCost,
  computeIdleEventCost,
  computeMonthlyCost,
  computeRecordingCost,
  countManagementEvents,
  sumUsd,
  unitsOfRewriting,
} from '../../bench/cost/monthly-cost.ts';

describe('what a deployment costs a month', () => {
  const use = {
    scanEveryMinutes: 5,
    readUnits: 8,
    writeUnits: 3,
    lightsailCalls: 43,
    homeRegions: 2,
    billedMs: 2_000,
    lookupMs: 2_000,
    memoryMb: 256,
    logBytes: 2_500,
    changes: 20,
    writeUnitsPerChange: 7,
    mailAddresses: 2,
    storedBytes: 100_000_000,
  };

  /** Computed by hand: a month has 43,800 / 5 = 8,760 scans; two seconds at a quarter of a GB are half a GB-second. */
  test('is computed from 8,760 scans if one runs every five minutes', () => {
    const usd = Object.fromEntries(computeMonthlyCost(use).map((line) => [line.what, line.usd]));
    expect(usd['Lambda']).toBeCloseTo(0.001752 + 0.0584003, 6);
    expect(usd.attribution).toBeCloseTo(2_920 * (0.5 * 0.0000133334 + 0.625e-6), 6);
    expect(usd['DynamoDB reads']).toBeCloseTo(0.00876, 6);
    expect(usd['DynamoDB writes']).toBeCloseTo(0.016425, 6);
    expect(usd['DynamoDB storage and backup']).toBeCloseTo(0.045, 6);
    expect(usd['logs']).toBeCloseTo(0.01095, 6);
    expect(usd['scheduler']).toBeCloseTo(0.00876, 6);
    expect(usd['changes: recording, SNS, mail']).toBeCloseTo(0.0008975, 6);
  });

  test('is a fifth with a fifth of the scans, except for storage and changes', () => {
    const perScan = (minutes: number) =>
      sumUsd(computeMonthlyCost({ ...use, scanEveryMinutes: minutes, changes: 0, storedBytes: 0 }));
    // If a scan runs every 15 minutes or less often, each scan looks up calls.
    expect(perScan(75)).toBeCloseTo(perScan(15) / 5, 9);
    expect(perScan(5)).toBeLessThan(perScan(15) * 3);
  });

  test('is higher if every scan reads and writes the item of each instance', () => {
    const rewriting = sumUsd(computeMonthlyCost({ ...use, ...unitsOfRewriting(20) }));
    expect(rewriting - sumUsd(computeMonthlyCost(use))).toBeCloseTo(8_760 * (12 * 0.125e-6 + 17 * 0.625e-6), 6);
  });

  /** Computed by hand: 15 requests a minute are 657,000 a month. */
  test('P10: listening to events costs at most 657,000 requests of SQS a month, fewer than the million that are free', () => {
    expect(computeIdleEventCost().usd).toBeCloseTo(657_000 * 0.4e-6, 9);
  });

  /** Computed by hand: 8,760 x 43 requests to Lightsail, and 2,920 lookups of four names in two regions. */
  test("the monitor's own requests are 400,040 management events a month, which a second trail and GuardDuty are paid for", () => {
    expect(countManagementEvents(use)).toBe(376_680 + 23_360);
    const usd = Object.fromEntries(computeRecordingCost(use).map((line) => [line.what, line.usd]));
    expect(usd['a second trail']).toBeCloseTo(8.0008, 6);
    expect(usd['GuardDuty']).toBeCloseTo(1.60016, 6);
  });

  test('P10: alarms and metrics are at most 2 USD, and nothing else is paid by the month', () => {
    const health = countHealth();
    expect(health.alarms).toBeGreaterThanOrEqual(4);
    expect(computeHealthCost(health)).toBeLessThanOrEqual(2);
    expect(health.unpriced).toEqual([]);
  });
});
