import { describe, expect, test } from '@jest/globals';
import type { HistorySlice } from '../../../cli/questions/history-slice.ts';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { listUnreadSpans } from '../../../cli/questions/unread-spans.ts';
import { at, entriesOf, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

const baseline = ['09:00:01', null, { kind: 'baseline', rules: open('80') }] as const;
const unread = { notRead: ['eu-west-1#web-1'] };
const unlisted = { regionsListed: ['us-east-1'], regionsFailed: { 'eu-west-1': 'throttled' } };
const web = entriesOf(web1, [...baseline]);

const outline = (...slice: Parameters<typeof sliceOf>) =>
  listUnreadSpans(sliceOf(...slice)).map(
    ({ scope, since, reason, until }) => `${scope} ${reason} ${since.slice(11, 19)} ${until?.slice(11, 19) ?? 'on'}`,
  );

describe('P4: a scan that could not read it makes it unknown from its start, whether or not that was alerted', () => {
  test.each([
    ['the instance was not read', [scan('09:05', unread)], ['instance not-read 09:05:00 on']],
    ['its region was not listed', [scan('09:05', unlisted)], ['region throttled 09:05:00 on']],
    [
      'its region was left out of the scan',
      [scan('09:05', { regionsListed: ['us-east-1'] })],
      ['region not-watched 09:05:00 on'],
    ],
    [
      'its region was known to be empty, and not due',
      [scan('09:05', { regionsListed: [], regionsNotDue: { [at('08:55')]: ['eu-west-1'] } })],
      [],
    ],
    ['another instance was not read', [scan('09:05', { notRead: ['eu-west-1#web-10'] })], []],
    [
      'until the end of the scan that read it again',
      [scan('09:00'), scan('09:05', unread), scan('09:10'), scan('09:15')],
      ['instance not-read 09:05:00 09:10:10'],
    ],
    [
      'one span, where the instance and its region fail in turn',
      [scan('09:05', unread), scan('09:10', unlisted), scan('09:15', unread), scan('09:20')],
      ['instance not-read 09:05:00 09:20:10'],
    ],
    [
      'two spans, where a scan between them read it',
      [scan('09:05', unread), scan('09:10'), scan('09:15', unlisted), scan('09:20')],
      ['instance not-read 09:05:00 09:10:10', 'region throttled 09:15:00 09:20:10'],
    ],
    [
      'a scan that began before the scan that failed does not end it',
      [scan('09:05', unread), scan('09:09'), scan('09:09:05', unread), scan('09:20')],
      ['instance not-read 09:05:00 09:20:10'],
    ],
  ])('%s', (_, scans, expected) => {
    expect(outline(web, { scans })).toEqual(expected);
  });

  test('an entry of a later read ends it before the scan ends, and the recorded gap gives the reason', () => {
    const gap = ['09:10:01', '09:00', { kind: 'gap', failure: failure('throttled', '09:05') }] as const;
    const over = ['09:15:01', '09:00', { kind: 'gap-over', failure: failure('throttled', '09:05') }] as const;
    const scans = [scan('09:05', unread), scan('09:10', unread), scan('09:15')];
    const entries = entriesOf(web1, [...baseline], [...gap], [...over]);
    expect(outline(entries, { scans })).toEqual(['instance throttled 09:05:00 09:15:01']);
    // The answer is the same without scan items, because a scan that dies writes none.
    expect(outline(entries)).toEqual(['instance throttled 09:05:00 09:15:01']);
  });

  test('that a region can be listed again does not end the gap of an instance that its scan could not read', () => {
    const regionEntries = entriesOf(
      region,
      ['09:00:02', null, { kind: 'baseline' }],
      ['09:10:01', '09:00', { kind: 'gap', failure: failure('throttled', '09:05') }],
      ['09:15:05', '09:00', { kind: 'gap-over', failure: failure('throttled', '09:05') }],
    );
    expect(outline(web, { regionEntries })).toEqual(['region throttled 09:05:00 09:15:05']);
    const scans = [scan('09:05', unlisted), scan('09:10', unlisted), scan('09:15', unread)];
    expect(outline(web, { regionEntries, scans })).toEqual(['region throttled 09:05:00 on']);
  });

  test('an instance that does not exist does not count as unread, unless a scan lists it and cannot read it', () => {
    const scans = [scan('09:05', unlisted), scan('09:10'), scan('09:15', unread)];
    expect(outline([], { scans })).toEqual(['instance not-read 09:15:00 on']);
    const gone = entriesOf(web1, [...baseline], ['09:02', '09:00', { kind: 'gone' }]);
    expect(outline(gone, { scans })).toEqual(['instance not-read 09:15:00 on']);
    expect(stateAt(sliceOf(gone, { scans }), at('09:07')).status).toBe('gone');
    expect(stateAt(sliceOf(gone, { scans }), at('09:15'))).toMatchObject({ status: 'unknown', exposure: null });
  });
});

describe('P4: if no scan item remains, each scan after a read may have failed', () => {
  const expiredScans = [{ from: at('10:00'), until: at('12:00') }];
  const changed = ['11:00', '10:55', { kind: 'changed', rules: open('443') }] as const;
  const expired = (since: string, until: string) => `instance expired ${since} ${until}`;
  const gap = [
    ['11:00', '10:50', { kind: 'gap', failure: failure('throttled', '10:55') }],
    ['11:10', '10:50', { kind: 'gap-over', failure: failure('throttled', '10:55') }],
  ] as const;
  const gone = ['11:00', '10:55', { kind: 'gone' }] as const;
  const later = ['13:00', '12:55', { kind: 'changed', rules: open('443') }] as const;
  const scans = [scan('12:30')];
  const back = '12:30:10';

  test.each<[string, Parameters<typeof entriesOf>[1][], HistorySlice['scans'], string[]]>([
    [
      'from the start of the time to the end of the first scan whose note remains',
      [],
      scans,
      [expired('10:00:00', back)],
    ],
    ['and on, if no note remains', [], [], [expired('10:00:00', 'on')]],
    ['a scan before the time ends nothing', [], [scan('09:55'), ...scans], [expired('10:00:00', back)]],
    [
      'a note within the time shows that later ones remain',
      [[...changed]],
      [scan('10:30'), ...scans],
      [expired('10:00:00', '10:30:10')],
    ],
    ['a note at the start of the time shows that none has expired', [[...changed]], [scan('10:00')], []],
    ['an entry is a read', [[...changed]], scans, [expired('10:00:00', '11:00:00'), expired('11:00:00', back)]],
    ['an entry after the time ends it', [[...later]], [], [expired('10:00:00', '13:00:00')]],
    ['until the instance was gone', [[...gone]], scans, [expired('10:00:00', '11:00:00')]],
    [
      'a recorded gap keeps its reason',
      gap.map((one) => [...one]),
      scans,
      [expired('10:00:00', '10:55:00'), 'instance throttled 10:55:00 11:10:00', expired('11:10:00', back)],
    ],
    [
      'the first note that remains may be of a scan that failed',
      [],
      [scan('12:30', unread)],
      [expired('10:00:00', '12:30:00'), 'instance not-read 12:30:00 on'],
    ],
  ])('%s', (_, entries, noted, expected) => {
    expect(outline(entriesOf(web1, [...baseline], ...entries), { scans: noted, expiredScans })).toEqual(expected);
  });

  test('an instance does not count as unread before its first entry', () => {
    const appeared = entriesOf(web1, ['11:00', '10:55', { kind: 'appeared', rules: open('80') }]);
    expect(outline(appeared, { scans, expiredScans })).toEqual([expired('11:00:00', back)]);
  });

  test('the entries still show when the state was confirmed', () => {
    const slice = sliceOf(web, { scans, expiredScans });
    const confirmed = { confirmedBefore: at('09:00:01'), confirmedAfter: at('12:30') };
    expect(stateAt(slice, at('11:00'))).toMatchObject({ status: 'unknown', gap: { reason: 'expired' }, ...confirmed });
    expect(stateAt(slice, at('09:59'))).toMatchObject({ status: 'known' });
  });
});

describe('P6: "unknown since 09:05, last confirmed 09:00"', () => {
  const scans = [scan('09:00'), scan('09:05', unread), scan('09:10', unlisted), scan('09:15')];
  const slice = sliceOf(web, { scans });

  test.each(['09:05', '09:07', '09:12', '09:15:09.999'])('at %s, in every later answer', (time) => {
    expect(stateAt(slice, at(time))).toMatchObject({
      status: 'unknown',
      snapshot: { version: 1 },
      gap: { scope: 'instance', since: at('09:05'), reason: 'not-read', until: at('09:15:10') },
      confirmedBefore: at('09:00:01'),
    });
  });

  test.each(['09:04:59.999', '09:15:10'])('not at %s', (time) => {
    expect(stateAt(slice, at(time))).toMatchObject({ status: 'known', gap: null });
  });

  test('a gap that is recorded later has begun with the first scan that failed, of whatever kind', () => {
    const gap = ['09:15:01', '09:00', { kind: 'gap', failure: failure('throttled', '09:10') }] as const;
    const failing = [scan('09:00'), scan('09:05', unlisted), scan('09:10', unread), scan('09:15', unread)];
    const state = stateAt(sliceOf(entriesOf(web1, [...baseline], [...gap]), { scans: failing }), at('09:20'));
    expect(state.gap).toEqual({ scope: 'instance', since: at('09:05'), reason: 'throttled', until: null });
  });
});
