import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DigestContext } from '../../lambda/alerts/build-digest.ts';
import { ratingPolicy } from '../../lambda/firewall/index.ts';
import type { Reach } from '../../lambda/firewall/sets/reach.ts';
import type { HistoryEntry, MonitoringSummary } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { publishAlerts } from '../../lambda/scan/publish-alerts.ts';
import type { Fleet, Run } from '../../lambda/scan/scan-run.ts';
import { at, knownInstance, knownRegion, region, webEntry, wholeRegion } from './decide/samples.ts';
import { account, Monitor } from './monitor.ts';
import { fleetOf, openRun } from './open-run.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere } from './samples.ts';

const coverage = { instancesListed: 2, instancesRead: 2, regionsListed: 1, regionsSkipped: [] };
const times = { account, name: 'prod', scannedAt: at('10:15') };
const digest: DigestContext = { ...times, ...ratingPolicy(null), coverage, tableName: 'Snapshots' };

let monitor: Monitor;
let run: Run;
let fleet: Fleet;
/** The marks that were raised, in their order. */
let marks: string[];

beforeEach(async () => {
  monitor = new Monitor(region);
  monitor.now = Date.parse(at('10:15'));
  run = await openRun(monitor);
  marks = [];
  const { markAlerted } = monitor.store;
  monitor.store.markAlerted = async (resource, version) => {
    marks.push(`${resource.instanceName ?? 'region'} ${version}`);
    return markAlerted.call(monitor.store, resource, version);
  };
});

const named = (instanceName: string) => ({ account, region, instanceName });

function change(name: string, version: number, time: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const opened: Reach[] = [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] }];
  const firewall = { instance: someFacts, rules: [sshFromAnywhere], opened, verdict: 'widened' as const };
  const rating = { severity: 'critical', reason: 'open' } as const;
  return webEntry(time, { resource: named(name), version, ...firewall, ...rating, ...more });
}

/** Stores a latest state, with the entries of its history. */
async function have(entries: HistoryEntry[], more: Partial<LatestState> = {}): Promise<LatestState> {
  const newest = entries.at(-1);
  const { resource, version, at: lastAt } = newest ?? change('web-1', 1, '09:00');
  const latest = { ...knownInstance, resource, version, recorded: version, alerted: 0, lastAt, ...more };
  for (const entry of entries) await monitor.store.putEntry(entry);
  monitor.store.states.set(`${account}#${resourceKey(resource)}`, structuredClone(latest));
  return latest;
}

async function publish(states: readonly LatestState[], more: Partial<Run> = {}) {
  fleet = fleetOf(states);
  return publishAlerts(states, digest, fleet, { ...run, ...more });
}

/** The sent alerts, by message. */
const sent = () =>
  monitor.publisher
    .digests()
    .map(({ alerts }) =>
      alerts.map(({ kind, instance, changedBefore }) => `${kind} ${instance?.name} ${changedBefore?.slice(11, 16)}`),
    );

const steps = () => monitor.events.flatMap((event) => (event.event === 'bookkeeping-failed' ? [event.step] : []));

const nothingWaits = { oldestWaitingAt: null, damaged: [] };

describe('P3: the marks', () => {
  test('rise to the newest entry of each resource, in the order of the entries', async () => {
    const c = await have([change('c', 1, '09:03')]);
    const b = await have([change('b', 1, '09:00'), change('b', 2, '09:02')]);
    const a = await have([change('a', 1, '09:02')]);
    expect(await publish([c, b, a])).toEqual({ ...nothingWaits, alerts: 4 });
    expect(marks).toEqual(['b 2', 'a 1', 'c 1']);
    expect([...fleet.states.values()].map(({ alerted }) => alerted)).toEqual([1, 2, 1]);
  });

  test('begin at their stored value: an entry that is alerted, or that is not recorded, is not sent', async () => {
    const entries = [change('a', 1, '09:01'), change('a', 2, '09:02'), change('a', 3, '09:03')];
    const a = await have(entries, { alerted: 1, recorded: 2 });
    const done = await have([change('b', 1, '09:00')], { alerted: 1 });
    const { loadEntriesAfter } = monitor.store;
    const loaded: (string | null)[] = [];
    monitor.store.loadEntriesAfter = async (resource, version) => {
      loaded.push(resource.instanceName);
      return loadEntriesAfter.call(monitor.store, resource, version);
    };
    expect(await publish([a, done])).toEqual({ ...nothingWaits, alerts: 1 });
    expect(sent()).toEqual([['firewall-changed a 09:02']]);
    expect(marks).toEqual(['a 2']);
    expect(loaded).toEqual(['a']);
  });

  test('rise over entries without alerts, also if nothing is sent', async () => {
    const quiet = await have([
      change('a', 1, '09:01', { expected: 'the pipeline' }),
      change('a', 2, '09:02', { severity: 'info' }),
    ]);
    expect(await publish([quiet])).toEqual({ ...nothingWaits, alerts: 0 });
    expect(marks).toEqual(['a 2']);
    expect(monitor.publisher.messages).toEqual([]);
  });

  test('rise over an entry without alerts next to one that is sent', async () => {
    const quiet = change('a', 2, '09:02', { expected: 'the pipeline' });
    const a = await have([change('a', 1, '09:01'), quiet, change('a', 3, '09:03')]);
    expect(await publish([a])).toEqual({ ...nothingWaits, alerts: 2 });
    expect(marks).toEqual(['a 3']);
  });

  test.each([
    ['SNS is down', () => (monitor.publisher.failure = new Error('SNS is down'))],
    ['nobody has confirmed a subscription', () => (monitor.publisher.hasSubscriber = false)],
  ])('do not rise while %s', async (_, begin) => {
    begin();
    const quiet = await have([change('a', 1, '09:01', { expected: 'the pipeline' })]);
    const loud = await have([change('b', 1, '09:02'), change('b', 2, '09:03')]);
    expect(await publish([quiet, loud])).toEqual({ alerts: 0, oldestWaitingAt: at('09:02'), damaged: [] });
    expect(marks).toEqual([]);
  });

  test('rise as far as all earlier entries of the resource are sent, if a later message fails', async () => {
    // Two alerts of this size do not fit into one message.
    const cidrs = (port: number) => Array.from({ length: 120 }, (_, host) => `10.${port}.${2 * host}.1/32`);
    const rules = Array.from({ length: 40 }, (_, index) => ({
      ...httpFromAnywhere,
      ...{ fromPort: 2 * index, toPort: 2 * index, cidrs: cidrs(index), ipv6Cidrs: [] },
    }));
    const opened = rules.map(
      (rule): Reach => ({
        protocol: 'tcp',
        from: rule.fromPort,
        to: rule.fromPort,
        sources: rule.cidrs,
      }),
    );
    const big = { rules, opened };
    const quiet = { expected: 'the pipeline' };
    const a = await have([change('a', 1, '09:01', big), change('a', 2, '09:03', big), change('a', 3, '09:04', quiet)]);
    const b = await have([change('b', 1, '09:02', big)]);
    const { publish: send } = monitor.publisher;
    monitor.publisher.publish = async (message) => {
      if (monitor.publisher.messages.length === 2) throw new Error('SNS is down');
      await send.call(monitor.publisher, message);
    };
    expect(await publish([a, b])).toEqual({ alerts: 2, oldestWaitingAt: at('09:03'), damaged: [] });
    expect(marks).toEqual(['a 1', 'b 1']);
    expect([...fleet.states.values()].map(({ alerted }) => alerted)).toEqual([1, 1]);
  });

  test('that another step of the scan raised are not raised again', async () => {
    const a = await have([change('a', 1, '09:01')]);
    fleet = fleetOf([{ ...a, alerted: 1 }]);
    expect(await publishAlerts([a], digest, fleet, run)).toEqual({ ...nothingWaits, alerts: 1 });
    expect(marks).toEqual([]);
  });

  test('of a state that the scan had not loaded are raised, and the scan then has the state', async () => {
    const a = await have([change('a', 1, '09:01')]);
    fleet = fleetOf([]);
    await publishAlerts([a], digest, fleet, run);
    expect([...fleet.states.values()]).toEqual([{ ...a, alerted: 1 }]);
  });

  test('that the table does not take are logged, if there was nothing to send', async () => {
    const quiet = await have([change('a', 1, '09:01', { expected: 'the pipeline' })]);
    monitor.store.markAlerted = () => Promise.reject(new Error('throttled'));
    expect(await publish([quiet])).toEqual({ ...nothingWaits, alerts: 0 });
    expect(steps()).toEqual(['mark what is alerted']);
  });
});

describe('P5: a history that can not be loaded', () => {
  test.each([
    ['the table fails', new Error('throttled'), []],
    ['an item is damaged', new ItemError('a later schema'), ['eu-west-1#a']],
  ])('because %s waits, and the alerts of the others are sent', async (_, error, damaged) => {
    const a = await have([change('a', 1, '09:00'), change('a', 2, '09:01')]);
    const b = await have([change('b', 1, '09:02')]);
    const { loadEntriesAfter } = monitor.store;
    monitor.store.loadEntriesAfter = async (resource, version) => {
      if (resource.instanceName === 'a') throw error;
      return loadEntriesAfter.call(monitor.store, resource, version);
    };
    expect(await publish([a, b])).toEqual({ alerts: 1, oldestWaitingAt: at('09:01'), damaged });
    expect(marks).toEqual(['b 1']);
    const step = 'load the entries of eu-west-1#a that are not alerted';
    expect(monitor.events[0]).toEqual({ event: 'bookkeeping-failed', step, error });
  });

  test.each([
    ['an alert that waits since then', '09:00', '09:00'],
    ['its own newest entry, if that is older', '09:05', '09:01'],
  ])('counts from the oldest: %s', async (_, waitingFrom, expected) => {
    const a = await have([change('a', 1, '09:01')]);
    const b = await have([change('b', 1, waitingFrom)]);
    const { loadEntriesAfter } = monitor.store;
    monitor.store.loadEntriesAfter = async (resource, version) => {
      if (resource.instanceName === 'a') throw new Error('throttled');
      return loadEntriesAfter.call(monitor.store, resource, version);
    };
    monitor.publisher.failure = new Error('SNS is down');
    expect(await publish([a, b])).toEqual({ alerts: 0, oldestWaitingAt: at(expected), damaged: [] });
  });
});

describe('the rules before a change', () => {
  const before = change('a', 1, '08:00', { rules: [httpFromAnywhere] });
  const changed = change('a', 2, '09:00', { previousRulesAt: at('08:00') });
  const begin = () => have([before, changed], { alerted: 1 });
  const rulesBefore = () => monitor.publisher.digests()[0]?.alerts.map((alert) => alert.rulesBefore);

  test('are loaded for the alert', async () => {
    await publish([await begin()]);
    expect(rulesBefore()).toEqual([[httpFromAnywhere]]);
  });

  test('are not looked for if there were none', async () => {
    const a = await have([change('a', 1, '09:00')]);
    monitor.store.loadEntry = () => Promise.reject(new Error('nothing is to be loaded'));
    expect(await publish([a])).toMatchObject({ alerts: 1 });
    expect(rulesBefore()).toEqual([null]);
  });

  test('are left out of the alert if their item is damaged', async () => {
    const error = new ItemError('a later schema');
    monitor.store.loadEntry = () => Promise.reject(error);
    expect(await publish([await begin()])).toEqual({ ...nothingWaits, alerts: 1 });
    const step = `load the entry before ${at('09:00')} of eu-west-1#a`;
    expect(monitor.events[0]).toEqual({ event: 'bookkeeping-failed', step, error });
    expect(monitor.publisher.digests()[0]?.alerts[0]).toMatchObject({ restoreCommand: null });
  });

  test('P3: delay the alert if the table fails', async () => {
    monitor.store.loadEntry = () => Promise.reject(new Error('throttled'));
    expect(await publish([await begin()])).toEqual({ alerts: 0, oldestWaitingAt: at('09:00'), damaged: [] });
    expect(sent()).toEqual([]);
  });
});

describe('an instance of the first listing', () => {
  const worst = (...names: string[]) =>
    names.map((instanceName) => ({ instanceName, severity: 'low' as const, exposure: [], reason: 'few' }));
  const listing = (summary: Partial<MonitoringSummary>) =>
    webEntry('08:00', {
      ...{ resource: wholeRegion, version: 1, kind: 'baseline' },
      summary: { instancesListed: 2, instancesRead: 2, worst: [], more: 0, ...summary },
    });
  const first = (name: string, time: string) => change(name, 1, time, { kind: 'baseline', verdict: null });
  const alerted = { ...knownRegion, version: 1, recorded: 1, alerted: 1 };

  test.each<[string, string, Partial<MonitoringSummary> | null, boolean]>([
    ['that the summary names', '07:59', { worst: worst('b', 'a') }, false],
    ['that the summary does not name', '07:59', { worst: worst('b') }, true],
    ['that the summary counts', '07:59', { worst: worst('b'), more: 1 }, false],
    ['of the very instant, that the summary counts', '08:00', { worst: worst('b'), more: 1 }, false],
    ['that was read after the summary that counts others', '08:01', { worst: worst('b'), more: 1 }, true],
    ['of a region without a listing', '07:59', null, true],
  ])('%s', async (_, time, summary, isAlerted) => {
    const a = await have([first('a', time)]);
    const state = summary === null ? { ...alerted, baselinedAt: null } : alerted;
    const known = await have(summary === null ? [] : [listing(summary)], state);
    expect(await publish([known, a])).toEqual({ ...nothingWaits, alerts: isAlerted ? 1 : 0 });
    expect(sent()).toEqual(isAlerted ? [[`monitoring-started a ${time}`]] : []);
    if (!isAlerted) return;
    const own = { instanceName: 'a', severity: 'critical', exposure: change('a', 1, time).opened, reason: 'open' };
    const started = { instancesListed: 1, instancesRead: 1, worst: [own], more: 0 };
    expect(monitor.publisher.digests()[0]?.alerts[0]?.summary).toEqual(started);
  });

  test('uses the listing that is committed and not recorded yet', async () => {
    const a = await have([first('a', '07:59')]);
    const pending = listing({ worst: worst('a') });
    const known = { ...alerted, recorded: 0, alerted: 0, pending };
    monitor.store.states.set(`${account}#eu-west-1#`, structuredClone(known));
    expect(await publish([known, a])).toMatchObject({ alerts: 0 });
  });

  test('does not take another pending entry of the region for the listing', async () => {
    const a = await have([first('a', '07:59')]);
    const gap = { ...listing({}), kind: 'gap', at: at('09:00'), version: 2, summary: null } as const;
    const known = await have([listing({ worst: worst('a') })], { ...alerted, version: 2, pending: gap });
    expect(await publish([known, a])).toMatchObject({ alerts: 0 });
  });

  test.each<[string, (known: LatestState) => LatestState[]]>([
    ['not among the given states', () => []],
    ['known without its listing, which another scan committed', (known) => [{ ...known, baselinedAt: null }]],
  ])('P3: uses the listing of a region that is %s', async (_, givenOf) => {
    const a = await have([first('a', '07:59')]);
    const elsewhere = { ...knownRegion, resource: { ...wholeRegion, region: 'us-east-1' }, baselinedAt: at('06:00') };
    const known = await have([listing({ worst: worst('a') })], alerted);
    expect(await publish([elsewhere, a, ...givenOf(known)])).toMatchObject({ alerts: 0 });
  });

  test('loads the listing of a region once', async () => {
    const states = [await have([first('a', '07:58')]), await have([first('b', '07:59')])];
    const known = await have([listing({ worst: worst('a', 'b') })], alerted);
    const { loadEntry } = monitor.store;
    const loaded: (string | null)[] = [];
    monitor.store.loadEntry = async (resource, instant) => {
      loaded.push(resource.instanceName);
      return loadEntry.call(monitor.store, resource, instant);
    };
    expect(await publish([known, ...states])).toMatchObject({ alerts: 0 });
    expect(loaded).toEqual([null]);
  });

  test('has its own alert if the listing is damaged', async () => {
    const error = new ItemError('a later schema');
    monitor.store.loadState = () => Promise.reject(error);
    expect(await publish([await have([first('a', '07:59')])])).toMatchObject({ alerts: 1 });
    const step = 'load the first listing of eu-west-1';
    expect(monitor.events[0]).toEqual({ event: 'bookkeeping-failed', step, error });
  });

  test('P3: waits if the listing can not be loaded', async () => {
    monitor.store.loadState = () => Promise.reject(new Error('throttled'));
    const published = await publish([await have([first('a', '07:59')])]);
    expect(published).toEqual({ alerts: 0, oldestWaitingAt: at('07:59'), damaged: [] });
  });
});

test.each([
  [true, false],
  [false, true],
])(
  'with attribution %s, the alert names the table, and says whether an actor can be known',
  async (attribution, isOff) => {
    const settings = { ...run.settings, attribution };
    await publish([await have([change('a', 1, '09:00')])], { settings });
    expect(monitor.publisher.digests()[0]?.alerts[0]?.attributionOff ?? false).toBe(isOff);
    expect(monitor.mail()).toContain('--table-name Snapshots');
  },
);
