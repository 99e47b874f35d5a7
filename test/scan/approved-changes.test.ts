/** Approvals in whole scans: which changes are alerted, with which severity, and the text of the alert. */
import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../lambda/contract/json-event.ts';
import type { ScanSettings } from '../../lambda/contract/settings-schema.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { account, Monitor } from './monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from './samples.ts';

const region = 'eu-west-1';
const web = { account, region, instanceName: 'web-1' };
const everyone = ['0.0.0.0/0', '::/0'];
const sshOf = (sources: string[]) => [{ protocol: 'tcp' as const, from: 22, to: 22, sources }];

type Rules = Parameters<Monitor['world']['set']>[2];

async function watching(rules: Rules, settings: Partial<ScanSettings> = {}): Promise<Monitor> {
  const monitor = new Monitor(region);
  monitor.settings = { ...monitor.settings, ...settings };
  monitor.world.set(region, 'web-1', rules);
  await monitor.scan();
  return monitor;
}

async function change(monitor: Monitor, rules: Rules): Promise<Alert[]> {
  monitor.world.set(region, 'web-1', rules);
  return (await monitor.alertsOfScan()).filter(({ kind }) => kind === 'firewall-changed');
}

/** The mails of all scans. */
const mails = ({ publisher: { messages } }: Monitor) =>
  messages.map(({ message }) => JSON.parse(message).email).join('\n');
const newest = (monitor: Monitor) => monitor.store.historyOf(web).at(-1);
const approve = (monitor: Monitor, ...fields: Parameters<typeof approvalOf>) =>
  monitor.store.approvals.push(approvalOf(...fields));

describe('a change that lies wholly within approvals', () => {
  test('is recorded, rated info, and not sent', async () => {
    const monitor = await watching([]);
    approve(monitor);
    expect(await change(monitor, [sshFromOffice])).toEqual([]);
    expect(newest(monitor)).toMatchObject({
      kind: 'changed',
      severity: 'info',
      reason: 'approved: the office',
      expected: null,
      approved: {
        opened: [
          {
            id: 'a1b2c3d4',
            by: 'arn:aws:iam::111122223333:user/alice',
            until: null,
            reach: sshOf(['198.51.100.0/24']),
          },
        ],
        closed: [],
        isSilent: true,
        isComplete: true,
      },
    });
  });

  test('is rated info although it opens a whole protocol; so is a change that closes something else', async () => {
    const allTcp = { ...sshFromAnywhere, fromPort: 0, toPort: 65535 };
    const monitor = await watching([{ ...httpFromAnywhere, protocol: 'udp' }]);
    approve(monitor, { instance: 'web-1', exposure: [{ protocol: 'tcp', from: 0, to: 65535, sources: everyone }] });
    expect((await change(monitor, [allTcp])).map(({ severity }) => severity)).toEqual(['low']);
    monitor.world.set(region, 'web-1', []);
    await monitor.scan();
    expect(await change(monitor, [allTcp])).toEqual([]);
    expect(newest(monitor)?.severity).toBe('info');
  });

  test('is not sent although every severity is sent', async () => {
    const monitor = await watching([], { alertFrom: 'info' });
    approve(monitor);
    expect(await change(monitor, [sshFromOffice])).toEqual([]);
  });

  test('is not sent if two approvals cover it together', async () => {
    const monitor = await watching([]);
    approve(monitor, { id: 'one', exposure: sshOf(['198.51.100.0/25']), reason: 'west' });
    approve(monitor, { id: 'two', exposure: sshOf(['198.51.100.128/25']), reason: 'east' });
    expect(await change(monitor, [sshFromOffice])).toEqual([]);
    expect(newest(monitor)?.reason).toBe('approved: west; east');
  });

  test('is not sent if the configuration approves it', async () => {
    const approved = [
      { protocol: 'tcp', ports: [{ from: 22, to: 22 }], sources: ['198.51.100.0/24'], reason: 'office' },
    ];
    const monitor = await watching([], { approved });
    expect(await change(monitor, [sshFromOffice])).toEqual([]);
  });

  test('is not sent if one part is approved and the rest is expected', async () => {
    const expected = [{ protocol: 'tcp', ports: { from: 80, to: 80 }, reason: 'site' }];
    const monitor = await watching([], { expected });
    approve(monitor);
    expect(await change(monitor, [sshFromOffice, httpFromAnywhere])).toEqual([]);
    expect(newest(monitor)).toMatchObject({ expected: 'site', severity: 'info', approved: { isSilent: false } });
  });
});

describe('a change that is approved in part', () => {
  test('has the severity of the rest; the alert has all of it, and says what is approved, who approved it, and why', async () => {
    const monitor = await watching([]);
    approve(monitor, { until: '2027-01-31T23:59:59.999Z' });
    const [alert] = await change(monitor, [{ ...sshFromOffice, cidrs: ['198.51.100.0/24', '203.0.113.7/32'] }]);
    expect(alert).toMatchObject({
      severity: 'low',
      reason: 'tcp 22 (SSH) is now open to one public host',
      opened: sshOf(['198.51.100.0/24', '203.0.113.7/32']),
      approved: {
        opened: [{ id: 'a1b2c3d4', reason: 'the office', reach: sshOf(['198.51.100.0/24']) }],
        closed: [],
        isComplete: true,
      },
    });
    const subjects = monitor.publisher.messages.map(({ subject }) => subject);
    expect(subjects).toContain('[LOW] prod web-1: tcp 22 opened to 203.0.113.7/32 (eu-west-1)');
    expect(mails(monitor)).toContain(
      '  Approved: tcp 22 (SSH) from 198.51.100.0/24. By arn:aws:iam::111122223333:user/alice until 23:59:59 UTC, 31 January 2027: ' +
        'the office (approval a1b2c3d4).\n',
    );
  });

  test('is rated as if nothing approved were open', async () => {
    const monitor = await watching([]);
    approve(monitor, { exposure: sshOf(['0.0.0.0/1', '::/0']) });
    const [alert] = await change(monitor, [sshFromAnywhere]);
    expect(alert?.severity).toBe('high');
    expect(alert?.reason).toBe('tcp 22 (SSH) is now open to a very wide public network');
  });

  test('of one port beyond the approval is alerted for that port', async () => {
    const monitor = await watching([]);
    approve(monitor, { exposure: sshOf(everyone) });
    const [alert] = await change(monitor, [{ ...sshFromAnywhere, toPort: 23 }]);
    expect(alert).toMatchObject({ severity: 'critical', opened: [{ from: 22, to: 23 }] });
    expect(alert?.reason).toMatch(/^tcp 23 \(Telnet\)/);
  });
});

test('a change that opens what is approved and closes something else is named by what it closes', async () => {
  const monitor = await watching([httpFromAnywhere]);
  approve(monitor);
  await change(monitor, [sshFromOffice]);
  const subjects = monitor.publisher.messages.map(({ subject }) => subject);
  expect(subjects).toContain('[MEDIUM] prod web-1: tcp 80 closed, it was open to anywhere (eu-west-1)');
});

describe('an approval approves nothing', () => {
  const critical = async (monitor: Monitor) =>
    (await change(monitor, [sshFromAnywhere])).map(({ severity }) => severity);

  test.each<[string, Parameters<typeof approvalOf>[0]]>([
    ['for another instance', { instance: 'db-*' }],
    ['for an earlier instance of the same name', { arn: 'arn:aws:lightsail:eu-west-1:111122223333:Instance/earlier' }],
    ['before it begins', { from: '2026-11-24T00:00:00.000Z' }],
    ['after its end', { until: '2026-11-23T09:59:59.999Z' }],
    ['after it was revoked', { revoked: { at: '2026-11-23T09:00:00.000Z', by: 'bob', reason: null } }],
  ])('%s', async (_, fields) => {
    const monitor = await watching([]);
    approve(monitor, { exposure: sshOf(everyone), ...fields });
    expect(await critical(monitor)).toEqual(['critical']);
  });

  test('with approvalsByCommand false', async () => {
    const monitor = await watching([], { approvalsByCommand: false });
    approve(monitor, { exposure: sshOf(everyone) });
    expect(await critical(monitor)).toEqual(['critical']);
  });

  test('if it cannot be read; the alert and the log say so', async () => {
    const monitor = await watching([]);
    monitor.store.refusedApprovals.push({ key: 'broken', problem: 'it is damaged' });
    expect(await critical(monitor)).toEqual(['critical']);
    expect(mails(monitor)).toContain(
      'Some approvals could not be read. What they approve counts as not approved in this alert.',
    );
    expect(monitor.events).toContainEqual({ event: 'item-refused', item: { key: 'broken', problem: 'it is damaged' } });
  });

  test('if the table does not answer, the scan continues, and approvals of the configuration are still in force', async () => {
    const approved = [
      { protocol: 'tcp', ports: [{ from: 80, to: 80 }], sources: ['anywhere'], reason: 'site', anyway: true },
    ];
    const monitor = await watching([], { approved });
    approve(monitor, { exposure: sshOf(everyone) });
    const error = new Error('throttled');
    monitor.store.loadApprovals = async () => {
      throw error;
    };
    const [alert] = await change(monitor, [sshFromAnywhere, httpFromAnywhere]);
    expect(alert).toMatchObject({
      severity: 'critical',
      approved: { isComplete: false, opened: [{ reason: 'site' }] },
    });
    expect(monitor.events).toContainEqual({ event: 'approvals-not-loaded', error });
  });
});

describe('approved exposure that closes', () => {
  test('is sent by default, and the alert says that it was approved', async () => {
    const monitor = await watching([sshFromOffice, httpFromAnywhere]);
    approve(monitor, { exposure: [{ protocol: 'tcp', from: 80, to: 80, sources: everyone }], reason: 'the site' });
    const [alert] = await change(monitor, [sshFromOffice]);
    expect(alert).toMatchObject({ severity: 'medium', approved: { opened: [], closed: [{ reason: 'the site' }] } });
    expect(mails(monitor)).toContain('  What closed was approved: tcp 80 (HTTP) from anywhere. By ');
  });

  test('is not sent with approvedClosingAlerts false', async () => {
    const monitor = await watching([sshFromOffice], { approvedClosingAlerts: false });
    approve(monitor);
    expect(await change(monitor, [])).toEqual([]);
    expect(newest(monitor)).toMatchObject({ severity: 'info', reason: 'approved: the office' });
  });

  test('with exposure that was not approved is sent in any case', async () => {
    const monitor = await watching([sshFromAnywhere], { approvedClosingAlerts: false });
    approve(monitor);
    expect((await change(monitor, [])).map(({ severity }) => severity)).toEqual(['low']);
  });

  test('is rated by everything that is still open: a site that its approved sources reach is not down', async () => {
    const monitor = await watching([httpFromAnywhere]);
    approve(monitor, { exposure: [{ protocol: 'tcp', from: 80, to: 80, sources: ['198.51.100.0/24'] }] });
    const [alert] = await change(monitor, [{ ...httpFromAnywhere, cidrs: ['198.51.100.0/24'], ipv6Cidrs: [] }]);
    expect(alert?.severity).toBe('low');
  });
});

describe('the alert about the first listing', () => {
  test('rates and lists what is not approved, and says that there is more', async () => {
    const monitor = new Monitor(region);
    approve(monitor, { exposure: sshOf(everyone) });
    monitor.world.set(region, 'web-1', [sshFromAnywhere]);
    monitor.world.set(region, 'web-2', [sshFromAnywhere, httpFromAnywhere]);
    const started = (await monitor.alertsOfScan()).find(({ kind }) => kind === 'monitoring-started');
    expect(started).toMatchObject({
      severity: 'low',
      summary: {
        worst: [
          { instanceName: 'web-2', severity: 'low', exposure: [{ from: 80 }], hasApproved: true },
          { instanceName: 'web-1', severity: 'info', exposure: [], hasApproved: true },
        ],
      },
    });
    expect(mails(monitor)).toMatch(/web-1 +only what is approved\n/);
    expect(mails(monitor)).toMatch(/web-2 +tcp 80 \(HTTP\) from anywhere; and what is approved\n/);
  });
});

describe('a new instance', () => {
  async function appear(rules: Rules, fields: Parameters<typeof approvalOf>[0]): Promise<Alert[]> {
    const monitor = await watching([]);
    approve(monitor, fields);
    monitor.world.set(region, 'web-2', rules);
    return (await monitor.alertsOfScan()).filter(({ kind }) => kind === 'instance-appeared');
  }

  test('that is completely approved is not sent', async () => {
    expect(await appear([sshFromOffice], { instance: 'web-*' })).toEqual([]);
  });

  test('that is approved in part is rated by the rest', async () => {
    const [alert] = await appear([sshFromAnywhere, httpFromAnywhere], { exposure: sshOf(everyone), reason: 'lab' });
    expect(alert).toMatchObject({ severity: 'low', reason: 'tcp 80 (HTTP) is open to anywhere' });
    expect(alert?.approved?.opened.map(({ reason }) => reason)).toEqual(['lab']);
  });

  test('that replaces another is sent although it is completely approved', async () => {
    const monitor = await watching([sshFromOffice]);
    approve(monitor, { instance: 'web-*' });
    monitor.world.set(region, 'web-1', [sshFromOffice], {
      arn: 'arn:aws:lightsail:eu-west-1:111122223333:Instance/new',
    });
    const kinds = (await monitor.alertsOfScan()).map(({ kind, severity }) => `${kind} ${severity}`);
    expect(kinds).toEqual(expect.arrayContaining(['instance-gone low', 'instance-appeared low']));
  });
});
