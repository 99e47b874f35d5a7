import { describe, expect, test } from '@jest/globals';
import { monthsBetween, parseTimelineSortKey, timelineKeys } from '../../lambda/contract/timeline-index.ts';

const account = '123456789012';
const at = '2026-11-23T10:05:02.120Z';
const web1 = { account, region: 'eu-west-1', instanceName: 'web-1' };
const wholeRegion = { ...web1, instanceName: null };

describe('the index timeline', () => {
  test.each([web1, wholeRegion, { ...web1, instanceName: 'odd#name' }])(
    '%o is read back from its sort key',
    (resource) => {
      const { timelineMonth, timelineAt = '' } = timelineKeys(resource, at);
      expect(timelineMonth).toBe('123456789012#2026-11');
      expect(parseTimelineSortKey(account, timelineAt)).toEqual({ at, resource });
    },
  );

  test.each([
    ['2026-11-30T23:59:59.999Z', '2026-11-30T23:59:59.999Z', ['2026-11']],
    ['2026-11-30T23:59:59.999Z', '2027-02-01T00:00:00.000Z', ['2026-11', '2026-12', '2027-01', '2027-02']],
    ['2026-11-01T00:00:00.000Z', '2026-10-31T00:00:00.000Z', []],
  ])('from %s to %s: %j', (from, until, months) => {
    expect(monthsBetween(from, until)).toEqual(months);
  });
});
