import { describe, expect, test } from '@jest/globals';
import { computeScanFloorMs } from '../../bench/scan-time/compute-scan-floor.ts';

describe('the lower limit of the time of a scan', () => {
  const limits = { pageSize: 5, latencyMs: 40, readsPerRegion: 5, regionsAtOnce: 8, requestsPerSecond: null };

  test.each([
    {
      instancesByRegion: [10, 10, 10, 10],
      floorMs: 160,
      why: 'regions side by side, two pages and two rounds of reads',
    },
    { instancesByRegion: [200], floorMs: 3_200, why: 'forty pages and forty rounds of reads' },
    { instancesByRegion: [11], floorMs: 240, why: 'three pages and three rounds, the last ones not full' },
    { instancesByRegion: [0], floorMs: 40, why: 'an empty region is one page' },
    { instancesByRegion: new Array<number>(9).fill(0), floorMs: 80, why: 'the ninth region waits for one of eight' },
  ])('$instancesByRegion instances: $floorMs ms ($why)', ({ instancesByRegion, floorMs }) => {
    expect(computeScanFloorMs({ ...limits, instancesByRegion })).toBe(floorMs);
  });

  test('is the time of the listing if no instance is read', () => {
    expect(computeScanFloorMs({ ...limits, instancesByRegion: [11], readsPerRegion: null })).toBe(120);
  });

  test.each([
    { requestsPerSecond: 10, floorMs: 5_040, why: '60 requests: ten at the start of each of six seconds' },
    { requestsPerSecond: 150, floorMs: 800, why: 'a limit that is not reached: ten pages and ten rounds of reads' },
  ])('with a limit of $requestsPerSecond a second it is $floorMs ms ($why)', ({ requestsPerSecond, floorMs }) => {
    expect(computeScanFloorMs({ ...limits, instancesByRegion: [50], requestsPerSecond })).toBe(floorMs);
  });
});
