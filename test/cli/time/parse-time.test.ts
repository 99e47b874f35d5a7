import { describe, expect, test } from '@jest/globals';
import { parseEnd, parseTime } from '../../../cli/time/parse-time.ts';
import { buildRenderTime, renderLength } from '../../../cli/time/render-time.ts';
import { decideLocalZone, findZone, utc } from '../../../cli/time/zone.ts';

const now = Date.parse('2026-11-23T05:55:00.000Z');
const berlin = { id: 'Europe/Berlin' };
const parse = (text: string, zone = berlin) => parseTime(text, 'time', { now, zone });

describe('times as people write them', () => {
  test.each([
    ['now', '2026-11-23T05:55:00.000Z'],
    ['7d', '2026-11-16T05:55:00.000Z'],
    ['2h ago', '2026-11-23T03:55:00.000Z'],
    ['90 minutes ago', '2026-11-23T04:25:00.000Z'],
    ['1 Week ago', '2026-11-16T05:55:00.000Z'],
    ['2026-11-20', '2026-11-19T23:00:00.000Z'],
    ['2026-11-20 UTC', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20 10:00', '2026-11-20T09:00:00.000Z'],
    ['2026-11-20T10:00', '2026-11-20T09:00:00.000Z'],
    ['2026-11-20T10:00:02.120Z', '2026-11-20T10:00:02.120Z'],
    ['2026-11-20 10:00 UTC', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20 10:00:03 -05:00', '2026-11-20T15:00:03.000Z'],
    ['2026-11-20 10:00 America/New_York', '2026-11-20T15:00:00.000Z'],
    ['2026-07-20 10:00', '2026-07-20T08:00:00.000Z'],
    ['yesterday', '2026-11-21T23:00:00.000Z'],
    ['yesterday 14:00', '2026-11-22T13:00:00.000Z'],
    ['yesterday at 14:00 UTC', '2026-11-22T14:00:00.000Z'],
    ['today', '2026-11-22T23:00:00.000Z'],
    ['05:30', '2026-11-23T04:30:00.000Z'],
    ['10:05:02 UTC, 22 November 2026', '2026-11-22T10:05:02.000Z'],
    ['22 Nov 2026 10:05', '2026-11-22T09:05:00.000Z'],
    ['1795132800', '2026-11-20T00:00:00.000Z'],
    ['@1795132800', '2026-11-20T00:00:00.000Z'],
    ['1795132800.5', '2026-11-20T00:00:00.500Z'],
    ['1795132800120', '2026-11-20T00:00:00.120Z'],
    ['999999999', '2001-09-09T01:46:39.000Z'],
    ['  2026-11-20   10:00  ', '2026-11-20T09:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(parse(text)).toBe(instant);
  });

  test('yesterday is the day of the zone that is named with it', () => {
    // In Auckland the date is already the 23rd, 18:55.
    expect(parse('yesterday 20:00 Pacific/Auckland')).toBe('2026-11-22T07:00:00.000Z');
    expect(parse('yesterday', { id: 'America/Los_Angeles' })).toBe('2026-11-21T08:00:00.000Z');
  });

  test('what is shown can be typed in again', () => {
    for (const zone of [utc, berlin, { id: 'Asia/Kolkata' }]) {
      const shown = buildRenderTime(zone)('2026-11-20T10:00:03.000Z');
      expect(parse(shown)).toBe('2026-11-20T10:00:03.000Z');
    }
  });
});

describe('the end of a span', () => {
  test.each([
    ['2026-11-20', '2026-11-20T22:59:59.999Z'],
    ['20 Nov 2026', '2026-11-20T22:59:59.999Z'],
    ['2026-11-20 UTC', '2026-11-20T23:59:59.999Z'],
    ['yesterday', '2026-11-22T22:59:59.999Z'],
    // The clocks of Berlin go back on this day, which has 25 hours.
    ['2026-10-25', '2026-10-25T22:59:59.999Z'],
  ])('of a day alone is the last millisecond of the day: %s', (text, instant) => {
    expect(parseEnd(text, 'time', { now, zone: berlin })).toBe(instant);
  });

  test('of the present day is now, and of a day to come the end of that day', () => {
    const end = (text: string) => parseEnd(text, 'time', { now, zone: berlin });
    expect(end('today')).toBe('2026-11-23T05:55:00.000Z');
    expect(end('2026-11-23')).toBe('2026-11-23T05:55:00.000Z');
    expect(end('2026-11-24')).toBe('2026-11-24T22:59:59.999Z');
  });

  test.each(['2026-11-20 10:00', '2026-11-20T00:00Z', 'now', '7d', '10:05', '1795132800', '2026-11-24 10:00'])(
    'of any other text is its instant: %s',
    (text) => {
      expect(parseEnd(text, 'time', { now, zone: berlin })).toBe(parse(text));
    },
  );
});

describe('the time zone of the machine', () => {
  test.each([
    [undefined, 'Europe/Berlin', 'Europe/Berlin'],
    [undefined, 'Etc/Unknown', 'UTC'],
    ['', 'Etc/Unknown', 'UTC'],
    [':', 'Etc/Unknown', 'UTC'],
    [' ', undefined, 'UTC'],
    ['UTC', 'UTC', 'UTC'],
    ['UTC0', undefined, 'UTC'],
    ['GMT0', 'UTC', 'UTC'],
    ['Zulu', 'UTC', 'UTC'],
    ['Etc/UTC', 'UTC', 'UTC'],
    [':Europe/Berlin', 'Europe/Berlin', 'Europe/Berlin'],
    ['CET', 'Europe/Brussels', 'Europe/Brussels'],
    ['EST5EDT', 'America/New_York', 'America/New_York'],
    ['Europe/berlin', undefined, 'Europe/Berlin'],
    ['/usr/share/zoneinfo/Europe/Berlin', undefined, 'Europe/Berlin'],
  ])('TZ %j, which Node reads as %j, is %s', (tz, resolved, id) => {
    expect(decideLocalZone(tz, resolved)).toEqual({ id });
  });

  test.each([
    ['Foo/Bar', undefined],
    ['JST-9', undefined],
    ['GMT-2', '-02:00'],
    ['GMT+1', '+01:00'],
    ['<+03>-3', 'UTC'],
    ['+01:00', 'UTC'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'UTC'],
    ['Factory', 'Etc/Unknown'],
  ])('TZ %j, which Node reads as %j, is named in a sentence', (tz, resolved) => {
    expect(() => decideLocalZone(tz, resolved)).toThrow(
      `The time zone of the variable TZ, ${JSON.stringify(tz)}, is not known here; set TZ to a name such as Europe/Berlin, or give --utc or --zone.`,
    );
  });
});

describe('a text that does not name one single instant is refused, with examples', () => {
  const examples =
    'expected a time such as 2026-11-20, "2026-11-20 14:00", 2026-11-20T14:00:00Z, "yesterday 14:00", "2h ago" or 7d.';

  test.each([
    ['', 'is not understood'],
    ['soon', 'is not understood'],
    ['20261120', 'is not understood'],
    ['17950000000', 'is not understood'],
    ['7 fortnights', 'is not understood'],
    ['11/12/2026', 'is not understood, because day and month look alike (write the year first)'],
    ['2026-02-30', 'is not a day of the calendar'],
    ['23 Foo 2026', 'is not a day of the calendar'],
    ['2026-11-20 25:00', 'has no valid time of the day'],
    ['2026-11-20 10:00 EST', 'has an unknown time zone (EST); write UTC, +01:00 or a name such as Europe/Berlin'],
    ['2026-10-25 02:30', 'happened twice in Europe/Berlin: the clocks went back then; add +02:00 or +01:00'],
    ['2026-03-29 02:30', 'does not exist in Europe/Berlin: the clocks went forward then'],
    ['0001-01-01', 'is outside the years 1970 to 9999'],
    ['999999999999d', 'is outside the years 1970 to 9999'],
  ])('%s', (text, why) => {
    expect(() => parse(text)).toThrow(`The time "${text}" ${why}; ${examples}`);
  });

  test('both instants of an hour that occurs twice can be named', () => {
    expect(parse('2026-10-25 02:30 +02:00')).toBe('2026-10-25T00:30:00.000Z');
    expect(parse('2026-10-25 02:30 +01:00')).toBe('2026-10-25T01:30:00.000Z');
  });
});

describe('times as they are shown', () => {
  test('in the zone, with its offset of that day', () => {
    const render = buildRenderTime(berlin);
    expect(render('2026-11-20T10:00:03.999Z')).toBe('2026-11-20 11:00:03 +01:00');
    expect(render('2026-07-20T23:30:00.000Z')).toBe('2026-07-21 01:30:00 +02:00');
    expect(render('2026-10-25T00:59:59.000Z')).toBe('2026-10-25 02:59:59 +02:00');
    expect(render('2026-10-25T01:00:00.000Z')).toBe('2026-10-25 02:00:00 +01:00');
    expect(buildRenderTime(utc)('2026-11-20T10:00:03.999Z')).toBe('2026-11-20 10:00:03 UTC');
  });

  test('a text that is not an instant is shown as printable text', () => {
    expect(buildRenderTime(utc)('\u001B[2J')).toBe('\uFFFD[2J');
  });

  test.each([
    [4_000, '4 s'],
    [-4_000, '0 s'],
    [61_000, '1 min'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
    [2 * 86_400_000, '2 days'],
    [50 * 3_600_000, '2 days 2 h'],
    [12.5 * 86_400_000, '12 days'],
  ])('%d ms is %s', (ms, text) => {
    expect(renderLength(ms)).toBe(text);
  });
});

test('zones are UTC, offsets and IANA names; abbreviations mean different things in different places', () => {
  expect(['Z', 'gmt', '+0530', '-08', 'europe/berlin', '[Asia/Tokyo]'].map((name) => findZone(name)?.id)).toEqual([
    'UTC',
    'UTC',
    '+05:30',
    '-08:00',
    'Europe/Berlin',
    'Asia/Tokyo',
  ]);
  expect(['EST', 'CET', 'Mars/Olympus', '+25:00', ''].map(findZone)).toEqual([null, null, null, null, null]);
});
