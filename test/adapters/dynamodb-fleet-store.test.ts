import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { describeFleetStore } from '../scan/fleet-store-suite.ts';
import { scanRecordOf } from '../scan/scan-records.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const region = 'eu-west-1';

const { client, tableName, store } = await closeAfterTests(startSnapshotTable(3));

describe('the fleet store on DynamoDB', () => {
  describeFleetStore(() => store);

  const put = (item: Record<string, unknown>) =>
    client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
  const get = async (pk: string, sk: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: marshall({ pk, sk }) }));
    return Item ? unmarshall(Item) : null;
  };

  test('an item of a newer version is refused with a clear error and left untouched', async () => {
    const future = { pk: 'FLEET#future', sk: 'eu-west-1#web-1', schema: 2, somethingNew: true };
    await put(future);
    const { states, refused } = await store.loadFleet('future');
    expect(states).toEqual([]);
    expect(refused).toEqual([
      {
        key: 'eu-west-1#web-1',
        problem:
          'item FLEET#future / eu-west-1#web-1 has schema 2, this version of Portwatch reads 1 to 1: ' +
          'it was written by a newer version, or damaged; it is left as it is',
      },
    ]);
    const resource = { account: 'future', region, instanceName: 'web-1' };
    await expect(store.loadState(resource)).rejects.toThrow('has schema 2');
    const commit = commitOf(entryOf(resource, 1, '2026-11-23T10:00:00.000Z'));
    await expect(store.commitState(commit, null)).rejects.toThrow('has schema 2');
    expect(await get(future.pk, future.sk)).toEqual(future);
  });

  test('a damaged item is refused with every problem, and the others are read', async () => {
    await put({ pk: 'FLEET#poison', sk: 'eu-west-1#bad', schema: 1, region, instanceName: 'bad', version: 'three' });
    await store.commitState(
      commitOf(entryOf({ account: 'poison', region, instanceName: 'good' }, 1, '2026-11-23T10:00:00.000Z')),
      null,
    );
    const { states, refused } = await store.loadFleet('poison');
    expect(states.map(({ resource }) => resource.instanceName)).toEqual(['good']);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.problem).toMatch(/^item FLEET#poison \/ eu-west-1#bad can not be read: version: .*; recorded: /);
  });

  test('a lease of a newer version stops the scan with a clear error', async () => {
    await put({ pk: 'FLEET#newer', sk: '!scan', schema: 2 });
    await expect(store.takeLease({ account: 'newer', holder: 'me', now: 0, until: 1 })).rejects.toThrow(
      'item FLEET#newer / !scan has schema 2',
    );
  });

  test('an entry has the documented layout, which a person can read', async () => {
    const resource = { account: '111122223333', region, instanceName: 'by-hand' };
    await store.putEntry(entryOf(resource, 1, '2026-11-23T10:00:00.000Z'));
    expect(await get('INSTANCE#111122223333#eu-west-1#by-hand', '2026-11-23T10:00:00.000Z')).toMatchObject({
      schema: 1,
      kind: 'changed',
      verdict: 'widened',
      severity: 'medium',
      opened: [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] }],
      rules: [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['198.51.100.0/24'] }],
      timelineMonth: '111122223333#2026-11',
      timelineAt: '2026-11-23T10:00:00.000Z#eu-west-1#by-hand',
    });
    const timeline = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'timeline',
        KeyConditionExpression: 'timelineMonth = :month AND begins_with(timelineAt, :day)',
        ExpressionAttributeValues: marshall({ ':month': '111122223333#2026-11', ':day': '2026-11-23' }),
      }),
    );
    const found = (timeline.Items ?? [])
      .map((item) => unmarshall(item))
      .find(({ timelineAt }) => String(timelineAt).endsWith('by-hand'));
    expect(found).toMatchObject({ kind: 'changed', opened: [{ protocol: 'tcp' }] });
    expect(found).not.toHaveProperty('rules');
  });

  test('an attribution item is no entry', async () => {
    const resource = { account: '111122223333', region, instanceName: 'attributed' };
    await store.putEntry(entryOf(resource, 1, '2026-11-23T10:00:00.000Z'));
    await put({
      pk: 'INSTANCE#111122223333#eu-west-1#attributed',
      sk: '2026-11-23T10:00:00.000Z#by',
      schema: 1,
      by: 'alice',
    });
    expect((await store.loadNewestEntry(resource))?.version).toBe(1);
    expect(await store.loadEntriesAfter(resource, 0)).toHaveLength(1);
  });

  test('an expiry is set once, and only on an entry that exists', async () => {
    const resource = { account: '111122223333', region, instanceName: 'expiring' };
    await store.expireEntry(resource, '2026-11-23T10:00:00.000Z', 1_800_000_000);
    expect(await get('INSTANCE#111122223333#eu-west-1#expiring', '2026-11-23T10:00:00.000Z')).toBeNull();
    await store.putEntry(entryOf(resource, 1, '2026-11-23T10:00:00.000Z'));
    await store.expireEntry(resource, '2026-11-23T10:00:00.000Z', 1_800_000_000);
    await store.expireEntry(resource, '2026-11-23T10:00:00.000Z', 1_900_000_000);
    expect(await get('INSTANCE#111122223333#eu-west-1#expiring', '2026-11-23T10:00:00.000Z')).toMatchObject({
      expiresAt: 1_800_000_000,
    });
  });

  test('an attribution expires with its entry, whichever of the two came first, also when it is replaced', async () => {
    const resource = { account: '111122223333', region, instanceName: 'expiring-attribution' };
    const [first, second] = ['2026-11-23T10:00:00.000Z', '2026-11-23T10:05:00.000Z'];
    const expiryOf = async (sk: string) =>
      (await get('INSTANCE#111122223333#eu-west-1#expiring-attribution', sk))?.['expiresAt'];
    const attributionOf = (foundAt: string): Attribution => ({ calls: [], fit: 'not-told', foundBy: 'event', foundAt });
    await store.putEntry(entryOf(resource, 1, first));
    await store.putEntry(entryOf(resource, 2, second));
    await store.expireEntry(resource, first, 1_800_000_000);
    await store.putAttribution(resource, first, attributionOf(first), null);
    await store.putAttribution(resource, second, attributionOf(first), null);
    expect([await expiryOf(`${first}#by`), await expiryOf(`${second}#by`)]).toEqual([1_800_000_000, undefined]);
    await store.expireEntry(resource, second, 1_900_000_000);
    expect(await expiryOf(`${second}#by`)).toBe(1_900_000_000);
    await store.putAttribution(resource, second, attributionOf(second), attributionOf(first));
    expect(await expiryOf(`${second}#by`)).toBe(1_900_000_000);
  });

  test('deleted instances and scans have keys of their own, and may be put again', async () => {
    const resource = { account: '111122223333', region, instanceName: 'left' };
    const departed = {
      resource,
      arn: 'arn:x',
      firstSeenAt: '2026-11-01T00:00:00.000Z',
      goneAt: '2026-11-23T10:00:00.000Z',
    };
    await store.putDeparted(departed);
    await store.putDeparted(departed);
    expect(await get('GONE#111122223333', 'eu-west-1#left#2026-11-23T10:00:00.000Z')).toMatchObject({ arn: 'arn:x' });
    const scan = scanRecordOf('111122223333', '2026-11-23T10:00:00.000Z', {
      ...{ notRead: ['eu-west-1#web-1'], scanEveryMinutes: 60 },
    });
    await store.putScan(scan, 1_800_000_000);
    expect(await get('SCANS#111122223333', '2026-11-23T10:00:00.000Z')).toMatchObject({
      notRead: ['eu-west-1#web-1'],
      scanEveryMinutes: 60,
      expiresAt: 1_800_000_000,
    });
  });

  test('a missing table is a clear error', async () => {
    const missing = buildFleetStore(client, 'NoSuchTable');
    await expect(missing.loadFleet('1')).rejects.toThrow(/resource not found/i);
  });
});
