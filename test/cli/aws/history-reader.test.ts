import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DynamoDbHistoryReader } from '../../../cli/aws/history-reader.ts';
import { HistoryTable } from '../../../cli/aws/history-table.ts';
import { loadFromState } from '../../../cli/aws/load-instance-history.ts';
import { toSettingsItem } from '../../../lambda/adapters/items/settings-item.ts';
import { defaultSettings, effectiveSettings } from '../../../lambda/contract/settings-schema.ts';
import type { Attribution } from '../../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { commitOf, entryOf } from '../../scan/entries.ts';
import { httpFromAnywhere, sshFromOffice } from '../../scan/samples.ts';
import { saveNewestScan, scanRecordOf } from '../../scan/scan-records.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { startSnapshotTable } from '../../support/snapshot-table.ts';

const tableName = 'Snapshots';
const account = '111122223333';
const region = 'eu-west-1';
const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000Z`;
const named = (instanceName: string | null): Resource => ({ account, region, instanceName });

const byAlice: Attribution = {
  calls: [
    {
      eventId: 'e-1',
      at: at(1),
      name: 'PutInstancePublicPorts',
      by: 'IAM user alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      sourceIpAddress: '198.51.100.7',
      userAgent: 'console',
      through: 'console',
    },
  ],
  fit: 'explained',
  foundBy: 'lookup',
  foundAt: at(20),
};

const snapshots = await closeAfterTests(startSnapshotTable(1));
const { client, store } = snapshots;

describe('the history reader on DynamoDB', () => {
  const open = (of = account, now = Date.now) =>
    new DynamoDbHistoryReader(new HistoryTable(client, tableName, new AbortController().signal), of, now);
  const put = (item: Record<string, unknown>) =>
    client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
  const putAttribution = ({ resource, at: entryAt }: HistoryEntry, attribution: Attribution) =>
    put({
      pk: `INSTANCE#${resource.account}#${resource.region}#${resource.instanceName}`,
      sk: `${entryAt}#by`,
      schema: 1,
      ...attribution,
    });
  const collect = async <T>(pages: AsyncIterable<T[]>) => {
    const all: T[] = [];
    for await (const page of pages) all.push(...page);
    return all;
  };

  const inForce = (reader: DynamoDbHistoryReader, resource: Resource, instant: string, pageSize: number) =>
    loadFromState(reader, resource, { from: instant, until: instant }, pageSize);

  test('P6: the entry in force at an instant is the newest one at or before it, by one Query of one item', async () => {
    const resource = named('in-force');
    const entries = [1, 2, 3].map((version) => entryOf(resource, version, at(version)));
    for (const entry of entries) await store.putEntry(entry);
    const reader = open();
    expect(await inForce(reader, resource, at(0), 1)).toEqual([]);
    expect(await inForce(reader, resource, at(2), 1)).toEqual([entries[1]]);
    expect(await inForce(reader, resource, '2026-11-23T10:02:59.999Z', 1)).toEqual([entries[1]]);
    expect(await inForce(reader, resource, '2027-01-01T00:00:00.000Z', 1)).toEqual([entries[2]]);
    expect(reader.consumed).toEqual({ requests: 4, readUnits: 3 });
  });

  test('the settings of the deployment at an instant are the newest recorded at or before it, by one Query for all instants', async () => {
    const of = 'settings-account';
    const settings = effectiveSettings(defaultSettings());
    const [first, second] = [
      { at: at(1), hash: 'h-1', settings },
      { at: at(3), hash: 'h-2', settings: { ...settings, highRiskPorts: [8081] } },
    ];
    await put(toSettingsItem(of, first));
    await put(toSettingsItem(of, second));
    const reader = open(of);
    expect(await reader.loadSettingsAt(at(0))).toBeNull();
    expect(await reader.loadSettingsAt(at(1))).toEqual(first);
    expect(await reader.loadSettingsAt(at(2))).toEqual(first);
    expect(await reader.loadSettingsAt(at(9))).toEqual(second);
    expect(reader.consumed.requests).toBe(1);
    // Settings that were recorded after the first Query count for a later instant.
    const earlier = open(of, () => Date.parse(at(2)));
    expect([await earlier.loadSettingsAt(at(1)), await earlier.loadSettingsAt(at(9))]).toEqual([first, second]);
    expect(earlier.consumed.requests).toBe(2);
    await put({ ...toSettingsItem(of, second), schema: 2 });
    await expect(open(of).loadSettingsAt(at(9))).rejects.toThrow('has schema 2');
    // If settings cannot be read, they may keep the history for any time.
    expect(await open(of).loadKeptDays(at(9))).toEqual([
      { from: at(1), days: null },
      { from: at(3), days: 0 },
    ]);
    expect(await open(of).loadKeptDays(at(2))).toEqual([{ from: at(1), days: null }]);
  });

  test('the first entries later than an instant, by one Query, and none', async () => {
    const resource = named('after');
    const entries = [1, 2, 3].map((version) => entryOf(resource, version, at(version)));
    for (const entry of entries) await store.putEntry(entry);
    const reader = open();
    expect(await reader.loadEntriesAfter(resource, at(0), 2)).toEqual(entries.slice(0, 2));
    expect(await reader.loadEntriesAfter(resource, at(1), 2)).toEqual(entries.slice(1));
    expect(await reader.loadEntriesAfter(resource, at(3), 2)).toEqual([]);
    expect(reader.consumed.requests).toBe(3);
    expect([await reader.hasHistory(resource), await reader.hasHistory(named('never'))]).toEqual([true, false]);
  });

  test('an attribution that was found later is part of its entry in every kind of read', async () => {
    const resource = named('attributed');
    const entries = [1, 2, 3].map((version) => entryOf(resource, version, at(version)));
    for (const entry of entries) await store.putEntry(entry);
    const [, second] = entries;
    if (second === undefined) throw new Error('there are three');
    await putAttribution(second, byAlice);
    const whole = { ...second, changedBy: byAlice };
    const reader = open();
    expect(await reader.loadEntry(resource, at(2))).toEqual(whole);
    expect(await inForce(reader, resource, at(2), 1)).toEqual([whole]);
    expect(await inForce(reader, resource, '2026-11-23T10:02:30.000Z', 1)).toEqual([whole]);
    expect(await reader.loadEntriesAfter(resource, at(1), 1)).toEqual([whole]);
    expect(await collect(reader.readEntries(resource, { from: null, until: null }))).toEqual([
      entries[2],
      whole,
      entries[0],
    ]);
    const steps = await collect(reader.readTimeline({ from: at(0), until: at(9) }));
    const own = steps.filter((step) => step.resource.instanceName === 'attributed');
    expect(own.map(({ changedBy }) => changedBy)).toEqual([null, byAlice, null]);
  });

  test('the entry in force is one Query of two items, also with its attribution; many entries are one request', async () => {
    const resource = named('bare');
    const entries = [1, 2, 3].map((version) => entryOf(resource, version, at(version)));
    for (const entry of entries) await store.putEntry(entry);
    const [, second] = entries;
    if (second === undefined) throw new Error('there are three');
    await putAttribution(second, byAlice);
    const reader = open();
    const whole = { ...second, changedBy: byAlice };
    expect(await inForce(reader, resource, at(0), 2)).toEqual([]);
    expect(await inForce(reader, resource, at(1), 2)).toEqual([entries[0]]);
    expect(await inForce(reader, resource, '2026-11-23T10:02:30.000Z', 2)).toEqual([whole]);
    expect(await inForce(reader, resource, at(9), 2)).toEqual([entries[2]]);
    expect(reader.consumed).toEqual({ requests: 4, readUnits: 3 });
    const found = await reader.loadEntries([...entries, { resource, at: at(7) }]);
    expect(found.sort((a, b) => a.version - b.version)).toEqual(entries);
    expect(reader.consumed.requests).toBe(5);
    const completed = await reader.addAttributions(entries);
    expect(completed.map(({ changedBy }) => changedBy ?? null)).toEqual([null, byAlice, null]);
    expect(await reader.loadEntries([])).toEqual([]);
    expect(reader.consumed.requests).toBe(6);
  });

  test('a span of entries has both its ends, newest first', async () => {
    const resource = named('span');
    for (const version of [1, 2, 3, 4]) await store.putEntry(entryOf(resource, version, at(version)));
    const found = await collect(open().readEntries(resource, { from: at(2), until: at(3) }));
    expect(found.map(({ version }) => version)).toEqual([3, 2]);
  });

  test('a long history comes in growing pages: a small first one, and few in all', async () => {
    const resource = named('long');
    for (let version = 1; version <= 12; version += 1) await store.putEntry(entryOf(resource, version, at(version)));
    const reader = open();
    const sizes: number[] = [];
    for await (const page of reader.readEntries(resource, { from: null, until: null }, 2)) sizes.push(page.length);
    expect(sizes).toEqual([2, 4, 6]);
    expect(reader.consumed.requests).toBe(3);
  });

  test('a difference that an item left out is computed again', async () => {
    const resource = named('large');
    await store.putEntry(entryOf(resource, 1, at(1)));
    const left = {
      opened: [],
      closed: [],
      previousRulesAt: at(1),
      differenceLeftOut: true,
    } satisfies Partial<HistoryEntry>;
    await store.putEntry(entryOf(resource, 2, at(2), { ...left, rules: [sshFromOffice, httpFromAnywhere] }));
    const [entry] = await inForce(open(), resource, at(2), 1);
    expect(entry?.differenceLeftOut).toBeUndefined();
    expect(entry?.opened).toEqual([{ protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0', '::/0'] }]);
    expect(entry?.closed).toEqual([]);
  });

  test('the timeline crosses the end of a month and of a year, newest first, for all resources', async () => {
    const of = '222233334444';
    const instants = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'];
    for (const [index, instant] of instants.entries())
      await store.putEntry(entryOf({ account: of, region, instanceName: `web#${index}` }, 1, instant));
    await store.putEntry(
      entryOf({ account: of, region, instanceName: null }, 1, '2026-01-15T00:00:00.000Z', {
        kind: 'gap',
        instance: null,
        rules: null,
      }),
    );
    const span = { from: '2025-12-31T23:59:59.999Z', until: '2026-02-01T00:00:00.000Z' };
    const steps = await collect(open(of).readTimeline(span));
    expect(steps.map(({ at: instant, resource }) => [instant, resource.instanceName])).toEqual([
      ['2026-02-01T00:00:00.000Z', 'web#2'],
      ['2026-01-15T00:00:00.000Z', null],
      ['2026-01-01T00:00:00.000Z', 'web#1'],
      ['2025-12-31T23:59:59.999Z', 'web#0'],
    ]);
    expect(steps[0]).toMatchObject({ kind: 'changed', verdict: 'widened', opened: [{ protocol: 'tcp', from: 22 }] });
    const [only] = await collect(open(of).readTimeline({ from: instants[1] ?? '', until: instants[1] ?? '' }));
    expect(only?.resource.instanceName).toBe('web#1');
  });

  test('the fleet and the last scan take one Query; items of a later version are listed as refused', async () => {
    const of = '333344445555';
    const resource = { account: of, region, instanceName: 'web-1' };
    await store.commitState(commitOf(entryOf(resource, 1, at(1))), null);
    await put({ pk: `FLEET#${of}`, sk: 'eu-west-1#web-2', schema: 2 });
    await saveNewestScan(store, scanRecordOf(of, at(1)));
    const reader = open(of);
    const fleet = await reader.loadFleet();
    expect(fleet.states.map((latest) => latest.resource)).toEqual([resource]);
    expect(fleet.lastScan).toEqual({ startedAt: at(1), complete: true, regionsListed: [region], notRead: [] });
    expect(fleet.refused.map(({ key }) => key)).toEqual(['eu-west-1#web-2']);
    expect(reader.consumed.requests).toBe(1);
  });

  test('P6: an entry of a later version is refused with a clear problem', async () => {
    await put({ pk: `INSTANCE#${account}#${region}#newer`, sk: at(1), schema: 2 });
    await expect(inForce(open(), named('newer'), at(2), 1)).rejects.toThrow(
      'has schema 2, this version of Portwatch reads 1 to 1',
    );
  });

  test('an entry that cannot be read, and is older than the entry in force, does not matter', async () => {
    const resource = named('older');
    await put({ pk: `INSTANCE#${account}#${region}#older`, sk: at(1), schema: 2 });
    const entry = entryOf(resource, 2, at(2));
    await store.putEntry(entry);
    expect(await inForce(open(), resource, at(3), 2)).toEqual([entry]);
  });

  test('all deleted instances are listed', async () => {
    const of = '444455556666';
    const departed = {
      resource: { account: of, region, instanceName: 'left' },
      arn: null,
      firstSeenAt: at(1),
      goneAt: at(2),
    };
    await store.putDeparted(departed);
    await store.putDeparted({ ...departed, firstSeenAt: at(3), goneAt: at(4) });
    expect(await open(of).loadDeparted()).toEqual([departed, { ...departed, firstSeenAt: at(3), goneAt: at(4) }]);
  });

  describe('scans', () => {
    const of = '555566667777';

    beforeAll(async () => {
      for (let minute = 0; minute < 40; minute += 1) await store.putScan(scanRecordOf(of, at(minute)), null);
    });

    test('the first ones from either end of a span take one Query', async () => {
      const reader = open(of);
      const starts = async (...args: Parameters<typeof reader.loadScans>) =>
        (await reader.loadScans(...args)).map(({ startedAt }) => startedAt);
      expect(await starts({ from: null, until: null }, 1, false)).toEqual([at(39)]);
      expect(await starts({ from: null, until: at(5) }, 2, false)).toEqual([at(5), at(4)]);
      expect(await starts({ from: at(38), until: null }, 3, true)).toEqual([at(38), at(39)]);
      expect(reader.consumed.requests).toBe(3);
    });

    test('the scans of a span, newest first', async () => {
      const scans = await collect(open(of).readScans({ from: at(3), until: at(5) }));
      expect(scans.map(({ startedAt }) => startedAt)).toEqual([at(5), at(4), at(3)]);
    });
  });

  test('an aborted signal ends every read', async () => {
    const reader = new DynamoDbHistoryReader(
      new HistoryTable(client, tableName, AbortSignal.abort(new Error('enough'))),
      account,
      Date.now,
    );
    await expect(reader.loadFleet()).rejects.toThrow('Request aborted');
    expect(reader.consumed.requests).toBe(0);
  });
});
