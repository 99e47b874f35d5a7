import { expect, test } from '@jest/globals';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { deleteGoneStates } from '../../lambda/scan/delete-gone-states.ts';
import { counted, knownInstance } from './decide/samples.ts';
import { Monitor } from './monitor.ts';
import { fleetOf, openRun } from './open-run.ts';

const now = Date.parse('2026-11-24T09:00:00.000Z');

test.each<[string, Partial<LatestState>, boolean]>([
  ['a day ago', {}, true],
  ['more than a day ago', { lastAt: '2026-11-22T09:00:00.000Z' }, true],
  ['less than a day ago', { lastAt: '2026-11-23T09:00:00.001Z' }, false],
  ['at no known instant', { lastAt: null }, false],
  ['but known again', { status: 'known' }, false],
  ['with a failure that is counted', { failure: counted }, false],
  ['with an entry that is not recorded', { recorded: 2 }, false],
  ['with an entry that is not alerted', { alerted: 2 }, false],
])('the latest state of an instance that is gone %s', async (_, more, isDeleted) => {
  const monitor = new Monitor();
  const run = { ...(await openRun(monitor)), clock: () => now };
  const deleted: [string | null, number][] = [];
  monitor.store.deleteState = async ({ instanceName }, version) => {
    deleted.push([instanceName, version]);
  };
  await deleteGoneStates(fleetOf([{ ...knownInstance, status: 'gone', ...more }]), run);
  expect(deleted).toEqual(isDeleted ? [['web-1', 3]] : []);
});

test('a state that cannot be deleted is logged, and the others are deleted', async () => {
  const monitor = new Monitor();
  const run = { ...(await openRun(monitor)), clock: () => now };
  const error = new Error('throttled');
  const deleted: (string | null)[] = [];
  monitor.store.deleteState = async ({ instanceName }) => {
    if (instanceName === 'web-1') throw error;
    deleted.push(instanceName);
  };
  const gone = { ...knownInstance, status: 'gone' } as const;
  const second = { ...gone, resource: { ...gone.resource, instanceName: 'web-2' } };
  await deleteGoneStates(fleetOf([gone, second]), run);
  expect(deleted).toEqual(['web-2']);
  const step = 'delete the latest state of eu-west-1#web-1';
  expect(monitor.events).toEqual([{ event: 'bookkeeping-failed', step, error }]);
});
