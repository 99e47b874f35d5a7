import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Failure } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { type RegionResult, scanRegion } from '../../lambda/scan/scan-region.ts';
import type { Fleet, Run } from '../../lambda/scan/scan-run.ts';
import { at, counted, inGap, knownInstance, knownRegion, region, wholeRegion } from './decide/samples.ts';
import { account, Monitor } from './monitor.ts';
import { fleetOf, openRun } from './open-run.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from './samples.ts';

const nothingFound: RegionResult = {
  ...{ region, failed: null, notDueSince: null, instancesListed: 0, instancesRead: 0 },
  ...{ notRead: [], nameless: 0, notCommitted: 0, changes: 0, isReached: true },
};
const instance = (instanceName: string, more: Partial<LatestState> = {}): LatestState => {
  return { ...knownInstance, resource: { account, region, instanceName }, ...more };
};
const listed = (name: string | null) => ({ name, facts: someFacts });

let monitor: Monitor;
let run: Run;
/** The states of the table, as the scan has loaded them. */
let fleet: Fleet;

beforeEach(async () => {
  monitor = new Monitor(region);
  monitor.now = Date.parse(at('10:15'));
  run = await openRun(monitor);
});

function know(states: readonly LatestState[], more: Partial<Fleet> = {}): void {
  fleet = fleetOf(states, more);
  for (const [key, latest] of fleet.states) monitor.store.states.set(`${account}#${key}`, structuredClone(latest));
}

/** Lightsail has these instances, with SSH from the office. */
function exist(...names: string[]): void {
  for (const name of names) monitor.world.set(region, name, [sshFromOffice], someFacts);
}

const stored = (name: string) => monitor.store.states.get(`${account}#${region}#${name}`);

describe('a region that is listed', () => {
  test('counts what was read, what changed, and what is gone', async () => {
    know([knownRegion, ...['same-1', 'web-1', 'gone-1'].map((name) => instance(name))]);
    exist('same-1', 'web-1');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({ ...nothingFound, instancesListed: 2, instancesRead: 2, changes: 2 });
    const statuses = [...fleet.states].map(([key, { status, version }]) => `${key} ${status} ${version}`);
    expect(statuses).toEqual([
      'eu-west-1# known 1',
      'eu-west-1#same-1 known 3',
      'eu-west-1#web-1 known 4',
      'eu-west-1#gone-1 gone 4',
    ]);
    expect(monitor.events).toEqual([
      { event: 'region-listed', region, instances: 2 },
      { event: 'instance-read', region, instanceName: 'same-1', outcome: 'unchanged' },
      { event: 'instance-read', region, instanceName: 'web-1', outcome: 'changed' },
    ]);
  });

  test('P4: does not touch instances of other regions, or that are gone already', async () => {
    const elsewhere = instance('web-1', { resource: { account, region: 'us-east-1', instanceName: 'web-1' } });
    know([knownRegion, elsewhere, instance('gone-1', { status: 'gone' })]);
    expect(await scanRegion(region, fleet, run)).toEqual(nothingFound);
    expect(fleet.states.get('us-east-1#web-1')).toEqual(elsewhere);
    expect(stored('gone-1')).toEqual(instance('gone-1', { status: 'gone' }));
  });

  test('counts an instance that is listed twice once, and the later listing counts', async () => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    const later = { ...someFacts, publicIpAddress: '203.0.113.99' };
    monitor.world.listInstances = async () => [listed('web-1'), { name: 'web-1', facts: later }];
    expect(await scanRegion(region, fleet, run)).toEqual({ ...nothingFound, instancesListed: 1, instancesRead: 1 });
    expect(stored('web-1')?.instance).toEqual(later);
  });

  test('P1: counts each instance without a name as listed and not read', async () => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    monitor.world.listInstances = async () => [listed(null), listed('web-1'), listed(null)];
    const result = await scanRegion(region, fleet, run);
    const notRead = ['eu-west-1#?', 'eu-west-1#?'];
    expect(result).toEqual({ ...nothingFound, instancesListed: 3, instancesRead: 1, notRead, nameless: 2 });
    expect(monitor.world.calls).toEqual(['eu-west-1#web-1']);
    const error = new ReadError('invalid-answer', 'an instance was listed without a name');
    expect(monitor.events).toContainEqual({ event: 'instance-failed', region, instanceName: null, error });
    expect(monitor.events[0]).toEqual({ event: 'region-listed', region, instances: 3 });
  });

  test('P4: no instance is gone while an instance is listed without a name: each known one is read by its name', async () => {
    know([knownRegion, instance('web-1'), instance('web-2'), instance('gone-1', { status: 'gone' })]);
    exist('web-1', 'web-2');
    monitor.world.listInstances = async () => [listed(null), listed('web-2')];
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({
      ...nothingFound,
      instancesListed: 3,
      instancesRead: 2,
      notRead: ['eu-west-1#?'],
      nameless: 1,
    });
    expect(monitor.world.calls).toEqual(['eu-west-1#web-1', 'eu-west-1#web-2']);
    expect(stored('web-1')).toEqual(instance('web-1'));
  });

  test('P4: a known instance that is not listed and not found is unknown while an instance is listed without a name', async () => {
    know([knownRegion, instance('web-1')]);
    monitor.world.listInstances = async () => [listed(null)];
    const result = await scanRegion(region, fleet, run);
    expect(result.notRead.sort()).toEqual(['eu-west-1#?', 'eu-west-1#web-1']);
    expect(stored('web-1')).toMatchObject({ status: 'known', version: 3, failure: { reason: 'not-found' } });
  });

  test('P1: an instance without a name does not end the first listing early', async () => {
    know([]);
    monitor.world.listInstances = async () => [listed(null)];
    await scanRegion(region, fleet, run);
    const [entry] = monitor.store.historyOf(wholeRegion);
    expect(entry?.summary).toEqual({ instancesListed: 1, instancesRead: 0, worst: [], more: 0 });
  });

  test('does not read an instance whose item can not be read', async () => {
    know([knownRegion], { refused: new Set(['eu-west-1#web-1']) });
    exist('web-1');
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({ ...nothingFound, instancesListed: 1, notRead: ['eu-west-1#web-1'] });
    expect(monitor.world.calls).toEqual([region]);
    const error = new ReadError('invalid-answer', 'its item in the table can not be read');
    const event = { event: 'instance-not-committed', region, instanceName: 'web-1', error };
    expect(monitor.events.at(-1)).toEqual(event);
  });

  test('P5: an instance whose read fails is not read, and is not confirmed', async () => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    monitor.world.fail('eu-west-1#web-1', 'timeout');
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({ ...nothingFound, instancesListed: 1, notRead: ['eu-west-1#web-1'] });
    const error = new ReadError('timeout', 'scripted: timeout');
    expect(monitor.events.at(-1)).toEqual({ event: 'instance-failed', region, instanceName: 'web-1', error });
    expect(stored('web-1')).toMatchObject({ version: 3, failure: { reason: 'timeout' } });
  });

  test('P5: a read for which no time was left makes the scan incomplete', async () => {
    know([knownRegion, instance('web-1'), instance('web-2')]);
    exist('web-1', 'web-2');
    const stop = new AbortController();
    monitor.world.beforeRead = () => stop.abort();
    const result = await scanRegion(region, fleet, { ...run, readSignal: stop.signal });
    const notRead = ['eu-west-1#web-2'];
    expect(result).toEqual({ ...nothingFound, instancesListed: 2, instancesRead: 1, notRead, isReached: false });
    const error = new ReadError('out-of-time', 'the scan ran out of time');
    expect(monitor.events).toContainEqual({ event: 'instance-failed', region, instanceName: 'web-2', error });
  });

  test('reads first what the last scan did not read', async () => {
    const names = ['a', 'b', 'c', 'd'];
    know([knownRegion, ...names.map((name) => instance(name))]);
    exist(...names);
    const lastScan = { startedAt: at('10:10'), complete: true, regionsListed: [region], notRead: ['eu-west-1#c'] };
    await scanRegion(region, fleet, { ...run, grant: { ...run.grant, lastScan } });
    expect(monitor.world.calls).toEqual(
      ['c', 'a', 'b', 'd'].map((name) => `eu-west-1#${name}`).toSpliced(0, 0, region),
    );
  });
});

describe('P3: a table that fails', () => {
  const error = new Error('the table is away');

  test('leaves a read that it does not take as not read', async () => {
    know([knownRegion, instance('web-1'), instance('web-2')]);
    exist('web-1', 'web-2');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    monitor.store.commitState = async () => {
      throw error;
    };
    const result = await scanRegion(region, fleet, run);
    const counts = { instancesListed: 2, instancesRead: 1, notRead: ['eu-west-1#web-1'], notCommitted: 1 };
    expect(result).toEqual({ ...nothingFound, ...counts });
    const event = { event: 'instance-not-committed', region, instanceName: 'web-1', error };
    expect(monitor.events).toContainEqual(event);
  });

  test('leaves an absence that it does not take as not confirmed', async () => {
    know([knownRegion, instance('web-1')]);
    monitor.store.commitState = async () => {
      throw error;
    };
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({ ...nothingFound, notRead: ['eu-west-1#web-1'], notCommitted: 1 });
    const event = { event: 'instance-not-committed', region, instanceName: 'web-1', error };
    expect(monitor.events.at(-1)).toEqual(event);
  });

  test('leaves the state of the region as it was', async () => {
    know([{ ...knownRegion, status: 'unknown', failure: inGap }]);
    monitor.store.commitState = async () => {
      throw error;
    };
    expect(await scanRegion(region, fleet, run)).toEqual({ ...nothingFound, notCommitted: 1 });
    const step = 'note the state of region eu-west-1';
    expect(monitor.events.at(-1)).toEqual({ event: 'bookkeeping-failed', step, error });
  });
});

describe('P3: another scan that commits first', () => {
  const other = instance('web-1', { version: 4, recorded: 4, lastAt: at('10:14') });

  test('makes an absence unusable: nothing is committed, and the instance is not confirmed', async () => {
    know([knownRegion, instance('web-1')]);
    monitor.store.states.set(`${account}#${region}#web-1`, other);
    expect(await scanRegion(region, fleet, run)).toEqual({ ...nothingFound, notRead: ['eu-west-1#web-1'] });
    expect(fleet.states.get('eu-west-1#web-1')).toEqual(other);
    expect(stored('web-1')).toEqual(other);
  });

  test.each<[string, Partial<LatestState>, boolean]>([
    ['alike: the instance is read again', {}, true],
    ['with another ARN', { instance: { ...someFacts, arn: 'arn:another' } }, false],
    ['with another address type', { instance: { ...someFacts, ipAddressType: 'ipv4' } }, false],
    ['without facts', { instance: null }, false],
    ['as gone', { status: 'gone' }, false],
    ['as unknown', { status: 'unknown', failure: inGap }, false],
  ])('and found the instance %s', async (_, found, isReadAgain) => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    const committed = { ...other, ...found };
    monitor.world.beforeRead = () => {
      monitor.world.beforeRead = () => undefined;
      monitor.store.states.set(`${account}#${region}#web-1`, structuredClone(committed));
    };
    const result = await scanRegion(region, fleet, run);
    if (isReadAgain) {
      expect(result).toEqual({ ...nothingFound, instancesListed: 1, instancesRead: 1, changes: 1 });
      expect(stored('web-1')).toMatchObject({ version: 5, rules: [httpFromAnywhere] });
      return;
    }
    const counts = { instancesListed: 1, notRead: ['eu-west-1#web-1'], notCommitted: 1 };
    expect(result).toEqual({ ...nothingFound, ...counts });
    expect(fleet.states.get('eu-west-1#web-1')).toEqual(committed);
    const text = 'other scans were writing about eu-west-1#web-1 at the same time; left to the next scan';
    const event = { event: 'instance-not-committed', region, instanceName: 'web-1', error: new Error(text) };
    expect(monitor.events.at(-1)).toEqual(event);
    expect(monitor.world.calls).toEqual([region, 'eu-west-1#web-1']);
  });

  test('and deleted the instance: it is left to the next scan, as an instance without a state', async () => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    monitor.store.states.delete(`${account}#${region}#web-1`);
    expect(await scanRegion(region, fleet, run)).toMatchObject({ notCommitted: 1, notRead: ['eu-west-1#web-1'] });
    expect([...fleet.states.keys()]).toEqual(['eu-west-1#']);
  });

  test('each time, ends the reads of the instance after the third', async () => {
    know([knownRegion, instance('web-1')]);
    exist('web-1');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    monitor.world.beforeRead = () => {
      const { version } = stored('web-1') ?? knownInstance;
      const next = { ...other, version: version + 1, recorded: version + 1 };
      monitor.store.states.set(`${account}#${region}#web-1`, next);
    };
    expect(await scanRegion(region, fleet, run)).toMatchObject({ notCommitted: 1, changes: 0 });
    expect(monitor.world.calls.filter((call) => call !== region)).toHaveLength(3);
  });

  test('about the region does not count as a change of this scan', async () => {
    know([{ ...knownRegion, status: 'unknown', failure: inGap }]);
    const ended = { ...knownRegion, version: 2, recorded: 2, lastAt: at('10:14') };
    monitor.store.states.set(`${account}#${region}#`, ended);
    expect(await scanRegion(region, fleet, run)).toEqual(nothingFound);
    expect(fleet.states.get('eu-west-1#')).toEqual(ended);
  });
});

describe('the first complete listing', () => {
  const summaryOf = () => {
    const summary = monitor.store.historyOf(wholeRegion)[0]?.summary;
    return (
      summary && { ...summary, worst: summary.worst.map(({ instanceName, severity }) => `${instanceName} ${severity}`) }
    );
  };

  test('lists the worst exposures first, and instances of one severity by name', async () => {
    know([]);
    exist('b-office', 'a-office');
    for (const name of ['z-open', 'm-open', 'y-open']) monitor.world.set(region, name, [sshFromAnywhere]);
    exist('unread');
    monitor.world.fail('eu-west-1#unread');
    const result = await scanRegion(region, fleet, run);
    const counts = { instancesListed: 6, instancesRead: 5 };
    expect(result).toEqual({ ...nothingFound, ...counts, notRead: ['eu-west-1#unread'], changes: 6 });
    const worst = ['m-open', 'y-open', 'z-open'].map((name) => `${name} critical`);
    expect(summaryOf()).toEqual({
      ...{ ...counts, more: 0 },
      worst: [...worst, 'a-office medium', 'b-office medium'],
    });
  });

  test.each([
    [20, 20, 0],
    [21, 20, 1],
    [23, 20, 3],
  ])('of %i instances names %i and counts %i', async (count, named, more) => {
    know([]);
    exist(...Array.from({ length: count }, (_, index) => `web-${index}`));
    await scanRegion(region, fleet, run);
    expect(summaryOf()?.worst).toHaveLength(named);
    expect(summaryOf()).toMatchObject({ instancesListed: count, more });
  });

  test('of a region that was listed before is made once, also with more instances than it names', async () => {
    const names = Array.from({ length: 21 }, (_, index) => `web-${index}`);
    know([{ ...knownRegion, status: 'unknown', failure: inGap }, ...names.map((name) => instance(name))]);
    exist(...names);
    monitor.world.set(region, 'web-7', [httpFromAnywhere]);
    const { commitState } = monitor.store;
    monitor.store.commitState = async (commit, expected) => {
      if (commit.resource.instanceName !== null) throw new Error('the table is away');
      return commitState.call(monitor.store, commit, expected);
    };
    expect(await scanRegion(region, fleet, run)).toMatchObject({ notCommitted: 1, changes: 1 });
    expect(monitor.store.historyOf(wholeRegion)).toMatchObject([{ kind: 'gap-over', summary: null }]);
  });

  test('of a region whose item can not be read is not noted', async () => {
    know([], { refused: new Set(['eu-west-1#']) });
    expect(await scanRegion(region, fleet, run)).toEqual(nothingFound);
    expect(monitor.store.states.size).toBe(0);
  });
});

describe('P5: a region that can not be listed', () => {
  type Row = [string, Failure['reason'], LatestState[], string[], { isNeverReadable: boolean; changes: number }];
  test.each<Row>([
    ['throttled', 'throttled', [knownRegion], [], { isNeverReadable: false, changes: 0 }],
    ['denied', 'access-denied', [knownRegion], [], { isNeverReadable: false, changes: 1 }],
    ['that was never readable', 'access-denied', [], [], { isNeverReadable: true, changes: 1 }],
    ['that did not answer yet', 'throttled', [], [], { isNeverReadable: false, changes: 0 }],
    ['whose item can not be read', 'access-denied', [], ['eu-west-1#'], { isNeverReadable: false, changes: 0 }],
    [
      'without an answer for two scans',
      'throttled',
      [{ ...knownRegion, failure: { ...counted, sinceScan: 0 } }],
      [],
      { isNeverReadable: false, changes: 1 },
    ],
  ])('%s', async (_, reason, states, refused, { isNeverReadable, changes }) => {
    know([...states, instance('web-1')], { refused: new Set(refused) });
    monitor.world.fail(region, reason);
    const result = await scanRegion(region, fleet, run);
    expect(result).toEqual({ ...nothingFound, failed: { reason, isNeverReadable }, changes });
    const error = new ReadError(reason, `scripted: ${reason}`);
    expect(monitor.events).toEqual([{ event: 'region-failed', region, error }]);
    expect(stored('web-1')).toEqual(instance('web-1'));
    expect(fleet.states.get('eu-west-1#')?.failure?.reason).toBe(refused.length > 0 ? undefined : reason);
    expect(stored('') === undefined).toBe(refused.length > 0);
  });

  test('for lack of time is not reached', async () => {
    know([knownRegion]);
    const result = await scanRegion(region, fleet, { ...run, readSignal: AbortSignal.abort() });
    const failed = { reason: 'out-of-time', isNeverReadable: false };
    expect(result).toEqual({ ...nothingFound, failed, isReached: false });
    expect(monitor.world.calls).toEqual([]);
  });
});
