/** What the commands answer where the monitor could not read: never "nothing". */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { exposureOf, type PortState } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { OngoingFailure } from '../../lambda/history/latest-state.ts';
import type { ScanRecord } from '../../lambda/scan/interfaces.ts';
import { commitOf, entryOf } from '../scan/fleet-store-suite.ts';
import { httpFromAnywhere, someFacts } from '../scan/samples.ts';
import { account, at, type DeployedAccount, startDeployedAccount } from './deployed-account.ts';

let deployed: DeployedAccount;
const region = 'eu-west-1';
const instance = (instanceName: string | null, of = region): Resource => ({ account, region: of, instanceName });
const run = (...args: string[]) => deployed.run(...args, '--utc');
const ask = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

const setNow = (instant: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(instant));

/** A scan of two seconds. */
async function putScan(startedAt: string, fields: Partial<ScanRecord> = {}): Promise<void> {
  const endedAt = new Date(Date.parse(startedAt) + 2_000).toISOString();
  const counts = { instancesListed: 1, instancesRead: 1, changes: 0, alerts: 0 };
  const noted = { complete: true, regionsListed: [region], regionsFailed: {}, notRead: [] as string[], ...fields };
  const scan = { account, startedAt, endedAt, ...counts, ...noted };
  await deployed.store.putScan(scan, null);
  const lastScan = { startedAt, complete: scan.complete, regionsListed: scan.regionsListed, notRead: scan.notRead };
  await deployed.store.takeLease({ account, holder: startedAt, now: 0, until: 1 });
  await deployed.store.releaseLease({ account, holder: startedAt, lastScan, allIsWellAt: null, settingsHash: null });
}

/** An instance that the scan of 09:00 found, or (`rules: null`) a region that it listed. */
async function putFirst(resource: Resource, rules: PortState[] | null, failure: OngoingFailure | null = null) {
  const opened = rules === null ? [] : exposureOf({ rules }).reach;
  const facts = rules === null ? null : someFacts;
  const first = { kind: 'baseline', rules, opened, instance: facts, verdict: null, previousRulesAt: null } as const;
  const entry = entryOf(resource, 1, at('09:00'), first);
  await deployed.store.putEntry(entry);
  const read = { rules, rulesAt: rules && at('09:00'), seenAt: at('09:00'), firstSeenAt: at('09:00') };
  const state = {
    status: 'known',
    instance: facts,
    baselinedAt: rules === null ? at('09:00') : null,
    failure,
  } as const;
  await deployed.store.createState({
    ...commitOf(entry, { ...read, ...state }),
    recorded: 1,
    alerted: 1,
    pending: null,
  });
  return entry;
}

beforeAll(async () => {
  deployed = await startDeployedAccount();
});

afterEach(async () => {
  jest.restoreAllMocks();
});

afterAll(() => deployed.close());

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
    expect(await ask('at', 'web-1', at('09:04'))).toMatchObject({ status: 'known', gap: null });
    expect(await ask('at', 'web-2', at('09:07'))).toMatchObject({ status: 'known', gap: null });
  });

  test('exposed says that the port is not known, and not that it is open on none; --exit-code ends with 1', async () => {
    setNow(at('09:07'));
    const { code, stdout } = await run('exposed', 'ssh', '--exit-code');
    expect(code).toBe(1);
    expect(stdout).toContain('UNKNOWN    web-1');
    expect(stdout).toContain('not known: its firewall could not be read from 2026-11-10 09:05:00');
    expect(stdout).toContain('perhaps on 1 of 2 instances that exist or existed.');
    expect((await run('exposed', 'ssh')).code).toBe(0);
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
    const { stdout } = await run('at', 'web-2', at('09:12'), '--region', region);
    expect(stdout).toContain('could not be read from 2026-11-10 09:06:00 UTC to 2026-11-10 09:15:02 UTC. Last known');
    expect(await ask('at', 'web-1', at('09:16'))).toMatchObject({ status: 'known', gap: null });
  });

  test('P10: the answer about an instant is still five small reads and the settings', async () => {
    const before = deployed.dynamodb.calls().length;
    await run('at', 'web-1', at('09:17'), '--region', region);
    expect(deployed.dynamodb.calls().length - before).toBe(6);
  });
});
