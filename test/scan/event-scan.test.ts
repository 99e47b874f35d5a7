import { describe, expect, test } from '@jest/globals';
import type { ApiCall, CallName } from '../../lambda/attribution/api-call.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import { runEventScan } from '../../lambda/scan/event-scan.ts';
import type { EventGrant } from '../../lambda/scan/interfaces.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
let nextEvent = 0;

function callAbout(monitor: Monitor, instanceName: string, more: Partial<ApiCall> = {}): ApiCall {
  nextEvent += 1;
  return {
    eventId: `e-${nextEvent}`,
    at: new Date(Math.floor(monitor.now / 1000) * 1000).toISOString(),
    account,
    region,
    name: 'PutInstancePublicPorts',
    instanceNames: [instanceName],
    portInfos: null,
    ipAddressType: null,
    by: 'IAM user alice',
    arn: null,
    sourceIpAddress: '198.51.100.7',
    userAgent: null,
    through: 'console',
    ...more,
  };
}

function targetOf(monitor: Monitor, instanceName: string, more: Partial<ApiCall> = {}): EventInstance {
  const call = callAbout(monitor, instanceName, more);
  return { region: call.region, instanceName, calls: [call] };
}

/** `web-1` and `web-2`, read by a scan a minute ago. */
async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region, 'us-east-1');
  for (const name of ['web-1', 'web-2']) monitor.world.set(region, name, [sshFromOffice]);
  await monitor.scan();
  monitor.now += 60_000;
  monitor.world.calls.length = 0;
  monitor.publisher.messages.length = 0;
  return monitor;
}

async function leaseOf(monitor: Monitor): Promise<EventGrant> {
  const lease = { account, holder: 'test', now: monitor.now + 600_000, until: monitor.now + 600_001 };
  const granted = await monitor.store.takeEventLease(lease);
  if (typeof granted === 'string') throw new Error('the lease is taken');
  return granted;
}

const historyOf = (monitor: Monitor, instanceName: string): HistoryEntry[] =>
  monitor.store.historyOf({ account, region, instanceName });

const alertsOf = (monitor: Monitor) => monitor.publisher.digests().flatMap(({ alerts }) => alerts);

const nothing = { isBusy: false, left: [], regionsListed: 0, instancesRead: 0, changes: 0, attributed: 0, alerts: 0 };

describe('an event scan', () => {
  test('P3: reads the named instance at once, and its alert names the actor', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const target = targetOf(monitor, 'web-1', { portInfos: [sshFromAnywhere] });
    expect(await monitor.look([target])).toEqual({
      ...nothing,
      regionsListed: 1,
      instancesRead: 1,
      changes: 1,
      alerts: 1,
    });
    expect(monitor.world.calls).toEqual([region, `${region}#web-1`]);
    expect(historyOf(monitor, 'web-1').at(-1)).toMatchObject({
      kind: 'changed',
      changedBy: { fit: 'explained', foundBy: 'event', calls: [{ by: 'IAM user alice' }] },
    });
    const [digest] = monitor.publisher.digests();
    expect(digest?.coverage).toMatchObject({ instancesListed: 1, instancesRead: 1, onlyNamed: true });
    const { email } = JSON.parse(monitor.publisher.messages[0]?.message ?? '{}');
    expect(email).toContain('\nRead 1 of 1 instance that events named.\n');
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'firewall-changed', changedBy: { calls: [{ by: 'IAM user alice' }] } },
    ]);
  });

  test('P3: an event whose change a full scan has recorded is stored as its attribution, without another read', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const target = targetOf(monitor, 'web-1', { portInfos: [sshFromAnywhere] });
    await monitor.scan();
    monitor.world.calls.length = 0;
    expect(await monitor.look([target])).toEqual({ ...nothing, attributed: 1, alerts: 1 });
    expect(monitor.world.calls).toEqual([]);
    const entry = historyOf(monitor, 'web-1').at(-1);
    expect(entry?.changedBy).toBeUndefined();
    const beside = await monitor.store.loadAttribution({ account, region, instanceName: 'web-1' }, entry?.at ?? '');
    expect(beside).toMatchObject({ fit: 'explained', foundBy: 'event', calls: [{ by: 'IAM user alice' }] });
    expect(monitor.events).toContainEqual(expect.objectContaining({ event: 'attributed', at: entry?.at }));
    expect(alertsOf(monitor).map(({ kind }) => kind)).toEqual(['firewall-changed', 'attributed']);
    expect(await monitor.look([target])).toEqual(nothing);
  });

  test('P3: an attribution that could not be published comes again with its event', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const target = targetOf(monitor, 'web-1', { portInfos: [sshFromAnywhere] });
    await monitor.scan();
    monitor.publisher.failure = new Error('the topic is down');
    expect(await monitor.look([target])).toEqual({ ...nothing, left: [`${region}#web-1`] });
    monitor.publisher.failure = null;
    expect(await monitor.look([target])).toEqual({ ...nothing, attributed: 1, alerts: 1 });
  });

  test('P3: an event whose attribution could not be looked for comes again', async () => {
    const monitor = await watching();
    monitor.store.loadEntriesAfter = async () => {
      throw new Error('the table is away');
    };
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toMatchObject({ left: ['eu-west-1#web-1'] });
  });

  test('P10: notes at most 200 instances in the lease item, which must stay small', async () => {
    const monitor = await watching();
    const names = Array.from({ length: 201 }, (_, index) => `many-${index}`);
    for (const name of names) monitor.world.set(region, name, [sshFromOffice]);
    await monitor.look(names.map((name) => targetOf(monitor, name)));
    expect((await leaseOf(monitor)).lastEventRun?.settled).toHaveLength(200);
  });

  test('a call that does not explain a change is not stored: the call that explains it may still arrive', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const target = targetOf(monitor, 'web-1', { portInfos: [httpFromAnywhere] });
    await monitor.scan();
    expect(await monitor.look([target])).toEqual(nothing);
    expect(monitor.store.attributions.size).toBe(0);
  });

  test('P6: confirms nothing, does not count as a full scan, and does not touch other instances', async () => {
    const monitor = await watching();
    const { scans, leases } = monitor.store;
    const before = { scans: scans.length, lastScan: leases.get(account)?.lastScan };
    monitor.world.set(region, 'web-2', [sshFromAnywhere]);
    monitor.world.set('us-east-1', 'db-1', [sshFromAnywhere]);
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toEqual({
      ...nothing,
      regionsListed: 1,
      instancesRead: 1,
    });
    expect({ scans: scans.length, lastScan: leases.get(account)?.lastScan }).toEqual(before);
    expect(leases.get(account)).toMatchObject({ holder: null, scanNumber: 1 });
    expect(historyOf(monitor, 'web-2')).toHaveLength(1);
  });

  test.each([1, 2])(
    'P6: a change after %i failed scans and a read by an event happened after that read',
    async (scans) => {
      const monitor = await watching();
      monitor.world.fail('eu-west-1#web-1');
      for (let i = 0; i < scans; i += 1) {
        await monitor.scan();
        monitor.now += 60_000;
      }
      monitor.world.failures.clear();
      const readAfter = new Date(monitor.now).toISOString();
      await monitor.look([targetOf(monitor, 'web-1')]);
      monitor.world.set(region, 'web-1', [sshFromAnywhere]);
      await monitor.scan();
      const [alert] = alertsOf(monitor).filter(({ kind }) => kind === 'firewall-changed');
      expect((alert?.changedAfter ?? '') > readAfter).toBe(true);
    },
  );

  test('P4: events of an instance that cannot be read or listed come again, and no failure is counted', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`, 'access-denied');
    expect((await monitor.look([targetOf(monitor, 'web-1')])).left).toEqual([`${region}#web-1`]);
    monitor.world.fail(region, 'access-denied');
    expect((await monitor.look([targetOf(monitor, 'web-1')])).left).toEqual([`${region}#web-1`]);
    const states = [...monitor.store.states.values()];
    expect(states.map(({ failure, status }) => ({ failure, status }))).toEqual(
      states.map(() => ({ failure: null, status: 'known' })),
    );
    expect(historyOf(monitor, 'web-1')).toHaveLength(1);
  });

  test('an instance that a complete listing does not contain is gone, and its alert names the actor', async () => {
    const monitor = await watching();
    monitor.world.delete(region, 'web-1');
    await monitor.look([targetOf(monitor, 'web-1', { name: 'DeleteInstance' })]);
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'instance-gone', changedBy: { calls: [{ name: 'DeleteInstance', by: 'IAM user alice' }] } },
    ]);
  });

  test('P4: an instance is not gone while an instance is listed without a name', async () => {
    const monitor = await watching();
    const [, ...others] = await monitor.world.listInstances(region);
    monitor.world.listInstances = async () => [{ name: null, facts: someFacts }, ...others];
    await monitor.look([targetOf(monitor, 'web-1', { name: 'DeleteInstance' })]);
    expect(alertsOf(monitor)).toEqual([]);
  });

  test('the alert of a created instance names the actor', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-9', [httpFromAnywhere]);
    await monitor.look([targetOf(monitor, 'web-9', { name: 'CreateInstances' })]);
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'instance-appeared', instance: { name: 'web-9' }, changedBy: { calls: [{ name: 'CreateInstances' }] } },
    ]);
  });

  test.each<[CallName, string, boolean]>([
    ['CreateInstances', 'web-9', false],
    ['DeleteInstance', 'web-1', true],
  ])(
    'the effect of %s can appear late: the event is delivered again for a quarter of an hour, and then no more',
    async (name, who) => {
      const monitor = await watching();
      const target = targetOf(monitor, who, { name });
      expect((await monitor.look([target])).left).toEqual([`${region}#${who}`]);
      expect((await monitor.look([target], 16 * 60_000)).left).toEqual([]);
    },
  );

  test('an unknown instance is no error, and nothing is written about it', async () => {
    const monitor = await watching();
    expect(await monitor.look([targetOf(monitor, 'nobody')])).toEqual({ ...nothing, regionsListed: 1 });
    expect(monitor.store.states.size).toBe(4);
  });

  test('a region without a first listing, or that is not watched, is not read', async () => {
    const monitor = new Monitor(region);
    monitor.world.set(region, 'web-1', [sshFromOffice]);
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toEqual(nothing);
    await monitor.scan();
    monitor.settings = { ...monitor.settings, regions: ['us-east-1'] };
    monitor.world.calls.length = 0;
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toEqual(nothing);
    expect(monitor.world.calls).toEqual([]);
  });

  test('P10: event scans keep a distance of ten seconds, however many events arrive', async () => {
    const monitor = await watching();
    const listedAt: number[] = [];
    monitor.world.beforeRead = () => void listedAt.push(monitor.now);
    for (let burst = 0; burst < 5; burst += 1) await monitor.look([targetOf(monitor, 'web-1')], 10);
    const distances = listedAt.slice(1).map((at, index) => at - (listedAt[index] ?? 0));
    expect(listedAt).toHaveLength(5);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(10_000);
  });

  test('P10: calls from before the last read cause no other read', async () => {
    const monitor = await watching();
    const old = targetOf(monitor, 'web-1');
    await monitor.look([old]);
    monitor.world.calls.length = 0;
    expect(await monitor.look([old])).toEqual(nothing);
    expect(monitor.world.calls).toEqual([]);
  });

  test('waits while a full scan has the lease, and then leaves the events to come again', async () => {
    const monitor = await watching();
    await monitor.store.takeLease({ account, holder: 'a scan', now: monitor.now, until: monitor.now + 900_000 });
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toEqual({
      ...nothing,
      isBusy: true,
      left: [`${region}#web-1`],
    });
    expect(monitor.world.calls).toEqual([]);
    let pauses = 0;
    monitor.whilePausing = async () => {
      pauses += 1;
      if (pauses === 3)
        await monitor.store.releaseLease({
          account,
          holder: 'a scan',
          lastScan: null,
          allIsWellAt: null,
          settingsHash: null,
        });
    };
    expect(await monitor.look([targetOf(monitor, 'web-1')])).toMatchObject({ isBusy: false, instancesRead: 1 });
  });

  test('P5: a full scan waits for an event scan, and is not skipped', async () => {
    const monitor = await watching();
    const until = monitor.now + 300_000 + 20_000;
    await monitor.store.takeEventLease({ account, holder: 'a run that died', now: monitor.now, until });
    expect(await monitor.scan()).toMatchObject({ skipped: false, complete: true });
  });

  test('P3: throws if the table fails, and returns the lease', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.store.loadFleet = async () => {
      throw new Error('the table is down');
    };
    await expect(monitor.look([targetOf(monitor, 'web-1')])).rejects.toThrow('the table is down');
    expect(monitor.store.leases.get(account)).toMatchObject({ holder: null, lastEventRun: null });
  });
});

describe('the report of an event scan, and what it leaves in the lease', () => {
  /** Runs an event scan with a fixed clock, and returns its report and the lease item. */
  async function report(monitor: Monitor, instances: readonly EventInstance[]) {
    const result = await runEventScan({ ...monitor.deps(), clock: () => monitor.now }, instances, monitor.now + 58_000);
    return { result, left: monitor.store.leases.get(account)?.lastEventRun };
  }

  const instant = (monitor: Monitor) => new Date(monitor.now).toISOString();
  const ran = (monitor: Monitor, ...settled: string[]) => {
    return { startedAt: instant(monitor), endedAt: instant(monitor), settled };
  };

  test('without an instance the lease is not taken', async () => {
    const monitor = await watching();
    monitor.store.takeEventLease = () => Promise.reject(new Error('the lease is not to be taken'));
    expect(await report(monitor, [])).toMatchObject({ result: nothing });
  });

  test('names the instances that were read, and counts what changed', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.world.delete(region, 'web-2');
    const gone = targetOf(monitor, 'web-2', { name: 'DeleteInstance' });
    const { result, left } = await report(monitor, [targetOf(monitor, 'web-1'), gone]);
    expect(result).toEqual({ ...nothing, regionsListed: 1, instancesRead: 1, changes: 2, alerts: 2 });
    expect(left).toEqual(ran(monitor, `${region}#web-1`, `${region}#web-2`));
  });

  test('lasts until the end of the scan', async () => {
    const monitor = await watching();
    const startedAt = instant(monitor);
    monitor.world.beforeRead = () => {
      monitor.now += 4_000;
    };
    const { left } = await report(monitor, [targetOf(monitor, 'web-1')]);
    expect(left).toEqual({ startedAt, endedAt: instant(monitor), settled: [`${region}#web-1`] });
    expect(Date.parse(instant(monitor)) - Date.parse(startedAt)).toBe(4_000);
  });

  test('names no instance if all were confirmed already', async () => {
    const monitor = await watching();
    const old = targetOf(monitor, 'web-1');
    await monitor.look([old]);
    const before = monitor.store.leases.get(account)?.lastEventRun;
    monitor.now += 60_000;
    expect(await report(monitor, [old])).toEqual({ result: nothing, left: before });
  });

  test.each<[string, (monitor: Monitor) => void, object, string]>([
    ['can not be listed', ({ world }) => world.fail(region), {}, 'region-failed'],
    ['can not be read', ({ world }) => world.fail(`${region}#web-1`), { regionsListed: 1 }, 'instance-failed'],
    [
      'can not be committed',
      ({ store }) => {
        store.commitState = () => Promise.reject(new Error('the table is away'));
      },
      { regionsListed: 1 },
      'instance-not-committed',
    ],
  ])('P3: leaves an instance that %s', async (_, begin, counts, event) => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    begin(monitor);
    monitor.events.length = 0;
    const { result, left } = await report(monitor, [targetOf(monitor, 'web-1')]);
    expect(result).toEqual({ ...nothing, ...counts, left: [`${region}#web-1`] });
    expect(left).toEqual(ran(monitor));
    expect(monitor.events.at(-1)?.event).toBe(event);
  });

  test('P3: leaves an instance whose absence can not be committed', async () => {
    const monitor = await watching();
    monitor.world.delete(region, 'web-1');
    monitor.store.commitState = () => Promise.reject(new Error('the table is away'));
    const { result } = await report(monitor, [targetOf(monitor, 'web-1', { name: 'DeleteInstance' })]);
    expect(result).toEqual({ ...nothing, regionsListed: 1, left: [`${region}#web-1`] });
    const error = new Error('the table is away');
    const event = { event: 'instance-not-committed', region, instanceName: 'web-1', error };
    expect(monitor.events.at(-1)).toEqual(event);
  });

  test('P3: leaves an instance whose history can not be loaded, after its change is alerted', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const { loadEntriesAfter } = monitor.store;
    monitor.store.loadEntriesAfter = async (resource, version) => {
      if (version === 0) throw new Error('throttled');
      return loadEntriesAfter.call(monitor.store, resource, version);
    };
    const { result, left } = await report(monitor, [targetOf(monitor, 'web-1')]);
    const counts = { regionsListed: 1, instancesRead: 1, changes: 1, alerts: 1 };
    expect(result).toEqual({ ...nothing, ...counts, left: [`${region}#web-1`] });
    expect(left).toEqual(ran(monitor, `${region}#web-1`));
    const step = `find which changes of ${region}#web-1 the calls explain`;
    expect(monitor.events.at(-1)).toEqual({ event: 'bookkeeping-failed', step, error: new Error('throttled') });
  });

  test('names at most 200 instances in the lease, because its item must stay small', async () => {
    const monitor = await watching();
    const names = Array.from({ length: 201 }, (_, index) => `new-${index}`);
    for (const name of names) monitor.world.set(region, name, []);
    const instances = names.map((name) => targetOf(monitor, name));
    const { result, left } = await report(monitor, instances);
    expect(result).toMatchObject({ instancesRead: 201, left: [] });
    expect(left?.settled).toEqual(names.slice(0, 200).map((name) => `${region}#${name}`));
  });

  test.each([
    [null, 'aws dynamodb query --table-name Snapshots'],
    ['eu-north-1', 'aws dynamodb query --region eu-north-1 --table-name Snapshots'],
  ])('its alert says what was read, and queries the table in the region %s', async (tableRegion, query) => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const setup = { ...monitor.deps(), tableRegion };
    await runEventScan(setup, [targetOf(monitor, 'web-1'), targetOf(monitor, 'web-2')], monitor.now + 58_000);
    const [digest] = monitor.publisher.digests();
    const coverage = { instancesListed: 2, instancesRead: 2, regionsListed: 1, regionsSkipped: [], onlyNamed: true };
    expect(digest?.coverage).toEqual(coverage);
    expect(monitor.mail()).toContain(query);
  });
});
