import { beforeEach, expect, test } from '@jest/globals';
import { ratingPolicy } from '../../lambda/firewall/index.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { publishAttributions } from '../../lambda/scan/publish-attributions.ts';
import type { Run } from '../../lambda/scan/scan-run.ts';
import { at, knownInstance, region, web, webEntry } from './decide/samples.ts';
import { FakeCloudTrail } from './fake-cloudtrail.ts';
import { account, Monitor } from './monitor.ts';
import { openRun } from './open-run.ts';
import { someFacts, sshFromAnywhere } from './samples.ts';

const coverage = { instancesListed: 1, instancesRead: 1, regionsListed: 1, regionsSkipped: [] };
const times = { account, name: 'prod', scannedAt: at('10:15') };
const digest = { ...times, ...ratingPolicy(null), coverage, tableName: 'Snapshots' };

const by = (actor: string, more: Partial<Attribution> = {}): Attribution => {
  const call = new FakeCloudTrail(() => Date.parse(at('08:59'))).record({ by: actor });
  return { calls: [call], fit: 'explained', foundBy: 'lookup', foundAt: at('10:14'), ...more };
};
const earlier = { foundBy: 'event', foundAt: at('09:10') } as const;
const rating = { verdict: 'widened', severity: 'critical', reason: 'open' } as const;
const changed = webEntry('09:00', { version: 3, instance: someFacts, rules: [sshFromAnywhere], ...rating });

let monitor: Monitor;
let run: Run;

beforeEach(async () => {
  monitor = new Monitor(region);
  monitor.now = Date.parse(at('10:15'));
  run = await openRun(monitor);
  await monitor.store.putEntry(changed);
});

const oneOf = (attribution: Attribution, more: Partial<HistoryEntry> = {}) => {
  return { latest: knownInstance, entry: { ...changed, ...more }, attribution };
};
const stored = () => monitor.store.loadAttribution(web, at('09:00'));

test.each<[string, Attribution | null, Attribution, number]>([
  ['the first actor', null, by('alice'), 1],
  ['another actor', by('alice', earlier), by('bob'), 1],
  ['the same actor', by('alice', earlier), by('alice'), 0],
  ['the end of a doubt', by('alice', { ...earlier, fit: 'not-explained' }), by('alice'), 1],
  ['a doubt that stays', by('alice', { ...earlier, fit: 'not-explained' }), by('alice', { fit: 'not-explained' }), 0],
  ['what no alert doubted', by('alice', { ...earlier, fit: 'not-told' }), by('alice'), 0],
])('an attribution is stored, and alerted if it is news: %s', async (_, changedBy, found, alerts) => {
  if (changedBy) await monitor.store.putAttribution(web, at('09:00'), changedBy, null);
  const one = oneOf(found, { changedBy });
  expect(await publishAttributions([one], digest, run)).toEqual({ alerts, stored: [one], newlyStored: 1 });
  expect(await stored()).toEqual(found);
  expect(monitor.publisher.messages).toHaveLength(alerts);
  const event = { event: 'attributed', resource: web, at: at('09:00'), attribution: found };
  expect(monitor.events).toContainEqual(event);
});

test('P3: an attribution that another scan stored since stays, and is alerted by that scan', async () => {
  const other = by('bob', earlier);
  await monitor.store.putAttribution(web, at('09:00'), other, null);
  const one = oneOf(by('alice'));
  expect(await publishAttributions([one], digest, run)).toEqual({ alerts: 0, stored: [one], newlyStored: 0 });
  expect(await stored()).toEqual(other);
  expect(monitor.publisher.messages).toEqual([]);
});

test('P3: an attribution whose stored one can not be loaded is left to the next pass', async () => {
  monitor.store.loadAttribution = () => Promise.reject(new Error('throttled'));
  expect(await publishAttributions([oneOf(by('alice'))], digest, run)).toEqual({
    alerts: 0,
    stored: [],
    newlyStored: 0,
  });
  expect(monitor.publisher.messages).toEqual([]);
  expect(monitor.store.attributions.size).toBe(0);
});

test('P3: an attribution that the table does not take is not stored; one that it has already is', async () => {
  const one = oneOf(by('alice'));
  const { putAttribution } = monitor.store;
  monitor.store.putAttribution = () => Promise.reject(new Error('throttled'));
  expect(await publishAttributions([one], digest, run)).toEqual({ alerts: 1, stored: [], newlyStored: 0 });
  monitor.store.putAttribution = async (...parts) => {
    await putAttribution.apply(monitor.store, parts);
    return false;
  };
  expect(await publishAttributions([one], digest, run)).toEqual({ alerts: 1, stored: [one], newlyStored: 0 });
});

test.each<[string, Partial<typeof run.settings>, number]>([
  ['with attributedAlerts', {}, 1],
  ['without attributedAlerts', { attributedAlerts: false }, 0],
])('%s the alert of an attribution is sent or not, and the attribution is stored', async (_, settings, alerts) => {
  const one = oneOf(by('alice'));
  const ownRun = { ...run, settings: { ...run.settings, ...settings } };
  expect(await publishAttributions([one], digest, ownRun)).toEqual({ alerts, stored: [one], newlyStored: 1 });
});

test('an attribution of an entry that is not alerted yet gets no alert of its own', async () => {
  const one = { ...oneOf(by('alice')), latest: { ...knownInstance, alerted: 2 } };
  expect(await publishAttributions([one], digest, run)).toEqual({ alerts: 0, stored: [one], newlyStored: 1 });
  expect(monitor.publisher.messages).toEqual([]);
});

test('while SNS is down, an attribution is stored only in the last hour in which its calls are looked up', async () => {
  monitor.publisher.failure = new Error('SNS is down');
  const one = oneOf(by('alice'));
  const at2Hours = { ...run, clock: () => Date.parse(at('11:00')) };
  expect(await publishAttributions([one], digest, at2Hours)).toEqual({ alerts: 0, stored: [], newlyStored: 0 });
  const later = { ...run, clock: () => Date.parse(at('11:00')) + 1 };
  expect(await publishAttributions([one], digest, later)).toEqual({ alerts: 0, stored: [one], newlyStored: 1 });
});
