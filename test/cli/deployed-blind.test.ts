/** The answers of the commands if the monitor could not read a resource. No answer claims that nothing was open or changed. */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openHistoryReader } from '../../cli/aws/open-deployment.ts';
import { exposureSpans } from '../../cli/questions/exposure-spans.ts';
import { loadReportInput } from '../../cli/report/load-report-input.ts';
import { settingsKey } from '../../lambda/contract/table-keys.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { OngoingFailure } from '../../lambda/history/latest-state.ts';
import type { ScanRecord } from '../../lambda/scan/interfaces.ts';
import { baselineOf, entryOf, saveEntry, stateOf } from '../scan/entries.ts';
import { httpFromAnywhere } from '../scan/samples.ts';
import { saveNewestScan, scanRecordOf } from '../scan/scan-records.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { account, at, startDeployedAccount, tableName } from './deployed-account.ts';

/** False in `npm test`, which leaves out questions whose answer another question of this file, or a test without requests, shows too. */
const isFull = depth({ quick: false, full: true });
const region = 'eu-west-1';
const instance = (instanceName: string | null, of = region): Resource => ({ account, region: of, instanceName });
/** The questions about one instance name its region, so that the command need not look for the region. */
const run = (...args: string[]) =>
  deployed.run(...args, '--utc', ...(['at', 'diff'].includes(args[0] ?? '') ? ['--region', region] : []));
const ask = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

const setNow = (instant: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(instant));

const deployed = await closeAfterTests(startDeployedAccount());

const putScan = (startedAt: string, fields: Partial<ScanRecord> = {}) =>
  saveNewestScan(deployed.store, scanRecordOf(account, startedAt, fields));

/** An instance that the scan of 09:00 found, or (`rules: null`) a region that it listed. */
async function putFirst(resource: Resource, rules: PortState[] | null, failure: OngoingFailure | null = null) {
  const entry = baselineOf(resource, at('09:00'), rules);
  await saveEntry(deployed.store, entry, { failure });
  return entry;
}

afterEach(async () => {
  jest.restoreAllMocks();
});

describe('P4: a failure that was not alerted yet', () => {
  const failure = { reason: 'throttled', message: 'Rate exceeded', since: at('09:05') } as const;
  const counted = { ...failure, sinceScan: 2, confirmedAt: at('09:00'), gapAt: null };

  beforeAll(async () => {
    await putFirst(instance(null), null);
    await putFirst(instance('web-1'), [httpFromAnywhere], counted);
    await putFirst(instance('web-2'), [httpFromAnywhere]);
    await putScan(at('09:00'));
    await putScan(at('09:05'), { notRead: ['eu-west-1#web-1'] });
  });

  test('at says that it is unknown since the scan that failed, and when it was last confirmed', async () => {
    expect(await ask('at', 'web-1', at('09:07'))).toMatchObject({
      status: 'unknown',
      gap: { scope: 'instance', since: at('09:05'), reason: 'not-read', until: null },
      confirmedBefore: at('09:00'),
    });
    const { code, stdout } = await run('at', 'web-1', at('09:07'));
    expect(code).toBe(0);
    expect(stdout).toContain(
      'UNKNOWN: its firewall could not be read from 2026-11-10 09:05:00 UTC on. Last known state:\n  open: tcp 80 (HTTP) from anywhere\n',
    );
    expect(stdout).toContain('Confirmed:  before this time: 2026-11-10 09:00:00 UTC; after this time: no scan');
    if (isFull) expect(await ask('at', 'web-1', at('09:04'))).toMatchObject({ status: 'known', gap: null });
    expect(await ask('at', 'web-2', at('09:07'))).toMatchObject({ status: 'known', gap: null });
  });

  test('exposed says that the port is not known, and not that it is open on none; --exit-code ends with 1', async () => {
    setNow(at('09:07'));
    const { code, stdout } = await run('exposed', 'ssh', '--exit-code');
    expect(code).toBe(1);
    expect(stdout).toContain('UNKNOWN    web-1');
    expect(stdout).toContain('not known: its firewall could not be read from 2026-11-10 09:05:00');
    expect(stdout).toContain('perhaps on 1 of 2 instances that exist or existed.');
    if (isFull) expect((await run('exposed', 'ssh')).code).toBe(0);
    expect((await run('exposed', 'ssh', '--at', at('09:04'), '--exit-code')).code).toBe(0);
    const { openings } = await ask('exposed', '80', '--between', at('09:04'), at('09:06'));
    const gap = { scope: 'instance', since: at('09:05'), reason: 'not-read', until: null };
    expect(openings).toMatchObject([
      { instanceName: 'web-1', certainty: 'open', from: at('09:04'), until: at('09:05'), gap: null },
      { instanceName: 'web-1', certainty: 'last-known', from: at('09:05'), gap },
      { instanceName: 'web-2', certainty: 'open', from: at('09:04'), gap: null },
    ]);
  });

  test('diff is not sure', async () => {
    const { code, stdout } = await run('diff', 'web-1', at('09:04'), at('09:07'));
    expect(code).toBe(0);
    expect(stdout).toContain('NOT SURE about 2026-11-10 09:07:00 UTC: no scan could read the firewall then (not-read)');
    expect(await ask('diff', 'web-1', at('09:04'), at('09:07'))).toMatchObject({ isSure: false });
  });

  test('status says so, also if the failure itself could not be stored', async () => {
    setNow(at('09:07'));
    const gapsOf = async () =>
      (await ask('status')).instances.map((each: { instance: { name: string }; gap: unknown }) => [
        each.instance.name,
        each.gap,
      ]);
    expect(await gapsOf()).toEqual([
      ['web-1', { scope: 'instance', ...failure, isTold: false }],
      ['web-2', null],
    ]);
    await putScan(at('09:06'), { notRead: ['eu-west-1#web-2'] });
    expect(await gapsOf()).toMatchObject([
      ['web-1', { since: at('09:05') }],
      ['web-2', { scope: 'instance', since: at('09:06'), reason: 'not-read', isTold: false }],
    ]);
    expect((await run('status', '--exit-code', 'critical', '--instance', 'web-2')).code).toBe(1);
  });

  test('a region that could not be listed makes its instances unknown; it stays so after they are read again', async () => {
    await putScan(at('09:10'), { regionsListed: [], regionsFailed: { [region]: 'throttled' } });
    await putScan(at('09:15'));
    await putScan(at('09:20'));
    for (const name of ['web-1', 'web-2'])
      expect(await ask('at', name, at('09:12'))).toMatchObject({
        status: 'unknown',
        gap: { since: name === 'web-1' ? at('09:10') : at('09:06'), until: '2026-11-10T09:15:02.000Z' },
        confirmedAfter: at('09:15'),
      });
    const { stdout } = await run('at', 'web-2', at('09:12'));
    expect(stdout).toContain('could not be read from 2026-11-10 09:06:00 UTC to 2026-11-10 09:15:02 UTC. Last known');
    expect(await ask('at', 'web-1', at('09:16'))).toMatchObject({ status: 'known', gap: null });
  });

  test('the report of a span that begins within the gap shows it, although the failed scan lies before the span', async () => {
    const place = {
      ...openHistoryReader({ tableName, region, account }, undefined, new AbortController().signal, Date.now),
    };
    const span = { from: at('09:11'), until: at('09:14') };
    const { slices } = await loadReportInput(place, span, () => undefined);
    place.close();
    const [web] = slices.filter(({ resource }) => resource.instanceName === 'web-1');
    const spans = web && exposureSpans(web, span);
    expect(spans).toMatchObject([{ kind: 'unknown', ...span, gap: { since: at('09:10') } }]);
  });

  test('P10: the answer about an instant is still five small reads, the accounts, the settings and the approvals', async () => {
    const before = deployed.dynamodb.calls().length;
    await run('at', 'web-1', at('09:17'));
    expect(deployed.dynamodb.calls().length - before).toBe(8);
  });
});

describe('P6: a history whose first entries have expired', () => {
  test('is unknown before the entry that remains, and not "not seen yet"; the next change came a day later', async () => {
    const changed = entryOf(instance('old-1'), 2, at('09:00', '2026-11-09'), {
      rules: [httpFromAnywhere],
      changedAfter: at('08:55', '2026-11-09'),
      previousRulesAt: at('09:00', '2026-11-05'),
    });
    await saveEntry(deployed.store, changed, { firstSeenAt: at('09:00', '2026-11-05') });
    for (const minute of ['08:00', '08:05', '08:10']) await putScan(at(minute, '2026-11-07'));
    await putScan(at('09:20'));
    const expired = { reason: 'expired', until: changed.at };
    expect(await ask('at', 'old-1', at('08:07', '2026-11-07'))).toMatchObject({ status: 'unknown', gap: expired });
    const when = at('08:07', '2026-11-07');
    const between = ['--between', when, at('08:09', '2026-11-07')];
    for (const span of depth({ quick: [between], full: [['--at', when], between] })) {
      const { openings } = await ask('exposed', 'ssh', ...span);
      const own = openings.filter((one: { instanceName: string }) => one.instanceName === 'old-1');
      expect(own).toMatchObject([{ certainty: 'unknown', gap: expired }]);
    }
    const { stdout } = await run('exposed', 'ssh', '--at', when);
    expect(stdout).toContain('not known: the history of that time has expired');
  });
});

describe('P6: a list of entries of a time whose entries may have expired', () => {
  const notice =
    'Entries before 2026-11-08 09:20:00 UTC may have expired: the deployment keeps them for 2 days (keepHistoryDays).\n';

  test.each([
    ['history of one instance', ['history', 'web-1', '--until', '2026-11-09T10:00Z'], true],
    ['history of all', ['history', '--until', '2026-11-11'], true],
    ['export', ['export', '--since', '2026-11-08T09:19Z'], true],
    ['history of a time that is kept', ['history', 'web-1', '--since', '2026-11-08T09:21Z'], false],
  ])('%s', async (_, args, isTold) => {
    setNow(at('09:20'));
    await deployed.put({
      ...settingsKey(account, at('09:01')),
      schema: 1,
      hash: 'k',
      settings: { keepHistoryDays: 2 },
    });
    const { code, stderr } = await run(...args);
    expect({ code, isTold: stderr.endsWith(notice) }).toEqual({ code: 0, isTold });
  });
});

describe('P5: an answer about the fleet that lacks a part says so, and ends with 2', () => {
  const stateOfRegion = (of: string, failure: OngoingFailure) =>
    stateOf(entryOf(instance(null, of), 1, at('09:00'), { kind: 'gap', rules: null }), {
      ...{ status: 'unknown', instance: null, seenAt: null, failure },
    });

  test('no scan for six days', async () => {
    setNow(at('09:21'));
    expect(await run('exposed', '3389', '--exit-code')).toMatchObject({ code: 0, stderr: '' });
    if (isFull) {
      expect(await ask('exposed', '3389')).toMatchObject({ openings: [], blindSpots: [] });
      expect((await run('status', '--exit-code', 'critical')).code).toBe(1);
    }
    setNow(at('09:20', '2026-11-16'));
    const { code, stdout, stderr } = await run('exposed', '3389');
    expect(code).toBe(2);
    const missing = 'The answer is not complete: no scan has run since 2026-11-10 09:20:00 UTC.';
    expect(stderr).toBe(`portwatch: ${missing}\n`);
    expect(stdout).toContain('not known to be open on any of 3 instances');
    expect(stdout).not.toContain('open on none');
    expect(stdout).toContain(missing);
    expect(await ask('exposed', '3389')).toMatchObject({ blindSpots: [{ kind: 'no-scan', since: at('09:20') }] });
    // This time is before a later scan, so the answer is complete.
    expect((await run('exposed', '3389', '--at', at('09:16'))).code).toBe(0);
    expect((await run('status')).code).toBe(0);
    expect(await run('status', '--exit-code', 'critical')).toMatchObject({
      code: 2,
      stderr: `portwatch: ${missing}\n`,
    });
  });

  test('a region that never could be listed', async () => {
    const failure = { reason: 'region-not-enabled', message: 'no', since: at('09:00'), sinceScan: 1 } as const;
    await deployed.store.createState(stateOfRegion('ap-east-1', { ...failure, confirmedAt: null, gapAt: at('09:00') }));
    setNow(at('09:21'));
    const { code, stdout, stderr } = await run('exposed', '3389');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'portwatch: The answer is not complete: ap-east-1 could not be listed (region-not-enabled), so its instances are not known.\n',
    });
    expect(stdout).not.toContain('open on none');
    expect((await run('status', '--exit-code', 'critical')).code).toBe(2);
    expect((await run('status', '--exit-code', 'critical', '--region', 'eu-*')).code).toBe(1);
  });

  test('an item of the latest state that cannot be read', async () => {
    await deployed.put({ pk: `FLEET#${account}`, sk: 'eu-west-1#web-9', schema: 99 });
    setNow(at('09:21'));
    const { code, stdout, stderr } = await run('exposed', '3389');
    expect(code).toBe(2);
    expect(stderr).toContain('the item of eu-west-1#web-9 cannot be read by this version of Portwatch');
    expect(stdout).not.toContain('open on none');
  });
});

describe('P6: a history with an expired entry in the middle', () => {
  test('is unknown between two entries if the entry between them has expired', async () => {
    const first = await putFirst(instance('hole-1'), [httpFromAnywhere], null);
    const day = '2026-11-12';
    const later = entryOf(first.resource, 3, at('09:10', day), {
      rules: [httpFromAnywhere],
      changedAfter: at('09:05', day),
      previousRulesAt: at('09:05', day),
    });
    await deployed.store.putEntry(later);
    for (const minute of ['09:00', '09:05', '09:10']) await putScan(at(minute, day));
    const { openings } = await ask('exposed', 'ssh', '--at', at('09:02', day));
    const own = openings.filter((one: { instanceName: string }) => one.instanceName === 'hole-1');
    expect(own).toMatchObject([{ certainty: 'unknown', gap: { reason: 'expired', until: later.at } }]);
    expect(await ask('at', 'hole-1', at('09:02', day))).toMatchObject({
      status: 'unknown',
      gap: { reason: 'expired' },
    });
  });
});

describe('P4: a span whose scan items have expired', () => {
  const day = '2026-11-20';
  const when = at('10:00', '2026-11-21');
  const firstKept = at('09:00', '2026-11-26');
  const expired = {
    scope: 'instance',
    since: `${day}T09:00:00.001Z`,
    reason: 'expired',
    until: '2026-11-26T09:00:02.000Z',
  };
  const keep = (keepHistoryDays: number | null) =>
    deployed.put({ ...settingsKey(account, at('08:00', day)), schema: 1, hash: 'e', settings: { keepHistoryDays } });
  const openings = async (...args: string[]) =>
    (await ask('exposed', ...args)).openings.filter((one: { instanceName: string }) => one.instanceName === 'kept-1');

  beforeAll(async () => {
    await saveEntry(deployed.store, baselineOf(instance('kept-1'), at('09:00', day), [httpFromAnywhere]));
    await putScan(firstKept);
    await putScan(at('09:05', '2026-11-26'));
  });

  beforeEach(() => {
    setNow(at('09:06', '2026-11-26'));
  });

  test('is known with a deployment that keeps every scan item', async () => {
    await keep(null);
    expect(await ask('at', 'kept-1', when)).toMatchObject({ status: 'known', gap: null });
    expect(await openings('ssh', '--at', when)).toEqual([]);
  });

  test('is unknown, since a failure that became no entry is not known any more; the last known state is shown', async () => {
    await keep(3);
    expect(await ask('at', 'kept-1', when)).toMatchObject({
      status: 'unknown',
      gap: expired,
      confirmedBefore: at('09:00', day),
      confirmedAfter: firstKept,
    });
    expect((await run('at', 'kept-1', when)).stdout).toContain(
      'UNKNOWN: the history of that time has expired. Last known state:\n  open: tcp 80 (HTTP) from anywhere\n',
    );
    expect(await openings('ssh', '--at', when)).toMatchObject([{ certainty: 'unknown', gap: expired }]);
    if (isFull) {
      expect(await openings('80', '--at', when)).toMatchObject([{ certainty: 'last-known', gap: expired }]);
      expect(await ask('diff', 'kept-1', when, firstKept)).toMatchObject({ verdict: 'identical', isSure: false });
    }
    expect((await run('diff', 'kept-1', when, firstKept)).stdout).toContain(
      'NOT SURE about 2026-11-21 10:00:00 UTC: the history of that time has expired; the last known state was compared.',
    );
  });

  test('ends with the first scan whose scan item remains; the read of an entry is known', async () => {
    await keep(3);
    for (const known of [at('09:00', day), '2026-11-26T09:00:02.000Z', at('09:06', '2026-11-26')])
      expect(await ask('at', 'kept-1', known)).toMatchObject({ status: 'known', gap: null });
    expect(await openings('80', '--between', at('09:00', '2026-11-25'), at('09:06', '2026-11-26'))).toMatchObject([
      { certainty: 'last-known', until: expired.until, gap: expired },
      { certainty: 'open', from: expired.until },
    ]);
  });

  test('the report shows it', async () => {
    await keep(3);
    const place = {
      ...openHistoryReader({ tableName, region, account }, undefined, new AbortController().signal, Date.now),
    };
    const span = { from: when, until: at('09:06', '2026-11-26') };
    const { slices } = await loadReportInput(place, span, () => undefined);
    place.close();
    const own = slices.filter(({ resource }) => resource.instanceName === 'kept-1');
    expect(own.flatMap((slice) => exposureSpans(slice, span))).toMatchObject([
      { kind: 'unknown', gap: expired },
      { kind: 'known', from: expired.until },
    ]);
  });
});

test('P5: a region that Lightsail lists without a name may have instances, and each answer about the fleet says so', async () => {
  const day = '2026-12-02';
  await putScan(at('09:00', day), { complete: false, notRead: ['?#?'], regionsFailed: { '?': 'invalid-answer' } });
  setNow(at('09:01', day));
  const missing = 'Lightsail lists a region without a name, so its instances are not known';
  expect((await run('status')).stdout).toContain(missing);
  const { code, stderr } = await run('exposed', 'ssh');
  expect([code, stderr]).toEqual([2, expect.stringContaining(missing)]);
  if (isFull)
    expect(await ask('exposed', 'ssh')).toMatchObject({
      blindSpots: expect.arrayContaining([{ kind: 'region-without-name' }]),
    });
});

test('P5: an instance that Lightsail lists without a name is in no answer, and each answer about the fleet says so', async () => {
  const day = '2026-12-01';
  await putScan(at('09:00', day), { notRead: ['eu-west-1#?'] });
  setNow(at('09:01', day));
  const missing = 'eu-west-1 lists an instance without a name, so its firewall cannot be read';
  expect((await run('status')).stdout).toContain(missing);
  const { code, stderr } = await run('exposed', 'ssh');
  expect([code, stderr]).toEqual([2, expect.stringContaining(missing)]);
  expect(await ask('exposed', 'ssh')).toMatchObject({
    blindSpots: expect.arrayContaining([{ kind: 'instance-without-name', region }]),
  });
});
