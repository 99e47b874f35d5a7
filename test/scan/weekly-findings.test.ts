/** The weekly digest for given findings, and the state after a failure. */
import { beforeEach, expect, test } from '@jest/globals';
import { ratingPolicy } from '../../lambda/firewall/index.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { publishWeeklyDigest } from '../../lambda/scan/publish-weekly-digest.ts';
import type { Run } from '../../lambda/scan/scan-run.ts';
import { counted, inGap, knownInstance, knownRegion, region, web } from './decide/samples.ts';
import { account, Monitor } from './monitor.ts';
import { openRun } from './open-run.ts';
import { sshFromAnywhere } from './samples.ts';

const coverage = { instancesListed: 2, instancesRead: 2, regionsListed: 1, regionsSkipped: [] };
const times = { account, name: 'prod', scannedAt: '2026-12-01T10:00:00.000Z' };
const digest = { ...times, ...ratingPolicy(null), coverage, tableName: 'Snapshots' };
const instance = (instanceName: string, more: Partial<LatestState> = {}): LatestState => {
  return { ...knownInstance, resource: { ...web, instanceName }, rules: [sshFromAnywhere], ...more };
};

let monitor: Monitor;
let run: Run;

beforeEach(async () => {
  monitor = new Monitor(region);
  monitor.isWeekly = true;
  run = await openRun(monitor);
});

const publish = (states: readonly LatestState[]) =>
  publishWeeklyDigest({ digest, states, approvals: [], complete: true, openGaps: 0, hasUnalerted: false }, run);
const week = () => monitor.publisher.digests()[0]?.alerts[0]?.week;

test('lists the gaps by region and name; a failure that is only counted is no gap', async () => {
  const states = ['c', 'a', 'd', 'b'].map((name) => instance(name, { failure: inGap, rules: null }));
  expect(await publish([...states, instance('e', { failure: counted, rules: null })])).toBe(digest.scannedAt);
  const { reason, since } = inGap;
  const gapOf = (instanceName: string) => ({ region, instanceName, reason, since });
  expect(week()?.gaps).toEqual(['a', 'b', 'c', 'd'].map(gapOf));
});

test('lists an open instance as last known if its own reads fail, or its region can not be listed', async () => {
  const elsewhere = (more: Partial<LatestState>) => ({
    ...knownRegion,
    resource: { ...knownRegion.resource, region: 'us-east-1' },
    ...more,
  });
  const inLost = { ...instance('lost'), resource: { ...web, region: 'us-east-1', instanceName: 'lost' } };
  const states = [
    knownRegion,
    elsewhere({ failure: inGap }),
    instance('read'),
    instance('unread', { failure: counted }),
  ];
  await publish([...states, inLost]);
  const open = week()?.openToWorld.map(({ instanceName, isLastKnown }) => `${instanceName} ${isLastKnown}`);
  expect(open).toEqual(['read false', 'unread true', 'lost true']);
});

test('is not sent a week before it is due, before a first listing, or without its sources', async () => {
  const week = 7 * 86_400_000;
  const firstSeenAt = new Date(Date.parse(digest.scannedAt) - week + 1).toISOString();
  expect(await publish([instance('a', { firstSeenAt })])).toBeNull();
  expect(await publish([])).toBeNull();
  run = { ...run, weekly: null };
  expect(await publish([instance('a')])).toBeNull();
  expect(monitor.publisher.messages).toEqual([]);
  expect(monitor.events).toEqual([]);
});

test('waits while no subscription is confirmed, and is sent to a topic without counts', async () => {
  monitor.publisher.subscriptions = { confirmed: 0, pending: 1, deleted: 0 };
  expect(await publish([instance('a')])).toBeNull();
  expect(monitor.events).toEqual([{ event: 'not-told', why: 'no-confirmed-subscriber' }]);
  monitor.publisher.subscriptions = null;
  expect(await publish([instance('a')])).toBe(digest.scannedAt);
  expect(week()?.subscriptions).toBeNull();
});

test('P3: is due again if the subscriptions can not be counted, or the message is refused', async () => {
  const error = new Error('SNS is down');
  monitor.publisher.failure = error;
  expect(await publish([instance('a')])).toBeNull();
  monitor.publisher.countSubscriptions = () => Promise.reject(error);
  expect(await publish([instance('a')])).toBeNull();
  const event = { event: 'not-told', why: 'publish-failed', error };
  expect(monitor.events).toEqual([event, event]);
});
