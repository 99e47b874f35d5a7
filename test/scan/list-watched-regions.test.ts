import { expect, test } from '@jest/globals';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { listRegions, listWatched, listWatchedRegions } from '../../lambda/scan/list-watched-regions.ts';
import { at, knownInstance, knownRegion, wholeRegion } from './decide/samples.ts';
import { Monitor } from './monitor.ts';
import { fleetOf, openRun } from './open-run.ts';

const inRegion = (region: string) => ({ ...knownRegion, resource: { ...wholeRegion, region } });

test.each<[string, { lightsail: string[]; settings: string[] | null; known?: string[]; listed?: string[] }, string[]]>([
  ['every region of Lightsail, by name', { lightsail: ['b', 'c', 'a'], settings: null }, ['a', 'b', 'c']],
  [
    'a region that was watched before and is missing now',
    { lightsail: ['b', 'a'], settings: null, known: ['c', 'a'] },
    ['a', 'b', 'c'],
  ],
  ['those of the settings alone, once', { lightsail: ['c'], settings: ['b', 'a', 'b'], known: ['d'] }, ['a', 'b']],
  [
    'those first that the last scan did not list',
    { lightsail: ['a', 'b', 'c', 'd'], settings: null, listed: ['c', 'a'] },
    ['b', 'd', 'a', 'c'],
  ],
])('scans %s', async (_, { lightsail, settings, known = [], listed = [] }, expected) => {
  const monitor = new Monitor(...lightsail);
  monitor.settings = { ...monitor.settings, regions: settings };
  const run = await openRun(monitor);
  const lastScan = { startedAt: at('10:10'), complete: true, regionsListed: listed, notRead: [] };
  const fleet = fleetOf(known.map(inRegion));
  const found = await listRegions(run);
  expect(listWatchedRegions(found, fleet, { ...run, grant: { ...run.grant, lastScan } })).toEqual(expected);
  expect(monitor.events).toEqual([{ event: 'regions', regions: expected }]);
  expect(monitor.world.calls).toEqual(settings === null ? ['regions'] : []);
});

test('keeps that Lightsail lists a region without a name, after the regions with a name', async () => {
  const monitor = new Monitor('b', 'a');
  const run = await openRun(monitor);
  expect(listWatchedRegions([null, 'b', 'a'], fleetOf([inRegion('c')]), run)).toEqual(['a', 'b', 'c', null]);
  expect(monitor.events).toEqual([{ event: 'regions', regions: ['a', 'b', 'c'] }]);
});

test('says why there is no scan if the regions can not be listed', async () => {
  const monitor = new Monitor('a');
  const cause = new ReadError('throttled', 'Rate exceeded');
  monitor.world.failures.set('regions', cause);
  const text = 'No scan: the regions of Lightsail could not be listed (throttled: Rate exceeded).';
  const run = await openRun(monitor);
  const found = await listRegions(run);
  expect(() => listWatchedRegions(found, fleetOf([]), run)).toThrow(expect.objectContaining({ message: text, cause }));
});

test('the states of regions that are no longer watched are left out', () => {
  const { settings } = new Monitor();
  const fleet = fleetOf([knownInstance, inRegion('us-east-1')]);
  expect(listWatched(fleet, { ...settings, regions: ['eu-west-1'] })).toEqual([knownInstance]);
  expect(listWatched(fleet, { ...settings, regions: null })).toEqual([knownInstance, inRegion('us-east-1')]);
});
