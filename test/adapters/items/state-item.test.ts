import { expect, test } from '@jest/globals';
import { fromStateItem, toStateAttributes } from '../../../lambda/adapters/items/state-item.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { ItemError } from '../../../lambda/history/read-errors.ts';
import { account, inGap, knownInstance, knownRegion, web, webEntry } from '../../scan/decide/samples.ts';
import { httpFromAnywhere } from '../../scan/samples.ts';

const rules = knownInstance.rules;
const change = webEntry('10:15');
const pendingChange = { ...change, instance: knownInstance.instance, rules };
const toItem = ({ recorded, alerted: told, ...state }: LatestState) => ({
  ...{ pk: 'FLEET#1', sk: 'a', recorded, told },
  ...toStateAttributes({ recorded, alerted: told, ...state }),
});
const pending = (entry: LatestState['pending']): LatestState => ({ ...knownInstance, version: 4, pending: entry });

test.each<[string, LatestState]>([
  ['an instance', knownInstance],
  ['a region', knownRegion],
  ['a failure', { ...knownInstance, failure: inGap }],
  ['an instance that was never read', { ...knownInstance, rules: null, rulesAt: null, instance: null }],
  ['a pending entry with the rules of the latest state', pending(pendingChange)],
  ['a pending entry without rules', pending({ ...change, kind: 'gap' })],
])('%s is read back as it was written', (_, state) => {
  expect(fromStateItem(account, toItem(state))).toEqual(state);
});

test('a region has no name, and its item none either', () => {
  const { instanceName, arn } = toStateAttributes(knownRegion);
  expect([instanceName, arn]).toEqual([null, null]);
  const { instanceName: _, ...without } = { ...toItem(knownRegion) } as Record<string, unknown>;
  expect(fromStateItem(account, without).resource).toEqual(knownRegion.resource);
});

test('the rules of a pending entry are stored once, and an entry without rules has none', () => {
  expect(toStateAttributes(pending(pendingChange))['pending']).toMatchObject({ rules: 'of-head', subject: web });
  expect(toStateAttributes(pending({ ...change, kind: 'gap' }))['pending']).toMatchObject({ rules: null });
  // Items of an early version hold the rules twice.
  const twice = { ...pendingChange, resource: undefined, subject: web, rules: [httpFromAnywhere] };
  expect(fromStateItem(account, { ...toItem(pending(pendingChange)), pending: twice }).pending?.rules).toEqual([
    httpFromAnywhere,
  ]);
});

test('an entry that is recorded is not pending, even if the item still holds it', () => {
  const item = { ...toItem(pending(pendingChange)), recorded: 4 };
  expect(fromStateItem(account, item)).toEqual({ ...knownInstance, version: 4, recorded: 4 });
});

const marks = 'expected told <= recorded <= version <= recorded + 1';
const notPending = 'expected the entry that is not yet recorded in pending';
test.each([
  ['alerted more than recorded', { told: 4 }, marks],
  ['recorded more than committed', { recorded: 4, told: 3 }, marks],
  ['committed two more than recorded', { recorded: 2, told: 2, version: 4 }, marks],
  ['no pending entry', { version: 4 }, notPending],
  [
    'a pending entry of another version',
    { version: 4, pending: { ...pendingChange, version: 3, subject: web } },
    notPending,
  ],
  ['a text as pending entry', { version: 4, pending: 'text' }, 'pending: '],
  ['a pending entry without a resource', { version: 4, pending: { rules } }, 'pending.resource: '],
  ['a pending entry without rules', { version: 4, pending: { subject: web } }, 'pending.'],
  ['a status that is not known', { status: 'asleep' }, 'status: '],
])('an item with %s is refused', (_, fields, words) => {
  const item = { ...toItem(knownInstance), ...fields };
  expect(() => fromStateItem(account, item)).toThrow(ItemError);
  expect(() => fromStateItem(account, item)).toThrow(words);
});

test.each([
  ['nothing is pending and all is alerted', { told: 3 }],
  ['an alert is still to be sent', { told: 2 }],
])('an item is accepted if %s', (_, fields) => {
  expect(fromStateItem(account, { ...toItem(knownInstance), ...fields }).alerted).toBe(fields.told);
});
