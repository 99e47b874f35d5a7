/** A table that an early version created. Its index lacks attributes that a present index has; the table itself has them. */
import { expect, test } from '@jest/globals';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { DynamoDbWeekReader } from '../../lambda/adapters/dynamodb-week-reader.ts';
import { timelineIndex } from '../../lambda/contract/timeline-index.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { entryOf, stateOf } from '../scan/entries.ts';
import { httpFromAnywhere } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { account, at, byAlice, startDeployedAccount } from './deployed-account.ts';

const resource: Resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
const earlyVersions = {
  First: timelineIndex.projection.filter((name) => name !== 'changedBy' && name !== 'expected'),
  Second: timelineIndex.projection.filter((name) => name !== 'changedBy'),
  Present: timelineIndex.projection,
};

async function fill(store: FleetStore): Promise<void> {
  const changed = (version: number, minute: string, more: Partial<HistoryEntry>) =>
    entryOf(resource, version, at(minute), { previousRulesAt: at('09:00'), ...more });
  const entries = [
    entryOf(resource, 1, at('09:00'), { kind: 'baseline', verdict: null, reason: 'first seen' }),
    changed(2, '09:05', { changedBy: { ...byAlice, foundBy: 'event' } }),
    changed(3, '09:10', { expected: 'deploys', severity: 'info' }),
    changed(4, '09:15', {}),
    changed(6, '09:25', { rules: [httpFromAnywhere], opened: [], closed: [], differenceLeftOut: true }),
    changed(5, '09:20', { changedBy: { ...byAlice, foundBy: 'event', calls: byAlice.calls.slice(0, 1) } }),
  ];
  for (const entry of entries) await store.putEntry(entry);
  await store.putAttribution(resource, at('09:20'), byAlice, { ...byAlice, foundBy: 'event' });
  const [first] = entries;
  if (first === undefined) throw new Error('no entries');
  await store.createState(stateOf({ ...first, version: 6 }, { lastAt: at('09:25') }));
}

const deployed = await closeAfterTests(startDeployedAccount());
for (const [name, projection] of Object.entries(earlyVersions)) {
  await createSnapshotTable(deployed.client, name, projection);
  await fill(buildFleetStore(deployed.client, name));
}

test.each(Object.keys(earlyVersions))('history of one instance and of all agree, table %s', async (table) => {
  const changesOf = async (...args: string[]) =>
    JSON.parse((await deployed.run('history', ...args, '--table', table, '--json')).stdout).changes;
  const ofOne = await changesOf('web-1');
  expect(await changesOf()).toEqual(ofOne);
  expect(ofOne).toMatchObject([
    { at: at('09:25'), opened: [{ from: 80 }], closed: [{ from: 22 }] },
    { at: at('09:20'), changedBy: byAlice },
    { at: at('09:15'), changedBy: null, expected: null },
    { at: at('09:10'), changedBy: null, expected: 'deploys' },
    { at: at('09:05'), changedBy: { ...byAlice, foundBy: 'event' } },
    { at: at('09:00'), changedBy: null },
  ]);
  const [text, textOfOne] = [
    (await deployed.run('history', '--table', table)).stdout,
    (await deployed.run('history', 'web-1', '--table', table)).stdout,
  ];
  expect(text).toBe(textOfOne);
});

test.each(Object.keys(earlyVersions))(
  'the weekly digest counts expected changes as expected, table %s',
  async (table) => {
    const reader = new DynamoDbWeekReader(deployed.client, table);
    const changes = await reader.loadChanges(account, at('00:00'), at('23:00'));
    expect(changes.map(({ expected }) => expected)).toEqual([null, null, 'deploys', null, null, null]);
  },
);
