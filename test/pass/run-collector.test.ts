import { beforeEach, describe, expect, test } from '@jest/globals';
import { blankAlert } from '../../lambda/alerts/blank-alert.ts';
import type { DecidedAlert } from '../../lambda/alerts/decide-alerts.ts';
import type { Alert, WeekSummary } from '../../lambda/contract/json-event.ts';
import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import { endPassBefore } from '../../lambda/pass/end-pass.ts';
import { type CollectorSetup, runCollector } from '../../lambda/pass/run-collector.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';
import { changeAlert, http, sshToOffice, sshToWorld } from '../alerts/fixtures.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { InMemoryOutbox } from '../scan/in-memory-outbox.ts';
import { RecordingPublisher } from '../scan/monitor.ts';
import { InMemoryPasses } from './in-memory-passes.ts';

const names: Record<string, string> = { 111111111111: 'web', 222222222222: 'shop', 333333333333: 'data' };
const passStartedAt = '2026-11-23T10:00:00.000Z';

let outbox: InMemoryOutbox;
let passes: InMemoryPasses;
let publisher: RecordingPublisher;
let events: ScanEvent[];
let now: number;
let ids: number;

beforeEach(() => {
  outbox = new InMemoryOutbox();
  passes = new InMemoryPasses();
  publisher = new RecordingPublisher();
  events = [];
  now = Date.parse('2026-11-23T10:01:00.000Z');
  ids = 0;
  passes.pass = { startedAt: passStartedAt, accounts: 3, endedAt: null, complete: false };
  passes.accounts = Object.entries(names).map(([account, name]) => ({
    ...{ account, name, status: 'watched', since: passStartedAt, removedBecause: null },
    ...{ isRemovalAlerted: false, failure: null, version: 1 },
  }));
});

const setup = (): CollectorSetup => ({
  settings: { ...defaultSettings(), account: '999999999999', name: 'security' },
  tableName: 'Snapshots',
  homeRegion: 'eu-central-1',
  accounts: passes.registry(),
  passes,
  outbox,
  publisher,
  observe: (event) => events.push(event),
  clock: () => now,
  newId: () => {
    ids += 1;
    return `id-${ids}`;
  },
});
const collect = (scope: 'all' | 'critical' = 'all') => runCollector(setup(), scope, now + 50_000);
const scanned = (...accounts: string[]) => {
  const scan: LastScan = {
    ...{ startedAt: passStartedAt, complete: true, regionsListed: ['eu-west-1'], notRead: [] },
    ...{ instancesListed: 2, instancesRead: 2, openGaps: 0, oldestWaitingAt: null },
  };
  for (const account of accounts) passes.lastScans.set(account, scan);
};
const scanAll = () => scanned(...Object.keys(names));
const put = (account: string, ...alerts: DecidedAlert[]) =>
  outbox.putGroup({ account, accountName: names[account] ?? '', at: '2026-11-23T10:00:40.000Z', alerts });
/** ssh opened to the world in the account. */
const critical = (account: string) =>
  put(account, { ...changeAlert([http], [http, sshToWorld]), alertId: `critical-${account}` });
const high = (account: string) =>
  put(account, { ...changeAlert([http], [http, sshToOffice]), alertId: `high-${account}` });
const lost = blankAlert({
  ...{ alertId: 'lost', kind: 'region-unreadable', severity: 'high', reason: 'throttled', region: 'eu-west-1' },
  ...{ changedBefore: passStartedAt, details: { table: 'Snapshots', pk: 'pk', sk: 'sk' } },
});
const low = { ...lost, alertId: 'low', severity: 'low' as const };
const mail = (): string => JSON.parse(publisher.messages.at(-1)?.message ?? '{}').email;

describe('the collector', () => {
  test('publishes the alerts of all accounts as one digest at the end of the pass, worst first', async () => {
    await high('111111111111');
    await critical('333333333333');
    scanAll();
    expect(await collect()).toEqual({
      ...{ skipped: false, published: 1, alerts: 2 },
      passEnded: {
        ...{ startedAt: passStartedAt, complete: true, accounts: 3, accountsScanned: 3, accountsFailed: 0 },
        ...{ openGaps: 0, accountsNotScanned: 0, oldestUntoldAlertAgeSeconds: 0 },
      },
    });
    expect(outbox.groups.size).toBe(0);
    expect(passes.pass).toMatchObject({ endedAt: '2026-11-23T10:01:00.000Z', complete: true });
    expect(publisher.messages[0]?.subject).toBe(
      '[CRITICAL] data web-1: tcp 22 opened to anywhere (eu-west-1), 1 more in 2 accounts',
    );
    const [digest] = publisher.digests();
    expect(digest).toMatchObject({
      ...{ schema: 'portwatch.digest/2', account: '999999999999', name: 'security' },
      coverage: { accounts: 3, accountsScanned: 3, accountsFailed: [], instancesListed: 6, instancesRead: 6 },
      alerts: [
        { alertId: 'critical-333333333333', account: '333333333333', accountName: 'data' },
        { alertId: 'high-111111111111', account: '111111111111', accountName: 'web' },
      ],
    });
    expect(publisher.messages[0]?.attributes['account']).toEqual({
      ...{ type: 'String.Array', value: '["333333333333","111111111111"]' },
    });
  });

  test('P5: the age of the oldest alert is that of the oldest group, however many groups are worse', async () => {
    for (let i = 0; i < 2_000; i += 1) await put(String(i).padStart(12, '0'), lost);
    await outbox.putGroup({ account: '1', accountName: 'web', at: '2026-11-23T09:51:00.000Z', alerts: [low] });
    publisher.hasSubscriber = false;
    scanAll();
    expect(await collect()).toMatchObject({ published: 0, passEnded: { oldestUntoldAlertAgeSeconds: 600 } });
  });

  test('while the pass continues, only critical groups are published, at most once in 30 seconds', async () => {
    await high('111111111111');
    await critical('222222222222');
    expect(await collect('critical')).toMatchObject({ published: 1, alerts: 1, passEnded: null });
    await critical('333333333333');
    now += 29_000;
    expect(await collect('critical')).toMatchObject({ published: 0 });
    await critical('111111111111');
    now += 1_000;
    expect(await collect()).toMatchObject({ published: 1, alerts: 2, passEnded: null });
    expect([...outbox.groups.keys()]).toEqual(['1#111111111111#high-111111111111']);
  });

  test('P3: a message that SNS refuses loses nothing: the groups stay, and the next run sends them', async () => {
    await high('222222222222');
    scanAll();
    publisher.failure = new Error('SNS is away');
    expect(await collect()).toMatchObject({ published: 0, passEnded: { oldestUntoldAlertAgeSeconds: 20 } });
    expect(outbox.groups.size).toBe(1);
    expect(passes.lease).toBeNull();
    publisher.failure = null;
    now += 60_000;
    expect(await collect()).toMatchObject({ published: 1, alerts: 1, passEnded: null });
    expect(outbox.groups.size).toBe(0);
  });

  test('P3: a group that can not be deleted is sent again with the same alertId', async () => {
    await critical('222222222222');
    scanAll();
    const { deleteGroup } = outbox;
    outbox.deleteGroup = async () => {
      throw new Error('the table is away');
    };
    expect(await collect()).toMatchObject({ published: 1 });
    outbox.deleteGroup = deleteGroup;
    now += 60_000;
    expect(await collect()).toMatchObject({ published: 1 });
    const [first, second] = publisher.digests();
    expect(second?.alerts.map(({ alertId }) => alertId)).toEqual(first?.alerts.map(({ alertId }) => alertId));
  });

  test('publishes nothing while nobody has confirmed a subscription', async () => {
    await critical('222222222222');
    scanAll();
    publisher.hasSubscriber = false;
    expect(await collect()).toMatchObject({ published: 0, passEnded: { complete: true } });
    expect(outbox.groups.size).toBe(1);
    expect(events).toContainEqual({ event: 'not-told', why: 'no-confirmed-subscriber' });
  });

  test('one run at a time: another one does nothing', async () => {
    await critical('222222222222');
    passes.lease = { holder: 'other', until: now + 10_000 };
    expect(await collect()).toEqual({ skipped: true, published: 0, alerts: 0, passEnded: null });
  });

  test('an item that can not be read is reported, and delays no other item', async () => {
    await critical('222222222222');
    scanAll();
    outbox.refused.push({ key: '1#x', problem: 'newer' });
    expect(await collect()).toMatchObject({ published: 1 });
    expect(events).toContainEqual({ event: 'item-refused', item: { key: '1#x', problem: 'newer' } });
  });

  test('after the end of a pass, a run with nothing to publish reads no more', async () => {
    scanAll();
    await collect();
    passes.loadLastScans = async () => {
      throw new Error('not needed');
    };
    expect(await collect()).toEqual({ skipped: false, published: 0, alerts: 0, passEnded: null });
  });

  test('P5: an entry that no scan could put into the outbox counts in the age of what is not alerted', async () => {
    scanAll();
    const scan = passes.lastScans.get('222222222222');
    if (scan) passes.lastScans.set('222222222222', { ...scan, oldestWaitingAt: '2026-11-23T09:51:00.000Z' });
    expect(await collect()).toMatchObject({ passEnded: { oldestUntoldAlertAgeSeconds: 600 } });
  });

  test('a pass that has not ended when the next one begins has a result, once', async () => {
    scanned('111111111111');
    await critical('111111111111');
    expect(await endPassBefore(setup())).toMatchObject({ complete: false, accountsScanned: 1, accountsNotScanned: 2 });
    expect(await endPassBefore(setup())).toBeNull();
    expect(outbox.groups.size).toBe(1);
  });
});

describe('the mail of several accounts', () => {
  test('the same change in many accounts is one section, which names each instance', async () => {
    for (const account of Object.keys(names)) await critical(account);
    await high('222222222222');
    scanned('111111111111', '222222222222');
    passes.accounts = passes.accounts.map((one) =>
      one.account === '333333333333'
        ? {
            ...one,
            failure: {
              ...{ reason: 'access-denied', message: 'no', since: passStartedAt, lastAt: passStartedAt },
              ...{ passes: 1, isAlerted: true },
            },
          }
        : one,
    );
    await collect();
    expect(publisher.messages[0]?.subject).toBe(
      '[CRITICAL] web web-1: tcp 22 opened to anywhere (eu-west-1), 3 more in 3 accounts',
    );
    expect(mail()).toBe(`CRITICAL  the same change on 3 instances in 3 accounts
  OPENED  tcp 22 (SSH)   from anywhere
  Critical because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere.
  Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By: not known yet.
  Changed on:
    web-1  eu-west-1  account 111111111111 (web)
    web-1  eu-west-1  account 222222222222 (shop)
    web-1  eu-west-1  account 333333333333 (data)
  The command portwatch restore restores the firewall of one instance; its option --account names the account.

HIGH  web-1  eu-west-1  203.0.113.10   account 222222222222 (shop)
  OPENED  tcp 22 (SSH)   from 198.51.100.0/24, 2001:db8::/32
  High because tcp 22 (SSH) is now open to a very wide public network.
  Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By: not known yet.
  Put it back (closes tcp 22 (SSH) and leaves every other rule as it is; AWS does not document what closing does with the sources of a rule; stops if you are in another account):
    [ "$(aws sts get-caller-identity --query Account --output text)" = 222222222222 ] && aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 --port-info '{"fromPort":22,"toPort":22,"protocol":"tcp","cidrs":["198.51.100.0/24"],"ipv6Cidrs":["2001:db8::/32"]}'
  Its history (with credentials of account 999999999999):
    aws dynamodb query --region eu-central-1 --table-name Portwatch-SnapshotTable --no-scan-index-forward --key-condition-expression 'pk = :pk' --expression-attribute-values '{":pk":{"S":"INSTANCE#123456789012#eu-west-1#web-1"}}'

--
Portwatch, pass of 10:01:00 UTC, 23 November 2026, account 999999999999 (security)
Scanned 2 of 3 accounts; could not scan: 333333333333. Read 4 of 4 instances in 1 region.
`);
  });

  test('a change in 300 accounts is one digest in parts, every alert once', async () => {
    for (let i = 0; i < 300; i += 1) {
      const account = String(100_000_000_000 + i);
      await critical(account);
    }
    scanAll();
    expect(await collect()).toMatchObject({ alerts: 300 });
    const alerts = publisher.digests().flatMap((digest) => digest.alerts);
    expect(new Set(alerts.map(({ account }) => account)).size).toBe(300);
    expect(publisher.messages.length).toBeLessThan(8);
    expect(publisher.digests().map(({ part }) => part.index)).toEqual(publisher.messages.map((_, i) => i + 1));
    expect(outbox.groups.size).toBe(0);
  });
});

describe('alerts of several accounts that become one alert', () => {
  const weekOf = (more: Partial<WeekSummary> = {}): WeekSummary => ({
    ...{ from: '2026-11-16T00:00:00.000Z', until: '2026-11-23T00:00:10.000Z' },
    counts: {
      ...{ scans: 10, completeScans: 10, longestSilenceSeconds: 300, expectedChanges: 1, rewritten: 0 },
      changes: { critical: 1, high: 0, medium: 0, low: 2, info: 0 },
    },
    ...{ openToWorld: [], openToWorldMore: 0, gaps: [], gapsMore: 0, problems: [] },
    subscriptions: { confirmed: 2, pending: 0, deleted: 0 },
    ...more,
  });
  const about = (fields: Parameters<typeof blankAlert>[0]): Alert => blankAlert(fields);
  const base = {
    ...{ region: 'eu-central-1', changedBefore: '2026-11-23T00:00:10.000Z' },
    details: { table: 'Snapshots', pk: 'p', sk: 's' },
  };
  const putAt = (account: string, alert: Alert, at = '2026-11-23T00:00:10.000Z') =>
    outbox.putGroup({ account, accountName: names[account] ?? '', at, alerts: [alert] });
  const week = (account: string, more: Partial<WeekSummary> = {}, at?: string) =>
    putAt(account, about({ ...base, alertId: `week-${account}`, kind: 'all-is-well', week: weekOf(more) }), at);
  const open = (instanceName: string, severity: 'critical' | 'high') => ({
    ...{ instanceName, region: 'eu-west-1', severity, reason: 'tcp 22 (SSH) is open to anywhere' },
    ...{ since: null, isLastKnown: false },
  });

  beforeEach(() => {
    passes.pass = { startedAt: '2026-11-23T00:00:00.000Z', accounts: 3, endedAt: null, complete: false };
    now = Date.parse('2026-11-23T00:01:00.000Z');
    const scan: LastScan = {
      ...{ startedAt: '2026-11-23T00:00:05.000Z', complete: true, regionsListed: ['eu-west-1'], notRead: [] },
      ...{ instancesListed: 2, instancesRead: 2, openGaps: 0, oldestWaitingAt: null },
    };
    for (const account of Object.keys(names)) passes.lastScans.set(account, scan);
  });

  test('the weekly digests of all accounts are one, with sums, the worst first, and problems by account', async () => {
    const { counts } = weekOf();
    await week('111111111111', {
      ...{ openToWorld: [open('web-1', 'high')], problems: ['1 gap open'] },
      counts: counts && { ...counts, longestSilenceSeconds: 600 },
    });
    const gap = { region: 'eu-west-1', instanceName: 'db-1', reason: 'timeout', since: '2026-11-22T00:00:00.000Z' };
    await week('222222222222', { openToWorld: [open('web-2', 'critical')], openToWorldMore: 3, gaps: [gap] });
    await week('333333333333');
    expect(await collect()).toMatchObject({ published: 1, alerts: 1 });
    expect(outbox.groups.size).toBe(0);
    expect(publisher.messages[0]?.subject).toBe(
      '[INFO] security: web: 1 gap open: 6 instances watched in 3 accounts, 9 changes this week, 5 open...',
    );
    expect(mail()).toBe(`INFO  from 16 November 2026 to 23 November 2026   account 999999999999 (security)
  Web: 1 gap open: 6 instances watched in 3 accounts, 9 changes this week, 5 open to the world.
  Scans: 30, all complete; the longest time without a complete scan: 10 minutes.
  Changes: 9 (3 critical, 6 low); 3 expected, not sent.
  Open to the world and critical or high:
    CRITICAL  222222222222 (shop)  web-2  eu-west-1   tcp 22 (SSH) is open to anywhere
    HIGH      111111111111 (web)  web-1  eu-west-1   tcp 22 (SSH) is open to anywhere
    and 3 more
  Can't be read, so changes there are not detected:
    222222222222 (shop)  db-1  eu-west-1   since 00:00:00 UTC, 22 November 2026: timeout
  Subscriptions to alerts: 2 confirmed.
  This mail comes once a week. If it does not come, Portwatch is not running: docs/runbook.md.

--
Portwatch, pass of 00:01:00 UTC, 23 November 2026, account 999999999999 (security)
Scanned 3 of 3 accounts. Read 6 of 6 instances in 1 region.
`);
  });

  test('an account that could not be entered has no digest, and is a problem', async () => {
    await week('111111111111');
    await week('222222222222');
    passes.lastScans.delete('333333333333');
    const failure = {
      ...{ reason: 'access-denied' as const, message: 'no', since: passStartedAt, lastAt: '2026-11-23T00:00:05.000Z' },
      ...{ passes: 9, isAlerted: true },
    };
    passes.accounts = passes.accounts.map((one) => (one.account === '333333333333' ? { ...one, failure } : one));
    await collect();
    expect(publisher.digests()[0]?.alerts[0]?.week?.problems).toEqual(['1 account not scanned (333333333333)']);
  });

  test('a problem of every account is named once', async () => {
    for (const account of Object.keys(names)) await week(account, { problems: ['1 subscription not confirmed'] });
    await collect();
    expect(publisher.digests()[0]?.alerts[0]?.week?.problems).toEqual(['1 subscription not confirmed']);
  });

  test('what an account sent in a day that began during the pass waits for the other accounts', async () => {
    passes.pass = { startedAt: '2026-11-22T23:59:30.000Z', accounts: 3, endedAt: null, complete: false };
    await week('111111111111');
    expect(await collect()).toMatchObject({ published: 0, passEnded: { complete: true } });
    // Between two passes the group waits, too; after a day it no longer waits.
    now += 600_000;
    expect(await collect()).toMatchObject({ published: 0 });
    now += 27 * 3_600_000;
    expect(await collect()).toMatchObject({ published: 1 });
  });

  test('the reminders of one severity are one, and name the accounts', async () => {
    const reminder = (account: string, severity: 'critical' | 'high', name: string) =>
      putAt(account, {
        ...about({ ...base, alertId: `r-${account}-${severity}`, kind: 'still-open', severity }),
        stillOpen: [{ ...open(name, severity), reach: null }],
      });
    await reminder('111111111111', 'critical', 'web-1');
    await reminder('222222222222', 'critical', 'web-2');
    await reminder('222222222222', 'high', 'web-3');
    expect(await collect()).toMatchObject({ published: 1, alerts: 2 });
    const [criticals, highs] = publisher.digests()[0]?.alerts ?? [];
    expect(criticals).toMatchObject({
      ...{ severity: 'critical', account: '999999999999', accountName: 'security' },
      reason: 'still open: 2 instances in 2 accounts with critical exposure that is not approved',
      stillOpen: [
        { instanceName: 'web-1', account: '111111111111', accountName: 'web' },
        { instanceName: 'web-2', account: '222222222222', accountName: 'shop' },
      ],
    });
    expect(highs?.stillOpen).toHaveLength(1);
    expect(mail()).toContain('    CRITICAL  222222222222 (shop)  web-2  eu-west-1   tcp 22 (SSH) is open to anywhere');
  });

  test('an approval of the configuration, which every account has, is alerted once; one of the table for its account', async () => {
    const approved = (account: string, origin: 'configuration' | 'command') =>
      putAt(account, {
        ...about({ ...base, alertId: `${origin}-${account}`, kind: 'approved' }),
        approval: { ...approvalOf(), origin },
      });
    for (const account of Object.keys(names)) await approved(account, 'configuration');
    await approved('222222222222', 'command');
    expect(await collect()).toMatchObject({ alerts: 2 });
    expect(
      publisher
        .digests()[0]
        ?.alerts.map(({ account }) => account)
        .sort(),
    ).toEqual(['222222222222', '999999999999']);
    expect(outbox.groups.size).toBe(0);
  });
});
