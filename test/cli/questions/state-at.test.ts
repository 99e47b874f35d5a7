import { describe, expect, test } from '@jest/globals';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { at, entriesOf, exposure, factsOf, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

const baseline = ['10:00:01', null, { kind: 'baseline', rules: open('22') }] as const;
const changed = ['10:10:01', '10:05', { kind: 'changed', rules: open('443') }] as const;
const scans = [scan('10:00'), scan('10:05'), scan('10:10'), scan('10:15'), scan('10:20')];

describe('P6: what could reach it at T, since when, and when was that confirmed', () => {
  const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans });

  test('between two changes it is the firewall read before, confirmed by the scans around', () => {
    expect(stateAt(slice, at('10:17'))).toEqual({
      at: at('10:17'),
      status: 'known',
      entry: slice.entries[1],
      snapshot: slice.entries[1],
      exposure: exposure(open('443')),
      since: at('10:10:01'),
      notBefore: at('10:05'),
      either: [],
      gap: null,
      confirmedBefore: at('10:15'),
      confirmedAfter: at('10:20'),
      transients: [],
    });
  });

  test('within the window of a change it is either what was before, or already what came after', () => {
    for (const time of ['10:05:00.001', '10:07', '10:10:00.999']) {
      const { status, exposure: was, either } = stateAt(slice, at(time));
      expect(status).toBe('known');
      expect(was).toEqual(exposure(open('22')));
      expect(either).toEqual([{ entry: slice.entries[1], status: 'known', exposure: exposure(open('443')) }]);
    }
  });

  test('at either end of the window there is no doubt', () => {
    expect(stateAt(slice, at('10:05'))).toMatchObject({ entry: { version: 1 }, either: [] });
    expect(stateAt(slice, at('10:10:01'))).toMatchObject({ entry: { version: 2 }, either: [] });
  });

  test('a scan that saw the next state confirms nothing of the one before', () => {
    expect(stateAt(slice, at('10:04'))).toMatchObject({
      confirmedBefore: at('10:00:01'),
      confirmedAfter: at('10:05'),
    });
    expect(stateAt(slice, at('10:07'))).toMatchObject({ confirmedBefore: at('10:05'), confirmedAfter: null });
  });

  test('a scan under way confirms neither what was before nor what came after', () => {
    expect(stateAt(slice, at('10:15:05'))).toMatchObject({
      confirmedBefore: at('10:10:01'),
      confirmedAfter: at('10:20'),
    });
  });

  test('after the last scannothing is confirmed any more, and it still says what was known', () => {
    expect(stateAt(slice, at('23:00'))).toMatchObject({
      status: 'known',
      confirmedBefore: at('10:20'),
      confirmedAfter: null,
    });
  });

  test('a scan that did not list the region, or could not read the instance, confirms nothing', () => {
    const others = [
      scan('10:15', { regionsListed: ['us-east-1'] }),
      scan('10:20', { notRead: ['eu-west-1#web-1'] }),
      scan('10:25', { notRead: ['eu-west-1#web-10'] }),
    ];
    const { entries } = slice;
    expect(stateAt(sliceOf(entries, { scans: others }), at('10:12'))).toMatchObject({
      confirmedBefore: at('10:10:01'),
      confirmedAfter: at('10:25'),
    });
  });
});

describe('before it was seen', () => {
  test('nobody knows since when what the first listing found had been there', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline]), { scans });
    expect(stateAt(slice, at('01:00'))).toMatchObject({
      status: 'not-seen-yet',
      entry: null,
      snapshot: null,
      exposure: null,
      either: [{ entry: { version: 1 }, status: 'known' }],
    });
  });

  test('what appeared later was not there when a listing lacked it', () => {
    const entries = entriesOf(web1, ['10:10:01', '10:05', { kind: 'appeared', rules: open('22') }]);
    const slice = sliceOf(entries, { scans });
    expect(stateAt(slice, at('10:02'))).toMatchObject({
      status: 'not-seen-yet',
      exposure: { reach: [] },
      either: [],
      confirmedBefore: at('10:00'),
      confirmedAfter: at('10:05'),
    });
    expect(stateAt(slice, at('09:59'))).toMatchObject({ status: 'not-seen-yet', exposure: null, either: [] });
    expect(stateAt(slice, at('10:06')).either).toHaveLength(1);
  });

  test('an instance that could never be read may have existed before its gap was alerted', () => {
    const gap = { kind: 'gap', failure: failure('throttled', '10:05') } as const;
    const slice = sliceOf(entriesOf(web1, ['10:10:01', '10:00', gap]), { scans });
    expect(stateAt(slice, at('10:04'))).toMatchObject({
      status: 'not-seen-yet',
      either: [{ status: 'unknown', exposure: null }],
    });
    for (const time of ['10:05', '10:11'])
      expect(stateAt(slice, at(time))).toMatchObject({
        status: 'unknown',
        snapshot: null,
        exposure: null,
        since: null,
        confirmedBefore: null,
        confirmedAfter: null,
      });
  });

  test('without any entry it was never seen', () => {
    expect(stateAt(sliceOf([]), at('10:00'))).toMatchObject({ status: 'not-seen-yet', either: [], gap: null });
  });
});

describe('when it was gone', () => {
  const entries = entriesOf(
    web1,
    [...baseline],
    ['10:10:01', '10:05', { kind: 'gone' }],
    ['10:20:01', '10:15', { kind: 'appeared', rules: open('80'), instance: factsOf('arn:2') }],
  );
  const slice = sliceOf(entries, { scans });

  test('nothing could be reached, and that was confirmed too', () => {
    expect(stateAt(slice, at('10:12'))).toMatchObject({
      status: 'gone',
      snapshot: null,
      exposure: { reach: [], dormant: [], notes: [] },
      since: at('10:10:01'),
      notBefore: at('10:05'),
      confirmedBefore: at('10:10:01'),
      confirmedAfter: at('10:15'),
    });
  });

  test('it may have been gone already, or there again', () => {
    expect(stateAt(slice, at('10:06')).either).toMatchObject([{ status: 'gone', exposure: { reach: [] } }]);
    expect(stateAt(slice, at('10:16')).either).toMatchObject([{ status: 'known', entry: { version: 3 } }]);
  });
});

describe('in a gap', () => {
  const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;

  test('it says what was last known, since when it could not be read, and until when', () => {
    const over = ['10:20:01', '10:00', { kind: 'gap-over', failure: failure('throttled', '10:05') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap], [...over]), {
      scans: [scan('10:00'), scan('10:25')],
    });
    expect(stateAt(slice, at('10:12'))).toMatchObject({
      status: 'unknown',
      entry: { version: 2 },
      snapshot: { version: 1 },
      exposure: exposure(open('22')),
      gap: { scope: 'instance', since: at('10:05'), reason: 'throttled', until: at('10:20:01') },
      either: [],
      confirmedBefore: at('10:00:01'),
      confirmedAfter: at('10:25'),
    });
    expect(stateAt(slice, at('10:20:01'))).toMatchObject({
      status: 'known',
      snapshot: { version: 1 },
      gap: null,
      since: at('10:00:01'),
      confirmedBefore: at('10:20:01'),
    });
  });

  test('what was found after it may have been so all along', () => {
    const after = ['10:20:01', '10:00:01', { kind: 'changed', rules: open('443') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap], [...after]));
    for (const [time, status] of [
      ['10:02', 'known'],
      ['10:12', 'unknown'],
    ] as const)
      expect(stateAt(slice, at(time))).toMatchObject({ status, either: [{ entry: { version: 3 } }] });
  });

  test('it may last until now', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap]));
    expect(stateAt(slice, at('23:00')).gap).toMatchObject({ until: null });
  });
});

describe('while its region could not be listed', () => {
  const regionEntries = entriesOf(
    region,
    ['10:00:02', null, { kind: 'baseline' }],
    ['10:10:01', '10:00', { kind: 'gap', failure: failure('access-denied', '10:05') }],
    ['10:20:05', '10:00', { kind: 'gap-over' }],
  );

  test('every instance in it is unknown, though it has no entry that says so', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline]), { regionEntries });
    expect(stateAt(slice, at('10:04:59.999'))).toMatchObject({ status: 'known', gap: null });
    for (const time of ['10:05', '10:12'])
      expect(stateAt(slice, at(time))).toMatchObject({
        status: 'unknown',
        snapshot: { version: 1 },
        gap: { scope: 'region', since: at('10:05'), reason: 'access-denied', until: at('10:20:05') },
      });
    expect(stateAt(slice, at('10:20:05'))).toMatchObject({ status: 'known', gap: null });
  });

  test('what was committed of the instance since then was read, and is known', () => {
    const after = ['10:20:01', '10:00', { kind: 'changed', rules: open('443') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...after]), { regionEntries });
    expect(stateAt(slice, at('10:20')).gap).toMatchObject({ scope: 'region', until: at('10:20:01') });
    expect(stateAt(slice, at('10:20:02'))).toMatchObject({ status: 'known', entry: { version: 2 } });
  });

  test('what was gone stays gone, and what was never seen is not unknown', () => {
    const gone = entriesOf(web1, [...baseline], ['10:05:01', '10:00', { kind: 'gone' }]);
    expect(stateAt(sliceOf(gone, { regionEntries }), at('10:12')).status).toBe('gone');
    expect(stateAt(sliceOf([], { regionEntries }), at('10:12')).status).toBe('not-seen-yet');
  });

  test('a gap of the instance itself is older, and is the one in the answer', () => {
    const gap = ['10:05:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap]), { regionEntries });
    expect(stateAt(slice, at('10:12')).gap).toMatchObject({ scope: 'instance', reason: 'throttled' });
  });
});

describe('where the entries do not say it all', () => {
  test('an instant within the scan that found a change may belong to the next one already', () => {
    const next = ['10:15:01', '10:10', { kind: 'changed', rules: open('80') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed], [...next]));
    expect(stateAt(slice, at('10:10:00.500')).either).toMatchObject([
      { entry: { version: 2 } },
      { entry: { version: 3 } },
    ]);
    expect(stateAt(slice, at('10:09')).either).toMatchObject([{ entry: { version: 2 } }]);
  });

  test('a change without a beginning came after the one before it had begun', () => {
    const later = ['10:20:01', null, { kind: 'changed', rules: open('80') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed], [...later]));
    expect(stateAt(slice, at('10:05')).either).toEqual([]);
    expect(stateAt(slice, at('10:06')).either).toMatchObject([{ entry: { version: 2 } }, { entry: { version: 3 } }]);
    expect(stateAt(slice, at('10:21')).notBefore).toBeNull();
  });

  test('a window begins earlier where the scan that it names says that it did not read the instance', () => {
    const noted = [scan('10:00'), scan('10:05', { notRead: ['eu-west-1#web-1'] }), scan('10:10')];
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans: noted });
    expect(stateAt(slice, at('10:03')).either).toHaveLength(1);
    expect(stateAt(slice, at('10:00')).either).toMatchObject([{ entry: { version: 1 } }]);
    expect(stateAt(slice, at('10:11')).notBefore).toBe(at('10:00'));
  });

  test('a window begins where the entry says, where that scan was not noted, whatever the one before it could read', () => {
    const noted = [scan('10:00'), scan('10:04', { notRead: ['eu-west-1#web-1'] }), scan('10:10')];
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans: noted });
    expect(stateAt(slice, at('10:05')).either).toEqual([]);
    expect(stateAt(slice, at('10:11')).notBefore).toBe(at('10:05'));
  });

  test('an expired entry leaves a time about which nothing is known', () => {
    const all = entriesOf(web1, [...baseline], [...changed], ['10:20:01', '10:15', { kind: 'gone' }]);
    const slice = sliceOf(all.filter(({ version }) => version !== 2));
    for (const time of ['10:00:01', '10:12'])
      expect(stateAt(slice, at(time))).toMatchObject({
        status: 'unknown',
        gap: { scope: 'instance', since: at('10:00:01'), reason: 'expired', until: at('10:20:01') },
        confirmedBefore: null,
        confirmedAfter: null,
      });
    expect(stateAt(slice, at('10:20:01')).status).toBe('gone');
  });

  test('a first entry that has expired is not "not seen yet"', () => {
    const [, second] = entriesOf(web1, [...baseline], [...changed]);
    const slice = sliceOf(second ? [second] : []);
    expect(stateAt(slice, at('10:00'))).toMatchObject({
      status: 'unknown',
      exposure: null,
      gap: { since: null, reason: 'expired', until: at('10:10:01') },
    });
  });

  test('an entry whose rules have expired stands for something that nobody knows any more', () => {
    const over = ['10:20:01', '10:00', { kind: 'gap-over' }] as const;
    const [, second] = entriesOf(web1, [...baseline], [...over]);
    const slice = sliceOf(second ? [second] : []);
    expect(stateAt(slice, at('10:21'))).toMatchObject({
      status: 'unknown',
      exposure: null,
      gap: { reason: 'expired', until: null },
    });
  });
});

describe('what flapped, and what has expired', () => {
  const flapped = { kind: 'flapped', changedAfter: at('10:15'), changedBefore: at('10:16') } as const;

  test.each([
    ['the first entry', 1],
    ['a change', 2],
  ])('%s that has expired is not passed over for a flap that came after it', (_, expired) => {
    const all = entriesOf(web1, [...baseline], [...changed], ['10:20:01', null, flapped]);
    const slice = sliceOf(all.filter(({ version }) => version >= 3 || version < expired));
    expect(stateAt(slice, at('10:21'))).toMatchObject({ status: 'unknown', gap: { reason: 'expired' } });
  });

  test('no scan confirms a state beyond the last that is known of it', () => {
    const gap = ['10:05:01', '10:00', { kind: 'gap' }] as const;
    const after = ['10:20:01', '10:15', { kind: 'gone' }] as const;
    const all = entriesOf(web1, [...baseline], [...gap], [...changed], [...after]);
    const slice = sliceOf(
      all.filter(({ version }) => version !== 3),
      { scans: [scan('10:00'), scan('10:10'), scan('10:15')] },
    );
    // The expired change was found after the gap, and may have happened before it.
    expect(stateAt(slice, at('10:01'))).toMatchObject({
      status: 'unknown',
      gap: { reason: 'expired' },
      confirmedAfter: null,
    });
  });
});

describe('what flapped', () => {
  const transient = {
    kind: 'flapped',
    changedAfter: at('10:06:10'),
    changedBefore: at('10:07:20'),
    opened: exposure(open('3306')).reach,
  } as const;
  const entries = entriesOf(web1, [...baseline], ['10:40:01', null, transient]);

  test('was open from the call that opened it to the call that closed it, however late it was found', () => {
    const slice = sliceOf(entries, { scans });
    for (const time of ['10:06:10', '10:07', '10:07:20'])
      expect(stateAt(slice, at(time))).toMatchObject({ status: 'known', transients: [{ kind: 'flapped' }] });
    for (const time of ['10:06:09.999', '10:07:20.001', '10:41'])
      expect(stateAt(slice, at(time)).transients).toEqual([]);
  });

  test('leaves the state as it is', () => {
    expect(stateAt(sliceOf(entries), at('10:41'))).toMatchObject({
      status: 'known',
      entry: { version: 1 },
      snapshot: { version: 1 },
    });
  });

  test('ends a gap where it says so', () => {
    const ended = { ...transient, failure: failure('throttled', '10:05') };
    const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const still = sliceOf(entriesOf(web1, [...baseline], [...gap], ['10:40:01', null, transient]));
    const over = sliceOf(entriesOf(web1, [...baseline], [...gap], ['10:40:01', null, ended]));
    expect(stateAt(still, at('10:41')).status).toBe('unknown');
    expect(stateAt(over, at('10:30')).gap).toMatchObject({ until: at('10:40:01') });
    expect(stateAt(over, at('10:41'))).toMatchObject({ status: 'known', confirmedBefore: at('10:40:01') });
  });

  test('without a beginning counts at the instant that is certain', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline], ['10:40:01', null, { ...transient, changedAfter: null }]));
    expect(stateAt(slice, at('10:07:20')).transients).toHaveLength(1);
    expect(stateAt(slice, at('10:07:19')).transients).toEqual([]);
  });
});

test('a slice of the history gives the same answer as the whole history', () => {
  const gap = ['10:15:01', '10:10', { kind: 'gap', failure: failure('throttled', '10:15') }] as const;
  const after = ['10:30:01', '10:10', { kind: 'changed', rules: open('80') }] as const;
  const last = ['10:40:01', '10:35', { kind: 'gone' }] as const;
  const all = entriesOf(web1, [...baseline], [...changed], [...gap], [...after], [...last]);
  const slice = all.slice(1, 4);
  for (const time of ['10:15:01', '10:20', '10:30'])
    expect(stateAt(sliceOf(slice, { scans }), at(time))).toEqual(stateAt(sliceOf(all, { scans }), at(time)));
});

test('P6: an instance was not there before its first listing, if a scan that left out its empty region names an earlier listing', () => {
  const entries = entriesOf(web1, ['12:00:01', '11:00', { kind: 'appeared', rules: open('22') }]);
  const scans = [scan('10:25', { regionsListed: [], regionsNotDue: { [at('10:00')]: ['eu-west-1'] } }), scan('11:00')];
  const { status, exposure: reachable } = stateAt(sliceOf(entries, { scans }), at('10:30'));
  expect([status, reachable?.reach]).toEqual(['not-seen-yet', []]);
});
