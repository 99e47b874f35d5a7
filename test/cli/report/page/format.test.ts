import { expect, test } from '@jest/globals';
import { formatDuration, formatInstant, formatShare, listSome, listTicks } from '../../../../cli/report/page/format.ts';

test.each([
  [0, '0 s'],
  [59_499, '59 s'],
  [60_000, '1 min'],
  [3_540_000, '59 min'],
  [3_600_000, '1 h'],
  [11_100_000, '3 h 5 min'],
  [86_400_000, '1 d'],
  [2_520_000_000, '29 d 4 h'],
])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('instants are UTC, to the second', () => {
  expect(formatInstant(Date.UTC(2026, 10, 2, 4, 5, 6))).toBe('2 Nov 2026 04:05:06 UTC');
});

test('a share is never rounded up to 100 %', () => {
  expect([formatShare(99_999, 100_000), formatShare(1, 1), formatShare(0, 0)]).toEqual(['99.9 %', '100 %', 'none']);
});

test('a long list is cut, with the number of further names', () => {
  expect([listSome(['a', 'b', 'c', 'd'], 2), listSome(['a', 'b', 'c'], 2)]).toEqual(['a, b and 2 more', 'a, b, c']);
});

test.each([1, 24, 24 * 7, 24 * 31, 24 * 365])(
  'an axis of %d hours has a few round ticks, all within the span',
  (hours) => {
    const [from, until] = [Date.UTC(2026, 9, 29, 7, 13), Date.UTC(2026, 9, 29, 7, 13) + hours * 3_600_000];
    const ticks = listTicks(from, until, 8);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.every(({ at }) => at >= from && at <= until)).toBe(true);
  },
);
