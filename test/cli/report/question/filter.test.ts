import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noFilter, type Place, parseInstant, parsePlace, renderPlace } from '../../../../cli/report/question/filter.ts';

const instant = fc.option(fc.integer({ min: 0, max: 4_102_444_800_000 }));
const text = fc.string().map((words) => words.trim());

const places: fc.Arbitrary<Place> = fc.record({
  filter: fc.record({
    instance: text,
    region: text,
    port: text,
    severity: fc.constantFrom('' as const, 'critical' as const, 'low' as const),
    address: text,
    from: instant,
    until: instant,
    at: instant,
  }),
  change: fc.option(
    fc.record({
      region: fc.stringMatching(/^[a-z0-9-]+$/),
      name: fc.stringMatching(/^[\w.<>&#%+ -]+$/),
      at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    }),
  ),
});

describe('the address of the page', () => {
  test('contains the filter: parsing returns the same filter', () => {
    fc.assert(fc.property(places, (place) => expect(parsePlace(renderPlace(place))).toEqual(place)));
  });

  test('is short and readable', () => {
    const filter = { ...noFilter, port: '3306', at: Date.parse('2026-11-12T14:00:00Z') };
    expect(renderPlace({ filter, change: null })).toBe('#port=3306&at=2026-11-12T14%3A00Z');
    expect(renderPlace({ filter: noFilter, change: null })).toBe('#');
  });

  test('ignores parts that are not understood', () => {
    expect(parsePlace('#severity=dreadful&from=yesterday&change=eu-west-1&what=ever')).toEqual({
      filter: noFilter,
      change: null,
    });
  });
});

test.each([
  ['2026-11-12T14:00', Date.UTC(2026, 10, 12, 14)],
  ['2026-11-12', Date.UTC(2026, 10, 12)],
  ['2026-11-12T14:00:07.120Z', Date.UTC(2026, 10, 12, 14, 0, 7, 120)],
  ['2026-13-12', null],
  ['12 November', null],
])('the instant %s', (words, expected) => expect(parseInstant(words)).toBe(expected));
