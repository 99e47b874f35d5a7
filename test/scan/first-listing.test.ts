import { describe, expect, test } from '@jest/globals';
import type { ReadError } from '../../lambda/history/read-errors.ts';
import { Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';
import { kindsOf, region, web } from './watching.ts';

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
});
