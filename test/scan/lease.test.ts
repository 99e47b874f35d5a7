import { expect, test } from '@jest/globals';
import { startEventScan, startFullScan } from '../../lambda/scan/lease.ts';
import { account, Monitor } from './monitor.ts';

/** Starts a scan with a clock that only moves in pauses. Returns the pauses, and the holder of the lease in each. */
async function start(monitor: Monitor, begin: typeof startEventScan, ms: number) {
  const pauses: number[] = [];
  const holders: unknown[] = [];
  const pause = async (waitMs: number) => {
    pauses.push(waitMs);
    holders.push(monitor.store.leases.get(account)?.holder);
    monitor.now += waitMs;
  };
  const run = await begin({ ...monitor.deps(), clock: () => monitor.now, pause }, monitor.now + ms);
  return { run, pauses, holders };
}

/** The last event scan ended `agoMs` milliseconds ago. */
async function afterEventScan(monitor: Monitor, agoMs: number): Promise<void> {
  const instant = new Date(monitor.now - agoMs).toISOString();
  await monitor.store.takeEventLease({ account, holder: 'earlier', now: monitor.now, until: monitor.now });
  const lastEventRun = { startedAt: instant, endedAt: instant, settled: [] };
  await monitor.store.releaseEventLease({ account, holder: 'earlier', lastEventRun });
}

test.each([
  [0, [10_000]],
  [4_000, [6_000]],
  [9_999, [1]],
  [10_000, []],
  [60_000, []],
  [-1, []],
])(
  'P10: an event scan %i ms after the last one waits, and a full scan can start meanwhile',
  async (agoMs, expected) => {
    const monitor = new Monitor();
    await afterEventScan(monitor, agoMs);
    const { run, pauses, holders } = await start(monitor, startEventScan, 58_000);
    expect(pauses).toEqual(expected);
    expect(holders).toEqual(expected.map(() => null));
    expect(run).toMatchObject({ holder: 'id-1', startedAt: new Date(monitor.now).toISOString() });
    expect(monitor.store.leases.get(account)).toMatchObject({ holder: 'id-1', scanNumber: 0 });
  },
);

test.each([
  [12_000, true],
  [11_999, false],
])('an event scan with %i ms is started: %s', async (ms, isStarted) => {
  const { run } = await start(new Monitor(), startEventScan, ms);
  expect(run !== null).toBe(isStarted);
});

test('an event scan tries every two seconds while another scan has the lease, and does not return that lease', async () => {
  const monitor = new Monitor();
  await monitor.store.takeLease({ account, holder: 'full', now: monitor.now, until: monitor.now + 900_000 });
  const { run, pauses, holders } = await start(monitor, startEventScan, 18_000);
  expect(run).toBeNull();
  expect(pauses).toEqual([2_000, 2_000, 2_000, 2_000]);
  expect(holders).toEqual(['full', 'full', 'full', 'full']);
});

test('a full scan does not wait for another full scan', async () => {
  const monitor = new Monitor();
  await monitor.store.takeLease({ account, holder: 'full', now: monitor.now, until: monitor.now + 900_000 });
  expect(await start(monitor, startFullScan, 240_000)).toMatchObject({ run: null, pauses: [] });
});

test('a full scan tries every second while an event scan has the lease', async () => {
  const monitor = new Monitor();
  await monitor.store.takeEventLease({ account, holder: 'events', now: monitor.now, until: monitor.now + 1_500 });
  const { run, pauses } = await start(monitor, startFullScan, 240_000);
  expect(pauses).toEqual([1_000, 1_000]);
  expect(run?.grant).toMatchObject({ scanNumber: 1, lastEventRun: null });
});
