import { describe, expect, test } from '@jest/globals';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { defaultLimits } from '../../lambda/scan/scan-limits.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';
import { kindsOf, region, stateOfWeb, watching, web } from './watching.ts';

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
    expect(stateOfWeb(monitor)).toMatchObject({
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
    expect(stateOfWeb(monitor)).toMatchObject({ alerted: 2 });
  });

  test('below alertFrom is recorded and not alerted', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, alertFrom: 'high' };
    monitor.world.set(region, 'web-1', []);
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(monitor.store.historyOf(web).at(-1)).toMatchObject({ kind: 'changed', verdict: 'narrowed' });
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
    expect(stateOfWeb(monitor)).toMatchObject({ version: 2, recorded: 1 });
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
});
