import { expect, test } from '@jest/globals';
import { type KeptDays, listExpiredScans } from '../../../cli/questions/expired-scans.ts';

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T00:00:00.000Z`;
const kept = (date: number, days: number | null): KeptDays => ({ from: day(date), days });

test.each<[string, KeptDays[], [number, number][]]>([
  ['no settings', [], []],
  ['settings without a limit', [kept(1, null)], []],
  ['a limit that is not reached', [kept(16, 5)], []],
  ['a limit that is just reached', [kept(15, 5)], []],
  ['a limit that has passed', [kept(1, 5)], [[1, 15]]],
  ['notes from before the limit was set are kept', [kept(1, null), kept(8, 5)], [[8, 15]]],
  ['a limit that was taken back', [kept(1, 5), kept(8, null)], [[1, 8]]],
  ['a limit that was taken back, and is not reached by then', [kept(12, 5), kept(18, null)], [[12, 15]]],
  [
    'each limit counts for its own time',
    [kept(1, 2), kept(8, 15), kept(9, 10)],
    [
      [1, 8],
      [9, 10],
    ],
  ],
])('%s', (_, settings, expected) => {
  const spans = expected.map(([from, until]) => ({ from: day(from), until: day(until) }));
  expect(listExpiredScans(settings, Date.parse(day(20)))).toEqual(spans);
});
