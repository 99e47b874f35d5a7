/** Which scans confirm the state at an instant, with cases at each limit. A scan takes ten seconds. */
import { expect, test } from '@jest/globals';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { at, entriesOf, failure, open, scan, sliceOf, web1 } from './build-history.ts';

const first = ['10:00:01', null, { kind: 'baseline', rules: open('22') }] as const;
const changed = ['10:20:01', '10:15', { kind: 'changed', rules: open('443') }] as const;
const unread = { notRead: ['eu-west-1#web-1'] };

function confirmations(
  instant: string,
  entries: Parameters<typeof entriesOf>[1][],
  scans = [] as ReturnType<typeof scan>[],
) {
  const { confirmedBefore, confirmedAfter } = stateAt(sliceOf(entriesOf(web1, ...entries), { scans }), at(instant));
  return [confirmedBefore, confirmedAfter].map((one) => one?.slice(11, 19) ?? null);
}

test.each<[string, string, (string | null)[]]>([
  ['a scan that ends at the instant confirms the state before it', '10:05:10', ['10:05:00', '10:10:00']],
  ['a scan that runs at the instant confirms nothing', '10:05:09', ['10:00:01', '10:10:00']],
  ['a scan that starts at the instant confirms nothing after it', '10:10:00', ['10:05:00', '10:15:00']],
  ['the entry that found the state confirms it until a scan has', '10:00:02', ['10:00:01', '10:05:00']],
])('%s', (_, instant, expected) => {
  const scans = ['10:05', '10:10', '10:15'].map((time) => scan(time));
  expect(confirmations(instant, [[...first]], scans)).toEqual(expected);
});

test('a scan before the state began does not confirm it', () => {
  const scans = ['09:55', '10:15', '10:25'].map((time) => scan(time));
  expect(confirmations('10:20:30', [[...first], [...changed]], scans)).toEqual(['10:20:01', '10:25:00']);
  expect(confirmations('10:01', [[...first]], [scan('09:55')])).toEqual(['10:00:01', null]);
});

test('a scan that ends after the next change does not confirm the earlier state', () => {
  expect(confirmations('10:12', [[...first], [...changed]], [scan('10:15'), scan('10:19:55')])).toEqual([
    '10:00:01',
    '10:15:00',
  ]);
  expect(confirmations('10:16', [[...first], [...changed]], [scan('10:19:51')])).toEqual(['10:00:01', null]);
  expect(confirmations('10:14', [[...first], [...changed]], [scan('10:20:01')])).toEqual(['10:00:01', null]);
});

test('scans that could not read the instance confirm nothing; the nearest one that could does', () => {
  const scans = [scan('10:05'), scan('10:10', unread), scan('10:15', unread), scan('10:20')];
  expect(confirmations('10:10', [[...first]], scans)).toEqual(['10:05:00', '10:20:00']);
});

test('the end of a gap is a read, also if a transient change was found with it; a transient change alone is none', () => {
  const gap = ['10:10:01', '10:05', { kind: 'gap', failure: failure('throttled', '10:10') }] as const;
  const over = ['10:15:01', '10:05', { kind: 'gap-over' }] as const;
  const flapped = { kind: 'flapped', changedAfter: at('10:16'), changedBefore: at('10:17') } as const;
  expect(confirmations('10:15:30', [[...first], [...gap], [...over]])).toEqual(['10:15:01', null]);
  expect(confirmations('10:15', [[...first], [...gap], [...over]])).toEqual(['10:00:01', null]);
  expect(confirmations('10:15:01', [[...first], [...gap], [...over]])).toEqual(['10:15:01', null]);
  expect(confirmations('10:21', [[...first], ['10:20:01', null, flapped]])).toEqual(['10:00:01', null]);
  const ended = { ...flapped, failure: failure('throttled', '10:10') };
  expect(confirmations('10:21', [[...first], [...gap], ['10:20:01', null, ended]])).toEqual(['10:20:01', null]);
});

test('where an entry has expired, the state may have been another after the one before it', () => {
  const entries = entriesOf(
    web1,
    [...first],
    ['10:10:01', '10:05', { kind: 'changed', rules: open('80') }],
    [...changed],
  );
  const kept = entries.filter(({ version }) => version !== 2);
  const scans = ['10:05', '10:15', '10:25'].map((time) => scan(time));
  const { confirmedAfter } = stateAt(sliceOf(kept, { scans }), at('10:00:02'));
  expect(confirmedAfter).toBeNull();
  expect(stateAt(sliceOf(kept, { scans }), at('10:21')).confirmedAfter).toBe(at('10:25'));
});

test('before a gap whose end has expired, a scan after the start of the gap confirms nothing', () => {
  const gap = ['10:15:01', '10:10', { kind: 'gap', failure: failure('throttled', '10:15') }] as const;
  const read = ['10:20:01', '10:10', { kind: 'gap-over' }] as const;
  const later = ['10:40:01', '10:35', { kind: 'changed', rules: open('443') }] as const;
  const entries = entriesOf(web1, [...first], [...gap], [...read], [...later]);
  const kept = entries.filter(({ version }) => version !== 3);
  const after = (...times: string[]) =>
    stateAt(sliceOf(kept, { scans: times.map((time) => scan(time)) }), at('10:07')).confirmedAfter;
  expect(after('10:25')).toBeNull();
  expect(after('10:10', '10:25')).toBe(at('10:10'));
  const whole = sliceOf(entries, { scans: [scan('10:25')] });
  expect(stateAt(whole, at('10:07')).confirmedAfter).toBe(at('10:25'));
});
