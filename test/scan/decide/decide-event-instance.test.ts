import { expect, test } from '@jest/globals';
import type { CallName } from '../../../lambda/attribution/api-call.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { resourceKey } from '../../../lambda/history/resource-key.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import { decideEventInstance, isYetToShow } from '../../../lambda/scan/decide/decide-event-instance.ts';
import type { LastEventRun } from '../../../lambda/scan/interfaces.ts';
import { FakeCloudTrail } from '../fake-cloudtrail.ts';
import { at, counted, knownInstance, knownRegion, lastScan, now, region } from './samples.ts';

const callAt = (time: string, name: CallName = 'PutInstancePublicPorts') =>
  new FakeCloudTrail(() => Date.parse(time)).record({ name });
const web = (...times: string[]) => ({ region, instanceName: 'web-1', calls: times.map((time) => callAt(time)) });

const eventRun = (startedAt: string, settled = ['eu-west-1#web-1']): LastEventRun => {
  return { startedAt: at(startedAt), endedAt: at(startedAt), settled };
};
const missed: LastScan = { ...lastScan, notRead: ['eu-west-1#web-1'] };
/** The last scan left the empty region out; the scan of 10:05 had listed it. */
const notDue: LastScan = { ...lastScan, regionsListed: [], regionsNotDue: { [at('10:05')]: [region] } };
const created = (time: string) => ({ region, instanceName: 'web-1', calls: [callAt(at(time), 'CreateInstances')] });
const early = web(at('10:09'));
const late = web(at('10:13'));

interface Row {
  name: string;
  instance?: ReturnType<typeof web>;
  states?: LatestState[];
  refused?: string[];
  last?: LastScan | null;
  event?: LastEventRun | null;
  regions?: string[] | null;
  decided: 'read' | 'confirmed' | 'not-watched';
}

test.each<Row>([
  { name: 'a call after the last scan', instance: late, decided: 'read' },
  { name: 'a call before the last scan, which read the instance', instance: early, decided: 'confirmed' },
  { name: 'one call before and one after the last scan', instance: web(at('10:09'), at('10:13')), decided: 'read' },
  { name: 'a call 9 s before the last scan', instance: web('2026-11-23T10:09:51.000Z'), decided: 'read' },
  { name: 'a call 10 s before the last scan', instance: web('2026-11-23T10:09:50.000Z'), decided: 'confirmed' },
  { name: 'a call before the last scan, which did not read the instance', last: missed, decided: 'read' },
  { name: 'no scan before', last: null, decided: 'read' },
  { name: 'a call after the last listing of a region that is not due', last: notDue, decided: 'read' },
  { name: 'a call before that listing', instance: web(at('10:04')), last: notDue, decided: 'confirmed' },
  {
    name: 'created just before the last listing, which did not show it yet',
    instance: created('10:09'),
    states: [knownRegion],
    decided: 'read',
  },
  {
    name: 'created a quarter of an hour before the last listing',
    instance: created('09:54'),
    states: [knownRegion],
    decided: 'confirmed',
  },
  {
    name: 'a call before an event scan that read the instance',
    instance: late,
    event: eventRun('10:14'),
    decided: 'confirmed',
  },
  {
    name: 'a call before an event scan that read another instance',
    instance: late,
    event: eventRun('10:14', []),
    decided: 'read',
  },
  {
    name: 'a call before the commit of the latest state',
    instance: web(at('08:00')),
    last: null,
    decided: 'confirmed',
  },
  {
    name: 'a call before the commit, and a failure since',
    instance: web(at('08:00')),
    last: null,
    states: [knownRegion, { ...knownInstance, failure: counted }],
    decided: 'read',
  },
  { name: 'an instance that is not known', instance: late, states: [knownRegion], decided: 'read' },
  { name: 'a watched region', instance: late, regions: [region], decided: 'read' },
  { name: 'a region that is not watched', instance: late, regions: ['us-east-1'], decided: 'not-watched' },
  {
    name: 'a region without a first listing',
    instance: late,
    states: [{ ...knownRegion, baselinedAt: null }],
    decided: 'not-watched',
  },
  { name: 'a region that is not known', instance: late, states: [], decided: 'not-watched' },
  { name: 'an item that cannot be read', instance: late, refused: ['eu-west-1#web-1'], decided: 'not-watched' },
])('$name: $decided', (row) => {
  const { instance = early, states = [knownRegion, knownInstance], refused = [], last = lastScan } = row;
  const known = {
    states: new Map(states.map((latest) => [resourceKey(latest.resource), latest])),
    refused: new Set(refused),
  };
  const scans = { lastScan: last, lastEventRun: row.event ?? null };
  expect(decideEventInstance(instance, known, scans, { regions: row.regions ?? null })).toBe(row.decided);
});

test.each<[string, [string, CallName][], boolean, boolean]>([
  ['a deleted instance is still listed', [[at('10:14'), 'DeleteInstance']], true, true],
  ['a deleted instance is not listed', [[at('10:14'), 'DeleteInstance']], false, false],
  ['a created instance is not listed yet', [[at('10:14'), 'CreateInstances']], false, true],
  ['a created instance is listed', [[at('10:14'), 'CreateInstances']], true, false],
  ['an instance of a snapshot is not listed yet', [[at('10:14'), 'CreateInstancesFromSnapshot']], false, true],
  [
    'deleted, created again and listed',
    [
      [at('10:12'), 'DeleteInstance'],
      [at('10:14'), 'CreateInstances'],
    ],
    true,
    false,
  ],
  [
    'created, deleted again and listed',
    [
      [at('10:14'), 'DeleteInstance'],
      [at('10:12'), 'CreateInstances'],
    ],
    true,
    true,
  ],
  ['created 15 minutes ago and not listed', [[at('10:00'), 'CreateInstances']], false, false],
  ['neither created nor deleted', [[at('10:14'), 'PutInstancePublicPorts']], false, false],
])('the effect of a call is yet to show, or not: %s', (_, calls, isListed, expected) => {
  const instance = { region, instanceName: 'web-1', calls: calls.map(([time, name]) => callAt(time, name)) };
  expect(isYetToShow(instance, isListed, now)).toBe(expected);
});
