/** The headlines of a scan rank ports by the settings of the deployment. */
import { expect, test } from '@jest/globals';
import { Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere } from './samples.ts';

const region = 'eu-west-1';
const odd = { ...sshFromAnywhere, fromPort: 1_003, toPort: 1_003 };

async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.settings = { ...monitor.settings, highRiskPorts: [1_003] };
  monitor.isFollowing = true;
  monitor.world.set(region, 'web-1', [httpFromAnywhere]);
  await monitor.scan();
  return monitor;
}

test('of a full scan, and of the alert that names the actor later', async () => {
  const monitor = await watching();
  monitor.now += 60_000;
  const portInfos = [sshFromAnywhere, odd];
  monitor.trail.record({ name: 'OpenInstancePublicPorts', portInfos, by: 'IAM user alice' }, 360_000);
  monitor.world.set(region, 'web-1', [httpFromAnywhere, ...portInfos]);
  expect(await monitor.alertsOfScan()).toMatchObject([{ kind: 'firewall-changed', severity: 'critical' }]);
  expect(monitor.publisher.messages.at(-1)?.subject).toContain('web-1: tcp 1003 opened to anywhere');
  const later = [];
  for (let scans = 0; scans < 12; scans += 1) later.push(...(await monitor.alertsOfScan()));
  expect(later).toMatchObject([{ kind: 'attributed', reason: 'tcp 1003 opened to anywhere' }]);
});

test('of an event scan', async () => {
  const monitor = await watching();
  monitor.now += 60_000;
  const call = monitor.trail.record({ name: 'OpenInstancePublicPorts', portInfos: [odd], by: 'IAM user alice' }, 0);
  monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere, odd]);
  await monitor.look([{ region, instanceName: 'web-1', calls: [call] }]);
  expect(monitor.publisher.messages.at(-1)?.subject).toContain('web-1: tcp 1003 opened to anywhere');
});
