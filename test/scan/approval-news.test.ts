/** The alerts about approvals in whole scans: each is sent once, is not lost by a crash, and never becomes a flood. */
import { describe, expect, test } from '@jest/globals';
import type { Approval } from '../../lambda/approvals/approval.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import type { ScanSettings } from '../../lambda/contract/settings-schema.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const everyone = ['0.0.0.0/0', '::/0'];
const sshOf = (sources: string[]) => [{ protocol: 'tcp' as const, from: 22, to: 22, sources }];
const day = 86_400_000;

async function watching(settings: Partial<ScanSettings> = {}, approvals: Approval[] = []): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.settings = { ...monitor.settings, ...settings };
  monitor.store.approvals.push(...approvals);
  monitor.world.set(region, 'web-1', [sshFromAnywhere]);
  monitor.world.set(region, 'web-2', [sshFromOffice, httpFromAnywhere]);
  await monitor.scan();
  return monitor;
}

const kinds = (alerts: readonly Alert[]) => alerts.map(({ kind, severity }) => `${kind} ${severity}`);
const world = (fields: Partial<Approval> = {}) =>
  approvalOf({ instance: 'web-1', exposure: sshOf(everyone), ...fields });
const subjectOf = (monitor: Monitor) => monitor.publisher.messages.at(-1)?.subject;
const office = { protocol: 'tcp', ports: [{ from: 22, to: 22 }], sources: ['198.51.100.0/24'], reason: 'the office' };

describe('an approval that is made', () => {
  test('is alerted once, whatever alertFrom is, with what it covers, its author and its reason', async () => {
    const monitor = await watching({ alertFrom: 'critical' });
    monitor.store.approvals.push(world({ until: '2027-01-31T23:59:59.999Z' }));
    const [alert, ...more] = await monitor.alertsOfScan();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      kind: 'approved',
      severity: 'info',
      instance: null,
      approval: { id: 'a1b2c3d4', origin: 'command', instance: 'web-1', exposure: sshOf(everyone), revoked: null },
      details: { pk: 'APPROVALS#111122223333', sk: 'a1b2c3d4' },
    });
    expect(subjectOf(monitor)).toBe('[INFO] prod: approved: tcp 22 (SSH) from anywhere on web-1 in every region');
    expect(monitor.mail()).toContain('approval a1b2c3d4 for web-1 in every region');
    expect(monitor.mail()).toContain(
      'APPROVED by arn:aws:iam::111122223333:user/alice from 00:00:00 UTC, 1 November 2026 until 23:59:59',
    );
    expect(monitor.mail()).toContain('Why: the office.');
    expect(monitor.mail()).toContain('portwatch revoke a1b2c3d4');
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('is in one section of the mail with those of the same author and reason', async () => {
    const monitor = await watching();
    monitor.store.approvals.push(...['a', 'b', 'c'].map((id) => world({ id, instance: `web-${id}` })));
    expect(await monitor.alertsOfScan()).toHaveLength(3);
    expect(monitor.mail()).toContain('3 approvals by arn:aws:iam::111122223333:user/alice');
    expect(monitor.mail()).toContain('tcp 22 (SSH) from anywhere on web-b in every region (approval b)');
  });

  test('in the configuration is alerted by the first scan with it', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, approved: [office] };
    expect(kinds(await monitor.alertsOfScan())).toEqual(['approved info']);
    expect(monitor.mail()).toContain('remove the approval from the setting approved');
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('and revoked between two scans is alerted with its end', async () => {
    const monitor = await watching();
    monitor.store.approvals.push(world({ revoked: { at: '2026-11-23T10:00:00.000Z', by: 'bob', reason: null } }));
    expect(kinds(await monitor.alertsOfScan()).sort()).toEqual(['approval-revoked critical', 'approved info']);
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('is alerted again with the same alertId if the scan dies before it saves the mark', async () => {
    const monitor = await watching();
    monitor.store.approvals.push(world());
    const save = monitor.store.saveApprovalMarks;
    monitor.store.saveApprovalMarks = async () => {
      throw new Error('died');
    };
    const [first] = await monitor.alertsOfScan();
    monitor.store.saveApprovalMarks = save;
    const [second] = await monitor.alertsOfScan();
    expect(second?.alertId).toBe(first?.alertId);
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('waits while nobody has confirmed a subscription, and while publishing fails', async () => {
    const monitor = await watching();
    monitor.store.approvals.push(world());
    monitor.publisher.hasSubscriber = false;
    expect(await monitor.alertsOfScan()).toEqual([]);
    monitor.publisher.hasSubscriber = true;
    monitor.publisher.failure = new Error('down');
    expect(await monitor.alertsOfScan()).toEqual([]);
    monitor.publisher.failure = null;
    expect(kinds(await monitor.alertsOfScan())).toEqual(['approved info']);
  });
});

test('approvals made by command that count again, because approvalsByCommand is on again, are alerted again', async () => {
  const monitor = await watching({}, [world()]);
  const [first] = monitor.publisher.digests().flatMap(({ alerts }) => alerts.filter(({ kind }) => kind === 'approved'));
  monitor.settings = { ...monitor.settings, approvalsByCommand: false };
  expect(await monitor.alertsOfScan()).toEqual([]);
  monitor.settings = { ...monitor.settings, approvalsByCommand: true };
  const [again] = await monitor.alertsOfScan();
  expect(again?.kind).toBe('approved');
  expect(again?.alertId).not.toBe(first?.alertId);
  expect(await monitor.alertsOfScan()).toEqual([]);
});

test('an approval that somebody has replaced in the table is alerted again, with its new content and another alertId', async () => {
  const monitor = await watching({}, [approvalOf()]);
  const [first] = monitor.publisher.digests().flatMap(({ alerts }) => alerts.filter(({ kind }) => kind === 'approved'));
  monitor.store.approvals.splice(0, 1, approvalOf({ exposure: sshOf(everyone) }));
  const [again, ...more] = await monitor.alertsOfScan();
  expect(again).toMatchObject({ kind: 'approved', approval: { exposure: sshOf(everyone) } });
  expect(more).toEqual([]);
  expect(again?.alertId).not.toBe(first?.alertId);
  expect(await monitor.alertsOfScan()).toEqual([]);
});

describe('an approval that ends', () => {
  test('is alerted once, with what is still open and not approved any more', async () => {
    const monitor = await watching({}, [world({ until: '2026-11-23T10:07:00.000Z' })]);
    const [alert, ...more] = await monitor.alertsOfScan();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      kind: 'approval-ended',
      severity: 'critical',
      reason: 'the approval ended; still open on 1 instance',
      stillOpen: [{ instanceName: 'web-1', region, severity: 'critical', isLastKnown: false, reach: sshOf(everyone) }],
    });
    expect(subjectOf(monitor)).toBe('[CRITICAL] prod: approval ended, still open on web-1: tcp 22 (SSH) from anywhere');
    expect(monitor.mail()).toContain('ENDED at 10:07:00 UTC, 23 November 2026.');
    expect(monitor.mail()).toContain('Still open, and not approved any more:');
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('names only what it covered, and nothing that another approval covers', async () => {
    const until = '2026-11-23T10:07:00.000Z';
    const half = sshOf(['0.0.0.0/1']);
    const monitor = await watching({}, [
      world({ id: 'ends', exposure: half, until }),
      world({ id: 'stays', exposure: sshOf(['0.0.0.0/2']) }),
    ]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert?.stillOpen).toMatchObject([{ instanceName: 'web-1', reach: sshOf(['64.0.0.0/2']) }]);
  });

  test('is info if nothing that it covered is open', async () => {
    const monitor = await watching({}, [world({ instance: 'db-*', until: '2026-11-23T10:07:00.000Z' })]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({ kind: 'approval-ended', severity: 'info', stillOpen: [] });
    expect(monitor.mail()).toContain('The exposure that it covered is closed now, or other approvals cover it.');
  });

  test('is never said to leave nothing open while another approval covers the same', async () => {
    const until = '2026-11-23T10:07:00.000Z';
    const monitor = await watching({}, [world({ id: 'ends', until }), world({ id: 'stays' })]);
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({
      ...{ kind: 'approval-ended', severity: 'info', stillOpen: [] },
      reason: 'the approval ended; nothing that it covered is open without approval',
    });
    expect(subjectOf(monitor)).toBe('[INFO] prod: approval ended, nothing that it covered is open without approval');
  });

  test('that is revoked is alerted with who revoked it and why', async () => {
    const monitor = await watching({}, [world()]);
    monitor.store.approvals.splice(
      0,
      1,
      world({ revoked: { at: '2026-11-23T10:06:00.000Z', by: 'bob', reason: 'the VPN works' } }),
    );
    expect(kinds(await monitor.alertsOfScan())).toEqual(['approval-revoked critical']);
    expect(monitor.mail()).toContain('REVOKED by bob: the VPN works. It approved tcp 22 (SSH) from anywhere');
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('by a new configuration is alerted; if it comes back, it is alerted again with another alertId', async () => {
    const monitor = await watching({ approved: [office] });
    const deploy = (approved: (typeof office)[]) => {
      monitor.settings = { ...monitor.settings, approved };
      return monitor.alertsOfScan();
    };
    const first = monitor.publisher.digests().flatMap(({ alerts }) => alerts.filter(({ kind }) => kind === 'approved'));
    const gone = await deploy([]);
    expect(gone).toMatchObject([
      {
        kind: 'approval-revoked',
        approval: { revoked: { by: 'the configuration', reason: 'it was taken out' } },
        stillOpen: [{ instanceName: 'web-1' }, { instanceName: 'web-2' }],
      },
    ]);
    const [back] = await deploy([office]);
    expect(back?.kind).toBe('approved');
    expect(back?.alertId).not.toBe(first[0]?.alertId);
    expect(await deploy([office])).toEqual([]);
  });

  test('that had ended before it was deployed is not alerted', async () => {
    const monitor = await watching();
    monitor.settings = { ...monitor.settings, approved: [{ ...office, until: '2026-01-01' }] };
    expect(await monitor.alertsOfScan()).toEqual([]);
  });

  test('in a clock that goes back is not alerted a second time', async () => {
    const monitor = await watching({}, [world({ until: '2026-11-23T10:07:00.000Z' })]);
    await monitor.scan();
    monitor.now = Date.parse('2026-11-23T10:01:00.000Z') - 300_000;
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(await monitor.alertsOfScan()).toEqual([]);
  });
});

test('an end of an approval of many instances lists twenty of them and counts the others', async () => {
  const monitor = new Monitor(region);
  for (let i = 1; i <= 23; i += 1) monitor.world.set(region, `web-${i}`, [sshFromAnywhere]);
  monitor.store.approvals.push(world({ instance: 'web-*', until: '2026-11-23T10:07:00.000Z' }));
  await monitor.scan();
  const [alert] = await monitor.alertsOfScan();
  expect(alert?.stillOpen).toHaveLength(20);
  expect(alert?.stillOpenMore).toBe(3);
  expect(alert?.reason).toBe('the approval ended; still open on 23 instances');
  expect(monitor.mail()).toContain('and 3 more');
  expect(subjectOf(monitor)).toContain('still open on web-1 and 22 more');
});

describe('approvals that cannot be read', () => {
  test('are alerted once each, and again only if they could be read in between', async () => {
    const monitor = await watching();
    monitor.store.refusedApprovals.push({ key: 'broken', problem: 'it has schema 2' });
    const [alert] = await monitor.alertsOfScan();
    expect(alert).toMatchObject({ kind: 'approval-unreadable', severity: 'medium', details: { sk: 'broken' } });
    expect(monitor.mail()).toContain('THE APPROVAL broken CAN NOT BE READ, so it approves nothing: it has schema 2.');
    expect(await monitor.alertsOfScan()).toEqual([]);
    const [item] = monitor.store.refusedApprovals.splice(0, 1);
    expect(await monitor.alertsOfScan()).toEqual([]);
    if (item) monitor.store.refusedApprovals.push(item);
    expect(kinds(await monitor.alertsOfScan())).toEqual(['approval-unreadable medium']);
  });

  test('count as an open gap, so that the alarm starts', async () => {
    const monitor = await watching();
    monitor.store.loadApprovals = async () => {
      throw new Error('throttled');
    };
    expect(await monitor.scan()).toMatchObject({ openGaps: 1 });
  });

  test('because the table does not answer end no approval and send no reminder', async () => {
    const monitor = await watching({ reminders: 'on' }, [world({ until: '2026-11-23T10:07:00.000Z' })]);
    const load = monitor.store.loadApprovals;
    monitor.store.loadApprovals = async () => {
      throw new Error('throttled');
    };
    monitor.now += day;
    expect(await monitor.alertsOfScan()).toEqual([]);
    monitor.store.loadApprovals = load;
    expect(kinds(await monitor.alertsOfScan()).sort()).toEqual(['approval-ended critical', 'still-open critical']);
  });

  test('because their marks are of a newer version send nothing about approvals, and count as an open gap', async () => {
    const monitor = await watching({}, [world()]);
    const load = monitor.store.loadFleet.bind(monitor.store);
    monitor.store.loadFleet = async (account) => {
      const fleet = await load(account);
      return { ...fleet, refused: [{ key: '!approvals', problem: 'it has schema 2' }] };
    };
    monitor.store.approvals.push(world({ id: 'second' }));
    monitor.settings = { ...monitor.settings, regions: [region] };
    expect(await monitor.alertsOfScan()).toEqual([]);
    expect(await monitor.scan()).toMatchObject({ openGaps: 1 });
  });
});

describe('reminders', () => {
  const later = async (monitor: Monitor, ms: number) => {
    monitor.now += ms - 300_000;
    return kinds(await monitor.alertsOfScan());
  };

  test('are not sent where nothing was ever approved, for however long', async () => {
    const monitor = await watching();
    for (const _ of [1, 2, 3]) expect(await later(monitor, 10 * day)).toEqual([]);
    expect(monitor.store.approvalMarks.size).toBe(0);
  });

  test('come daily for critical exposure that is not approved, one for all instances, the first after a day', async () => {
    const monitor = await watching({}, [approvalOf({ instance: 'db-*' })]);
    monitor.world.set(region, 'web-3', [sshFromAnywhere]);
    await monitor.scan();
    expect(await later(monitor, day / 2)).toEqual([]);
    expect(await later(monitor, day / 2)).toEqual(['still-open critical']);
    const alert = monitor.publisher.digests().at(-1)?.alerts[0];
    expect(alert?.stillOpen?.map(({ instanceName }) => instanceName)).toEqual(['web-1', 'web-3']);
    expect(subjectOf(monitor)).toBe('[CRITICAL] prod: still open and not approved: 2 instances with critical exposure');
    expect(await later(monitor, 300_000)).toEqual([]);
    expect(await later(monitor, day)).toEqual(['still-open critical']);
  });

  test('stop when the exposure is approved or closed', async () => {
    const monitor = await watching({ reminders: 'on' });
    expect(await later(monitor, day)).toEqual(['still-open critical']);
    monitor.store.approvals.push(world());
    expect(await later(monitor, day)).toEqual(['approved info']);
  });

  test('of high exposure come weekly', async () => {
    const monitor = await watching({ reminders: 'on' }, [world()]);
    monitor.world.set(region, 'web-2', [{ ...sshFromAnywhere, fromPort: 8081, toPort: 8081 }]);
    await monitor.scan();
    expect(await later(monitor, 3 * day)).toEqual([]);
    expect(await later(monitor, 4 * day)).toEqual(['still-open high']);
  });

  test('are not sent if they are off', async () => {
    const monitor = await watching({ reminders: 'off' }, [approvalOf({ instance: 'db-*' })]);
    expect(await later(monitor, 10 * day)).toEqual([]);
  });
});

describe('the cost of approvals', () => {
  test('is no write in a scan without news', async () => {
    const monitor = await watching({}, [world()]);
    await monitor.scan();
    let saves = 0;
    monitor.store.saveApprovalMarks = async () => {
      saves += 1;
    };
    await monitor.scan();
    expect(saves).toBe(0);
  });
});

test('the weekly digest lists what is not approved, and counts the approvals in force', async () => {
  const monitor = await watching({}, [world()]);
  monitor.isWeekly = true;
  monitor.world.set(region, 'web-3', [sshFromAnywhere]);
  await monitor.scan();
  monitor.now += 7 * day;
  await monitor.scan();
  const alerts = monitor.publisher.digests().flatMap((digest) => digest.alerts);
  const week = alerts.find(({ kind }) => kind === 'all-is-well')?.week;
  expect(week?.openToWorld.map(({ instanceName }) => instanceName)).toEqual(['web-3']);
  expect(week?.approvalsInForce).toBe(1);
  expect(monitor.mail()).toContain('Open to the world and critical or high, and not approved:');
  expect(monitor.mail()).toContain('1 approval in force; what they cover is not in this list.');
});
