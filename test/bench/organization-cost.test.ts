import { describe, expect, test } from '@jest/globals';
import { sumUsd } from '../../bench/cost/monthly-cost.ts';
import {
  averageScan,
  computeOrganizationCost,
  countOrganizationEvents,
  type OrganizationUse,
} from '../../bench/cost/organization-cost.ts';

const scan = { readUnits: 8, writeUnits: 3, lightsailCalls: 40, billedMs: 400 };
const use: OrganizationUse = {
  accounts: 40,
  scanEveryMinutes: 5,
  scan,
  homeRegions: 2,
  lookupMs: 2_000,
  passMs: 1_000,
  collectMs: 400,
  memoryMb: 256,
  logBytes: 1_000,
  changes: 20,
  writeUnitsPerChange: 11,
  mailAddresses: 2,
  storedBytes: 100_000_000,
};
const totalOf = (one: OrganizationUse) => {
  const { perAccount, perMonitor } = computeOrganizationCost(one);
  return sumUsd(perAccount) + sumUsd(perMonitor);
};

describe('what one monitor for several accounts costs a month', () => {
  /** Computed by hand: 40 accounts have 350,400 scans, in 35,040 invocations of 4 s at a quarter of a GB, which is one GB-second. */
  test('is computed from 350,400 account scans of 40 accounts', () => {
    const { perAccount } = computeOrganizationCost(use);
    const usd = Object.fromEntries(perAccount.map((line) => [line.what, line.usd]));
    expect(usd['Lambda: account scans']).toBeCloseTo(35_040 * (0.2e-6 + 0.0000133334), 6);
    // 116,800 lookups, ten at the same time in half a GB-second, and one write unit for each.
    expect(usd.attribution).toBeCloseTo(116_800 * (0.05 * 0.0000133334 + 0.625e-6), 6);
    // Twice in each of 8,760 passes the collector reads 40 lease items, and every minute 12,000 bytes of the registry.
    expect(usd['DynamoDB reads']).toBeCloseTo((350_400 * 8 + 8_760 * 2 * 40 + (43_800 * 12_000) / 4096) * 0.125e-6, 6);
    expect(usd['DynamoDB writes']).toBeCloseTo(350_400 * 3 * 0.625e-6, 6);
    expect(usd['DynamoDB storage and backup']).toBeCloseTo(40 * 0.045, 6);
    expect(usd['logs']).toBeCloseTo(0.1752, 6);
    // Three requests for ten messages.
    expect(usd['SQS: messages']).toBeCloseTo(105_120 * 0.4e-6, 6);
    expect(usd['changes: recording, outbox, SNS, mail']).toBeCloseTo(800 * (11 * 0.625e-6 + 40.5e-6 + 3e-6), 6);
  });

  test('has a part that is the same for any number of accounts, except for the items of the registry', () => {
    const usd = (accounts: number) =>
      Object.fromEntries(computeOrganizationCost({ ...use, accounts }).perMonitor.map((line) => [line.what, line.usd]));
    // 43,800 runs of 0.4 s, each with two read and two write units.
    expect(usd(40)['collector, each minute']).toBeCloseTo(43_800 * (1e-6 + 0.2e-6 + 0.1 * 0.0000133334 + 1.5e-6), 6);
    expect(usd(40)['polling two empty queues']).toBeCloseTo(2 * 657_000 * 0.4e-6, 6);
    expect(usd(1_000)).toEqual({ ...usd(40), 'start of the passes': expect.any(Number) });
    expect((usd(1_000)['start of the passes'] ?? 0) - (usd(40)['start of the passes'] ?? 0)).toBeCloseTo(
      8_760 * ((960 * 300) / 4096) * 0.125e-6,
      6,
    );
  });

  test('rises by the same for each further account', () => {
    const step = totalOf({ ...use, accounts: 41 }) - totalOf(use);
    expect(totalOf({ ...use, accounts: 1_000 }) - totalOf(use)).toBeCloseTo(960 * step, 6);
  });

  test('averages the scans that list every region and those that leave out the empty ones', () => {
    const short = { readUnits: 8, writeUnits: 3, lightsailCalls: 25, billedMs: 280 };
    expect(averageScan(scan, short, 1 / 12)).toEqual({
      ...{ readUnits: 8, writeUnits: 3 },
      lightsailCalls: expect.closeTo(26.25, 9),
      billedMs: expect.closeTo(290, 9),
    });
  });
});

/** Computed by hand: 8,760 scans of 40 requests, and 2,920 lookups of four names in two regions. */
test('the reads of the monitor are management events of each member account; two other accounts record a few further events', () => {
  expect(countOrganizationEvents(use)).toEqual({
    perMember: 350_400 + 23_360,
    mostRolesAssumed: 8_760,
    organization: 17_520,
    total: 40 * (373_760 + 8_760) + 17_520,
  });
});
