/** If an entry is too large for its item, fields that can be computed again are left out. The reader gets back the same entry. */
import { expect, test } from '@jest/globals';
import { lightenEntry } from '../../../lambda/adapters/items/lighten-entry.ts';
import { blankEntry } from '../../../lambda/history/blank-entry.ts';
import { completeEntry, rulesBeforeAt } from '../../../lambda/history/complete-entry.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { account, Monitor } from '../../scan/monitor.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../../scan/samples.ts';

const region = 'eu-west-1';
const oddRule = { ...sshFromOffice, cidrs: ['198.51.100.7/24'], ipv6Cidrs: ['2001:db8::/32'] };

/**
 * A history with every kind of entry: baseline, changes, a family that becomes dormant, another instance of the same name, a gap, the
 * deletion.
 */
async function liveThrough(): Promise<HistoryEntry[]> {
  const monitor = new Monitor(region);
  const { world } = monitor;
  world.set(region, 'web-1', [httpFromAnywhere, sshFromOffice]);
  await monitor.scan();
  world.set(region, 'web-1', [httpFromAnywhere, sshFromAnywhere, oddRule]);
  await monitor.scan();
  world.set(region, 'web-1', [sshFromAnywhere, oddRule], { ipAddressType: 'ipv4' });
  await monitor.scan();
  world.delete(region, 'web-1');
  world.set(region, 'web-1', [httpFromAnywhere]);
  await monitor.scan();
  world.fail(`${region}#web-1`, 'access-denied');
  await monitor.scan();
  world.mend(`${region}#web-1`);
  world.set(region, 'web-1', [sshFromAnywhere]);
  await monitor.scan();
  world.delete(region, 'web-1');
  await monitor.scan();
  return monitor.store.historyOf({ account, region, instanceName: 'web-1' });
}

const resource = { account, region, instanceName: 'web-1' };
const blank = blankEntry({ resource, at: '2026-11-23T10:00:00.000Z', version: 1, kind: 'gap', commitId: 'c' });
const lightest = (entry: HistoryEntry) => [...lightenEntry(entry)].at(-1) ?? entry;

test('approvals stay, without the exposure that they cover', () => {
  const part = { id: 'a', by: 'alice', reason: 'the office', until: null };
  const reach = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: ['198.51.100.0/24'] }];
  const approved = { opened: [{ ...part, reach }], closed: [{ ...part, reach }], isSilent: true, isComplete: true };
  const entry = { ...blank, opened: reach, closed: reach, approved };
  expect(lightest(entry).approved).toEqual({
    ...approved,
    opened: [{ ...part, reach: [] }],
    closed: [{ ...part, reach: [] }],
  });
});

test('P6: every kind of entry is the same again once it is completed', async () => {
  const history = await liveThrough();
  expect(history.map(({ kind }) => kind)).toEqual([
    'baseline',
    'changed',
    'changed',
    'appeared',
    'gap',
    'changed',
    'gone',
  ]);
  expect(history[3]?.replaces).not.toBeNull();
  expect(history[2]?.dormant).not.toEqual([]);
  expect(history[1]?.notes).not.toEqual([]);
  expect(lightest(history[3] ?? blank).replaces).toMatchObject({ exposure: [], opened: [], closed: [] });
  for (const entry of history) {
    const light = lightest(entry);
    expect(light).toMatchObject({ opened: [], closed: [], notes: [], differenceLeftOut: true, rules: entry.rules });
    const before = history.find(({ at }) => at === rulesBeforeAt(entry)) ?? null;
    expect(completeEntry(light, before)).toEqual(entry);
    expect(completeEntry(light, before)).not.toHaveProperty('differenceLeftOut');
    expect(completeEntry(entry, before)).toBe(entry);
  }
});

test('if the rules before the change are not available any more, the difference stays left out, and does not count as empty', async () => {
  const history = await liveThrough();
  for (const kind of ['changed', 'gone']) {
    const entry = history.find((each) => each.kind === kind);
    if (entry === undefined) throw new Error(`no ${kind}`);
    expect(completeEntry(lightest(entry), null).differenceLeftOut).toBe(true);
  }
});

test('the summary of a region keeps its counts, whatever lines it loses', async () => {
  const monitor = new Monitor(region);
  for (let index = 10; index < 35; index += 1) monitor.world.set(region, `web-${index}`, [sshFromAnywhere]);
  await monitor.scan();
  const [entry] = monitor.store.historyOf({ account, region, instanceName: null });
  if (entry === undefined) throw new Error('the region has no history');
  const lines = [...lightenEntry(entry)].map(({ summary }) => [summary?.worst.length, summary?.more]);
  expect(lines).toEqual([
    [20, 5],
    [10, 15],
    [3, 22],
    [1, 24],
    [0, 25],
  ]);
  expect(lightest(entry)).not.toHaveProperty('differenceLeftOut');
});

test('a summary of few lines loses a line only if it has more lines than allowed', () => {
  const line = { instanceName: 'web-1', severity: 'low' as const, exposure: [], reason: 'r' };
  const summary = { instancesListed: 2, instancesRead: 2, worst: [line, line], more: 0 };
  const lines = [...lightenEntry({ ...blank, summary })].map(({ summary: light }) => [
    light?.worst.length,
    light?.more,
  ]);
  expect(lines).toEqual([
    [2, 0],
    [2, 0],
    [2, 0],
    [1, 1],
    [0, 2],
  ]);
});
