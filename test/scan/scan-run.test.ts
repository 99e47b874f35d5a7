/** The times of a scan: when it stops to read and to publish, how long it has the lease, and which snapshots expire. */
import { describe, expect, test } from '@jest/globals';
import { type EventScanReport, runEventScan } from '../../lambda/scan/event-scan.ts';
import { runFullScan, type ScanReport } from '../../lambda/scan/full-scan.ts';
import type { LeaseRequest } from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { FakeCloudTrail } from './fake-cloudtrail.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';

/** A monitor that has listed `web-1`. */
async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  await monitor.scan();
  return monitor;
}

/** The times that a scan sets, in ms from now: its timeouts, and the end of its lease. The clock only moves while the scan pauses. */
async function timesOf(monitor: Monitor, scan: (setup: ScanSetup) => Promise<ScanReport | EventScanReport>) {
  const timeouts: number[] = [];
  const { now } = monitor;
  const leases: number[] = [];
  const { takeLease, takeEventLease } = monitor.store;
  const noted = (lease: LeaseRequest) => {
    leases.push(lease.until - now);
    return lease;
  };
  monitor.store.takeLease = (lease) => takeLease.call(monitor.store, noted(lease));
  monitor.store.takeEventLease = (lease) => takeEventLease.call(monitor.store, noted(lease));
  const timeout = (ms: number) => {
    timeouts.push(ms);
    return new AbortController().signal;
  };
  const report = await scan({ ...monitor.deps(), clock: () => monitor.now, timeout });
  return { report, timeouts, leaseMs: leases.at(-1), waitedMs: monitor.now - now };
}

const fullScan = (monitor: Monitor, ms: number) => timesOf(monitor, (setup) => runFullScan(setup, monitor.now + ms));

describe('a full scan', () => {
  test('reads until its reserve, publishes until its deadline, and holds the lease 30 seconds longer', async () => {
    const { timeouts, leaseMs } = await fullScan(await watching(), 240_000);
    expect(timeouts).toEqual([239_000, 240_000]);
    expect(leaseMs).toBe(270_000);
  });

  test('that waited for an event scan has less time left', async () => {
    const monitor = await watching();
    const { now } = monitor;
    await monitor.store.takeEventLease({ account, holder: 'events', now, until: now + 20_000 });
    const { timeouts, leaseMs, waitedMs } = await fullScan(monitor, 240_000);
    expect(waitedMs).toBe(21_000);
    expect(timeouts).toEqual([218_000, 219_000]);
    expect(leaseMs).toBe(270_000);
  });

  test.each([
    [240_000, 45_000],
    [40_000, 20_000],
  ])('with %i ms waits for an event scan for at most %i ms', async (ms, expected) => {
    const monitor = await watching();
    const { now } = monitor;
    await monitor.store.takeEventLease({ account, holder: 'events', now, until: now + 900_000 });
    const { report, waitedMs } = await fullScan(monitor, ms);
    expect(report).toMatchObject({ skipped: true });
    expect(waitedMs).toBe(expected);
  });

  test.each([
    [240_000, [239_000, 240_000, 60_000]],
    [40_000, [39_000, 40_000, 37_000]],
    [8_000, [7_000, 8_000, 5_000]],
    [7_999, [6_999, 7_999]],
  ])('with %i ms gives the attribution pass what is left, at most a minute', async (ms, expected) => {
    const monitor = await watching();
    monitor.isFollowing = true;
    expect((await fullScan(monitor, ms)).timeouts).toEqual(expected);
  });

  test('P3: publishes nothing after its deadline, and the next scan publishes it', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const timeout = (ms: number) => (ms === 240_000 ? AbortSignal.abort() : new AbortController().signal);
    const setup = { ...monitor.deps(), clock: () => monitor.now, timeout };
    expect(await runFullScan(setup, monitor.now + 240_000)).toMatchObject({ complete: true, alerts: 0 });
    expect((await monitor.alertsOfScan()).map(({ kind }) => kind)).toEqual(['firewall-changed']);
  });
});

describe('an event scan', () => {
  test.each([
    [58_000, [24_000, 25_000], 35_000],
    [20_000, [19_000, 20_000], 30_000],
  ])('with %i ms takes at most 25 seconds, and holds the lease 10 seconds longer', async (ms, expected, leaseMs) => {
    const monitor = await watching();
    monitor.now += 60_000;
    const call = new FakeCloudTrail(() => monitor.now).record({});
    const instance = { region, instanceName: 'web-1', calls: [call] };
    const times = await timesOf(monitor, (setup) => runEventScan(setup, [instance], monitor.now + ms));
    expect(times.report).toMatchObject({ instancesRead: 1 });
    expect(times.timeouts).toEqual(expected);
    expect(times.leaseMs).toBe(leaseMs);
  });
});

describe('with keepHistoryDays', () => {
  /** Instants of the snapshots that expire, with the seconds from the start of the last scan to their expiry. */
  const expiringOf = (monitor: Monitor) => {
    const startedAt = Date.parse(monitor.store.scans.at(-1)?.startedAt ?? '') / 1000;
    return [...monitor.store.expiries].map(([key, at]) => [key.split('@')[1], at - Math.floor(startedAt)]);
  };
  const begin = async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, keepHistoryDays: 2 };
    const [first] = monitor.store.historyOf({ account, region, instanceName: 'web-1' });
    return { monitor, expiring: [[first?.at, 2 * 86_400]] };
  };

  test('a snapshot expires when its instance changes, is gone, or is replaced; not in a gap', async () => {
    const changes: [(monitor: Monitor) => void, boolean][] = [
      [({ world }) => world.set(region, 'web-1', [httpFromAnywhere]), true],
      [({ world }) => world.delete(region, 'web-1'), true],
      [({ world }) => world.set(region, 'web-1', [sshFromOffice], { arn: 'arn:another' }), true],
      [({ world }) => world.fail(`${region}#web-1`, 'access-denied'), false],
    ];
    for (const [change, isExpected] of changes) {
      const { monitor, expiring } = await begin();
      change(monitor);
      await monitor.scan();
      expect(expiringOf(monitor)).toEqual(isExpected ? expiring : []);
    }
  });

  test('P3: no snapshot expires before its alert is sent', async () => {
    const monitor = new Monitor(region);
    monitor.settings = { ...monitor.settings, keepHistoryDays: 2 };
    monitor.world.set(region, 'web-1', [sshFromOffice]);
    monitor.publisher.failure = new Error('SNS is down');
    await monitor.scan();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    expect(monitor.store.expiries.size).toBe(0);
  });
});

test('every rating follows highRiskPorts: first listing, change, arrival, transient change, weekly digest', async () => {
  const monitor = new Monitor(region);
  monitor.isFollowing = true;
  monitor.isWeekly = true;
  monitor.settings = { ...monitor.settings, highRiskPorts: [9001] };
  const port = (number: number) => ({ ...sshFromAnywhere, fromPort: number, toPort: number });
  const instance = (instanceName: string) => ({ account, region, instanceName });
  const severityOf = (name: string) => {
    const { kind, severity } = monitor.store.historyOf(instance(name)).at(-1) ?? {};
    return `${kind} ${severity}`;
  };
  monitor.world.set(region, 'web-1', [port(9001)]);
  monitor.world.set(region, 'db-1', [port(22)]);
  await monitor.scan();
  expect(['web-1', 'db-1'].map(severityOf)).toEqual(['baseline critical', 'baseline high']);
  monitor.world.set(region, 'web-1', [port(9002)]);
  monitor.world.set(region, 'db-1', [port(9001)]);
  monitor.world.set(region, 'new-1', [port(9001)]);
  monitor.world.set(region, 'new-2', [port(3389)]);
  await monitor.scan();
  expect(['web-1', 'db-1', 'new-1', 'new-2'].map(severityOf)).toEqual([
    'changed high',
    'changed critical',
    'appeared critical',
    'appeared high',
  ]);
  for (const [name, number] of [
    ['db-1', 3306],
    ['web-1', 9001],
  ] as const) {
    monitor.now += 60_000;
    monitor.trail.record({ name: 'OpenInstancePublicPorts', instanceNames: [name], portInfos: [port(number)] });
    monitor.now += 20_000;
    const portInfos = [{ ...port(number), cidrs: [], ipv6Cidrs: [] }];
    monitor.trail.record({ name: 'CloseInstancePublicPorts', instanceNames: [name], portInfos });
  }
  for (let scan = 0; scan < 4; scan += 1) await monitor.scan();
  expect(['db-1', 'web-1'].map(severityOf)).toEqual(['flapped high', 'flapped critical']);
  monitor.now += 7 * 86_400_000;
  const week = (await monitor.alertsOfScan()).find(({ kind }) => kind === 'all-is-well')?.week;
  expect(week?.openToWorld.map(({ instanceName, severity }) => `${instanceName} ${severity}`).sort()).toEqual([
    'db-1 critical',
    'new-1 critical',
    'new-2 high',
    'web-1 high',
  ]);
});
