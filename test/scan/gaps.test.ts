import { describe, expect, test } from '@jest/globals';
import { renderInstant } from '../../lambda/alerts/render-instant.ts';
import { account, Monitor } from './monitor.ts';
import { sshFromAnywhere } from './samples.ts';
import { kindsOf, region, watching, web } from './watching.ts';

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
