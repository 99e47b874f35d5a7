import { describe, expect, test } from '@jest/globals';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { at, entriesOf, exposure, factsOf, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

const baseline = ['10:00:01', null, { kind: 'baseline', rules: open('22') }] as const;
const changed = ['10:10:01', '10:05', { kind: 'changed', rules: open('443') }] as const;
const scans = [scan('10:00'), scan('10:05'), scan('10:10'), scan('10:15'), scan('10:20')];

describe('P6: the state of an instance at an instant, its beginning, and the scans that confirmed it', () => {
  const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans });

  test('between two changes, the state is the firewall of the last read, confirmed by the scan before and the scan after', () => {
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

  test('within the window of a change, the answer has the state before the change, and the state after it as possible', () => {
    for (const time of ['10:05:00.001', '10:07', '10:10:00.999']) {
      const { status, exposure: was, either } = stateAt(slice, at(time));
      expect(status).toBe('known');
      expect(was).toEqual(exposure(open('22')));
      expect(either).toEqual([{ entry: slice.entries[1], status: 'known', exposure: exposure(open('443')) }]);
    }
  });

  test('at both ends of the window, only one state is possible', () => {
    expect(stateAt(slice, at('10:05'))).toMatchObject({ entry: { version: 1 }, either: [] });
    expect(stateAt(slice, at('10:10:01'))).toMatchObject({ entry: { version: 2 }, either: [] });
  });

  test('a scan that observed the next state does not confirm the earlier state', () => {
    expect(stateAt(slice, at('10:04'))).toMatchObject({
      confirmedBefore: at('10:00:01'),
      confirmedAfter: at('10:05'),
    });
    expect(stateAt(slice, at('10:07'))).toMatchObject({ confirmedBefore: at('10:05'), confirmedAfter: null });
  });

  test('a scan that is running at the instant confirms no state', () => {
    expect(stateAt(slice, at('10:15:05'))).toMatchObject({
      confirmedBefore: at('10:10:01'),
      confirmedAfter: at('10:20'),
    });
  });

  test('after the last scan, the answer is the last known state, and no later scan confirms it', () => {
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

describe('before the instance was first observed', () => {
  test('before the first listing, the answer is "not-seen-yet", and the state that the listing found is possible', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline]), { scans });
    expect(stateAt(slice, at('01:00'))).toMatchObject({
      status: 'not-seen-yet',
      entry: null,
      snapshot: null,
      exposure: null,
      either: [{ entry: { version: 1 }, status: 'known' }],
    });
  });

  test('an instance did not exist at the time of a listing that does not contain it', () => {
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

  test('an instance that was never read may have existed before its gap was alerted', () => {
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

  test('without any entry, the answer is "not-seen-yet"', () => {
    expect(stateAt(sliceOf([]), at('10:00'))).toMatchObject({ status: 'not-seen-yet', either: [], gap: null });
  });
});

describe('while the instance does not exist', () => {
  const entries = entriesOf(
    web1,
    [...baseline],
    ['10:10:01', '10:05', { kind: 'gone' }],
    ['10:20:01', '10:15', { kind: 'appeared', rules: open('80'), instance: factsOf('arn:2') }],
  );
  const slice = sliceOf(entries, { scans });

  test('the exposure is empty, and scans confirm that the instance is gone', () => {
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

  test('within the window of a deletion or an arrival, the next state is possible', () => {
    expect(stateAt(slice, at('10:06')).either).toMatchObject([{ status: 'gone', exposure: { reach: [] } }]);
    expect(stateAt(slice, at('10:16')).either).toMatchObject([{ status: 'known', entry: { version: 3 } }]);
  });
});

describe('in a gap', () => {
  const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;

  test('the answer has the last known state, and the start and the end of the gap', () => {
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

  test('a state that was found after the gap is possible since the last read before the gap', () => {
    const after = ['10:20:01', '10:00:01', { kind: 'changed', rules: open('443') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap], [...after]));
    for (const [time, status] of [
      ['10:02', 'known'],
      ['10:12', 'unknown'],
    ] as const)
      expect(stateAt(slice, at(time))).toMatchObject({ status, either: [{ entry: { version: 3 } }] });
  });

  test('a gap without an end entry is open', () => {
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

  test('every instance of the region is unknown, also without an entry of its own about the gap', () => {
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

  test('an entry of a later read ends the gap for its instance', () => {
    const after = ['10:20:01', '10:00', { kind: 'changed', rules: open('443') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...after]), { regionEntries });
    expect(stateAt(slice, at('10:20')).gap).toMatchObject({ scope: 'region', until: at('10:20:01') });
    expect(stateAt(slice, at('10:20:02'))).toMatchObject({ status: 'known', entry: { version: 2 } });
  });

  test('a deleted instance stays gone, and an instance that was never observed stays "not-seen-yet"', () => {
    const gone = entriesOf(web1, [...baseline], ['10:05:01', '10:00', { kind: 'gone' }]);
    expect(stateAt(sliceOf(gone, { regionEntries }), at('10:12')).status).toBe('gone');
    expect(stateAt(sliceOf([], { regionEntries }), at('10:12')).status).toBe('not-seen-yet');
  });

  test('if the instance has an older gap of its own, the answer has this gap', () => {
    const gap = ['10:05:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap]), { regionEntries });
    expect(stateAt(slice, at('10:12')).gap).toMatchObject({ scope: 'instance', reason: 'throttled' });
  });
});

describe('if the entries alone do not give the answer', () => {
  test('at an instant within the scan that found a change, the next change is possible, too', () => {
    const next = ['10:15:01', '10:10', { kind: 'changed', rules: open('80') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed], [...next]));
    expect(stateAt(slice, at('10:10:00.500')).either).toMatchObject([
      { entry: { version: 2 } },
      { entry: { version: 3 } },
    ]);
    expect(stateAt(slice, at('10:09')).either).toMatchObject([{ entry: { version: 2 } }]);
  });

  test('a change without a start of its window was made after the start of the window of the change before it', () => {
    const later = ['10:20:01', null, { kind: 'changed', rules: open('80') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed], [...later]));
    expect(stateAt(slice, at('10:05')).either).toEqual([]);
    expect(stateAt(slice, at('10:06')).either).toMatchObject([{ entry: { version: 2 } }, { entry: { version: 3 } }]);
    expect(stateAt(slice, at('10:21')).notBefore).toBeNull();
  });

  test('a window begins at an earlier scan if the scan that the entry names did not read the instance', () => {
    const noted = [scan('10:00'), scan('10:05', { notRead: ['eu-west-1#web-1'] }), scan('10:10')];
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans: noted });
    expect(stateAt(slice, at('10:03')).either).toHaveLength(1);
    expect(stateAt(slice, at('10:00')).either).toMatchObject([{ entry: { version: 1 } }]);
    expect(stateAt(slice, at('10:11')).notBefore).toBe(at('10:00'));
  });

  test('a window begins at the instant that the entry names if the scan of that instant has no scan item', () => {
    const noted = [scan('10:00'), scan('10:04', { notRead: ['eu-west-1#web-1'] }), scan('10:10')];
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed]), { scans: noted });
    expect(stateAt(slice, at('10:05')).either).toEqual([]);
    expect(stateAt(slice, at('10:11')).notBefore).toBe(at('10:05'));
  });

  test('the state is unknown between the entries before and after an expired entry', () => {
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

  test('before the oldest entry that remains, the state is unknown and not "not seen yet" if the first entry has expired', () => {
    const [, second] = entriesOf(web1, [...baseline], [...changed]);
    const slice = sliceOf(second ? [second] : []);
    expect(stateAt(slice, at('10:00'))).toMatchObject({
      status: 'unknown',
      exposure: null,
      gap: { since: null, reason: 'expired', until: at('10:10:01') },
    });
  });

  test('the state is unknown if the entry that holds its rules has expired', () => {
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

describe('transient changes and expired entries', () => {
  const flapped = { kind: 'flapped', changedAfter: at('10:15'), changedBefore: at('10:16') } as const;

  test.each([
    ['the first entry', 1],
    ['a change', 2],
  ])('if %s has expired, a later transient change does not make the state known', (_, expired) => {
    const all = entriesOf(web1, [...baseline], [...changed], ['10:20:01', null, flapped]);
    const slice = sliceOf(all.filter(({ version }) => version >= 3 || version < expired));
    expect(stateAt(slice, at('10:21'))).toMatchObject({ status: 'unknown', gap: { reason: 'expired' } });
  });

  test('no scan after the last known entry before an expired entry confirms the state', () => {
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

describe('a transient change', () => {
  const transient = {
    kind: 'flapped',
    changedAfter: at('10:06:10'),
    changedBefore: at('10:07:20'),
    opened: exposure(open('3306')).reach,
  } as const;
  const entries = entriesOf(web1, [...baseline], ['10:40:01', null, transient]);

  test('is in the answers from its first call to its last call, however late it was found', () => {
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

  test('ends a gap if its entry contains the failure of the gap', () => {
    const ended = { ...transient, failure: failure('throttled', '10:05') };
    const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const still = sliceOf(entriesOf(web1, [...baseline], [...gap], ['10:40:01', null, transient]));
    const over = sliceOf(entriesOf(web1, [...baseline], [...gap], ['10:40:01', null, ended]));
    expect(stateAt(still, at('10:41')).status).toBe('unknown');
    expect(stateAt(over, at('10:30')).gap).toMatchObject({ until: at('10:40:01') });
    expect(stateAt(over, at('10:41'))).toMatchObject({ status: 'known', confirmedBefore: at('10:40:01') });
  });

  test('without a start is only in the answer for its last instant', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline], ['10:40:01', null, { ...transient, changedAfter: null }]));
    expect(stateAt(slice, at('10:07:20')).transients).toHaveLength(1);
    expect(stateAt(slice, at('10:07:19')).transients).toEqual([]);
  });
});

test('a part of the history gives the same answer as the whole history', () => {
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
