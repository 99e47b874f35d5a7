import { expect, test } from '@jest/globals';
import { earlierOf, latestUntil, nextInstant } from '../../lambda/history/instants.ts';
import { at, now } from '../scan/decide/samples.ts';

test.each([
  ['the clock, for a first entry', null, '2026-11-23T10:15:01.000Z'],
  ['the clock, after an earlier entry', at('10:15'), '2026-11-23T10:15:01.000Z'],
  ['1 ms later than an entry of the same instant', '2026-11-23T10:15:01.000Z', '2026-11-23T10:15:01.001Z'],
  ['1 ms later than the newest entry if the clock went back', at('11:00'), '2026-11-23T11:00:00.001Z'],
])('an entry gets the instant of %s', (_, lastAt, expected) => {
  expect(nextInstant(now, lastAt)).toBe(expected);
});

test.each([
  ['the latest one', [at('09:00'), at('10:00'), null, undefined], at('10:00')],
  ['the instant itself', [at('10:15')], at('10:15')],
  ['none that is later', [at('10:16'), at('08:00')], at('08:00')],
  ['null if there is none', [at('10:16'), null], null],
])('latestUntil gives %s', (_, instants, expected) => {
  expect(latestUntil(at('10:15'), instants)).toBe(expected);
});

test.each([
  [at('09:00'), at('10:00'), at('09:00')],
  [at('10:00'), at('09:00'), at('09:00')],
  [at('09:00'), null, at('09:00')],
  [null, at('09:00'), at('09:00')],
  [null, null, null],
])('the earlier of %s and %s is %s', (a, b, expected) => {
  expect(earlierOf(a, b)).toBe(expected);
});
