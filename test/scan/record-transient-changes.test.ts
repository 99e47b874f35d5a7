import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { recordTransientChanges } from '../../lambda/scan/record-transient-changes.ts';
import type { Fleet, Run } from '../../lambda/scan/scan-run.ts';
import { at, knownInstance, now, region, web, webEntry } from './decide/samples.ts';
import { FakeCloudTrail } from './fake-cloudtrail.ts';
import { account, Monitor } from './monitor.ts';
import { fleetOf, openRun } from './open-run.ts';
import { someFacts, sshFromAnywhere, sshFromOffice } from './samples.ts';
import { scanRecordOf } from './scan-records.ts';

const callAt = (eventId: string, time: string, more: Partial<ApiCall> = {}): ApiCall => {
  return { ...new FakeCloudTrail(() => Date.parse(at(time))).record(more), eventId };
};
const opens = callAt('opens', '10:01', { portInfos: [sshFromAnywhere] });
const closes = callAt('closes', '10:03', { portInfos: [sshFromOffice] });
const until = at('10:14');
const calls = [closes, opens];

const firstOf = (instanceName: string): HistoryEntry =>
  webEntry('09:00', {
    resource: { ...web, instanceName },
    version: 3,
    instance: someFacts,
    rules: [sshFromOffice],
    changedAfter: at('08:55'),
  });

let monitor: Monitor;
let run: Run;
let fleet: Fleet;

beforeEach(async () => {
  monitor = new Monitor(region);
  monitor.now = now;
  run = await openRun(monitor);
  fleet = fleetOf([]);
  await know('web-1');
  for (const time of ['09:58', '10:05']) await noteScan(time);
});

async function know(name: string, more: Partial<LatestState> = {}, entries = [firstOf(name)]): Promise<void> {
  const latest = { ...knownInstance, resource: { ...web, instanceName: name }, ...more };
  const key = resourceKey(latest.resource);
  fleet.states.set(key, latest);
  monitor.store.states.set(`${account}#${key}`, structuredClone(latest));
  for (const entry of entries) await monitor.store.putEntry(entry);
}

const noteScan = (time: string) => monitor.store.putScan(scanRecordOf(account, at(time), { endedAt: at(time) }));

const lookup = (found: ApiCall[] | null, of = region) => {
  return { region: of, span: { from: at('09:00'), until }, calls: found, isDenied: false };
};
const record = (lookups = [lookup(calls)], histories = new Map()) =>
  recordTransientChanges(lookups, histories, now, fleet, run);
const nothingChanged = { changed: [], changes: 0 };
const transientsOf = (instanceName: string) =>
  monitor.store
    .historyOf({ ...web, instanceName })
    .filter(({ kind }) => kind === 'flapped')
    .map(
      ({ version, changedAfter, changedBefore }) =>
        `${version}: ${changedAfter?.slice(11, 16)} to ${changedBefore.slice(11, 16)}`,
    );

/** Returns a list. Each later load of scans adds the instant from which it loads. */
function noteLoads(): string[] {
  const loads: string[] = [];
  const { loadScansSince } = monitor.store;
  monitor.store.loadScansSince = async (of, from) => {
    loads.push(from);
    return loadScansSince.call(monitor.store, of, from);
  };
  return loads;
}

describe('P3: calls between two scans', () => {
  test('become an entry, and every call of the region is processed', async () => {
    const result = await record();
    expect(transientsOf('web-1')).toEqual(['4: 10:01 to 10:03']);
    const latest = monitor.store.states.get(`${account}#eu-west-1#web-1`);
    expect(latest).toMatchObject({ version: 4, recorded: 4, alerted: 3 });
    expect(result).toStrictEqual({ doneUntil: { [region]: until }, changed: [latest], changes: 1 });
    expect(fleet.states.get('eu-west-1#web-1')).toEqual(latest);
  });

  test('that changed the firewall twice become two entries', async () => {
    const again = [
      callAt('opens-2', '10:07', { portInfos: [sshFromAnywhere] }),
      callAt('closes-2', '10:08', { portInfos: [sshFromOffice] }),
    ];
    await noteScan('10:10');
    const { changed, changes } = await record([lookup([...calls, ...again])]);
    expect(transientsOf('web-1')).toEqual(['4: 10:01 to 10:03', '5: 10:07 to 10:08']);
    expect(changes).toBe(2);
    expect(changed).toEqual([fleet.states.get('eu-west-1#web-1')]);
    expect(changed).toMatchObject([{ version: 5, recorded: 5 }]);
  });

  test('are those of the instance alone', async () => {
    await know('web-2');
    const same = callAt('same', '10:02', { instanceNames: ['web-2'], portInfos: [sshFromOffice] });
    expect(await record([lookup([...calls, same])])).toMatchObject({ changes: 1, doneUntil: { [region]: until } });
    expect(transientsOf('web-2')).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['has no latest state', async () => void fleet.states.clear()],
    ['is gone', () => know('web-1', { status: 'gone' })],
  ])('to an instance that %s are processed, and nothing is loaded', async (_, begin) => {
    await begin();
    monitor.store.loadEntriesSince = () => Promise.reject(new Error('nothing is to be loaded'));
    expect(await record()).toStrictEqual({ ...nothingChanged, doneUntil: { [region]: until } });
    expect(monitor.events).toEqual([]);
  });

  test('that an entry reports already are processed without the scans', async () => {
    const changedBy = { calls: [opens, closes], fit: 'explained', foundBy: 'lookup', foundAt: until } as const;
    const reported = { ...firstOf('web-1'), kind: 'flapped', version: 4, at: at('10:06') } as const;
    await monitor.store.putEntry({
      ...reported,
      rules: null,
      changedBy: { ...changedBy, calls: [...changedBy.calls] },
    });
    const loads = noteLoads();
    expect(await record()).toStrictEqual({ ...nothingChanged, doneUntil: { [region]: until } });
    expect(loads).toEqual([]);
  });

  test('are compared with the scans of the 20 minutes before the oldest call, which are loaded once', async () => {
    await know('web-2');
    const loads = noteLoads();
    const ofBoth = [...calls, callAt('second', '10:02', { instanceNames: ['web-2'], portInfos: [sshFromOffice] })];
    await record([lookup(null, 'us-west-2'), lookup(ofBoth), lookup([callAt('other', '09:59')], 'us-east-1')]);
    expect(loads).toEqual([at('09:39')]);
  });
});

describe('P3: the calls of a region are processed up to', () => {
  test('the oldest call that no read shows yet', async () => {
    await know('web-2');
    const late = callAt('late', '10:11', { portInfos: [sshFromAnywhere] });
    const later = callAt('later', '10:12', { instanceNames: ['web-2'], portInfos: [sshFromAnywhere] });
    const { doneUntil } = await record([lookup([later, late, ...calls])]);
    expect(doneUntil).toEqual({ [region]: at('10:11') });
  });

  test.each([
    ['that was processed before, if the lookup failed', { [region]: at('09:30') }],
    ['no instant, if the first lookup failed', {}],
  ])('the instant %s', async (_, doneUntil) => {
    const callState = { passedAt: at('09:30'), doneUntil, waitsUntil: null, toldDenied: [] };
    fleet.callState = callState;
    expect(await record([lookup(null)])).toStrictEqual({ ...nothingChanged, doneUntil });
    if (Object.keys(doneUntil).length > 0) return;
    fleet.callState = null;
    expect(await record([lookup(null)])).toStrictEqual({ ...nothingChanged, doneUntil: {} });
  });

  test.each<[string, () => void, string]>([
    [
      'the history can not be loaded',
      () => {
        monitor.store.loadEntriesSince = () => Promise.reject(new Error('throttled'));
      },
      'load the history of eu-west-1#web-1',
    ],
    [
      'the scans can not be loaded',
      () => {
        monitor.store.loadScansSince = () => Promise.reject(new Error('throttled'));
      },
      'find what the calls to web-1 in eu-west-1 changed',
    ],
    [
      'the table does not take the entry',
      () => {
        monitor.store.commitState = () => Promise.reject(new Error('throttled'));
      },
      'find what the calls to web-1 in eu-west-1 changed',
    ],
  ])('the oldest call of an instance if %s', async (_, begin, step) => {
    begin();
    expect(await record()).toStrictEqual({ ...nothingChanged, doneUntil: { [region]: at('10:01') } });
    const error = new Error('throttled');
    expect(monitor.events).toEqual([{ event: 'bookkeeping-failed', step, error }]);
  });

  test('the oldest call of an instance if another scan committed first', async () => {
    const other = { ...knownInstance, version: 4, recorded: 4 };
    monitor.store.states.set(`${account}#eu-west-1#web-1`, structuredClone(other));
    expect(await record()).toStrictEqual({ ...nothingChanged, doneUntil: { [region]: at('10:01') } });
    expect(transientsOf('web-1')).toEqual([]);
    monitor.store.states.delete(`${account}#eu-west-1#web-1`);
    expect(await record()).toStrictEqual({ ...nothingChanged, doneUntil: { [region]: at('10:01') } });
  });
});

describe('the rules in force before the loaded history', () => {
  const gapOver = { ...firstOf('web-1'), kind: 'gap-over', rules: null, version: 4, at: at('09:30') } as const;
  test.each<[string, HistoryEntry[], string[], number]>([
    ['are loaded if its first entry has none', [{ ...gapOver, previousRulesAt: at('09:00') }], [at('09:00')], 1],
    ['are not known if there were none', [gapOver], [], 0],
    ['are those of its first entry', [{ ...firstOf('web-1'), previousRulesAt: at('08:00') }], [], 1],
    ['are not known without an entry', [], [], 0],
  ])('%s', async (_, entries, expected, changes) => {
    const loaded: string[] = [];
    const { loadEntry } = monitor.store;
    monitor.store.loadEntriesSince = async () => [...entries];
    monitor.store.loadEntry = async (resource, instant) => {
      loaded.push(instant);
      return loadEntry.call(monitor.store, resource, instant);
    };
    expect(await record()).toMatchObject({ changes });
    expect(loaded).toEqual(expected);
    expect(monitor.events).toEqual([]);
  });
});
