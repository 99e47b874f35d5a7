import { describe, expect, test } from '@jest/globals';
import type { Attribution } from '../../../lambda/history/attribution.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import {
  decideSpan,
  decideWaitStart,
  decideWaitsUntil,
  isPassDue,
  isWaiting,
  listNames,
  listRecent,
  listRegions,
} from '../../../lambda/scan/decide/decide-lookup.ts';
import type { CallState } from '../../../lambda/scan/interfaces.ts';
import { at, knownInstance, knownRegion, now, web, webEntry } from './samples.ts';

const passed = (passedAt: string, waitsUntil: string | null = null): CallState => {
  return { passedAt: at(passedAt), doneUntil: {}, waitsUntil, toldDenied: [] };
};
const changedAt = (lastAt: string): LatestState => ({ ...knownInstance, lastAt: at(lastAt) });
/** The last change was at 07:00, more than three hours before 10:15. */
const quiet = changedAt('07:00');
const byEvent = (fit: Attribution['fit']): Attribution => ({ calls: [], fit, foundBy: 'event', foundAt: '' });
const entryOf = (fields: Partial<HistoryEntry>) => webEntry('10:00', { version: 3, ...fields });

test.each<[string, CallState | null, LatestState[], boolean]>([
  ['no instance is known', null, [knownRegion], false],
  ['no pass was made yet', null, [quiet], true],
  ['the last pass was 14.5 minutes ago', passed('10:00'), [quiet], true],
  ['the last pass was less than 14.5 minutes ago', passed('10:01'), [quiet], false],
  ['the clock went back', passed('10:20'), [quiet], true],
  ['a change has no attribution yet', passed('10:10', at('12:00')), [quiet], true],
  ['a change has no attribution, and its time is over', passed('10:10', at('10:15')), [quiet], false],
  [
    'a change has no attribution, and the last pass was less than 4 minutes ago',
    passed('10:12', at('12:00')),
    [quiet],
    false,
  ],
  ['an instance changed since the last pass', passed('10:10'), [changedAt('10:13')], true],
  ['an instance changed before the last pass', passed('10:10'), [changedAt('10:05')], false],
])('a pass is due or not: %s', (_, state, states, expected) => {
  expect(isPassDue(state, states, now)).toBe(expected);
});

test.each<[string, LatestState[], number]>([
  ['with an entry of the last three hours', [changedAt('07:16')], 1],
  ['with an entry that is one second older', [changedAt('07:15')], 0],
  ['without an entry', [{ ...knownInstance, lastAt: null }], 0],
  ['of a first listing', [{ ...knownInstance, version: 1, lastAt: at('08:00') }, knownRegion], 0],
  ['that appeared after the first listing', [{ ...knownInstance, version: 1, lastAt: at('08:01') }, knownRegion], 1],
  ['that is a region', [{ ...knownRegion, lastAt: at('10:00') }], 0],
])('recent instances: one %s', (_, states, expected) => {
  expect(listRecent(states, null, now)).toHaveLength(expected);
});

const processedUntil = (doneUntil: string): CallState => {
  return { passedAt: at('10:10'), doneUntil: { 'eu-west-1': doneUntil }, waitsUntil: null, toldDenied: [] };
};

test.each<[string, CallState | null, string]>([
  ['three hours ago, without an earlier pass', null, '2026-11-23T07:15:01.000Z'],
  ['three hours ago, without an earlier lookup in the region', passed('10:10'), '2026-11-23T07:15:01.000Z'],
  ['three hours before the last call that is processed', processedUntil(at('06:00')), at('03:00')],
  ['three hours ago, after the clock went back', processedUntil(at('10:40')), '2026-11-23T07:15:01.000Z'],
  ['seven days ago, at most', processedUntil('2026-11-01T00:00:00.000Z'), '2026-11-16T10:15:01.000Z'],
])('changes wait for their calls from an instant on: %s', (_, state, start) => {
  expect(new Date(decideWaitStart('eu-west-1', state, now)).toISOString()).toBe(start);
});

test.each<[string, Partial<HistoryEntry>, boolean]>([
  ['changed', {}, true],
  ['appeared', { kind: 'appeared' }, true],
  ['gone', { kind: 'gone' }, true],
  ['baseline', { kind: 'baseline' }, false],
  ['gap', { kind: 'gap' }, false],
  ['flapped', { kind: 'flapped' }, false],
  ['changed, older than three hours', { at: at('07:00') }, false],
  ['changed, committed and not recorded', { version: 4 }, false],
  ['changed, with an attribution that may lack a call', { changedBy: byEvent('explained') }, true],
])('an entry waits for its calls or not: %s', (_, fields, expected) => {
  expect(isWaiting(entryOf(fields), knownInstance, null, now)).toBe(expected);
});

test.each<[string, Partial<HistoryEntry>[], string | null]>([
  ['no change waits', [], null],
  ['a change has no attribution: for three hours', [{}], at('13:00')],
  [
    'an event did not explain a change: until every record has come',
    [{ changedBy: byEvent('not-explained') }],
    at('10:30'),
  ],
  ['the records of an event lack data', [{ changedBy: byEvent('not-told') }], at('10:30')],
  ['an event explained a change', [{ changedBy: byEvent('explained') }], null],
  ['a lookup found all calls', [{ changedBy: { ...byEvent('not-explained'), foundBy: 'lookup' } }], null],
  ['the change that waits longest counts', [{}, { at: at('10:05') }, { at: at('09:00') }], at('13:05')],
])('calls are looked up more often: %s', (_, waiting, expected) => {
  expect(decideWaitsUntil(waiting.map(entryOf))).toBe(expected);
});

test('calls are looked up in regions with instances, and with instances that were deleted recently', () => {
  const inRegion = (name: string, more: Partial<LatestState>): LatestState => {
    return { ...quiet, resource: { ...web, region: name }, ...more };
  };
  const states = [
    inRegion('us-east-1', {}),
    inRegion('us-east-1', { status: 'unknown' }),
    inRegion('eu-west-1', { status: 'gone', lastAt: at('10:00') }),
    inRegion('eu-west-2', { status: 'gone' }),
    { ...knownRegion, resource: { ...web, region: 'eu-west-3', instanceName: null } },
  ];
  expect(listRegions(states, null, now)).toEqual(['eu-west-1', 'us-east-1']);
});

test('the names of calls that create and delete instances are requested only for instances that came or went', () => {
  expect(listNames([])).toEqual(listNames([entryOf({})]));
  expect(listNames([entryOf({})])).not.toContain('DeleteInstance');
  expect(listNames([entryOf({}), entryOf({ kind: 'gone' })])).toContain('DeleteInstance');
});

describe('the span of a lookup', () => {
  test.each<[string, string | undefined, HistoryEntry[], string]>([
    ['three hours before the first lookup', undefined, [], '2026-11-23T07:15:01.000Z'],
    ['30 minutes before the end of the last one', at('10:00'), [], '2026-11-23T09:30:00.000Z'],
    ['at least 30 minutes', at('11:00'), [], '2026-11-23T09:45:01.000Z'],
    [
      'one second before the oldest waiting change',
      at('10:00'),
      [entryOf({ changedAfter: at('08:00') })],
      '2026-11-23T07:59:59.000Z',
    ],
    ['three hours before a waiting change that no scan dates', at('10:00'), [entryOf({})], '2026-11-23T07:00:00.000Z'],
    ['at most seven days', '2026-11-01T00:00:00.000Z', [], '2026-11-16T10:15:01.000Z'],
  ])('starts %s', (_, doneUntil, waiting, from) => {
    expect(decideSpan(doneUntil, waiting, now)).toEqual({ from, until: '2026-11-23T10:15:01.000Z' });
  });
});
