import { describe, expect, test } from '@jest/globals';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const minute = 60_000;

/** `web-1` with SSH from the office, read by a scan a minute ago; calls are looked up. */
async function following(...regions: string[]): Promise<Monitor> {
  const monitor = new Monitor(region, ...regions);
  monitor.isFollowing = true;
  monitor.world.set(region, 'web-1', [sshFromOffice]);
  await monitor.scan();
  monitor.now += minute;
  monitor.publisher.messages.length = 0;
  return monitor;
}

const put = (rules: PortState[], more: Partial<ApiCall> = {}): Partial<ApiCall> => ({
  name: 'PutInstancePublicPorts',
  portInfos: rules,
  ...more,
});
const open = (rule: PortState, more: Partial<ApiCall> = {}): Partial<ApiCall> => ({
  name: 'OpenInstancePublicPorts',
  portInfos: [rule],
  ...more,
});
const close = (rule: PortState, more: Partial<ApiCall> = {}): Partial<ApiCall> => ({
  name: 'CloseInstancePublicPorts',
  portInfos: [{ ...rule, cidrs: [], ipv6Cidrs: [] }],
  ...more,
});

const alertsOf = (monitor: Monitor): Alert[] => monitor.publisher.digests().flatMap(({ alerts }) => alerts);
const kindsOf = (monitor: Monitor): string[] => alertsOf(monitor).map(({ kind }) => kind);
const historyOf = (monitor: Monitor, instanceName = 'web-1'): HistoryEntry[] =>
  monitor.store.historyOf({ account, region, instanceName });
const besideOf = (monitor: Monitor, at: string | undefined) =>
  monitor.store.loadAttribution({ account, region, instanceName: 'web-1' }, at ?? '');

async function scanTimes(monitor: Monitor, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await monitor.scan();
}

/** Opens the firewall to the world. A scan finds the change before the record of the call arrives. */
async function changedUnattributed(monitor: Monitor, lateMs = 6 * minute): Promise<ApiCall> {
  const call = monitor.trail.record(put([sshFromAnywhere]), lateMs);
  monitor.world.set(region, 'web-1', [sshFromAnywhere]);
  await monitor.scan();
  return call;
}

describe('a change that a full scan found', () => {
  test('P3: is alerted at once; its attribution is stored and sent once, as soon as the record of the call arrives', async () => {
    const monitor = await following();
    const call = await changedUnattributed(monitor);
    expect(alertsOf(monitor)).toMatchObject([{ kind: 'firewall-changed', changedBy: null }]);
    const entry = historyOf(monitor).at(-1);
    expect(await besideOf(monitor, entry?.at)).toBeNull();

    expect(await monitor.scan()).toMatchObject({ alerts: 1 });
    expect(alertsOf(monitor).slice(1)).toMatchObject([
      {
        kind: 'attributed',
        severity: 'info',
        attributes: alertsOf(monitor)[0]?.alertId,
        changedBy: { fit: 'explained', foundBy: 'lookup', calls: [{ eventId: call.eventId, by: 'IAM user alice' }] },
      },
    ]);
    expect(await besideOf(monitor, entry?.at)).toMatchObject({ fit: 'explained', foundBy: 'lookup' });
    expect(historyOf(monitor).at(-1)).toEqual(entry);
    expect(monitor.events).toContainEqual(expect.objectContaining({ event: 'attributed', at: entry?.at }));

    await scanTimes(monitor, 12);
    expect(monitor.publisher.messages).toHaveLength(2);
  });

  test('has the attribution in its alert if the attribution is found before the alert is sent', async () => {
    const monitor = await following();
    monitor.publisher.failure = new Error('SNS is down');
    await changedUnattributed(monitor, 0);
    expect(await besideOf(monitor, historyOf(monitor).at(-1)?.at)).toMatchObject({ fit: 'explained' });
    monitor.publisher.failure = null;
    await scanTimes(monitor, 4);
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'firewall-changed', changedBy: { calls: [{ by: 'IAM user alice' }] } },
    ]);
  });

  test('makes every scan look up calls while it has no attribution; otherwise a lookup is due every quarter of an hour', async () => {
    const monitor = await following();
    const perScan: number[] = [];
    const count = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        const before = monitor.trail.lookups.length;
        await monitor.scan();
        perScan.push(monitor.trail.lookups.length - before);
      }
    };
    await count(6);
    expect(perScan).toEqual([0, 0, 1, 0, 0, 1]);
    perScan.length = 0;
    await changedUnattributed(monitor, 12 * minute);
    await count(7);
    expect(perScan).toEqual([1, 1, 0, 0, 1, 0, 0]);
  });

  test('makes a lookup request creations and deletions only if an instance came or went, and only in regions with instances', async () => {
    const monitor = await following('us-east-1');
    await scanTimes(monitor, 3);
    expect(monitor.trail.lookups.map((lookup) => [lookup.region, lookup.names?.length])).toEqual([
      [region, 4],
      [region, 4],
    ]);
    monitor.trail.record({ name: 'CreateInstances', instanceNames: ['web-2'], by: 'role deploy (session ci-42)' });
    monitor.world.set(region, 'web-2', [httpFromAnywhere]);
    await scanTimes(monitor, 1);
    expect(monitor.trail.lookups.at(-1)?.names).toContain('CreateInstances');
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'instance-appeared', changedBy: null },
      { kind: 'attributed', changedBy: { calls: [{ by: 'role deploy (session ci-42)' }], fit: 'explained' } },
    ]);
    monitor.trail.record({ name: 'DeleteInstance', instanceNames: ['web-2'], by: 'the root user' });
    monitor.world.delete(region, 'web-2');
    await scanTimes(monitor, 1);
    expect(alertsOf(monitor).slice(2)).toMatchObject([
      { kind: 'instance-gone' },
      { kind: 'attributed', changedBy: { calls: [{ by: 'the root user' }] } },
    ]);
  });

  test('that the calls do not explain waits until every record has arrived', async () => {
    const monitor = await following();
    monitor.trail.record(put([httpFromAnywhere]));
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await scanTimes(monitor, 5);
    expect(kindsOf(monitor)).toEqual(['firewall-changed']);
    await scanTimes(monitor, 3);
    expect(alertsOf(monitor).slice(1)).toMatchObject([{ kind: 'attributed', changedBy: { fit: 'not-explained' } }]);
    await scanTimes(monitor, 12);
    expect(kindsOf(monitor)).toEqual(['firewall-changed', 'attributed']);
  });

  test('is looked up from the whole second before its window, because CloudTrail cuts instants to seconds', async () => {
    const monitor = await following();
    await changedUnattributed(monitor, 24 * 60 * minute);
    await scanTimes(monitor, 3);
    const { changedAfter } = historyOf(monitor).at(-1) ?? {};
    const second = new Date(Date.parse(changedAfter ?? '') - 1_000).toISOString();
    monitor.now += 50 * minute;
    await scanTimes(monitor, 2);
    expect(monitor.trail.lookups.at(-1)?.from).toBe(second);
  });

  test('names both calls in order if two calls made it', async () => {
    const monitor = await following();
    monitor.trail.record(open(httpFromAnywhere, { by: 'IAM user bob' }));
    monitor.now += minute;
    monitor.trail.record(open(sshFromAnywhere));
    monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere, sshFromAnywhere]);
    await monitor.scan();
    expect(alertsOf(monitor).at(-1)).toMatchObject({
      kind: 'attributed',
      changedBy: { fit: 'explained', calls: [{ by: 'IAM user bob' }, { by: 'IAM user alice' }] },
    });
  });

  test('without an alert gets its attribution without a message: expected, below alertFrom, or attributedAlerts off', async () => {
    for (const settle of [
      (monitor: Monitor) => {
        monitor.settings = { ...monitor.settings, alertFrom: 'critical' };
        return [sshFromOffice, httpFromAnywhere];
      },
      (monitor: Monitor) => {
        monitor.settings = { ...monitor.settings, expected: [{ ports: { from: 22, to: 22 }, reason: 'pipeline' }] };
        return [sshFromAnywhere];
      },
    ]) {
      const monitor = await following();
      const rules = settle(monitor);
      monitor.trail.record(put(rules));
      monitor.world.set(region, 'web-1', rules);
      await monitor.scan();
      expect(monitor.publisher.messages).toEqual([]);
      expect(await besideOf(monitor, historyOf(monitor).at(-1)?.at)).toMatchObject({ fit: 'explained' });
    }
    const monitor = await following();
    monitor.settings = { ...monitor.settings, attributedAlerts: false };
    await changedUnattributed(monitor, 0);
    expect(kindsOf(monitor)).toEqual(['firewall-changed']);
    expect(await besideOf(monitor, historyOf(monitor).at(-1)?.at)).toMatchObject({ fit: 'explained' });
  });

  test('P3: an attribution that could not be sent is sent by a later pass, and is not stored before', async () => {
    const monitor = await following();
    await changedUnattributed(monitor);
    monitor.publisher.failure = new Error('SNS is down');
    await scanTimes(monitor, 2);
    expect(await besideOf(monitor, historyOf(monitor).at(-1)?.at)).toBeNull();
    monitor.publisher.failure = null;
    await monitor.scan();
    expect(kindsOf(monitor)).toEqual(['firewall-changed', 'attributed']);
  });

  test('P6: an outage of the topic, or no confirmed subscription, loses no attribution', async () => {
    const deaf = await following();
    await changedUnattributed(deaf);
    deaf.publisher.hasSubscriber = false;
    await deaf.scan();
    expect(await besideOf(deaf, historyOf(deaf).at(-1)?.at)).toMatchObject({ fit: 'explained' });
    const down = await following();
    await changedUnattributed(down);
    down.publisher.failure = new Error('SNS is down');
    await scanTimes(down, 34);
    expect(await besideOf(down, historyOf(down).at(-1)?.at)).toMatchObject({ fit: 'explained' });
  });

  test('waits at most three hours for the record of its call', async () => {
    const monitor = await following();
    await changedUnattributed(monitor, 24 * 60 * minute);
    await scanTimes(monitor, 36);
    const before = monitor.trail.lookups.length;
    await scanTimes(monitor, 12);
    expect(monitor.trail.lookups.length - before).toBe(4);
    expect(monitor.store.callStates.get(account)?.waitsUntil).toBeNull();
  });
});

const rdp: PortState = { ...sshFromAnywhere, fromPort: 3389, toPort: 3389 };

/** Opens RDP to the world and closes it again, between two scans. */
function transient(monitor: Monitor, lateMs = 0): void {
  monitor.trail.record(open(rdp), lateMs);
  monitor.now += 3 * minute;
  monitor.trail.record(close(rdp, { by: 'IAM user bob' }), lateMs);
}

describe('a transient change between two scans', () => {
  test('P3: becomes an entry of its own, with exposure and attribution, and is alerted once', async () => {
    const monitor = await following();
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    await scanTimes(monitor, 2);
    monitor.publisher.messages.length = 0;
    const from = new Date(Math.floor(monitor.now / 1000) * 1000).toISOString();
    transient(monitor, minute);
    const until = new Date(Math.floor(monitor.now / 1000) * 1000).toISOString();
    await scanTimes(monitor, 3);
    const opened = [{ protocol: 'tcp', from: 3389, to: 3389, sources: ['0.0.0.0/0', '::/0'] }];
    expect(alertsOf(monitor)).toMatchObject([
      {
        kind: 'firewall-flapped',
        severity: 'critical',
        opened,
        closed: [],
        changedAfter: from,
        changedBefore: until,
        changedBy: { fit: 'explained', calls: [{ by: 'IAM user alice' }, { by: 'IAM user bob' }] },
      },
    ]);
    const [change, entry] = historyOf(monitor).slice(-2);
    expect(entry).toMatchObject({
      kind: 'flapped',
      rules: null,
      previousRulesAt: change?.at,
      version: (change?.version ?? 0) + 1,
      opened,
    });
    const latest = await monitor.store.loadState({ account, region, instanceName: 'web-1' });
    expect(latest).toMatchObject({ rules: [httpFromAnywhere], rulesAt: change?.at, version: entry?.version });
    expect(latest).toMatchObject({ alerted: entry?.version, recorded: entry?.version, pending: null });
    await scanTimes(monitor, 15);
    expect(monitor.publisher.messages).toHaveLength(1);
    expect(historyOf(monitor).filter(({ kind }) => kind === 'flapped')).toHaveLength(1);
  });

  test('inside the window of a change is alerted next to the change', async () => {
    const monitor = await following();
    transient(monitor);
    monitor.now += 10_000;
    monitor.trail.record(open(httpFromAnywhere));
    monitor.world.set(region, 'web-1', [sshFromOffice, httpFromAnywhere]);
    await scanTimes(monitor, 3);
    expect(kindsOf(monitor).sort()).toEqual(['attributed', 'firewall-changed', 'firewall-flapped']);
    expect(historyOf(monitor).map(({ kind }) => kind)).toEqual(['baseline', 'changed', 'flapped']);
  });

  test('P3: that could not be alerted is alerted by the next scan', async () => {
    const monitor = await following();
    transient(monitor);
    monitor.publisher.failure = new Error('SNS is down');
    await scanTimes(monitor, 3);
    expect(historyOf(monitor).at(-1)?.kind).toBe('flapped');
    monitor.publisher.failure = null;
    await scanTimes(monitor, 4);
    expect(kindsOf(monitor)).toEqual(['firewall-flapped']);
  });

  test('is recorded and not alerted if it is expected', async () => {
    const monitor = await following();
    monitor.settings = { ...monitor.settings, expected: [{ ports: { from: 3389, to: 3389 }, reason: 'pipeline' }] };
    transient(monitor);
    await scanTimes(monitor, 3);
    expect(monitor.publisher.messages).toEqual([]);
    expect(historyOf(monitor).at(-1)).toMatchObject({ kind: 'flapped', severity: 'info', expected: 'pipeline' });
    expect(monitor.store.scans.filter(({ changes }) => changes > 0)).toMatchObject([{}, { changes: 1, alerts: 0 }]);
  });

  test('is expected if it was over before the end of the expected change, although it is found later', async () => {
    for (const [endsMs, alerts] of [
      [0, []],
      [-1_000, ['firewall-flapped']],
    ] as const) {
      const monitor = await following();
      transient(monitor);
      const until = new Date(Math.floor(monitor.now / 1000) * 1000 + endsMs).toISOString();
      monitor.settings = {
        ...monitor.settings,
        expected: [{ ports: { from: 3389, to: 3389 }, reason: 'move', until }],
      };
      await scanTimes(monitor, 3);
      expect(historyOf(monitor).at(-1)).toMatchObject({ kind: 'flapped', changedBefore: expect.any(String) });
      expect(kindsOf(monitor)).toEqual(alerts);
    }
  });

  test('P7: with an unknown field counts as open to the world, and is never expected', async () => {
    for (const [field, severity] of [
      [{}, 'info'],
      [{ newField: true }, 'critical'],
    ] as const) {
      const monitor = await following();
      monitor.settings = { ...monitor.settings, alertFrom: 'high', expected: [{ reason: 'all' }] };
      const odd: object = { ...rdp, cidrs: ['10.0.0.0/8'], ipv6Cidrs: ['fd00::/8'], ...field };
      monitor.trail.record(open(odd));
      monitor.now += minute;
      monitor.trail.record(close(rdp));
      await scanTimes(monitor, 3);
      expect(historyOf(monitor).at(-1)).toMatchObject({ kind: 'flapped', severity });
      expect(alertsOf(monitor).map((alert) => alert.severity)).toEqual(severity === 'info' ? [] : [severity]);
    }
  });

  test('P6: is counted in the note of the scan that recorded it, with its alert', async () => {
    const monitor = await following();
    transient(monitor);
    const reports = [await monitor.scan(), await monitor.scan(), await monitor.scan()];
    const counts = monitor.store.scans.slice(1).map(({ changes, alerts }) => [changes, alerts]);
    expect(counts.filter(([changes]) => changes === 1)).toEqual([[1, 1]]);
    expect(counts.map(([, alerts]) => alerts)).toEqual(reports.map(({ alerts }) => alerts));
    const recorded = monitor.store.scans.find(({ changes, alerts }) => changes === 1 && alerts === 1);
    const entry = historyOf(monitor).at(-1);
    expect(entry?.at && recorded?.startedAt && recorded.startedAt < entry.at).toBe(true);
    // The reads of the scan ended before the attribution pass began.
    expect(recorded?.endedAt && entry?.at && recorded.endedAt < entry.at).toBe(true);
  });

  test('P4: waits as long as the instance cannot be read', async () => {
    const monitor = await following();
    await scanTimes(monitor, 3);
    transient(monitor);
    monitor.world.fail(`${region}#web-1`);
    await scanTimes(monitor, 30);
    expect(historyOf(monitor).map(({ kind }) => kind)).toEqual(['baseline', 'gap']);
    monitor.world.mend(`${region}#web-1`);
    await scanTimes(monitor, 4);
    expect(historyOf(monitor).map(({ kind }) => kind)).toEqual(['baseline', 'gap', 'gap-over', 'flapped']);
    expect(kindsOf(monitor)).toEqual(['unreadable', 'readable-again', 'firewall-flapped']);
  });

  test('P4: with a missing record is alerted as not explained, after every record should have arrived', async () => {
    const monitor = await following();
    monitor.trail.record(open(rdp));
    await scanTimes(monitor, 5);
    expect(historyOf(monitor)).toHaveLength(1);
    await scanTimes(monitor, 5);
    expect(alertsOf(monitor)).toMatchObject([
      { kind: 'firewall-flapped', severity: 'medium', opened: [], changedBy: { fit: 'not-explained' } },
    ]);
    await scanTimes(monitor, 9);
    expect(historyOf(monitor)).toHaveLength(2);
  });

  test('P3: waits for the next pass if another scan committed to the instance first', async () => {
    const monitor = await following();
    await scanTimes(monitor, 2);
    transient(monitor);
    const { commitState } = monitor.store;
    monitor.store.commitState = async () => ({ written: false, found: null });
    await monitor.scan();
    monitor.store.commitState = commitState;
    expect(historyOf(monitor)).toHaveLength(1);
    await scanTimes(monitor, 3);
    expect(kindsOf(monitor)).toEqual(['firewall-flapped']);
  });

  test('is alerted once, also if the item with the state of the lookups is lost', async () => {
    const monitor = await following();
    transient(monitor);
    monitor.store.callStates.clear();
    await monitor.scan();
    monitor.store.callStates.clear();
    await monitor.scan();
    monitor.store.callStates.clear();
    await scanTimes(monitor, 4);
    expect(kindsOf(monitor)).toEqual(['firewall-flapped']);
  });

  test('P4: on an instance that was replaced since then names the earlier instance', async () => {
    const monitor = await following();
    await scanTimes(monitor, 2);
    transient(monitor, 7 * minute);
    await monitor.scan();
    const former = monitor.world.regions.get(region)?.get('web-1')?.facts.arn;
    monitor.world.delete(region, 'web-1');
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    await scanTimes(monitor, 4);
    const flapped = alertsOf(monitor).filter(({ kind }) => kind === 'firewall-flapped');
    expect(flapped).toMatchObject([{ instance: { arn: former } }]);
    const latest = await monitor.store.loadState({ account, region, instanceName: 'web-1' });
    expect(latest?.instance?.arn).not.toBe(former);
    // Another transient change, whose history begins with the entry of the first one.
    monitor.publisher.messages.length = 0;
    monitor.now += 4 * 60 * minute;
    await scanTimes(monitor, 3);
    transient(monitor);
    await scanTimes(monitor, 4);
    expect(alertsOf(monitor)).toMatchObject([{ kind: 'firewall-flapped', instance: { arn: latest?.instance?.arn } }]);
  });

  test('on an instance that is gone, or was never listed, is not reported', async () => {
    const monitor = await following();
    transient(monitor);
    monitor.trail.record(open(sshFromAnywhere, { instanceNames: ['web-9'] }));
    monitor.world.delete(region, 'web-1');
    monitor.world.set(region, 'web-2', [httpFromAnywhere]);
    await scanTimes(monitor, 4);
    expect(historyOf(monitor).map(({ kind }) => kind)).toEqual(['baseline', 'gone']);
    expect(monitor.store.callStates.get(account)?.doneUntil[region]).toBe(monitor.trail.lookups.at(-1)?.until);
  });
});

describe('CloudTrail does not answer', () => {
  test('access denied: one alert, and another only after a lookup succeeded in between; the scan continues', async () => {
    const monitor = await following('us-east-1');
    monitor.world.set('us-east-1', 'db-1', [sshFromOffice]);
    await monitor.scan();
    monitor.publisher.messages.length = 0;
    monitor.trail.deny('us-east-1');
    await scanTimes(monitor, 9);
    const [alert] = alertsOf(monitor);
    expect(alertsOf(monitor)).toMatchObject([{ kind: 'attribution-denied', region: 'us-east-1', severity: 'info' }]);
    transient(monitor);
    await scanTimes(monitor, 3);
    expect(kindsOf(monitor)).toEqual(['attribution-denied', 'firewall-flapped']);
    monitor.trail.failures.clear();
    await scanTimes(monitor, 3);
    monitor.trail.deny('us-east-1');
    await scanTimes(monitor, 6);
    expect(kindsOf(monitor)).toEqual(['attribution-denied', 'firewall-flapped', 'attribution-denied']);
    expect(alertsOf(monitor).at(-1)?.alertId).not.toBe(alert?.alertId);
  });

  test('access denied, then throttled, then denied: no second alert, because no lookup succeeded in between', async () => {
    const monitor = await following();
    monitor.trail.deny(region);
    await scanTimes(monitor, 4);
    monitor.trail.fail(region);
    await scanTimes(monitor, 4);
    monitor.trail.deny(region);
    await scanTimes(monitor, 4);
    expect(kindsOf(monitor)).toEqual(['attribution-denied']);
  });

  test('access denied and no confirmed subscription: the alert is sent after a subscription is confirmed', async () => {
    const monitor = await following();
    monitor.trail.deny(region);
    monitor.publisher.hasSubscriber = false;
    await scanTimes(monitor, 6);
    monitor.publisher.hasSubscriber = true;
    await scanTimes(monitor, 6);
    expect(kindsOf(monitor)).toEqual(['attribution-denied']);
  });

  test('throttled in one region: the next lookup there starts at the same instant, and the other region continues', async () => {
    const monitor = await following('us-east-1');
    monitor.world.set('us-east-1', 'db-1', [sshFromOffice]);
    await scanTimes(monitor, 3);
    const before = monitor.store.callStates.get(account)?.doneUntil;
    transient(monitor);
    monitor.trail.fail('eu-west-1');
    await scanTimes(monitor, 9);
    const after = monitor.store.callStates.get(account)?.doneUntil;
    expect(after?.[region]).toBe(before?.[region]);
    expect((after?.['us-east-1'] ?? '') > (before?.['us-east-1'] ?? '9')).toBe(true);
    expect(monitor.events).toContainEqual(expect.objectContaining({ event: 'calls-not-looked-up', region }));
    monitor.trail.failures.clear();
    await scanTimes(monitor, 3);
    expect(kindsOf(monitor)).toEqual(['instance-appeared', 'firewall-flapped']);
  });

  test('P3: without time for all calls, later lookups continue after the calls that were found', async () => {
    const monitor = await following();
    monitor.trail.readUntil = toInstant(monitor.now);
    monitor.now += minute;
    monitor.trail.record(open(httpFromAnywhere));
    monitor.now += minute;
    monitor.trail.record(close(httpFromAnywhere));
    await scanTimes(monitor, 30);
    expect(kindsOf(monitor)).toEqual([]);
    monitor.trail.readUntil = null;
    await scanTimes(monitor, 3);
    expect(kindsOf(monitor)).toEqual(['firewall-flapped']);
  });

  test('P4: a change gets no attribution before all calls up to the change are found', async () => {
    const monitor = await following();
    monitor.trail.record(open(httpFromAnywhere, { by: 'IAM user bob' }));
    monitor.now += minute;
    monitor.trail.readUntil = toInstant(monitor.now);
    monitor.now += minute;
    await changedUnattributed(monitor, 0);
    await scanTimes(monitor, 12);
    expect(kindsOf(monitor)).toEqual(['firewall-changed']);
    monitor.trail.readUntil = null;
    await scanTimes(monitor, 2);
    expect(alertsOf(monitor).slice(1, 2)).toMatchObject([
      {
        kind: 'attributed',
        changedBy: { fit: 'explained', calls: [{ by: 'IAM user bob' }, { by: 'IAM user alice' }] },
      },
    ]);
  });

  test('P4: calls that were not looked up yet are not reported as a change that its calls do not explain', async () => {
    const monitor = await following();
    monitor.trail.record(open(httpFromAnywhere));
    monitor.now += minute;
    monitor.trail.readUntil = toInstant(monitor.now);
    monitor.now += minute;
    monitor.trail.record(close(httpFromAnywhere));
    monitor.now += minute;
    await scanTimes(monitor, 20);
    expect(kindsOf(monitor)).toEqual([]);
    monitor.trail.readUntil = null;
    await scanTimes(monitor, 3);
    expect(alertsOf(monitor)).toMatchObject([{ kind: 'firewall-flapped', changedBy: { fit: 'explained' } }]);
  });

  test('P3, P5: a failure in a pass does not affect the alerts and the record of the scan', async () => {
    const monitor = await following();
    monitor.trail.findCalls = async () => {
      throw new Error('out of order');
    };
    monitor.store.loadEntriesSince = async () => {
      throw new Error('out of order');
    };
    monitor.store.saveCallState = async () => {
      throw new Error('out of order');
    };
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    expect(await monitor.scan()).toMatchObject({ complete: true, alerts: 1 });
    expect(monitor.store.scans).toHaveLength(2);
    expect(monitor.store.leases.get(account)).toMatchObject({ holder: null, lastScan: { complete: true } });
  });

  test('no pass is started without time for it', async () => {
    const monitor = await following();
    const deps = monitor.deps();
    const { runFullScan } = await import('../../lambda/scan/full-scan.ts');
    const before = monitor.trail.lookups.length;
    monitor.now += 20 * minute;
    await runFullScan(deps, monitor.now + 7_000);
    expect(monitor.trail.lookups.length).toBe(before);
  });
});

test('without attribution no calls are looked up, and alerts contain this fact', async () => {
  const monitor = await following();
  monitor.isFollowing = false;
  monitor.settings = { ...monitor.settings, attribution: false };
  const before = monitor.trail.lookups.length;
  monitor.world.set(region, 'web-1', [sshFromAnywhere]);
  await scanTimes(monitor, 4);
  expect(monitor.trail.lookups.length).toBe(before);
  expect(alertsOf(monitor)).toMatchObject([{ kind: 'firewall-changed', changedBy: null, attributionOff: true }]);
  const [email = ''] = monitor.publisher.messages.map(({ message }) => JSON.parse(message).email);
  expect(email).toContain('By: not looked up.');
});
