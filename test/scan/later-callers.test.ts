import { expect, test } from '@jest/globals';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const minute = 60_000;
const hour = 60 * minute;

/** `web-1` with SSH from the office, read by a scan a minute ago; calls are looked up. */
async function following(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.isFollowing = true;
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  await monitor.scan();
  monitor.now += minute;
  monitor.publisher.messages.length = 0;
  return monitor;
}

function open(monitor: Monitor, rule: PortState, by: string, lateMs: number): ApiCall {
  monitor.now += 2_000;
  return monitor.trail.record({ name: 'OpenInstancePublicPorts', portInfos: [rule], by }, lateMs);
}

const lookAt = (monitor: Monitor, ...calls: ApiCall[]) =>
  monitor.look([{ region, instanceName: 'web-1', calls }], 20_000);

/** Alice opens HTTP, bob opens SSH. A lookup finds the records after `lateMs` milliseconds. */
function openTwice(monitor: Monitor, lateMs = 5 * minute): { alice: ApiCall; bob: ApiCall } {
  const alice = open(monitor, httpFromAnywhere, 'IAM user alice', lateMs);
  const bob = open(monitor, sshFromAnywhere, 'IAM user bob', lateMs);
  monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere, sshFromAnywhere]);
  return { alice, bob };
}

async function scanTimes(monitor: Monitor, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await monitor.scan();
}

const resource = { account, region, instanceName: 'web-1' };
const newestOf = async (monitor: Monitor): Promise<HistoryEntry | undefined> =>
  (await monitor.store.loadEntriesAfter(resource, 0)).findLast(({ kind }) => kind === 'changed');

/** `<kind>: <fit>, <actors>` of each alert. */
const attributionsOf = (monitor: Monitor): string[] =>
  monitor.publisher
    .digests()
    .flatMap(({ alerts }) => alerts)
    .map(({ kind, changedBy }) =>
      [`${kind}:`, changedBy?.fit, ...(changedBy?.calls ?? []).map(({ by }) => by.replace('IAM user ', ''))].join(' '),
    );

test('P3: a second caller is named by a lookup, if the event of the first one came alone and its read showed both', async () => {
  const monitor = await following();
  const { alice } = openTwice(monitor);
  await lookAt(monitor, alice);
  expect(attributionsOf(monitor)).toEqual(['firewall-changed: not-explained alice']);
  await scanTimes(monitor, 12);
  expect(attributionsOf(monitor).slice(1)).toEqual(['attributed: explained alice bob']);
  expect((await newestOf(monitor))?.changedBy).toMatchObject({ fit: 'explained', foundBy: 'lookup' });
  const ids = monitor.publisher.digests().flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId));
  expect(new Set(ids).size).toBe(2);
});

test('P3: a second caller is named by its own event, where nothing is looked up', async () => {
  const monitor = await following();
  monitor.isFollowing = false;
  const { alice, bob } = openTwice(monitor);
  await lookAt(monitor, alice);
  await lookAt(monitor, bob);
  expect(attributionsOf(monitor)).toEqual(['firewall-changed: not-explained alice', 'attributed: not-told alice bob']);
  await lookAt(monitor, bob, alice);
  await lookAt(monitor, alice);
  expect(attributionsOf(monitor)).toHaveLength(2);
});

test('callers are named in the order of their calls, also if the event of the later call came first', async () => {
  const monitor = await following();
  monitor.isFollowing = false;
  const { alice, bob } = openTwice(monitor);
  await lookAt(monitor, bob);
  await lookAt(monitor, alice);
  expect(attributionsOf(monitor).at(-1)).toBe('attributed: not-told alice bob');
});

test('P3: an event is matched to an earlier change, although the instance changed again since', async () => {
  const monitor = await following();
  const alice = open(monitor, httpFromAnywhere, 'IAM user alice', 0);
  for (const rules of [[sshFromOffice, httpFromAnywhere], [sshFromOffice], [sshFromOffice, sshFromAnywhere]]) {
    monitor.world.set(region, 'web-1', rules);
    monitor.isFollowing = false;
    await monitor.scan();
  }
  await lookAt(monitor, alice);
  expect(attributionsOf(monitor).at(-1)).toBe('attributed: explained alice');
});

test('an event is matched to a change of the same instant', async () => {
  const monitor = await following();
  monitor.isFollowing = false;
  monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere]);
  await monitor.scan();
  const { at = '', changedBefore = '' } = (await newestOf(monitor)) ?? {};
  expect(changedBefore).toBe(at);
  const call = open(monitor, httpFromAnywhere, 'IAM user alice', 0);
  await lookAt(monitor, { ...call, at });
  expect(attributionsOf(monitor).at(-1)).toBe('attributed: explained alice');
});

test('a second caller is alerted once, if an event and then a lookup name both callers', async () => {
  const monitor = await following();
  const { alice, bob } = openTwice(monitor);
  await lookAt(monitor, alice);
  await lookAt(monitor, bob);
  await scanTimes(monitor, 40);
  expect(attributionsOf(monitor)).toEqual(['firewall-changed: not-explained alice', 'attributed: not-told alice bob']);
  expect((await newestOf(monitor))?.changedBy).toMatchObject({ fit: 'explained', foundBy: 'lookup' });
});

test('P3: a second caller is named if the attribution to the first one was stored after a full scan', async () => {
  for (const portInfos of [null, [sshFromAnywhere]]) {
    const monitor = await following();
    monitor.now += 2_000;
    const alice = monitor.trail.record({ portInfos, by: 'IAM user alice' }, 5 * minute);
    const bob = open(monitor, sshFromAnywhere, 'IAM user bob', 20 * minute);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    await lookAt(monitor, alice);
    expect(attributionsOf(monitor)).toHaveLength(2);
    await scanTimes(monitor, 12);
    expect(attributionsOf(monitor).at(-1)).toMatch(/^attributed: (not-told|explained) alice bob$/);
    expect((await newestOf(monitor))?.changedBy?.calls.map(({ eventId }) => eventId)).toEqual([
      alice.eventId,
      bob.eventId,
    ]);
  }
});

test('P3: the caller that opened a port of a new instance is named, if the event of the creation came alone', async () => {
  const monitor = await following();
  monitor.now += 2_000;
  const about = { instanceNames: ['web-2'] };
  const creation = monitor.trail.record({ ...about, name: 'CreateInstances' }, minute);
  monitor.now += 2_000;
  const opening: Partial<ApiCall> = {
    name: 'OpenInstancePublicPorts',
    portInfos: [sshFromAnywhere],
    by: 'IAM user bob',
  };
  monitor.trail.record({ ...about, ...opening }, 20 * minute);
  monitor.world.set(region, 'web-2', [httpFromAnywhere, sshFromAnywhere]);
  await monitor.look([{ region, instanceName: 'web-2', calls: [creation] }], 20_000);
  expect(attributionsOf(monitor)).toEqual(['instance-appeared: explained alice']);
  await scanTimes(monitor, 12);
  expect(attributionsOf(monitor).slice(1)).toEqual(['attributed: not-told alice bob']);
});

test('an attribution that explains the change is not replaced by one that does not', async () => {
  const monitor = await following();
  const alice = open(monitor, httpFromAnywhere, 'IAM user alice', minute);
  monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere]);
  const bob = open(monitor, sshFromAnywhere, 'IAM user bob', 20 * minute);
  await lookAt(monitor, alice);
  await lookAt(monitor, bob);
  await scanTimes(monitor, 12);
  expect((await newestOf(monitor))?.changedBy).toMatchObject({ fit: 'explained', calls: [{ by: 'IAM user alice' }] });
});

test.each([4, 6, 24])(
  'a change is looked up again by the next scan, with %s hours between the scans',
  async (hours) => {
    const monitor = await following();
    const scanLater = () => {
      monitor.now += hours * hour - 5 * minute;
      return monitor.scan();
    };
    await scanLater();
    monitor.now += hours * hour - 15 * minute;
    open(monitor, sshFromAnywhere, 'IAM user alice', 20 * minute);
    monitor.world.set(region, 'web-1', [sshFromOffice, sshFromAnywhere]);
    monitor.now += 5 * minute;
    await monitor.scan();
    expect(attributionsOf(monitor)).toEqual(['firewall-changed: ']);
    await scanLater();
    expect(attributionsOf(monitor).slice(1)).toEqual(['attributed: explained alice']);
    await scanLater();
    const [lookup] = monitor.trail.lookups.slice(-1);
    expect(Date.parse(lookup?.until ?? '') - Date.parse(lookup?.from ?? '')).toBeLessThan((hours + 1) * hour);
  },
);

test('P3: a deletion is attributed by the next scan, with a day between the scans', async () => {
  const monitor = await following();
  monitor.now += 24 * hour - 15 * minute;
  monitor.trail.record({ name: 'DeleteInstance' }, 20 * minute);
  monitor.world.delete(region, 'web-1');
  await monitor.scan();
  monitor.now += 24 * hour;
  await monitor.scan();
  expect(attributionsOf(monitor)).toEqual(['instance-gone: ', 'attributed: explained alice']);
});

test('a change is looked up after hours in which CloudTrail could not be searched', async () => {
  const monitor = await following();
  open(monitor, sshFromAnywhere, 'IAM user alice', minute);
  monitor.world.set(region, 'web-1', [sshFromOffice, sshFromAnywhere]);
  monitor.trail.fail(region);
  await scanTimes(monitor, 60);
  expect(attributionsOf(monitor)).toEqual(['firewall-changed: ']);
  monitor.trail.failures.clear();
  await scanTimes(monitor, 4);
  expect(attributionsOf(monitor).slice(1)).toEqual(['attributed: explained alice']);
});

test('an attribution expires with its entry, also if the entry was superseded before', async () => {
  const monitor = await following();
  monitor.settings = { ...monitor.settings, keepHistoryDays: 30 };
  open(monitor, httpFromAnywhere, 'IAM user alice', 12 * minute);
  monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere]);
  await monitor.scan();
  const { at = '' } = (await newestOf(monitor)) ?? {};
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  await monitor.scan();
  expect(monitor.store.attributions.size).toBe(0);
  await scanTimes(monitor, 3);
  expect(monitor.store.attributions.size).toBe(1);
  const key = `${account}#${region}#web-1@${at}`;
  const expiry = monitor.store.expiries.get(key) ?? 0;
  expect((expiry - Date.parse(at) / 1_000) / 86_400).toBeCloseTo(30, 2);
  expect(monitor.store.attributionExpiries.get(key)).toBe(expiry);
});
