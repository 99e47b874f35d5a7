/** The rows of `portwatch doctor` about the schedule, the scans, and what cannot be read. */
import { describe, expect, test } from '@jest/globals';
import {
  decideCompleteScan,
  decideLastScan,
  decideReadability,
  decideSchedule,
  decideWaitingAlerts,
} from '../../../cli/commands/doctor/decide/decide-scans.ts';
import type { RowStatus } from '../../../cli/commands/doctor/row.ts';
import { account, ago, now, place } from './samples.ts';

describe('the schedule', () => {
  test('of the collector has an interval of its own', () => {
    const collector = { ...facts, expression: 'rate(1 minute)', input: '{"portwatch":"collect"}' };
    const check = { name: 'Collecting', facts: collector, scanFunction: 'Scan', scanEveryMinutes: 5, now };
    expect(decideSchedule(check, place)).toMatchObject({
      status: 'ok',
      found: 'enabled, rate(1 minute), for the collector',
    });
  });

  const facts = {
    isEnabled: true,
    input: '{}',
    expression: 'rate(5 minutes)',
    target: 'arn:aws:lambda:eu-west-1:1:function:Scan',
    startsAt: null,
    endsAt: null,
  };
  const decide = (
    changed: Partial<typeof facts | { endsAt: string; startsAt: string }>,
    scanEveryMinutes: number | null = 5,
  ) =>
    decideSchedule({ name: 'S', facts: { ...facts, ...changed }, scanFunction: 'Scan', scanEveryMinutes, now }, place);

  test.each<[string, Partial<typeof facts | { endsAt: string; startsAt: string }>, number | null, RowStatus, string]>([
    ['as deployed', {}, 5, 'ok', 'enabled, rate(5 minutes)'],
    ['of an hour', { expression: 'rate(1 hour)' }, 60, 'ok', 'enabled, rate(1 hour)'],
    ['of a day', { expression: 'rate(1 day)' }, 1440, 'ok', 'enabled, rate(1 day)'],
    ['of settings that are not known', { expression: 'rate(7 minutes)' }, null, 'ok', 'enabled, rate(7 minutes)'],
    [
      'that has not begun',
      { startsAt: '2026-11-23T12:05:00.000Z' },
      5,
      'ok',
      'enabled, rate(5 minutes), from 2026-11-23T12:05:00.000Z on',
    ],
    ['that has begun', { startsAt: '2026-11-23T11:05:00.000Z' }, 5, 'ok', 'enabled, rate(5 minutes)'],
    ['disabled', { isEnabled: false }, 5, 'failure', 'the schedule is disabled: no scan starts'],
    [
      'that has ended',
      { endsAt: '2026-11-23T12:00:00.000Z' },
      5,
      'failure',
      'the schedule ended on 2026-11-23T12:00:00.000Z: no scan starts',
    ],
    [
      'of another function',
      { target: 'arn:aws:lambda:eu-west-1:1:function:Other' },
      5,
      'failure',
      'the schedule starts arn:aws:lambda:eu-west-1:1:function:Other, which is not the scan function',
    ],
    [
      'of another interval',
      { expression: 'rate(1 hour)' },
      5,
      'warning',
      'the schedule is rate(1 hour), and the last scan worked with an interval of 5 minutes',
    ],
    [
      'of another kind',
      { expression: 'cron(0 10 * * ? *)' },
      5,
      'warning',
      'the schedule is cron(0 10 * * ? *), and the last scan worked with an interval of 5 minutes',
    ],
  ])('%s', (_, changed, interval, status, found) => {
    expect(decide(changed, interval)).toMatchObject({ status, found });
  });
});

describe('the scans', () => {
  test.each<[number | null, number, RowStatus]>([
    [5, 5, 'ok'],
    [11, 5, 'ok'],
    [12, 5, 'warning'],
    [30, 5, 'warning'],
    [31, 5, 'failure'],
    [1440, 1440, 'ok'],
    [3000, 1440, 'warning'],
    [4321, 1440, 'failure'],
    [null, 5, 'failure'],
  ])('the last scan began %p minutes ago, with an interval of %p: %s', (minutes, scanEveryMinutes, status) => {
    const check = { startedAt: minutes === null ? null : ago(minutes), scanEveryMinutes, now };
    expect(decideLastScan(check, place).status).toBe(status);
  });

  const complete = {
    startedAt: ago(5),
    scanEveryMinutes: 5,
    now,
    searchedDays: 3,
    regionsFailed: {},
    notRead: [],
    isNewestComplete: true,
  };

  test.each<[string, Partial<Parameters<typeof decideCompleteScan>[0]>, RowStatus, string]>([
    ['the newest', {}, 'ok', 'the last complete scan began 5 min ago (2026-11-23T11:55:00.000Z)'],
    [
      'an earlier one',
      { isNewestComplete: false, notRead: ['eu-west-1#web-1'] },
      'warning',
      'the last complete scan began 5 min ago (2026-11-23T11:55:00.000Z); the newest scan lacks eu-west-1 web-1',
    ],
    [
      'one long ago',
      { startedAt: ago(31) },
      'failure',
      'the last complete scan began 31 min ago (2026-11-23T11:29:00.000Z)',
    ],
    [
      'none',
      { startedAt: null, isNewestComplete: false, regionsFailed: { 'us-east-1': 'throttled' } },
      'failure',
      'no scan of the last 3 days was complete; the newest scan lacks us-east-1 (throttled)',
    ],
  ])('the last complete scan is %s', (_, changed, status, found) => {
    expect(decideCompleteScan({ ...complete, ...changed }, place)).toMatchObject({ status, found });
  });

  test.each<[number, RowStatus]>([
    [30, 'warning'],
    [31, 'failure'],
  ])('an alert that waits for %p minutes: %s', (minutes, status) => {
    expect(decideWaitingAlerts({ count: 2, oldestAt: ago(minutes) }, { scanEveryMinutes: 5, now }, place).status).toBe(
      status,
    );
  });
});

describe('regions and instances', () => {
  const region = { account, region: 'us-east-1', instanceName: null };
  const failure = {
    reason: 'access-denied',
    message: 'no',
    since: ago(60),
    sinceScan: 1,
    confirmedAt: null,
    gapAt: null,
  } as const;
  const state = { resource: region, failure, baselinedAt: ago(600), status: 'unknown' } as const;

  test.each<[string, Parameters<typeof decideReadability>[0][number], RowStatus]>([
    ['a region that was listed', state, 'failure'],
    ['a region that access was always denied to', { ...state, baselinedAt: null }, 'warning'],
    [
      'a region that is not enabled',
      { ...state, baselinedAt: null, failure: { ...failure, reason: 'region-not-enabled' } },
      'ok',
    ],
    ['an instance', { ...state, resource: { ...region, instanceName: 'web-1' }, baselinedAt: null }, 'failure'],
    ['an instance that is gone', { ...state, resource: { ...region, instanceName: 'web-1' }, status: 'gone' }, 'ok'],
    ['a region that can be read', { ...state, failure: null, status: 'known' }, 'ok'],
  ])('%s', (_, given, status) => {
    expect(decideReadability([given], [], [], null, place).map((row) => row.status)).toEqual([status]);
  });

  test('P5: what Lightsail lists without a name is a failure, and not "every region and instance can be read"', () => {
    const nameless = [
      { account, region: 'eu-west-1' },
      { account, region: null },
    ];
    const rows = decideReadability([], [], nameless, null, place);
    expect(rows.map(({ status, resource, found }) => [status, resource, found])).toEqual([
      ['failure', 'eu-west-1', 'Lightsail lists an instance without a name, so nobody can read it'],
      ['failure', 'a region', 'Lightsail lists a region without a name, so nobody can read it'],
    ]);
  });
});
