import { describe, expect, test } from '@jest/globals';
import { decideWeekStart } from '../../../lambda/scan/decide/decide-week.ts';

describe('the start of the week', () => {
  const states = [{ firstSeenAt: '2026-11-02T00:00:00.000Z' }, { firstSeenAt: '2026-11-01T00:00:00.000Z' }];
  const now = '2026-11-23T00:00:00.000Z';

  test('is the last digest; before it, the first scan; null before the first listing', () => {
    expect(decideWeekStart({ allIsWellAt: '2026-11-20T00:00:00.000Z' }, states, now)).toBe('2026-11-20T00:00:00.000Z');
    expect(decideWeekStart({ allIsWellAt: null }, states, now)).toBe('2026-11-01T00:00:00.000Z');
    expect(decideWeekStart({ allIsWellAt: null }, [], now)).toBeNull();
  });

  test('ignores a digest in the future, from a wrong clock, but not one with a second of skew', () => {
    expect(decideWeekStart({ allIsWellAt: '2036-11-20T00:00:00.000Z' }, states, now)).toBe('2026-11-01T00:00:00.000Z');
    expect(decideWeekStart({ allIsWellAt: '2026-11-23T00:00:01.000Z' }, states, now)).toBe('2026-11-23T00:00:01.000Z');
  });
});
