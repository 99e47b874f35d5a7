/** An empty region is listed less often (`emptyRegionsEveryMinutes`): the claims of such a scan, and the window of the next change. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeCloudTrail } from './fake-cloudtrail.ts';
import { Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

let monitor: Monitor;

beforeEach(async () => {
  monitor = new Monitor('eu-west-1', 'us-east-1');
  monitor.settings = { ...monitor.settings, emptyRegionsEveryMinutes: 20 };
  monitor.world.set('eu-west-1', 'web-1', [sshFromOffice]);
  await monitor.scan();
});

/** Runs a scan. Returns the regions that the scan requested, and the fields of its scan item. */
async function scanAndNote() {
  monitor.world.calls.length = 0;
  const report = await monitor.scan();
  const listed = monitor.world.calls.filter((key) => key !== 'regions' && !key.includes('#')).sort();
  const note = monitor.store.scans.at(-1);
  return { listed, complete: report.complete, regions: note?.regionsListed, notDue: note?.regionsNotDue };
}

const startOf = (index: number) => monitor.store.scans.at(index)?.startedAt ?? '';

describe('P10: a region without instances is listed by every fourth scan, if a scan runs every five minutes', () => {
  test('and the scans between claim neither that they listed it nor that they lack it', async () => {
    const listedAt = startOf(0);
    const between = {
      listed: ['eu-west-1'],
      complete: true,
      regions: ['eu-west-1'],
      notDue: { [listedAt]: ['us-east-1'] },
    };
    for (let i = 0; i < 3; i += 1) expect(await scanAndNote()).toEqual(between);
    const whole = { listed: ['eu-west-1', 'us-east-1'], complete: true, regions: ['eu-west-1', 'us-east-1'] };
    expect(await scanAndNote()).toEqual(whole);
    expect(await scanAndNote()).toEqual({ ...between, notDue: { [startOf(4)]: ['us-east-1'] } });
  });

  test('by default each scan lists it', async () => {
    monitor.settings = { ...monitor.settings, emptyRegionsEveryMinutes: 0 };
    expect(await scanAndNote()).toMatchObject({ listed: ['eu-west-1', 'us-east-1'], complete: true });
  });

  test('an account without instances is watched completely by scans that list nothing', async () => {
    monitor.world.delete('eu-west-1', 'web-1');
    expect(await scanAndNote()).toMatchObject({ listed: ['eu-west-1'] });
    const notDue = { [startOf(1)]: ['eu-west-1'], [startOf(0)]: ['us-east-1'] };
    expect(await scanAndNote()).toEqual({ listed: [], complete: true, regions: [], notDue });
  });

  test('the messages of such a scan do not say that nothing could be listed', async () => {
    monitor.world.set('eu-west-1', 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    const [digest] = monitor.publisher.digests().slice(-1);
    expect(digest?.coverage).toEqual({
      ...{ instancesListed: 1, instancesRead: 1, regionsListed: 1, regionsSkipped: [] },
      regionsNotDue: ['us-east-1'],
    });
    expect(monitor.mail()).toContain('Read 1 of 1 instance in 1 region; not due: 1 empty region.');
  });
});

describe('P6: what happens in an empty region', () => {
  test('a new instance appeared after the last scan that listed the region, and not after one that left it out', async () => {
    const listedAt = startOf(0);
    monitor.world.set('us-east-1', 'new-1', [sshFromAnywhere]);
    for (let i = 0; i < 3; i += 1) expect(await monitor.alertsOfScan()).toEqual([]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({ kind: 'instance-appeared', region: 'us-east-1', changedAfter: listedAt });
    // From then on each scan reads the instance.
    monitor.world.set('us-east-1', 'new-1', [sshFromAnywhere, httpFromAnywhere]);
    const [changed] = await monitor.alertsOfScan();
    expect(changed).toMatchObject({ kind: 'firewall-changed', changedAfter: startOf(-2) });
  });

  test('a region that cannot be listed any more was confirmed by the last scan that listed it', async () => {
    const listedAt = startOf(0);
    monitor.world.fail('us-east-1', 'access-denied');
    for (let i = 0; i < 3; i += 1) expect(await monitor.alertsOfScan()).toEqual([]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({ kind: 'region-unreadable', region: 'us-east-1', changedAfter: listedAt });
    // Each scan requests a region that fails.
    expect(await scanAndNote()).toMatchObject({ listed: ['eu-west-1', 'us-east-1'], complete: false });
  });

  test('an event about it is followed at once, and each scan then lists the region', async () => {
    await monitor.scan();
    monitor.world.set('us-east-1', 'new-1', [sshFromAnywhere]);
    const call = new FakeCloudTrail(() => monitor.now).record({ name: 'CreateInstances' });
    const target = { region: 'us-east-1', instanceName: 'new-1', calls: [call] };
    expect(await monitor.look([target])).toMatchObject({ instancesRead: 1, left: [] });
    const [alert] = monitor.publisher.digests().at(-1)?.alerts ?? [];
    expect(alert).toMatchObject({ kind: 'instance-appeared', changedAfter: startOf(0) });
    expect(await scanAndNote()).toMatchObject({ listed: ['eu-west-1', 'us-east-1'] });
  });

  test('an instance that could not be stored keeps its region in each scan', async () => {
    monitor.world.set('us-east-1', 'new-1', [sshFromAnywhere]);
    for (let i = 0; i < 3; i += 1) await monitor.scan();
    monitor.store.commitState = async () => {
      throw new Error('the table is not available');
    };
    expect((await scanAndNote()).listed).toContain('us-east-1');
    expect((await scanAndNote()).listed).toContain('us-east-1');
  });

  test('a deleted instance leaves an empty region', async () => {
    monitor.world.delete('eu-west-1', 'web-1');
    expect(await monitor.alertsOfScan()).toMatchObject([{ kind: 'instance-gone' }]);
    expect(await scanAndNote()).toMatchObject({ listed: [] });
    monitor.world.set('eu-west-1', 'web-1', [sshFromOffice]);
    expect(await monitor.alertsOfScan()).toMatchObject([]);
  });
});
