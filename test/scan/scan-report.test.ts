/** The report of a full scan, its scan item, and the data that the scan writes into the lease item. */
import { expect, test } from '@jest/globals';
import { ItemError, ReadError } from '../../lambda/history/read-errors.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import type { LeaseReturn } from '../../lambda/scan/interfaces.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from './samples.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-south-1', 'us-west-2'];

/** One instance in each region, listed by a scan. */
async function watching(): Promise<Monitor> {
  const monitor = new Monitor(...regions);
  for (const region of regions) monitor.world.set(region, `${region}-1`, [sshFromOffice]);
  await monitor.scan();
  monitor.publisher.messages.length = 0;
  monitor.now += 300_000;
  return monitor;
}

/** A full scan with a clock that only moves while a firewall is read. */
const scan = (monitor: Monitor) => runFullScan({ ...monitor.deps(), clock: () => monitor.now }, monitor.now + 240_000);

const quiet = { skipped: false, complete: true, alerts: 0, oldestUntoldAlertAgeSeconds: 0, openGaps: 0 };

test('the note and the report count the regions, the instances, the changes and the alerts', async () => {
  const monitor = await watching();
  const startedAt = new Date(monitor.now).toISOString();
  monitor.world.set('us-east-1', 'us-east-1-1', [sshFromAnywhere]);
  monitor.world.set('us-west-2', 'us-west-2-1', [httpFromAnywhere]);
  monitor.world.set('us-west-2', 'us-west-2-2', []);
  for (const key of ['us-east-1', 'ap-south-1']) monitor.world.fail(key);
  for (const key of ['us-west-2#us-west-2-2', 'eu-west-1#eu-west-1-1']) monitor.world.fail(key, 'timeout');
  monitor.world.beforeRead = () => {
    monitor.now += 1_000;
  };
  const report = await scan(monitor);
  expect(report).toEqual({ ...quiet, complete: false, instancesListed: 3, instancesRead: 1, alerts: 1 });
  const note = {
    ...{ account, startedAt, endedAt: new Date(monitor.now).toISOString(), complete: false },
    regionsListed: ['eu-west-1', 'us-west-2'],
    regionsFailed: { 'ap-south-1': 'throttled', 'us-east-1': 'throttled' },
    ...{ instancesListed: 3, instancesRead: 1 },
    notRead: ['eu-west-1#eu-west-1-1', 'us-west-2#us-west-2-2'],
    ...{ changes: 1, alerts: 1, scanEveryMinutes: 5 },
  };
  expect(monitor.store.scans.at(-1)).toEqual(note);
  expect(monitor.store.leases.get(account)).toMatchObject({ holder: null, lastScan: note });
  const coverage = { instancesListed: 3, instancesRead: 1, regionsListed: 2 };
  const regionsSkipped = ['ap-south-1', 'us-east-1'];
  expect(monitor.publisher.digests()[0]?.coverage).toEqual({ ...coverage, regionsSkipped });
});

test('P5: an open gap, a damaged item, a damaged history and a refused commit count one each', async () => {
  const monitor = await watching();
  monitor.world.fail('ap-south-1', 'access-denied');
  monitor.world.set('us-west-2', 'us-west-2-1', [sshFromAnywhere]);
  monitor.world.set('us-east-1', 'us-east-1-1', [sshFromAnywhere]);
  const { loadFleet, loadEntriesAfter, commitState } = monitor.store;
  monitor.store.loadFleet = async (of) => {
    const refused = [{ key: 'eu-west-1#eu-west-1-1', problem: 'a later schema' }];
    return { ...(await loadFleet.call(monitor.store, of)), refused };
  };
  monitor.store.loadEntriesAfter = async (resource, version) => {
    if (resource.instanceName === 'us-west-2-1') throw new ItemError('a later schema');
    return loadEntriesAfter.call(monitor.store, resource, version);
  };
  monitor.store.commitState = async (commit, expected) => {
    if (commit.resource.instanceName === 'us-east-1-1') throw new Error('throttled');
    return commitState.call(monitor.store, commit, expected);
  };
  expect(await scan(monitor)).toMatchObject({ openGaps: 4 });
});

test('P5: an instance that is listed without a name counts: nobody can read it', async () => {
  const monitor = await watching();
  const { listInstances } = monitor.world;
  monitor.world.listInstances = async (region) => [
    ...(await listInstances.call(monitor.world, region)),
    ...(region === 'eu-west-1' ? [{ name: null, facts: someFacts }] : []),
  ];
  expect(await scan(monitor)).toMatchObject({ complete: true, openGaps: 1 });
});

test('P5: a region that is listed without a name makes the scan incomplete, and counts: nobody can list it', async () => {
  const monitor = await watching();
  const { listRegions } = monitor.world;
  monitor.world.listRegions = async () => [null, ...(await listRegions.call(monitor.world))];
  monitor.world.set('us-west-2', 'us-west-2-1', [sshFromAnywhere]);
  expect(await scan(monitor)).toMatchObject({ complete: false, instancesListed: 4, instancesRead: 4, openGaps: 1 });
  const note = { complete: false, regionsFailed: { '?': 'invalid-answer' }, notRead: ['?#?'] };
  expect(monitor.store.scans.at(-1)).toMatchObject(note);
  expect(monitor.publisher.digests()[0]?.coverage).toMatchObject({ regionsListed: 4, regionsSkipped: ['?'] });
  expect(monitor.events).toContainEqual({
    ...{ event: 'region-failed', region: '?' },
    error: new ReadError('invalid-answer', 'GetRegions listed a region without a name'),
  });
});

test('P5: the oldest alert that waits has the age of its entry, in seconds', async () => {
  const monitor = await watching();
  monitor.world.set('us-west-2', 'us-west-2-1', [sshFromAnywhere]);
  monitor.publisher.failure = new Error('SNS is down');
  expect(await scan(monitor)).toMatchObject({ alerts: 0, oldestUntoldAlertAgeSeconds: 0 });
  monitor.now += 300_000;
  expect(await scan(monitor)).toMatchObject({ alerts: 0, oldestUntoldAlertAgeSeconds: 300 });
  // If the clock goes back, the age is not negative.
  monitor.now -= 900_000;
  expect(await scan(monitor)).toMatchObject({ oldestUntoldAlertAgeSeconds: 0 });
});

test('P5: one instance or one region for which no time was left makes the scan incomplete', async () => {
  for (const key of ['us-west-2#us-west-2-1', 'us-west-2']) {
    const monitor = await watching();
    expect(await scan(monitor)).toEqual({ ...quiet, instancesListed: 4, instancesRead: 4 });
    monitor.now += 300_000;
    monitor.world.fail(key, 'out-of-time');
    expect(await scan(monitor)).toMatchObject({ complete: false });
  }
});

test('a scan that can not list the regions leaves nothing but the hash of its settings in the lease', async () => {
  const monitor = new Monitor('eu-west-1');
  monitor.world.fail('regions');
  const returned: LeaseReturn[] = [];
  monitor.store.releaseLease = async (lease) => void returned.push(lease);
  monitor.store.recordSettings = () => Promise.reject(new Error('throttled'));
  await expect(scan(monitor)).rejects.toThrow('No scan: the regions of Lightsail could not be listed');
  const nothing = { lastScan: null, allIsWellAt: null, settingsHash: null };
  expect(returned).toStrictEqual([{ account, holder: 'id-1', ...nothing }]);
});

test.each([
  [null, 'aws dynamodb query --table-name Snapshots'],
  ['eu-north-1', 'aws dynamodb query --region eu-north-1 --table-name Snapshots'],
])('an alert queries the table in the region %s', async (tableRegion, query) => {
  const monitor = await watching();
  monitor.world.set('us-west-2', 'us-west-2-1', [sshFromAnywhere]);
  await runFullScan({ ...monitor.deps(), tableRegion }, monitor.now + 240_000);
  expect(monitor.mail()).toContain(query);
});

test('the note lists regions and instances by name, although regions that the last scan did not list come first', async () => {
  const monitor = await watching();
  monitor.world.fail('us-west-2');
  await scan(monitor);
  monitor.now += 300_000;
  for (const key of ['us-west-2#us-west-2-1', 'eu-west-1#eu-west-1-1']) monitor.world.fail(key);
  monitor.world.mend('us-west-2');
  await scan(monitor);
  expect(monitor.store.scans.at(-1)).toMatchObject({
    regionsListed: ['ap-south-1', 'eu-west-1', 'us-east-1', 'us-west-2'],
    notRead: ['eu-west-1#eu-west-1-1', 'us-west-2#us-west-2-1'],
  });
});
