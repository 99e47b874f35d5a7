import { describe, expect, test } from '@jest/globals';
import { renderInstant } from '../../lambda/alerts/render-instant.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { ItemError, ReadError } from '../../lambda/scan/interfaces.ts';
import { defaultLimits } from '../../lambda/scan/scan-run.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const web = { account, region, instanceName: 'web-1' };

const kindsOf = (alerts: readonly Alert[]) =>
  alerts.map(({ kind, instance }) => (instance ? `${kind} ${instance.name}` : kind));

/** A monitor that has alerted the first listing of one region, with `web-1` and `db-1`. */
async function watching(): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromOffice]);
  monitor.world.set(region, 'db-1', [sshFromOffice]);
  await monitor.scan();
  return monitor;
}

describe('the first scan', () => {
  test('P1: reads every instance of every region and sends one alert for each region', async () => {
    const monitor = new Monitor('eu-west-1', 'us-east-1');
    monitor.world.set('eu-west-1', 'web-1', [httpFromAnywhere]);
    monitor.world.set('us-east-1', 'web-2', [sshFromAnywhere]);
    const report = await monitor.scan();
    expect(report).toMatchObject({ skipped: false, complete: true, instancesListed: 2, instancesRead: 2, alerts: 2 });
    const alerts = monitor.publisher.digests().flatMap((digest) => digest.alerts);
    expect(alerts.map(({ kind, region: where, severity }) => `${kind} ${where} ${severity}`).sort()).toEqual([
      'monitoring-started eu-west-1 low',
      'monitoring-started us-east-1 critical',
    ]);
    expect(monitor.store.historyOf({ ...web, region: 'eu-west-1' }).map(({ kind }) => kind)).toEqual(['baseline']);
  });

  test('P1: regions that do not answer delay no other region', async () => {
    // More regions than Lightsail has, listed before this one.
    const silent = Array.from({ length: 30 }, (_, index) => `ap-south-${index + 1}`);
    const monitor = new Monitor(...silent, region);
    monitor.world.set(region, 'web-1', [httpFromAnywhere]);
    const isWebRead = new Promise<void>((resolve) => {
      monitor.world.beforeRead = () => resolve();
    });
    const list = monitor.world.listInstances.bind(monitor.world);
    monitor.world.listInstances = async (name) => {
      if (name !== region) await isWebRead;
      return list(name);
    };
    const report = await runFullScan({ ...monitor.deps(), limits: defaultLimits }, monitor.now + 240_000);
    expect(report).toMatchObject({ complete: true, instancesRead: 1 });
  }, 30_000);

  test('rates the exposure with highRiskPorts, and a rule with an unknown field as open to the world', async () => {
    const monitor = new Monitor(region);
    monitor.settings = { ...monitor.settings, highRiskPorts: [8081] };
    const privatePort = { ...sshFromOffice, fromPort: 6379, toPort: 6379, cidrs: ['10.0.0.0/8'] };
    monitor.world.set(region, 'web-1', [{ ...httpFromAnywhere, fromPort: 8081, toPort: 8081 }]);
    const withUnknownField: object = { ...privatePort, newField: true };
    monitor.world.set(region, 'db-1', [withUnknownField]);
    monitor.world.set(region, 'db-2', [privatePort]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert?.severity).toBe('critical');
    expect(alert?.summary?.worst.map(({ instanceName, severity }) => `${instanceName} ${severity}`)).toEqual([
      'web-1 critical',
      'db-1 high',
      'db-2 low',
    ]);
  });

  test('P10: an unchanged fleet gets no alert, and only the lease and the record of the scan are written', async () => {
    const monitor = await watching();
    const states = structuredClone(monitor.store.states);
    const report = await monitor.scan();
    expect(report).toMatchObject({ complete: true, instancesRead: 2, alerts: 0 });
    expect(monitor.store.states).toEqual(states);
    expect(monitor.publisher.messages).toHaveLength(1);
    expect(monitor.store.scans).toHaveLength(2);
    expect(monitor.store.scans[0]?.scanEveryMinutes).toBe(5);
  });
});

describe('P3: an instance of the first scan whose commit gets no answer', () => {
  const failOnce = (monitor: Monitor) => {
    const putEntry = monitor.store.putEntry.bind(monitor.store);
    monitor.store.putEntry = async (entry) => {
      if (entry.resource.instanceName !== 'web-1') return putEntry(entry);
      monitor.store.putEntry = putEntry;
      throw new Error('the table did not answer');
    };
  };

  test('gets its own alert, because the first listing does not name it', async () => {
    const monitor = new Monitor(region);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.world.set(region, 'db-1', [sshFromOffice]);
    failOnce(monitor);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['monitoring-started']);
    const alerts = await monitor.alertsOfScan();
    expect(kindsOf(alerts)).toEqual(['monitoring-started web-1']);
    expect(alerts[0]).toMatchObject({ severity: 'critical', rulesAfter: [sshFromAnywhere] });
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('is not new, if the table refused its commit in that scan', async () => {
    const monitor = new Monitor(region);
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    const commitState = monitor.store.commitState.bind(monitor.store);
    monitor.store.commitState = async (commit, expected) => {
      if (commit.resource.instanceName !== 'web-1') return commitState(commit, expected);
      throw new Error('the table did not answer');
    };
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['monitoring-started']);
    monitor.store.commitState = commitState;
    expect((await monitor.alertsOfScan()).map(({ kind, severity }) => `${kind} ${severity}`)).toEqual([
      'monitoring-started critical',
    ]);
    expect(monitor.store.historyOf(web).map(({ kind }) => kind)).toEqual(['baseline']);
  });

  test('delays the alert of a first listing that is too long to name every instance, until none is missing', async () => {
    const monitor = new Monitor(region);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    for (let number = 1; number <= 21; number += 1) monitor.world.set(region, `db-${number}`, [sshFromOffice]);
    failOnce(monitor);
    const first = kindsOf(await monitor.alertsOfScan());
    expect(first).not.toContain('monitoring-started');
    expect(first).toHaveLength(21);
    const [alert, ...more] = await monitor.alertsOfScan();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ kind: 'monitoring-started', summary: { instancesListed: 22, more: 2 } });
  });
});

describe('P7: an instance that the first listing names and that could not be read then', () => {
  /** The default rules of the blueprint: medium for a new instance, critical for an instance that existed before. */
  const firstListing = async (reason: ReadError['reason']) => {
    const monitor = new Monitor(region);
    monitor.settings = { ...monitor.settings, alertFrom: 'high' };
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    monitor.world.set(region, 'db-1', [sshFromOffice]);
    monitor.world.fail(`${region}#web-1`, reason);
    await monitor.scan();
    return monitor;
  };

  test.each([
    { reason: 'throttled', scans: 0, kinds: ['monitoring-started web-1'] },
    { reason: 'throttled', scans: 2, kinds: ['monitoring-started web-1', 'readable-again web-1'] },
    { reason: 'access-denied', scans: 0, kinds: ['monitoring-started web-1', 'readable-again web-1'] },
  ] as const)('belongs to the first listing, and is not new ($reason, $scans more scans)', async (row) => {
    const monitor = await firstListing(row.reason);
    for (let scan = 0; scan < row.scans; scan += 1) await monitor.scan();
    monitor.world.mend(`${region}#web-1`);
    const alerts = await monitor.alertsOfScan();
    expect(kindsOf(alerts)).toEqual(row.kinds);
    expect(alerts[0]).toMatchObject({
      severity: 'critical',
      reason: expect.stringContaining('tcp 22 (SSH) is on the high-risk list'),
      opened: [{ from: 22 }, { from: 80 }],
      rulesAfter: [httpFromAnywhere, sshFromAnywhere],
      summary: { instancesListed: 1, instancesRead: 1, worst: [{ instanceName: 'web-1' }], more: 0 },
    });
    expect(monitor.store.historyOf(web).at(-1)).toMatchObject({ kind: 'baseline', severity: 'critical' });
    const { subject, message } = monitor.publisher.messages.at(-1) ?? { subject: '', message: '{}' };
    expect(subject).toMatch(/^\[CRITICAL\] prod web-1: first read, tcp 22 open to anywhere \(eu-west-1\)/);
    const { email } = JSON.parse(message);
    expect(email).toContain(
      'CRITICAL  web-1  eu-west-1  203.0.113.10   account 111122223333 (prod)\n' +
        '  READ FOR THE FIRST TIME. The alert about the first listing of its region did not include it.\n' +
        '  OPEN  tcp 22 (SSH)    from anywhere\n' +
        '  OPEN  tcp 80 (HTTP)   from anywhere\n' +
        '  Critical because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere.\n',
    );
    expect(email).not.toContain('NEW');
  });

  test('has its own alert also if the first listing is too long to name every instance', async () => {
    const monitor = new Monitor(region);
    for (let number = 1; number <= 22; number += 1) monitor.world.set(region, `db-${number}`, [sshFromOffice]);
    monitor.world.set(region, 'web-1', []);
    monitor.world.fail(`${region}#web-1`);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['monitoring-started']);
    monitor.world.mend(`${region}#web-1`);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['monitoring-started web-1']);
  });

  test('is new if another instance has its name by then', async () => {
    const monitor = await firstListing('throttled');
    monitor.world.delete(region, 'web-1');
    monitor.world.set(region, 'web-1', [{ ...sshFromAnywhere, fromPort: 3389, toPort: 3389 }]);
    monitor.world.mend(`${region}#web-1`);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['instance-appeared web-1']);
  });

  test('is new if it was listed for the first time after that', async () => {
    const monitor = await firstListing('throttled');
    monitor.world.set(region, 'new-1', [{ ...sshFromAnywhere, fromPort: 3389, toPort: 3389 }]);
    monitor.world.fail(`${region}#new-1`);
    await monitor.scan();
    monitor.world.mend(`${region}#new-1`);
    expect(kindsOf(await monitor.alertsOfScan())).toContain('instance-appeared new-1');
  });
});

describe('a change', () => {
  test('is committed, recorded and alerted with its window and its rules', async () => {
    const monitor = await watching();
    const confirmedAt = monitor.store.scans[0]?.startedAt;
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    const [alert, ...more] = await monitor.alertsOfScan();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      kind: 'firewall-changed',
      severity: 'critical',
      region,
      verdict: 'widened',
      changedAfter: confirmedAt,
      rulesBefore: [httpFromAnywhere, sshFromOffice],
      rulesAfter: [httpFromAnywhere, sshFromAnywhere],
      closed: [],
    });
    const history = monitor.store.historyOf(web);
    expect(history.map(({ kind, version }) => `${version} ${kind}`)).toEqual(['1 baseline', '2 changed']);
    expect(alert?.changedBefore).toBe(history[1]?.at);
    expect(monitor.store.states.get(`${account}#${region}#web-1`)).toMatchObject({
      version: 2,
      recorded: 2,
      alerted: 2,
      pending: null,
    });
  });

  test('P2: rules that are reordered and split are recorded and not alerted', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [
      { ...sshFromOffice, cidrs: ['198.51.100.128/25'] },
      httpFromAnywhere,
      { ...sshFromOffice, cidrs: ['198.51.100.0/25'] },
    ]);
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.store.historyOf(web).at(-1)).toMatchObject({
      kind: 'changed',
      verdict: 'rewritten',
      severity: 'info',
    });
    expect(monitor.store.states.get(`${account}#${region}#web-1`)).toMatchObject({ alerted: 2 });
  });

  test('P2: a firewall that is opened in two halves is open to the world', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'db-1', [{ ...sshFromOffice, cidrs: ['0.0.0.0/1', '128.0.0.0/1'] }]);
    expect((await monitor.alertsOfScan())[0]).toMatchObject({ severity: 'critical' });
  });

  test('the removal of every rule is a change to an empty firewall', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', []);
    expect((await monitor.alertsOfScan())[0]).toMatchObject({
      kind: 'firewall-changed',
      verdict: 'narrowed',
      rulesAfter: [],
      severity: 'medium',
    });
  });

  test('below alertFrom is recorded and not alerted', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, alertFrom: 'high' };
    monitor.world.set(region, 'web-1', []);
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.store.historyOf(web).at(-1)).toMatchObject({ kind: 'changed', verdict: 'narrowed' });
  });
});

describe('P4: an instance or a region that could not be read', () => {
  test('is not compared; the gap is alerted after two scans, and its end too', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`);
    const first = await monitor.scan();
    expect(first).toMatchObject({ complete: true, instancesListed: 2, instancesRead: 1, alerts: 0 });
    const gap = await monitor.alertsOfScan();
    expect(kindsOf(gap)).toEqual(['unreadable web-1']);
    expect(gap[0]).toMatchObject({ severity: 'medium', changedAfter: monitor.store.scans[0]?.startedAt });
    expect(await monitor.alertsOfScan()).toEqual([]);
    monitor.world.mend(`${region}#web-1`);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['readable-again web-1']);
    expect(monitor.store.historyOf(web).map(({ kind }) => kind)).toEqual(['baseline', 'gap', 'gap-over']);
  });

  test('in one scan only gets no alert', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`);
    await monitor.scan();
    monitor.world.mend(`${region}#web-1`);
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.store.states.get(`${account}#${region}#web-1`)?.failure).toBeNull();
    expect(monitor.store.historyOf(web)).toHaveLength(1);
  });

  test('because access is denied is alerted at once', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`, 'access-denied');
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['unreadable web-1']);
  });

  test('and changed in the gap gets two alerts: the change, and the end of the gap', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`);
    await monitor.scan();
    await monitor.scan();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.world.mend(`${region}#web-1`);
    const alerts = await monitor.alertsOfScan();
    expect(kindsOf(alerts).sort()).toEqual(['firewall-changed web-1', 'readable-again web-1']);
    expect(alerts.find(({ kind }) => kind === 'firewall-changed')?.changedAfter).toBe(
      monitor.store.scans[0]?.startedAt,
    );
  });

  test('a listed instance that is not found is unknown; it is gone only if a complete listing does not contain it', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#web-1`, 'not-found');
    expect(kindsOf(await monitor.alertsOfScan())).toEqual([]);
    monitor.world.delete(region, 'web-1');
    const [gone] = await monitor.alertsOfScan();
    expect(gone).toMatchObject({
      kind: 'instance-gone',
      severity: 'medium',
      opened: [],
      closed: [{ from: 22 }, { from: 80 }],
    });
    expect(monitor.store.departed).toHaveLength(1);
  });

  test('a failed listing never means that an instance is gone, and is alerted for the region alone', async () => {
    const monitor = await watching();
    monitor.world.fail(region, 'service-error');
    expect(await monitor.scan()).toMatchObject({ complete: false, instancesListed: 0, alerts: 0 });
    const gap = await monitor.alertsOfScan();
    expect(kindsOf(gap)).toEqual(['region-unreadable']);
    expect(gap[0]).toMatchObject({ severity: 'high', instance: null });
    monitor.world.mend(region);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['region-readable-again']);
    expect(monitor.store.historyOf(web)).toHaveLength(1);
  });

  test('a region that was never readable is alerted once, and makes no scan incomplete', async () => {
    const monitor = new Monitor(region, 'ap-east-1');
    monitor.world.set(region, 'web-1', []);
    monitor.world.fail('ap-east-1', 'region-not-enabled');
    expect(kindsOf(await monitor.alertsOfScan()).sort()).toEqual(['monitoring-started', 'region-unreadable']);
    const report = await monitor.scan();
    expect(report).toMatchObject({ complete: true, alerts: 0, openGaps: 0 });
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    await monitor.scan();
    expect(monitor.publisher.digests().at(-1)?.coverage).toMatchObject({
      regionsListed: 1,
      regionsSkipped: ['ap-east-1'],
    });
    monitor.world.mend('ap-east-1');
    expect(kindsOf(await monitor.alertsOfScan()).sort()).toEqual(['monitoring-started', 'region-readable-again']);
  });

  test('a region that a policy denies from the first scan on is requested 28 times in 288 scans, and listed within an hour of the permission', async () => {
    const monitor = new Monitor(region, 'ap-east-1');
    monitor.world.set(region, 'web-1', []);
    monitor.world.fail('ap-east-1', 'access-denied');
    const requests = () => monitor.world.calls.filter((call) => call === 'ap-east-1').length;
    expect(kindsOf(await monitor.alertsOfScan()).sort()).toEqual(['monitoring-started', 'region-unreadable']);
    for (let scans = 1; scans < 288; scans += 1) {
      expect(await monitor.scan()).toMatchObject({ complete: true, alerts: 0, openGaps: 0 });
      expect(monitor.store.scans.at(-1)?.regionsFailed).toEqual({ 'ap-east-1': 'access-denied' });
    }
    // 28 requests: in the first scan; 5, 10, 20 and 35 minutes later; then at each of 23 full hours.
    expect(requests()).toBe(28);
    expect(monitor.events).toContainEqual({ event: 'region-paused', region: 'ap-east-1', reason: 'access-denied' });
    monitor.world.mend('ap-east-1');
    const [before, allowedAt] = [requests(), monitor.now];
    while (requests() === before) await monitor.scan();
    expect(monitor.store.scans.at(-1)).toMatchObject({ regionsListed: ['ap-east-1', region], regionsFailed: {} });
    expect(monitor.now - allowedAt).toBeLessThan(65 * 60_000);
  });

  test.each(['access-denied', 'region-not-enabled'] as const)(
    'P5: if every region is refused from the first scan on (%s), nothing is watched: alerted at once, and no scan is complete',
    async (reason) => {
      const monitor = new Monitor('eu-west-1', 'us-east-1');
      for (const one of ['eu-west-1', 'us-east-1']) monitor.world.fail(one, reason);
      expect(kindsOf(await monitor.alertsOfScan())).toEqual(['region-unreadable', 'region-unreadable']);
      expect(monitor.store.scans.at(-1)).toMatchObject({ complete: false, regionsListed: [] });
      expect(await monitor.scan()).toMatchObject({ complete: false, alerts: 0 });
      monitor.world.mend('us-east-1');
      expect(await monitor.scan()).toMatchObject({ complete: true });
    },
  );

  test('P5: a scan without any region is not complete', async () => {
    expect(await new Monitor().scan()).toMatchObject({ complete: false, instancesListed: 0 });
  });

  test('if the regions cannot be listed, nothing is done, and the lease is returned', async () => {
    const monitor = await watching();
    monitor.world.fail('regions');
    await expect(monitor.scan()).rejects.toThrow(
      'No scan: the regions of Lightsail could not be listed (throttled: scripted: throttled).',
    );
    expect(monitor.store.leases.get(account)).toMatchObject({ holder: null, lastScan: { regionsListed: [region] } });
    monitor.world.mend('regions');
    expect(await monitor.scan()).toMatchObject({ complete: true });
  });

  test('that is switched off in the account after it was watched is not said to be unwatched', async () => {
    const monitor = new Monitor(region, 'ap-east-1', 'eu-south-2');
    monitor.world.fail('eu-south-2', 'region-not-enabled');
    await monitor.scan();
    expect(monitor.mail()).toContain('not enabled in this account, so not watched: eu-south-2\n');
    const listedAt = renderInstant(monitor.store.scans[0]?.startedAt ?? '');
    monitor.world.fail('ap-east-1', 'region-not-enabled');
    await monitor.scan();
    const since = renderInstant(monitor.store.scans[1]?.startedAt ?? '');
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['region-unreadable']);
    expect(monitor.publisher.messages.at(-1)?.subject).toBe(
      "[HIGH] prod: region can't be listed (region-not-enabled) (ap-east-1)",
    );
    expect(monitor.mail()).toContain(
      'HIGH  could not list region ap-east-1\n' +
        `  Since ${since}: region-not-enabled. scripted: region-not-enabled\n` +
        `  It was last listed at ${listedAt}. While a region can not be listed, Portwatch detects no changes in it. ` +
        'You get an alert when it can be listed again.\n',
    );
  });

  test('has its own start of the failure, also if several regions fail alike', async () => {
    const monitor = new Monitor('eu-west-1', 'us-east-1');
    await monitor.scan();
    monitor.publisher.hasSubscriber = false;
    for (const one of ['eu-west-1', 'us-east-1']) {
      monitor.world.fail(one, 'access-denied');
      await monitor.scan();
    }
    monitor.publisher.hasSubscriber = true;
    await monitor.scan();
    const [first, second] = monitor.store.scans.slice(1).map(({ startedAt }) => renderInstant(startedAt));
    expect(monitor.mail()).toMatch(new RegExp(`could not list region eu-west-1\n  Since ${first}: access-denied`));
    expect(monitor.mail()).toMatch(new RegExp(`could not list region us-east-1\n  Since ${second}: access-denied`));
  });

  test('and was never read is not said to be confirmed', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'new-1', [sshFromAnywhere]);
    monitor.world.fail(`${region}#new-1`, 'access-denied');
    await monitor.scan();
    expect(monitor.mail()).toContain('  Its firewall was never read. What can reach it now is unknown, not closed.');
    expect(monitor.publisher.digests().at(-1)?.alerts).toMatchObject([{ kind: 'unreadable', changedAfter: null }]);
    // The entry keeps the proof that the instance did not exist before.
    const [gap] = monitor.store.historyOf({ account, region, instanceName: 'new-1' });
    expect(gap).toMatchObject({ kind: 'gap', changedAfter: monitor.store.scans[0]?.startedAt });
    monitor.world.mend(`${region}#new-1`);
    const [appeared] = await monitor.alertsOfScan();
    expect(appeared).toMatchObject({
      kind: 'instance-appeared',
      changedAfter: monitor.store.scans[0]?.startedAt,
    });
  });

  test('because the time ran out comes first in the next scan, and is no gap yet', async () => {
    const monitor = await watching();
    monitor.world.fail(`${region}#db-1`, 'out-of-time');
    expect(await monitor.scan()).toMatchObject({ complete: false, alerts: 0 });
    monitor.world.mend(`${region}#db-1`);
    monitor.world.calls.length = 0;
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.world.calls).toEqual(['regions', region, `${region}#db-1`, `${region}#web-1`]);
  });
});

describe('instances that come and go', () => {
  test('an instance that appears later is alerted with its whole exposure', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'new-1', [httpFromAnywhere, sshFromAnywhere]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({
      kind: 'instance-appeared',
      severity: 'medium',
      changedAfter: monitor.store.scans[0]?.startedAt,
    });
    expect(alert?.opened?.map(({ from }) => from)).toEqual([22, 80]);
  });

  test('the same name with a new ARN is gone and appeared in one digest, with the difference to its predecessor', async () => {
    const monitor = await watching();
    const before = monitor.world.regions.get(region)?.get('web-1')?.facts.arn;
    monitor.world.delete(region, 'web-1');
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const alerts = await monitor.alertsOfScan();
    expect(kindsOf(alerts).sort()).toEqual(['instance-appeared web-1', 'instance-gone web-1']);
    expect(alerts.find(({ kind }) => kind === 'instance-gone')?.instance?.arn).toBe(before);
    expect(alerts.find(({ kind }) => kind === 'instance-appeared')?.replaces).toMatchObject({
      arn: before,
      verdict: 'mixed',
    });
    expect(monitor.publisher.messages).toHaveLength(2);
    expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(2);
    expect(monitor.store.departed).toEqual([expect.objectContaining({ arn: before })]);
  });

  test('a name that is listed again after its latest state was deleted continues from its newest entry', async () => {
    const monitor = await watching();
    monitor.world.delete(region, 'web-1');
    await monitor.scan();
    monitor.now += 25 * 60 * 60 * 1000;
    await monitor.scan();
    expect(monitor.store.states.has(`${account}#${region}#web-1`)).toBe(false);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['instance-appeared web-1']);
    expect(monitor.store.historyOf(web).map(({ kind, version }) => `${version} ${kind}`)).toEqual([
      '1 baseline',
      '2 gone',
      '3 appeared',
    ]);
  });

  test('an instance that cannot be read at first is alerted as unreadable, and then with its exposure', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'new-1', [sshFromAnywhere]);
    monitor.world.fail(`${region}#new-1`);
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['unreadable new-1']);
    monitor.world.mend(`${region}#new-1`);
    expect(kindsOf(await monitor.alertsOfScan()).sort()).toEqual(['instance-appeared new-1', 'readable-again new-1']);
  });

  test('a region that is removed from the configuration is no longer watched, and none of its instances is gone', async () => {
    const monitor = new Monitor('eu-west-1', 'us-east-1');
    monitor.world.set('us-east-1', 'web-2', [sshFromAnywhere]);
    monitor.world.set('us-east-1', 'web-3', [sshFromAnywhere]);
    monitor.world.fail('us-east-1#web-3', 'access-denied');
    expect(await monitor.scan()).toMatchObject({ openGaps: 1 });
    monitor.world.fail('us-east-1', 'access-denied');
    expect(await monitor.scan()).toMatchObject({ openGaps: 2 });
    monitor.settings = { ...monitor.settings, regions: ['eu-west-1'] };
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.store.states.get(`${account}#us-east-1#web-2`)?.status).toBe('known');
    expect(await monitor.scan()).toMatchObject({ complete: true, openGaps: 0 });
  });
});

test('P5: an item that cannot be read counts as a gap, while its region is watched', async () => {
  const monitor = new Monitor('eu-west-1', 'us-east-1');
  const { loadFleet } = monitor.store;
  monitor.store.loadFleet = async (of) => {
    const refused = [{ key: 'us-east-1#web-9', problem: 'a later schema' }];
    return { ...(await loadFleet.call(monitor.store, of)), refused };
  };
  expect(await monitor.scan()).toMatchObject({ openGaps: 1 });
  monitor.settings = { ...monitor.settings, regions: ['eu-west-1'] };
  expect(await monitor.scan()).toMatchObject({ openGaps: 0 });
});

test('P5: an instance that cannot be committed, and a history that cannot be read, count as gaps', async () => {
  const monitor = await watching();
  monitor.world.set(region, 'web-1', [sshFromAnywhere]);
  const { commitState, loadEntriesAfter } = monitor.store;
  monitor.store.commitState = () => Promise.reject(new Error('the table did not answer'));
  expect(await monitor.scan()).toMatchObject({ complete: true, openGaps: 1 });
  monitor.store.commitState = commitState;
  monitor.store.loadEntriesAfter = () => Promise.reject(new ItemError('its item is damaged'));
  expect(await monitor.scan()).toMatchObject({
    alerts: 0,
    openGaps: 1,
    oldestUntoldAlertAgeSeconds: expect.any(Number),
  });
  monitor.store.loadEntriesAfter = loadEntriesAfter;
  expect(await monitor.scan()).toMatchObject({ alerts: 1, openGaps: 0 });
});

test('P4: regions and approvals are loaded at the same time as the latest states, and nothing else of Lightsail is read before them', async () => {
  const monitor = await watching();
  const { loadFleet, loadApprovals } = monitor.store;
  const loaded = Promise.withResolvers<void>();
  const loads: string[] = [];
  monitor.store.loadFleet = async (of) => {
    await loaded.promise;
    return loadFleet.call(monitor.store, of);
  };
  monitor.store.loadApprovals = (of) => {
    loads.push('approvals');
    return loadApprovals.call(monitor.store, of);
  };
  monitor.world.calls.length = 0;
  const scanning = monitor.scan();
  await new Promise(setImmediate);
  expect({ loads, calls: monitor.world.calls }).toEqual({ loads: ['approvals'], calls: ['regions'] });
  loaded.resolve();
  expect(await scanning).toMatchObject({ complete: true });
});

describe('P3: alerts', () => {
  test('are sent by the next scan if SNS is down', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    monitor.publisher.failure = new Error('SNS is down');
    expect(await monitor.scan()).toMatchObject({ alerts: 0, oldestUntoldAlertAgeSeconds: expect.any(Number) });
    monitor.world.set(region, 'web-1', []);
    await monitor.scan();
    monitor.publisher.failure = null;
    const alerts = await monitor.alertsOfScan();
    expect(alerts.map(({ verdict }) => verdict)).toEqual(['widened', 'narrowed']);
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('raise no mark while no subscription is confirmed', async () => {
    const monitor = new Monitor(region);
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.publisher.hasSubscriber = false;
    expect(await monitor.scan()).toMatchObject({ complete: true, alerts: 0 });
    expect([...monitor.store.states.values()].map(({ alerted }) => alerted)).toEqual([0, 0]);
    monitor.publisher.hasSubscriber = true;
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['monitoring-started']);
  });

  test('include the entry of a scan that died after its commit', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    const putEntry = monitor.store.putEntry.bind(monitor.store);
    monitor.store.putEntry = () => Promise.reject(new Error('the process dies here'));
    expect(await monitor.scan()).toMatchObject({ alerts: 0, instancesRead: 1 });
    expect(monitor.store.states.get(`${account}#${region}#web-1`)).toMatchObject({ version: 2, recorded: 1 });
    monitor.store.putEntry = putEntry;
    monitor.world.set(region, 'web-1', []);
    const alerts = await monitor.alertsOfScan();
    expect(alerts.map(({ verdict }) => verdict)).toEqual(['widened', 'narrowed']);
    expect(monitor.store.historyOf(web).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  test('are sent once for a commit whose answer was lost', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    const commitState = monitor.store.commitState.bind(monitor.store);
    monitor.store.commitState = async (commit, expected) => {
      await commitState(commit, expected);
      return commitState(commit, expected); // the SDK repeats a request whose answer was lost, and the repetition is refused
    };
    expect(kindsOf(await monitor.alertsOfScan())).toEqual(['firewall-changed web-1']);
  });
});

describe('scans at the same time', () => {
  test('a scan that does not get the lease does nothing', async () => {
    const monitor = await watching();
    await monitor.store.takeLease({ account, holder: 'another', now: monitor.now, until: monitor.now + 900_000 });
    monitor.world.calls.length = 0;
    expect(await monitor.scan()).toMatchObject({
      skipped: true,
      complete: false,
      instancesListed: 0,
      instancesRead: 0,
      alerts: 0,
    });
    expect(monitor.world.calls).toEqual([]);
  });

  test('P3: a read whose commit is refused is not used: the instance is read again and compared with the other commit', async () => {
    const monitor = await watching();
    monitor.world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere]);
    let isFirst = true;
    monitor.world.beforeRead = async (key) => {
      if (key !== `${region}#web-1` || !isFirst) return;
      isFirst = false;
      const lease = monitor.store.leases.get(account);
      if (lease) lease.holder = null; // breaks the lease
      await monitor.scan();
      monitor.world.set(region, 'web-1', []);
    };
    const alerts = await monitor.alertsOfScan();
    expect(alerts.map(({ verdict }) => verdict)).toEqual(['widened', 'narrowed']);
    expect(monitor.store.historyOf(web).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  test('an unexpected error of the reader affects its own instance only', async () => {
    const monitor = await watching();
    monitor.world.beforeRead = (key) => {
      if (key.endsWith('web-1')) throw new RangeError('unforeseen');
    };
    expect(await monitor.scan()).toMatchObject({ instancesRead: 1 });
    const failed = monitor.events.find(({ event }) => event === 'instance-failed');
    expect(failed).toMatchObject({ error: new ReadError('unexpected', 'RangeError: unforeseen') });
  });
});
