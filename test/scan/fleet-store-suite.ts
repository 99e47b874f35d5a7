/** The tests that every FleetStore passes: the one in memory, and the adapter on DynamoDB. */

import { expect, test } from '@jest/globals';
import { type ApprovalMarks, noMarks } from '../../lambda/approvals/account-approvals.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { depth } from '../support/depth.ts';
import { commitOf, entryOf, stateOf } from './entries.ts';
import { someFacts } from './samples.ts';
import { scanRecordOf } from './scan-records.ts';

let nextName = 0;

/** A resource that no other test uses. */
function newSubject(): Resource {
  nextName += 1;
  return { account: '111122223333', region: 'eu-west-1', instanceName: `web-${nextName}` };
}

const at = (second: number) => `2026-11-23T10:00:${String(second).padStart(2, '0')}.000Z`;
const emptyFleet = { states: [], refused: [], callState: null, approvalMarks: noMarks };

export function describeFleetStore(store: () => FleetStore): void {
  test('P3: a new latest state is written only if there is none, and is neither recorded nor alerted', async () => {
    const entry = entryOf(newSubject(), 1, at(1));
    expect(await store().commitState(commitOf(entry), null)).toEqual({ written: true });
    expect(await store().commitState(commitOf(entry), null)).toMatchObject({ written: false });
    expect(await store().loadState(entry.resource)).toEqual({ ...commitOf(entry), recorded: 0, alerted: 0 });
  });

  test('P3: a commit is refused unless the latest state is at the expected version and recorded', async () => {
    const resource = newSubject();
    const first = entryOf(resource, 1, at(1));
    const second = entryOf(resource, 2, at(2), { rules: [], opened: [] });
    await store().commitState(commitOf(first), null);
    expect(await store().commitState(commitOf(second), 1)).toMatchObject({ written: false }); // not recorded yet
    expect(await store().markRecorded(resource, 1)).toBe(true);
    expect(await store().commitState(commitOf(second), 0)).toMatchObject({ written: false });
    expect(await store().commitState(commitOf(second), 1)).toEqual({ written: true });
    expect(await store().commitState(commitOf(second), 1)).toMatchObject({ written: false });
    const latest = await store().loadState(resource);
    expect(latest).toMatchObject({ version: 2, recorded: 1, alerted: 0, rules: [], pending: second });
  });

  test('P3: a commit does not change the alerted mark, which another scan may be raising', async () => {
    const resource = newSubject();
    await store().commitState(commitOf(entryOf(resource, 1, at(1))), null);
    await store().markRecorded(resource, 1);
    expect(await store().markAlerted(resource, 1)).toBe(true);
    await store().commitState(commitOf(entryOf(resource, 2, at(2))), 1);
    expect(await store().loadState(resource)).toMatchObject({ version: 2, recorded: 1, alerted: 1 });
  });

  test('P3: the alerted mark never falls and never passes the recorded mark', async () => {
    const resource = newSubject();
    await store().commitState(commitOf(entryOf(resource, 1, at(1))), null);
    expect(await store().markAlerted(resource, 1)).toBe(false);
    await store().markRecorded(resource, 1);
    expect(await store().markRecorded(resource, 1)).toBe(false);
    expect(await store().markAlerted(resource, 2)).toBe(false);
    expect(await store().markAlerted(resource, 1)).toBe(true);
    expect(await store().markAlerted(resource, 1)).toBe(false);
    expect(await store().loadState(resource)).toMatchObject({ recorded: 1, alerted: 1, pending: null });
  });

  test('P6: an entry is put once and never rewritten', async () => {
    const entry = entryOf(newSubject(), 1, at(1));
    expect(await store().putEntry(entry)).toBe(true);
    expect(await store().putEntry({ ...entry, reason: 'another' })).toBe(false);
    expect(await store().loadEntry(entry.resource, entry.at)).toEqual(entry);
    expect(await store().loadEntry(entry.resource, at(2))).toBeNull();
  });

  test('loads entries after a version, oldest first, however many there are', async () => {
    const resource = newSubject();
    for (let version = 1; version <= 25; version += 1) await store().putEntry(entryOf(resource, version, at(version)));
    const versions = (await store().loadEntriesAfter(resource, 3)).map((entry) => entry.version);
    expect(versions).toEqual(Array.from({ length: 22 }, (_, index) => index + 4));
    expect((await store().loadNewestEntry(resource))?.version).toBe(25);
    expect(await store().loadNewestEntry(newSubject())).toBeNull();
  });

  test('a failure is set and cleared only at the expected version', async () => {
    const resource = newSubject();
    const failure = {
      reason: 'timeout' as const,
      message: 'TimeoutError',
      since: at(1),
      sinceScan: 4,
      confirmedAt: null,
      gapAt: null,
    };
    await store().commitState(commitOf(entryOf(resource, 1, at(1))), null);
    expect(await store().markFailure(resource, 1, { failure, seenAt: at(0) })).toMatchObject({ written: false }); // not recorded yet
    await store().markRecorded(resource, 1);
    expect(await store().markFailure(resource, 2, { failure, seenAt: at(0) })).toMatchObject({ written: false });
    expect(await store().markFailure(resource, 1, { failure, seenAt: at(0) })).toEqual({ written: true });
    expect((await store().loadState(resource))?.failure).toEqual(failure);
    expect(await store().markFailure(resource, 1, { failure: null, seenAt: at(2) })).toEqual({ written: true });
    expect(await store().loadState(resource)).toMatchObject({ failure: null, seenAt: at(2) });
  });

  test('the facts of a newer listing are stored at the expected version, and an old item is read with them', async () => {
    const resource = newSubject();
    await store().commitState(commitOf(entryOf(resource, 1, at(1))), null);
    await store().markRecorded(resource, 1);
    const before = await store().loadState(resource);
    const unmarked = { failure: null, seenAt: before?.seenAt ?? null };
    const listed = { ...someFacts, publicIpAddress: '192.0.2.77', ipv6Addresses: ['2001:db8::77'] };
    expect(await store().markFailure(resource, 2, unmarked, listed)).toMatchObject({ written: false });
    expect(await store().markFailure(resource, 1, unmarked, listed)).toEqual({ written: true });
    expect(await store().loadState(resource)).toEqual({ ...before, instance: listed });
  });

  test('a latest state without history is created once, and only the state of an instance that is gone and alerted is deleted', async () => {
    const resource = newSubject();
    const latest = stateOf(entryOf(resource, 0, at(1), { rules: null }));
    expect(await store().createState(latest)).toEqual({ written: true });
    expect(await store().createState(latest)).toMatchObject({ written: false });
    expect(await store().loadState(resource)).toEqual(latest);
    await store().deleteState(resource, 0);
    expect(await store().loadState(resource)).not.toBeNull();
    await store().commitState(commitOf(entryOf(resource, 1, at(2)), { status: 'gone' }), 0);
    await store().markRecorded(resource, 1);
    await store().deleteState(resource, 1);
    expect(await store().loadState(resource)).not.toBeNull();
    await store().markAlerted(resource, 1);
    await store().deleteState(resource, 1);
    expect(await store().loadState(resource)).toBeNull();
  });

  test('the lease has one holder at a time, and another after it has expired', async () => {
    const account = `lease-${newSubject().instanceName}`;
    const now = Date.parse(at(0));
    const ask = (holder: string, offset: number) => ({
      account,
      holder,
      now: now + offset,
      until: now + offset + 1_000,
    });
    const nothing = { lastScan: null, allIsWellAt: null, settingsHash: null };
    expect(await store().takeLease(ask('a', 0))).toEqual({ scanNumber: 1, ...nothing });
    expect(await store().takeLease(ask('b', 500))).toBe('scan');
    expect(await store().takeLease(ask('a', 600))).toEqual({ scanNumber: 2, ...nothing });
    expect(await store().takeLease(ask('b', 1_700))).toEqual({ scanNumber: 3, ...nothing });
    const lastScan = {
      startedAt: at(0),
      complete: true,
      regionsListed: ['eu-west-1'],
      notRead: ['eu-west-1#web-9'],
      regionsNotDue: { [at(0)]: ['us-east-1'] },
    };
    await store().releaseLease({ account, holder: 'a', lastScan, allIsWellAt: at(1), settingsHash: null }); // `holder` no longer has the lease
    expect(await store().takeLease(ask('c', 1_800))).toBe('scan');
    await store().releaseLease({ account, holder: 'b', lastScan, allIsWellAt: null, settingsHash: null });
    expect(await store().takeLease(ask('c', 1_900))).toEqual({
      scanNumber: 4,
      lastScan,
      allIsWellAt: null,
      settingsHash: null,
    });
    await store().releaseLease({ account, holder: 'c', lastScan: null, allIsWellAt: at(2), settingsHash: 'h1' });
    expect(await store().takeLease(ask('d', 2_000))).toEqual({
      scanNumber: 5,
      lastScan,
      allIsWellAt: at(2),
      settingsHash: 'h1',
    });
    await store().releaseLease({ account, holder: 'd', ...nothing });
    expect(await store().takeLease(ask('e', 2_100))).toEqual({
      scanNumber: 6,
      lastScan,
      allIsWellAt: at(2),
      settingsHash: 'h1',
    });
  });

  test('an event scan uses the same lease, does not raise the scan number, and stores its instances', async () => {
    const account = `lease-${newSubject().instanceName}`;
    const now = Date.parse(at(0));
    const ask = (holder: string, offset: number) => ({
      account,
      holder,
      now: now + offset,
      until: now + offset + 1_000,
    });
    const nothing = { lastScan: null, allIsWellAt: null, settingsHash: null };
    expect(await store().takeEventLease(ask('e', 0))).toEqual({ scanNumber: 0, ...nothing, lastEventRun: null });
    expect(await store().takeLease(ask('s', 500))).toBe('events');
    const lastEventRun = { startedAt: at(0), endedAt: at(1), settled: ['eu-west-1#web-1'] };
    await store().releaseEventLease({ account, holder: 'another', lastEventRun: null }); // another holder
    expect(await store().takeLease(ask('s', 500))).toBe('events');
    await store().releaseEventLease({ account, holder: 'e', lastEventRun });
    expect(await store().takeLease(ask('s', 600))).toEqual({ scanNumber: 1, ...nothing });
    expect(await store().takeEventLease(ask('e', 700))).toBe('scan');
    await store().releaseLease({ account, holder: 's', ...nothing });
    expect(await store().takeEventLease(ask('e', 800))).toEqual({ scanNumber: 1, ...nothing, lastEventRun });
    await store().releaseEventLease({ account, holder: 'e', lastEventRun: null });
    expect(await store().takeEventLease(ask('f', 900))).toEqual({ scanNumber: 1, ...nothing, lastEventRun });
  });

  test('P6: an attribution is stored once as a separate item, and the entry stays unchanged', async () => {
    const entry = entryOf(newSubject(), 1, at(1));
    const call = {
      eventId: 'e-1',
      at: at(0),
      name: 'OpenInstancePublicPorts',
      by: 'IAM user alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      sourceIpAddress: '198.51.100.7',
      userAgent: null,
      through: 'console' as const,
    };
    const attribution = { calls: [call], fit: 'explained' as const, foundBy: 'event' as const, foundAt: at(2) };
    await store().putEntry(entry);
    expect(await store().loadAttribution(entry.resource, entry.at)).toBeNull();
    expect(await store().putAttribution(entry.resource, entry.at, attribution, null)).toBe(true);
    expect(await store().putAttribution(entry.resource, entry.at, { ...attribution, calls: [] }, null)).toBe(false);
    expect(await store().loadAttribution(entry.resource, entry.at)).toEqual(attribution);
    expect(await store().loadEntry(entry.resource, entry.at)).toEqual(entry);
    expect(await store().loadEntriesAfter(entry.resource, 0)).toEqual([{ ...entry, changedBy: attribution }]);
    expect(await store().loadEntriesSince(entry.resource, at(9))).toEqual([{ ...entry, changedBy: attribution }]);
    expect(await store().loadNewestEntry(entry.resource)).toEqual(entry);
  });

  test('P6: an attribution is replaced only by one that knows it, and wins over the one in the entry', async () => {
    const calls = [{ eventId: 'e-1', at: at(0), name: 'OpenInstancePublicPorts', by: 'alice', arn: null }];
    const own = { sourceIpAddress: null, userAgent: null, through: null };
    const attributionOf = (foundAt: string): Attribution => {
      return { calls: calls.map((call) => ({ ...call, ...own })), fit: 'not-told', foundBy: 'event', foundAt };
    };
    const [committed, second, third] = [attributionOf(at(1)), attributionOf(at(2)), attributionOf(at(3))];
    const entry = { ...entryOf(newSubject(), 1, at(1)), changedBy: committed };
    const put = (found: Attribution, known: Attribution | null) =>
      store().putAttribution(entry.resource, entry.at, found, known);
    await store().putEntry(entry);
    expect(await store().loadEntriesAfter(entry.resource, 0)).toEqual([entry]);
    expect(await put(second, committed)).toBe(true);
    expect(await put(third, committed)).toBe(false);
    expect(await store().loadEntriesAfter(entry.resource, 0)).toEqual([{ ...entry, changedBy: second }]);
    expect(await put(third, second)).toBe(true);
    expect(await store().loadEntriesSince(entry.resource, at(9))).toEqual([{ ...entry, changedBy: third }]);
    expect(await store().loadEntry(entry.resource, entry.at)).toEqual(entry);
  });

  test('P6: loads a history from the entry in force at an instant, without a missing entry', async () => {
    const resource = newSubject();
    const instants = Array.from({ length: depth({ quick: 32, full: 50 }) }, (_, index) =>
      new Date(Date.parse(at(0)) + index * 60_000).toISOString(),
    );
    for (const [index, instant] of instants.entries()) await store().putEntry(entryOf(resource, index + 1, instant));
    const since = async (from: string) =>
      (await store().loadEntriesSince(resource, from)).map((entry) => entry.version);
    const versions = instants.map((_, index) => index + 1);
    expect(await since(at(0))).toEqual(versions);
    expect(await since('2026-01-01T00:00:00.000Z')).toEqual(versions);
    // An instant between the 10th and the 11th entry.
    expect(await since(new Date(Date.parse(instants[9] ?? '') + 1).toISOString())).toEqual(versions.slice(9));
    // The newest entries are always loaded.
    expect(await since('2026-12-01T00:00:00.000Z')).toEqual(versions.slice(-20));
    expect(await store().loadEntriesSince(newSubject(), at(0))).toEqual([]);
  });

  test('the state of the lookups is an item of its own, and no latest state', async () => {
    const account = `calls-${newSubject().instanceName}`;
    expect(await store().loadFleet(account)).toEqual(emptyFleet);
    const state = { passedAt: at(1), doneUntil: { 'eu-west-1': at(2) }, waitsUntil: null, toldDenied: ['us-east-1'] };
    await store().saveCallState(account, { ...state, waitsUntil: at(9), doneUntil: {} });
    await store().saveCallState(account, state);
    expect(await store().loadFleet(account)).toEqual({ ...emptyFleet, callState: state });
  });

  test('the marks of the alerts about approvals are an item of their own, and no latest state', async () => {
    const account = `marks-${newSubject().instanceName}`;
    const reach = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: ['198.51.100.0/24'] }];
    const configured = { ...approvalOf({ id: 'c-1', exposure: reach }), origin: 'configuration' as const };
    const marks: ApprovalMarks = {
      alerted: { 'c-1': 'approved', a: 'ended', b: 'revoked' },
      contents: { 'c-1': '0123456789' },
      configured: [configured],
      removed: { 'c-2': 3 },
      unreadable: ['bad'],
      remindedAt: { critical: at(1), high: null },
    };
    await store().saveApprovalMarks(account, noMarks);
    await store().saveApprovalMarks(account, marks);
    expect(await store().loadFleet(account)).toEqual({ ...emptyFleet, approvalMarks: marks });
  });

  test('P6: loads the scans since an instant in order, with the confirmed regions and instances', async () => {
    const account = `scans-${newSubject().instanceName}`;
    const noted = (second: number) => ({
      startedAt: at(second),
      endedAt: at(second + 1),
      complete: true,
      regionsListed: ['eu-west-1'],
      regionsNotDue: { [at(0)]: ['us-east-1'] },
      notRead: ['eu-west-1#web-1'],
    });
    const scan = (second: number) => scanRecordOf(account, at(second), noted(second));
    for (const second of [30, 10, 20]) await store().putScan(scan(second), null);
    // A second scan item of the same scan replaces the first one.
    await store().putScan({ ...scan(20), changes: 1 }, null);
    expect(await store().loadScansSince(account, at(20))).toMatchObject([noted(20), noted(30)]);
    expect(await store().loadScansSince(account, at(31))).toEqual([]);
  });

  test('loads every latest state of the account, and of no other account', async () => {
    const account = `fleet-${newSubject().instanceName}`;
    const names = Array.from({ length: 12 }, (_, index) => `web-${index + 10}`);
    for (const instanceName of [...names, null]) {
      await store().commitState(commitOf(entryOf({ account, region: 'eu-west-1', instanceName }, 1, at(1))), null);
    }
    await store().takeLease({ account, holder: 'x', now: 0, until: 1 });
    const { states, refused } = await store().loadFleet(account);
    expect(states.map(({ resource }) => resource.instanceName).sort()).toEqual([...names, null].sort());
    expect(refused).toEqual([]);
    expect((await store().loadFleet('999999999999')).states).toEqual([]);
  });

  test('P7: odd rules are stored unchanged: nulls, unknown fields, wrong types, malformed text', async () => {
    const rules = [
      { protocol: 'tcp', fromPort: 2 ** 60, weird: { '': [1.5, null, { a: '\ud800' }] }, cidrs: null },
      'not even an object',
      { protocol: '\ud800', cidrs: [1, ''] },
    ] as unknown as HistoryEntry['rules'];
    const entry = entryOf(newSubject(), 1, at(1), { rules });
    await store().commitState(commitOf(entry), null);
    await store().putEntry(entry);
    expect((await store().loadState(entry.resource))?.rules).toEqual(rules);
    expect(await store().loadEntry(entry.resource, entry.at)).toEqual(entry);
  });

  test('5,000 sources that 5,000 other sources replace are stored whole', async () => {
    const sources = (net: number) =>
      Array.from(
        { length: 5_000 },
        (_, index) =>
          `2001:db8:${net}:${(index * 7919 + net).toString(16)}:${(index * 104_729).toString(16).slice(-4)}::/128`,
      );
    const rules = [{ protocol: 'tcp', fromPort: 22, toPort: 22, ipv6Cidrs: sources(1) }];
    const opened = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: sources(1) }];
    const closed = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: sources(2) }];
    const entry = entryOf(newSubject(), 1, at(1), { rules, opened, closed });
    await store().commitState(commitOf(entry), null);
    await store().putEntry(entry);
    expect(await store().loadState(entry.resource)).toMatchObject({ rules, pending: entry });
    expect(await store().loadEntry(entry.resource, entry.at)).toEqual(entry);
  });
}
