import { describe, expect, test } from '@jest/globals';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { depth } from '../support/depth.ts';
import { InMemoryOutbox } from './in-memory-outbox.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const day = 86_400_000;

/** A monitor with a weekly digest that has just begun to watch one instance. */
async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.isWeekly = true;
  monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromOffice]);
  await monitor.scan();
  return monitor;
}

/** Runs a full scan every six hours, for `days` days. */
async function pass(monitor: Monitor, days: number): Promise<void> {
  const until = monitor.now + days * day;
  while (monitor.now + day / 4 <= until) {
    monitor.now += day / 4 - 300_000;
    await monitor.scan();
  }
}

const weeksOf = (monitor: Monitor): Digest[] =>
  monitor.publisher.digests().filter(({ alerts }) => alerts.some(({ kind }) => kind === 'all-is-well'));

const subjectsOf = (monitor: Monitor) =>
  monitor.publisher.messages.map(({ subject }) => subject).filter((subject) => /\d change/.test(subject));

describe('the weekly digest', () => {
  test('P5: is sent a week after the first scan, and then every week', async () => {
    const monitor = await watching();
    await pass(monitor, 6.9);
    expect(weeksOf(monitor)).toEqual([]);
    await pass(monitor, 0.5);
    expect(weeksOf(monitor)).toHaveLength(1);
    await pass(monitor, 6.5);
    expect(weeksOf(monitor)).toHaveLength(1);
    await pass(monitor, 1);
    const ids = weeksOf(monitor).flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId));
    expect(new Set(ids).size).toBe(2);
  });

  test('is due exactly a week after the last one', async () => {
    const monitor = await watching();
    for (const [afterMs, count] of [
      [7 * day - 1, 0],
      [7 * day, 1],
    ] as const) {
      const lease = monitor.store.leases.get(account);
      if (lease) lease.allIsWellAt = new Date(monitor.now - afterMs).toISOString();
      await runFullScan({ ...monitor.deps(), clock: () => monitor.now }, monitor.now + 240_000);
      expect(weeksOf(monitor)).toHaveLength(count);
    }
  });

  test('with several accounts it is due in the first scan of a week, which begins on Monday', async () => {
    const monitor = await watching();
    const outbox = new InMemoryOutbox();
    monitor.outbox = outbox;
    const weeks = () => [...outbox.groups.values()].filter(({ alerts }) => alerts[0]?.kind === 'all-is-well');
    const scanAt = async (instant: string) => {
      monitor.now = Date.parse(instant);
      await runFullScan({ ...monitor.deps(), clock: () => monitor.now }, monitor.now + 240_000);
    };
    await scanAt('2026-11-29T23:59:59.999Z');
    expect(weeks()).toEqual([]);
    await scanAt('2026-11-30T00:00:00.000Z');
    expect(weeks().map(({ account: id, alerts }) => [id, alerts[0]?.week?.until])).toEqual([
      [account, '2026-11-30T00:00:00.000Z'],
    ]);
    await scanAt('2026-12-06T23:00:00.000Z');
    expect(weeks()).toHaveLength(1);
  });

  test('counts the changes without an event in regions with events', async () => {
    const monitor = await watching();
    monitor.eventRegions = [region];
    monitor.world.set(region, 'web-1', [sshFromOffice]);
    await monitor.scan();
    monitor.world.set(region, 'web-2', [sshFromOffice]);
    await monitor.scan();
    const [added] = monitor.store.historyOf({ account, region, instanceName: 'web-2' });
    const call = { eventId: 'e', at: '', name: 'CreateInstances', by: 'alice', arn: null, sourceIpAddress: null };
    const beside = {
      calls: [{ ...call, userAgent: null, through: null }],
      fit: 'explained',
      foundBy: 'event',
    } as const;
    const ofWeb2 = { account, region, instanceName: 'web-2' };
    const attribution = { ...beside, calls: [...beside.calls], foundAt: '' };
    await monitor.store.putAttribution(ofWeb2, added?.at ?? '', attribution, null);
    await pass(monitor, 7.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week?.counts).toMatchObject({ unannounced: 1 });
    const { email } = JSON.parse(monitor.publisher.messages.at(-1)?.message ?? '{}');
    expect(email).toContain(
      '  1 change found by scans without an event: events need a CloudTrail trail that logs management events ' +
        'in that region (docs/configuration.md#events).',
    );
  });

  test('does not mention events if the monitor gets none, or if every change had an event', async () => {
    for (const eventRegions of [[], ['us-east-1'], [region]]) {
      const monitor = await watching();
      monitor.eventRegions = eventRegions;
      if (eventRegions[0] !== region) monitor.world.set(region, 'web-1', [sshFromOffice]);
      await pass(monitor, 7.5);
      expect(monitor.publisher.messages.at(-1)?.message).not.toContain('without an event');
    }
  });

  test('lists the coverage, the changes, and the instances that are open to the world and since when', async () => {
    const monitor = await watching();
    monitor.settings = {
      ...monitor.settings,
      expected: [{ instance: 'build-*', protocol: 'tcp', reason: 'the pipeline' }],
    };
    monitor.world.set(region, 'build-1', []);
    await monitor.scan();
    monitor.world.set(region, 'build-1', [httpFromAnywhere]);
    await monitor.scan();
    monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere]);
    await monitor.scan();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    const changedAt = monitor.store.states.get(`${account}#${region}#web-1`)?.rulesAt;
    await pass(monitor, 7.5);
    const [digest] = weeksOf(monitor);
    expect(digest?.alerts).toHaveLength(1);
    expect(digest?.alerts[0]).toMatchObject({
      kind: 'all-is-well',
      severity: 'info',
      instance: null,
      restoreCommand: null,
      week: {
        counts: {
          scans: expect.any(Number),
          completeScans: digest?.alerts[0]?.week?.counts?.scans,
          // web-1 was opened, and build-1 appeared. Reordered rules are not counted as a change.
          changes: { critical: 1, high: 0, medium: 0, low: 1, info: 0 },
          expectedChanges: 1,
          rewritten: 0,
        },
        openToWorld: [{ instanceName: 'web-1', region, severity: 'critical', since: changedAt, isLastKnown: false }],
        openToWorldMore: 0,
        gaps: [],
        gapsMore: 0,
        subscriptions: { confirmed: 1, pending: 0, deleted: 0 },
      },
    });
  });

  test('lists at most 20 open instances, worst first, and 20 gaps, and counts the others', async () => {
    const monitor = new Monitor(region);
    monitor.isWeekly = true;
    const high = { ...sshFromAnywhere, fromPort: 9001, toPort: 9001 };
    for (let number = 1; number <= 22; number += 1) {
      monitor.world.set(region, `open-${number}`, [number <= 2 ? high : sshFromAnywhere]);
      monitor.world.set(region, `unread-${number}`, []);
      if (number > 1) monitor.world.fail(`${region}#unread-${number}`, 'access-denied');
    }
    monitor.world.set(region, 'gone-1', [sshFromAnywhere]);
    monitor.world.set(region, 'quiet-1', [httpFromAnywhere]);
    monitor.world.set(region, 'dormant-1', [{ ...sshFromAnywhere, cidrs: [] }], { ipAddressType: 'ipv4' });
    await monitor.scan();
    monitor.publisher.subscriptions = { confirmed: 3, pending: 2, deleted: 1 };
    await pass(monitor, 6.9);
    monitor.world.delete(region, 'gone-1');
    await pass(monitor, 0.5);
    const week = weeksOf(monitor)[0]?.alerts[0]?.week;
    expect(week?.openToWorld.map(({ severity }) => severity)).toEqual(Array(20).fill('critical'));
    expect(week?.gaps).toHaveLength(20);
    expect(week).toMatchObject({
      openToWorldMore: 2,
      gapsMore: 1,
      subscriptions: { confirmed: 3, pending: 2, deleted: 1 },
      problems: ['21 gaps open', '6 hours without a complete scan', '2 subscriptions not confirmed'],
    });
    expect(week?.from).toBe(monitor.store.states.get(`${account}#${region}#open-1`)?.firstSeenAt);
    expect(monitor.store.scans.map(({ startedAt }) => startedAt)).toContain(week?.until);
  });

  test('lists gaps of regions before gaps of instances', async () => {
    const monitor = new Monitor(region, 'us-east-1');
    monitor.isWeekly = true;
    monitor.world.set(region, 'web-1', []);
    await monitor.scan();
    monitor.world.fail(`${region}#web-1`, 'access-denied');
    monitor.world.fail('us-east-1', 'access-denied');
    await pass(monitor, 6.9);
    await pass(monitor, 0.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week?.gaps).toMatchObject([
      { region: 'us-east-1', instanceName: null },
      { region, instanceName: 'web-1' },
    ]);
  });

  test('P5: does not report that all is well while an alert waits, or if its own scan is incomplete', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, scanEveryMinutes: 360 };
    await pass(monitor, 6.9);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.world.fail(`${region}#web-2`, 'out-of-time');
    monitor.world.set(region, 'web-2', []);
    const { publish } = monitor.publisher;
    monitor.publisher.publish = async (message) => {
      if (!message.subject.includes('well') && !message.subject.includes('incomplete')) throw new Error('SNS is down');
      await publish.call(monitor.publisher, message);
    };
    await pass(monitor, 0.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week?.problems).toEqual([
      'changes without an alert yet',
      '1 of 2 instances not read',
      'this scan is incomplete',
    ]);
  });

  test('lists an expired expected change once, in the digest of its week', async () => {
    const monitor = await watching();
    const until = new Date(monitor.now + 3 * day).toISOString();
    const expected = [{ reason: 'the move', until }, { reason: 'the pipeline' }];
    monitor.settings = { ...monitor.settings, expected };
    await pass(monitor, 15);
    expect(weeksOf(monitor).map(({ alerts }) => alerts[0]?.week?.ranOut)).toEqual([['the move'], undefined]);
    const mails = monitor.publisher.messages.map(({ message }) => String(JSON.parse(message).email));
    const line = '  An expected change ended, because its configured time is over: the move.\n';
    expect(mails.filter((mail) => mail.includes(line))).toHaveLength(1);
  });

  test('after an unchanged week of scans in time, the subject says that all is well', async () => {
    const monitor = await watching();
    const scanEveryMinutes = depth({ quick: 60, full: 5 });
    const inWeek = (7 * 24 * 60) / scanEveryMinutes;
    monitor.settings = { ...monitor.settings, scanEveryMinutes };
    for (let index = 0; index < inWeek; index += 1) {
      monitor.now += (scanEveryMinutes - 5) * 60_000;
      await monitor.scan();
    }
    expect(subjectsOf(monitor)).toEqual(['[INFO] prod: all is well: 1 instance watched, 0 changes this week']);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week).toMatchObject({
      problems: [],
      // The first scan began before the start of the week was known.
      counts: {
        scans: inWeek - 1,
        completeScans: inWeek - 1,
        longestSilenceSeconds: expect.closeTo(scanEveryMinutes * 60, 0),
      },
    });
  });

  test('P5: does not report that all is well in a gap, while an alert waits, or if scans were missing', async () => {
    const monitor = await watching();
    await pass(monitor, 6.5);
    monitor.world.failures.set(`${region}#web-1`, new ReadError('access-denied', 'no'));
    await pass(monitor, 1);
    expect(subjectsOf(monitor)).toEqual([
      '[INFO] prod: 1 gap open, 6 hours without a complete scan: 1 instance watched, 0 changes this week',
    ]);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week?.gaps).toEqual([
      { region, instanceName: 'web-1', reason: 'access-denied', since: expect.stringMatching(/^2026-11-29T22:05/) },
    ]);
  });

  test('P5: does not report that all is well where every region was refused from the first scan on', async () => {
    const monitor = new Monitor('eu-west-1', 'us-east-1');
    monitor.isWeekly = true;
    for (const one of ['eu-west-1', 'us-east-1']) monitor.world.fail(one, 'access-denied');
    await monitor.scan();
    await pass(monitor, 7.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.reason).toBe(
      'no region could be listed, so nothing is watched, 7 days without a complete scan, ' +
        '27 of 27 scans incomplete: 0 instances watched, 0 changes this week',
    );
    expect(monitor.mail()).toContain('\nNo region could be listed, so no instance was read: eu-west-1, us-east-1.\n');
  });

  test('reports the instances of a region in a gap as last known', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    monitor.world.fail(region, 'access-denied');
    await pass(monitor, 7.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week).toMatchObject({
      gaps: [{ region, instanceName: null, reason: 'access-denied' }],
      openToWorld: [{ instanceName: 'web-1', isLastKnown: true }],
    });
  });

  test.each([
    [1, 'in 1 day', 3],
    [6, 'in 6 days', 23],
    [7, 'this week', 27],
  ])(
    'P5: counts only the days for which the history is kept (keepHistoryDays: %i)',
    async (keepHistoryDays, span, scans) => {
      const monitor = await watching();
      const until = new Date(monitor.now + 5 * day).toISOString();
      const expected = [{ reason: 'the move', until, ports: { from: 1, to: 1 } }];
      monitor.settings = { ...monitor.settings, keepHistoryDays, scanEveryMinutes: 360, expected };
      const { loadScans } = monitor.store;
      // DynamoDB has deleted the older scan items.
      monitor.store.loadScans = async (...[id, from, to]) => {
        const keptFrom = new Date(Date.parse(to) - keepHistoryDays * day).toISOString();
        return loadScans.call(monitor.store, id, keptFrom > from ? keptFrom : from, to);
      };
      await pass(monitor, 7.5);
      expect(weeksOf(monitor)[0]?.alerts[0]).toMatchObject({
        reason: `all is well: 1 instance watched, 0 changes ${span}`,
        week: {
          counts: { scans, completeScans: scans, longestSilenceSeconds: expect.closeTo(21_600, 0) },
          ranOut: ['the move'],
        },
      });
    },
  );

  test('leaves out the regions that are no longer watched', async () => {
    const monitor = new Monitor(region, 'us-east-1');
    monitor.isWeekly = true;
    monitor.world.set('us-east-1', 'web-2', [sshFromAnywhere]);
    await monitor.scan();
    for (const key of ['us-east-1#web-2', 'us-east-1']) monitor.world.fail(key, 'access-denied');
    await monitor.scan();
    monitor.settings = { ...monitor.settings, regions: [region], scanEveryMinutes: 360 };
    await pass(monitor, 7.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week).toMatchObject({
      gaps: [],
      openToWorld: [],
      problems: ['1 of 28 scans incomplete'],
    });
  });

  test('waits for a confirmed subscription, and then covers the time since then', async () => {
    const monitor = await watching();
    monitor.publisher.subscriptions = { confirmed: 0, pending: 1, deleted: 0 };
    await pass(monitor, 12);
    expect(weeksOf(monitor)).toEqual([]);
    monitor.publisher.subscriptions = { confirmed: 1, pending: 1, deleted: 0 };
    await monitor.scan();
    expect(weeksOf(monitor).map(({ alerts }) => alerts[0]?.reason)).toEqual([
      '6 hours without a complete scan, 1 subscription not confirmed: 1 instance watched, 0 changes in 12 days',
    ]);
  });

  test('P3: is sent again with the same id if its publish failed or was not stored', async () => {
    const monitor = await watching();
    const releaseLease = monitor.store.releaseLease.bind(monitor.store);
    await pass(monitor, 6.9);
    monitor.publisher.failure = new Error('SNS is down');
    await pass(monitor, 0.5);
    expect(weeksOf(monitor)).toEqual([]);
    monitor.publisher.failure = null;
    monitor.store.releaseLease = async (lease) => releaseLease({ ...lease, allIsWellAt: null });
    await monitor.scan();
    monitor.store.releaseLease = releaseLease;
    await monitor.scan();
    await monitor.scan();
    const ids = weeksOf(monitor).flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId));
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  test('is sent without counts if the table fails, and reports this', async () => {
    const monitor = await watching();
    await pass(monitor, 6.9);
    monitor.store.loadChanges = () => Promise.reject(new Error('there is no such index'));
    await pass(monitor, 0.5);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week).toMatchObject({
      counts: null,
      problems: ['the week could not be counted'],
    });
    expect(monitor.publisher.messages.at(-1)?.subject).toBe(
      '[INFO] prod: the week could not be counted: 1 instance watched',
    );
  });

  test('P10: costs no other scan anything', async () => {
    const monitor = await watching();
    let asked = 0;
    monitor.publisher.countSubscriptions = async () => {
      asked += 1;
      return null;
    };
    await pass(monitor, 6.5);
    expect(asked).toBe(0);
  });

  test('is not sent if the setting is off', async () => {
    const monitor = await watching();
    monitor.isWeekly = false;
    await pass(monitor, 15);
    expect(weeksOf(monitor)).toEqual([]);
  });

  test('P5: an interval that was made shorter during the week is no problem, and one that was made longer hides none', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, scanEveryMinutes: 360 };
    await pass(monitor, 6.5);
    monitor.settings = { ...monitor.settings, scanEveryMinutes: 240 };
    await pass(monitor, 1);
    expect(weeksOf(monitor)[0]?.alerts[0]?.week?.problems).toEqual([]);
    const other = await watching();
    await pass(other, 6.5);
    other.settings = { ...other.settings, scanEveryMinutes: 1440 };
    await pass(other, 1);
    expect(weeksOf(other)[0]?.alerts[0]?.week?.problems).toEqual(['6 hours without a complete scan']);
  });
});
