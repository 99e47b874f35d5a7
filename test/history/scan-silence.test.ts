import { expect, test } from '@jest/globals';
import type { WeekScan } from '../../lambda/history/scan-note.ts';
import { listSilences } from '../../lambda/history/scan-silence.ts';

const at = (hours: number) => new Date(Date.parse('2026-11-23T00:00:00.000Z') + hours * 3_600_000).toISOString();
const scan = (hours: number, complete = true) => ({ startedAt: at(hours), complete });
const hoursOf = (...scans: WeekScan[]) => listSilences(scans, at(0), at(24), 5).map(({ seconds }) => seconds / 3600);

test('the times without a complete scan reach from the start of the span to its end', () => {
  expect(hoursOf()).toEqual([24]);
  expect(hoursOf(scan(1), scan(2), scan(20))).toEqual([1, 1, 18, 4]);
  expect(hoursOf(scan(1), scan(12, false), scan(20))).toEqual([1, 19, 4]);
});

/** A scan whose scan item has the interval of that time. */
const noted = (hours: number, scanEveryMinutes: number) => ({ ...scan(hours), scanEveryMinutes });

test.each<[string, WeekScan[], now: number, tooLong: boolean[]]>([
  ['the interval of that time, and not the interval now', [noted(12, 360), noted(18, 360)], 5, [false, false, false]],
  ['a shorter interval then', [noted(1, 5), noted(2, 5), noted(23, 60)], 1440, [true, true, true, false]],
  ['the longer interval of two scans', [noted(1, 5), noted(4, 60)], 720, [true, false, false]],
  ['three intervals', [noted(3, 60), noted(6.001, 60)], 1440, [false, true, false]],
  ['the interval now, if no scan noted one', [scan(3), scan(23.9)], 60, [false, true, false]],
  [
    'half an hour, if the interval is shorter',
    [noted(0.5, 5), noted(1.001, 5), noted(23.5, 5)],
    5,
    [false, true, true, false],
  ],
])('P5: the times without a complete scan are compared with %s', (_, scans, now, tooLong) => {
  expect(listSilences(scans, at(0), at(24), now).map(({ isTooLong }) => isTooLong)).toEqual(tooLong);
});
