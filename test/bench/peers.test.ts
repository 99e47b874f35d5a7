/** Tests the decisions of `npm run bench:peers`. No test depends on a measurement. */
import { describe, expect, test } from '@jest/globals';
import { factsOf } from '../../bench/peers/lightsail-facts.ts';
import { parseUsage } from '../../bench/peers/run-measured.ts';
import { type Measured, renderGrowth, renderPeers } from '../../bench/peers/tables.ts';

describe('the figures of a process', () => {
  const usage = { exitCode: 3, wallMs: 1_500, cpuMs: 700, peakBytes: 52_428_800 };

  test('are those that its parent measured', () => {
    expect(parseUsage(JSON.stringify(usage), [0, 3], '')).toEqual({
      wallMs: 1_500,
      cpuMs: 700,
      peakBytes: 52_428_800,
    });
  });

  test('are not returned for a program that failed: the error has its exit code and its last line', () => {
    const stderr = 'Traceback (most recent call last):\nEndpointConnectionError: no answer\n';
    expect(() => parseUsage(JSON.stringify(usage), [0], stderr)).toThrow(
      'it ended with 3: EndpointConnectionError: no answer',
    );
  });
});

describe('the facts of a run from the log of the stand-in', () => {
  const fleet = { instances: 20, instancesByRegion: [10, 10] };
  const lightsail = { latencyMs: 50, requestsPerSecond: null };
  const call = (at: string, outcome: number) => ({
    operation: 'GetInstances',
    at: `2026-11-23T10:00:0${at}Z`,
    outcome,
  });
  const calls = [call('0.000', 200), call('0.100', 400), call('1.000', 200)];

  test('are the number of its requests, those that were throttled, and the time from the first one to the last answer', () => {
    expect(factsOf(calls, fleet, lightsail, false)).toEqual({
      calls: 3,
      throttled: 1,
      readingMs: 1_050,
      instances: 20,
      floorMs: 200,
    });
  });

  test('a program that only lists is compared with the lower limit of the listing', () => {
    expect(factsOf(calls, fleet, lightsail, true).floorMs).toBe(100);
  });

  test('the rate limit of the stand-in decides the lower limit if it takes longer', () => {
    expect(factsOf(calls, fleet, { latencyMs: 50, requestsPerSecond: 4 }, false).floorMs).toBe(2_050);
  });
});

const measured: Measured = {
  floorMs: 1_000,
  wallMs: 1_100,
  readingMs: 1_060,
  cpuMs: 480,
  peakBytes: 128 * 2 ** 20,
  calls: 1_200,
  throttled: 0,
  instancesRead: 1_000,
  instances: 1_000,
};

/** The table without its two header lines. */
const body = (table: string) => table.split('\n').slice(2);

describe('the table of the programs', () => {
  const row = { what: 'Portwatch', does: 'port states', hasTarget: true, measured };

  test('has a line for each program, and says whether the target of Portwatch is met', () => {
    expect(body(renderPeers([row, { ...row, measured: { ...measured, wallMs: 12_345 } }]))).toEqual([
      '| Portwatch | port states | 1.10 s | 1.00 s | 1.10 x: met | 1.06 s | 0.48 s | 128 MB | 1,200 | 1,000 of 1,000 |',
      '| Portwatch | port states | 12.3 s | 1.00 s | 12.35 x: NOT met | 1.06 s | 0.48 s | 128 MB | 1,200 | 1,000 of 1,000 |',
    ]);
  });

  test('names what was throttled and what is missing in the result of another program', () => {
    const other = { ...row, hasTarget: false, measured: { ...measured, throttled: 47, instancesRead: 999 } };
    expect(body(renderPeers([other]))).toEqual([
      '| Portwatch | port states | 1.10 s | 1.00 s | 1.10 x | 1.06 s | 0.48 s | 128 MB | 1,200, 47 of them throttled | 999 of 1,000 |',
    ]);
  });

  test('has the reason, and no figure, for a program that could not be measured', () => {
    const reason = 'pip could not install prowler==5.46.0: is PyPI reachable?';
    expect(body(renderPeers([{ ...row, measured: reason }]))).toEqual([
      `| Portwatch | not measured: ${reason} | — | — | — | — | — | — | — | — |`,
    ]);
  });
});

test('the table of growth has the processor time that the share of the function would take', () => {
  const rows = [{ measured: { ...measured, wallMs: 101_000, cpuMs: 29_000 }, readUnits: 275, writeUnits: 3 }];
  expect(body(renderGrowth(rows, 256, 0.145))).toEqual([
    '| 1,000 | 101 s | 1.00 s | 101.00 x: NOT met | 29.0 s | 200 s | 128 MB | 1,200 | 275 | 3 |',
  ]);
});
