/** The addresses of an instance are those of its newest listing, even if its firewall does not change. */
import { expect, test } from '@jest/globals';
import { type FleetState, fleetStatus } from '../../cli/questions/fleet-status.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const resource = { account, region, instanceName: 'web-1' };
const staticIp = { publicIpAddress: '192.0.2.77', ipv6Addresses: ['2001:db8::77', '2001:db8::78'] };

/** `web-1`, read once, then listed with a static IP. */
async function attached(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  await monitor.scan();
  monitor.world.set(region, 'web-1', [sshFromOffice], staticIp);
  return monitor;
}

const stateOf = async (monitor: Monitor) => (await monitor.store.loadState(resource))!;
const statusOf = (state: FleetState) => fleetStatus([state], [], defaultRatingPolicy).instances[0]?.instance;

function countMarks(monitor: Monitor): () => number {
  const marked: string[] = [];
  const mark = monitor.store.markFailure.bind(monitor.store);
  monitor.store.markFailure = (...args) => {
    marked.push('mark');
    return mark(...args);
  };
  return () => marked.length;
}

test('a static IP costs one write when it is first seen, no alert, and status names it', async () => {
  const monitor = await attached();
  const marks = countMarks(monitor);
  expect(await monitor.alertsOfScan()).toEqual([]);
  expect(marks()).toBe(1);
  expect(await stateOf(monitor)).toMatchObject({ version: 1, status: 'known', rules: [sshFromOffice] });
  expect(statusOf(await stateOf(monitor))).toMatchObject(staticIp);
  monitor.world.set(region, 'web-1', [sshFromOffice], { ipv6Addresses: staticIp.ipv6Addresses.toReversed() });
  await monitor.scan();
  expect(marks()).toBe(1);
});

test('the alert about a deleted instance names the new address', async () => {
  const monitor = await attached();
  await monitor.scan();
  monitor.world.delete(region, 'web-1');
  expect(await monitor.alertsOfScan()).toMatchObject([{ kind: 'instance-gone', instance: staticIp }]);
  expect(monitor.mail()).toContain('web-1  eu-west-1  192.0.2.77');
});

test('so does that of an instance that got the address while it could not be read', async () => {
  const monitor = await attached();
  monitor.world.fail('eu-west-1#web-1');
  await monitor.scan();
  await monitor.scan();
  expect((await stateOf(monitor)).instance).toMatchObject(staticIp);
  const later = { publicIpAddress: '192.0.2.88' };
  monitor.world.set(region, 'web-1', [sshFromOffice], later);
  await monitor.scan();
  monitor.world.delete(region, 'web-1');
  expect(await monitor.alertsOfScan()).toMatchObject([{ kind: 'instance-gone', instance: later }]);
});

test('the end of a gap, and a replaced instance, name the new address; the new instance has its own', async () => {
  const monitor = await attached();
  monitor.world.fail('eu-west-1#web-1');
  await monitor.scan();
  await monitor.scan();
  monitor.world.mend('eu-west-1#web-1');
  expect(await monitor.alertsOfScan()).toMatchObject([{ kind: 'readable-again', instance: staticIp }]);
  monitor.world.delete(region, 'web-1');
  monitor.world.set(region, 'web-1', [httpFromAnywhere]);
  expect(await monitor.alertsOfScan()).toMatchObject([
    { kind: 'instance-gone', instance: staticIp },
    { kind: 'instance-appeared', instance: { publicIpAddress: '203.0.113.10' } },
  ]);
});

test('an unreadable instance of the same name with another ARN does not lend its address', async () => {
  const monitor = await attached();
  await monitor.scan();
  monitor.world.delete(region, 'web-1');
  monitor.world.set(region, 'web-1', [httpFromAnywhere]);
  monitor.world.fail('eu-west-1#web-1');
  await monitor.scan();
  expect((await stateOf(monitor)).instance).toMatchObject(staticIp);
});

test('the alert about a transient change names the new address', async () => {
  const monitor = await attached();
  monitor.isFollowing = true;
  await monitor.scan();
  monitor.now += 60_000;
  for (const name of ['OpenInstancePublicPorts', 'CloseInstancePublicPorts'] as const) {
    monitor.now += 2_000;
    monitor.trail.record({ name, portInfos: [sshFromAnywhere], by: 'IAM user alice' }, 60_000);
  }
  for (let scans = 0; scans < 6; scans += 1) {
    // The address in the listing of this scan.
    const publicIpAddress = `192.0.2.${scans}`;
    monitor.world.set(region, 'web-1', [sshFromOffice], { publicIpAddress });
    const [alert] = await monitor.alertsOfScan();
    if (alert !== undefined)
      return expect(alert).toMatchObject({ kind: 'firewall-flapped', instance: { publicIpAddress } });
  }
  throw new Error('no alert');
});

test('an address that is new in the scan that ends a gap is in the alert about its end', async () => {
  const monitor = await attached();
  monitor.world.fail('eu-west-1#web-1');
  await monitor.scan();
  await monitor.scan();
  monitor.world.mend('eu-west-1#web-1');
  monitor.world.set(region, 'web-1', [sshFromOffice], { publicIpAddress: '192.0.2.88' });
  const alerts = await monitor.alertsOfScan();
  expect(alerts).toMatchObject([{ kind: 'readable-again', instance: { publicIpAddress: '192.0.2.88' } }]);
});

test('the address type stays that of the last read, since the rules were read with it', async () => {
  const monitor = await attached();
  monitor.world.set(region, 'web-1', [sshFromOffice], { ipAddressType: 'ipv4' });
  monitor.world.fail('eu-west-1#web-1');
  await monitor.scan();
  expect((await stateOf(monitor)).instance).toMatchObject({ ...staticIp, ipAddressType: 'dualstack' });
});

test('an IPv6 address alone is carried, too', async () => {
  const monitor = await attached();
  await monitor.scan();
  monitor.world.set(region, 'web-1', [sshFromOffice], { ipv6Addresses: ['2001:db8::99'] });
  await monitor.scan();
  expect((await stateOf(monitor)).instance?.ipv6Addresses).toEqual(['2001:db8::99']);
});
