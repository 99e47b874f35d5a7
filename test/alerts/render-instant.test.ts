import { expect, test } from '@jest/globals';
import {
  renderDay,
  renderHowLong,
  renderInstant,
  renderSpan,
  renderTimeOfDay,
  renderWindow,
} from '../../lambda/alerts/render-instant.ts';

const nine = '2026-11-03T09:00:00.000Z';
const fivePast = '2026-11-03T09:05:02.999Z';
const lastSecond = '2026-12-31T23:59:59.000Z';
const newYear = '2027-01-01T00:00:01.000Z';

test('an instant is rendered in UTC, without milliseconds', () => {
  expect(renderInstant(fivePast)).toBe('09:05:02 UTC, 3 November 2026');
  expect(renderInstant('2026-11-03T01:00:00+02:00')).toBe('23:00:00 UTC, 2 November 2026');
  expect(renderDay(lastSecond)).toBe('31 December 2026');
});

test.each([
  ['one day', nine, fivePast, 'between 09:00:00 and 09:05:02 UTC, 3 November 2026'],
  ['two days', lastSecond, newYear, 'between 23:59:59 UTC, 31 December 2026 and 00:00:01 UTC, 1 January 2027'],
  ['one instant', nine, nine, 'at 09:00:00 UTC, 3 November 2026'],
  ['an unknown start', null, nine, 'before 09:00:00 UTC, 3 November 2026'],
])('a span of %s', (_title, after, before, expected) => {
  expect(renderSpan(after, before)).toBe(expected);
  if (after !== null && after !== before) expect(renderWindow(after, before)).toBe(expected);
});

test('a time of day has a date only if the date is not the date of the reference', () => {
  expect(renderTimeOfDay(nine, fivePast)).toBe('09:00:00 UTC');
  expect(renderTimeOfDay(lastSecond, newYear)).toBe('23:59:59 UTC, 31 December 2026');
});

test('a length is empty if the start is unknown', () => {
  expect(renderHowLong(nine, fivePast)).toBe(' for 5 minutes');
  expect(renderHowLong(null, fivePast)).toBe('');
});

test('text that is not an instant is shown as printable text', () => {
  expect(renderInstant('tomorrow\n')).toBe('tomorrow\uFFFD');
  expect(renderDay('soon')).toBe('soon');
  expect(renderTimeOfDay('later', nine)).toBe('later');
  expect(renderWindow('soon', fivePast)).toBe('between soon and 09:05:02 UTC, 3 November 2026');
  expect(renderHowLong('soon', fivePast)).toBe('');
});
