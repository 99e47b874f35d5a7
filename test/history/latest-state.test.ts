import { expect, test } from '@jest/globals';
import { isOpenGap } from '../../lambda/history/latest-state.ts';
import { regionOfKey, resourceKey } from '../../lambda/history/resource-key.ts';
import { at, counted, inGap, knownInstance, knownRegion } from '../scan/decide/samples.ts';

test('an instance and its region have keys of their own, and the region of each is read back', () => {
  expect(resourceKey({ region: 'eu-west-1', instanceName: 'web-1' })).toBe('eu-west-1#web-1');
  expect(resourceKey({ region: 'eu-west-1', instanceName: null })).toBe('eu-west-1#');
  expect(regionOfKey('eu-west-1#web-1')).toBe('eu-west-1');
  expect(regionOfKey('eu-west-1#')).toBe('eu-west-1');
});

const neverListed = { ...knownRegion, baselinedAt: null };

test.each([
  ['an instance that is read', knownInstance, false],
  ['an instance that fails, before an alert', { ...knownInstance, failure: counted }, false],
  ['an instance whose failure was alerted', { ...knownInstance, failure: inGap }, true],
  ['a region that was listed before its failure was alerted', { ...knownRegion, failure: inGap }, true],
  ['a region that fails, before an alert', { ...knownRegion, failure: counted }, false],
  ['a region that was never listed', { ...neverListed, failure: inGap }, false],
])('%s: open gap %s', (_, state, expected) => {
  expect(isOpenGap({ ...state, baselinedAt: state.baselinedAt && at('09:00') })).toBe(expected);
});
