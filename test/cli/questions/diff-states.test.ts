import { describe, expect, test } from '@jest/globals';
import { diffStates } from '../../../cli/questions/diff-states.ts';
import { stateAt } from '../../../cli/questions/state-at.ts';
import { at, entriesOf, exposure, factsOf, failure, open, scan, sliceOf, web1 } from './build-history.ts';

const entries = entriesOf(
  web1,
  ['10:00:01', null, { kind: 'baseline', rules: open('22') }],
  ['10:10:01', '10:05', { kind: 'changed', rules: open('22', '443') }],
  ['10:20:01', '10:15', { kind: 'gap', failure: failure('throttled', '10:20') }],
  ['10:30:01', '10:25', { kind: 'changed', rules: open('80') }],
  ['10:40:01', '10:35', { kind: 'gone' }],
  ['10:50:01', '10:45', { kind: 'appeared', rules: open('80'), instance: factsOf('arn:2') }],
);
const state = (time: string) => stateAt(sliceOf(entries), at(time));

describe('what opened and closed between two instants', () => {
  test('is the difference of the two firewalls in force, whatever changed in between', () => {
    expect(diffStates(state('10:01'), state('10:31'))).toEqual({
      verdict: 'mixed',
      opened: exposure(open('80')).reach,
      closed: exposure(open('22')).reach,
      dormant: [],
      notes: [],
      isSure: true,
      isOtherInstance: false,
    });
  });

  test('is nothing between an instant and itself', () => {
    for (const time of ['10:01', '10:07', '10:21', '10:41', '10:51'])
      expect(diffStates(state(time), state(time))).toMatchObject({ verdict: 'identical', opened: [], closed: [] });
  });

  test('is exchanged if the two instants are exchanged', () => {
    const there = diffStates(state('10:01'), state('10:12'));
    const back = diffStates(state('10:12'), state('10:01'));
    expect(there).toMatchObject({ verdict: 'widened', opened: back.closed, closed: back.opened });
  });

  test('counts an instance that was gone as an empty exposure', () => {
    expect(diffStates(state('10:31'), state('10:41'))).toMatchObject({
      verdict: 'narrowed',
      closed: exposure(open('80')).reach,
      isSure: true,
      isOtherInstance: false,
    });
  });

  test('says that it is another instance of the same name', () => {
    expect(diffStates(state('10:31'), state('10:51'))).toMatchObject({ verdict: 'identical', isOtherInstance: true });
  });

  test('is not certain during a transient change, which is not in the difference', () => {
    const transient = { kind: 'flapped', changedAfter: at('10:02'), changedBefore: at('10:03') } as const;
    const flapped = sliceOf(
      entriesOf(web1, ['10:00:01', null, { kind: 'baseline', rules: open('22') }], ['10:40', null, transient]),
    );
    const [still, flapping] = [stateAt(flapped, at('10:01')), stateAt(flapped, at('10:02'))];
    expect(diffStates(still, flapping)).toMatchObject({ verdict: 'identical', isSure: false });
    expect(diffStates(still, stateAt(flapped, at('10:04'))).isSure).toBe(true);
  });

  test('is not certain if a state is unknown, or if another state is possible', () => {
    expect(diffStates(state('10:12'), state('10:21'))).toMatchObject({ verdict: 'identical', isSure: false });
    expect(diffStates(state('10:07'), state('10:12'))).toMatchObject({ verdict: 'widened', isSure: false });
  });

  test('P4: is unknown if the instance was not watched at one of the instants, or never read', () => {
    const unknown = { verdict: 'unknown', opened: [], closed: [], dormant: [], notes: [], isSure: false };
    expect(diffStates(state('09:00'), state('10:01'))).toEqual({ ...unknown, isOtherInstance: false });
    expect(diffStates(state('10:01'), state('09:00'))).toEqual({ ...unknown, isOtherInstance: false });
    const gap = { kind: 'gap', failure: failure('throttled', '10:20') } as const;
    const unread = sliceOf(
      entriesOf(web1, ['10:20:01', '10:15', gap], ['10:30:01', '10:15', { rules: open('22'), kind: 'appeared' }]),
    );
    expect(diffStates(stateAt(unread, at('10:21')), stateAt(unread, at('10:31')))).toMatchObject(unknown);
  });

  test('counts an instance that a scan did not find yet as an empty exposure', () => {
    const later = entriesOf(web1, ['10:30:01', '10:25', { kind: 'appeared', rules: open('22') }]);
    const slice = sliceOf(later, { scans: [scan('10:00')] });
    const found = diffStates(stateAt(slice, at('10:05')), stateAt(slice, at('10:31')));
    expect(found).toMatchObject({ verdict: 'widened', opened: exposure(open('22')).reach, isSure: true });
  });
});
