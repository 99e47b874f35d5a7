import { beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDbTable, isAbsent } from '../../lambda/adapters/dynamodb-table.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

const snapshots = await closeAfterTests(startSnapshotTable(1));
const { client, table } = snapshots;

describe('the table', () => {
  beforeEach(() => {
    snapshots.emulator.clearCalls();
  });

  const operations = () => snapshots.emulator.calls().map(({ operation }) => operation);

  test('P3: a refused write returns the item that is there, without a second request; none if there is none', async () => {
    const key = { pk: 'refused', sk: 'one' };
    const item = { ...key, version: 1, holder: 'a' };
    expect(await table.put(item, isAbsent)).toEqual({ written: true, item: {} });
    expect(await table.put({ ...item, version: 9 }, isAbsent)).toEqual({ written: false, found: item });
    const condition = {
      condition: '#version = :expected',
      names: { '#version': 'version' },
      values: { ':expected': 5 },
    };
    const update = { set: { version: 2 }, ...condition };
    expect(await table.update(key, update)).toEqual({ written: false, found: item });
    expect(await table.delete(key, condition)).toEqual({ written: false, found: item });
    expect(await table.update({ pk: 'refused', sk: 'two' }, update)).toEqual({ written: false, found: null });
    expect(operations()).toEqual(['PutItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'UpdateItem']);
    expect(await table.get(key)).toEqual(item);
  });

  test('P5: an answer without its list is an error, and not an empty table', async () => {
    snapshots.emulator.addFault({ kind: 'raw', body: '{}', contentType: 'application/x-amz-json-1.0', times: 1 });
    await expect(table.queryAll({ partition: 'nothing', oldestFirst: true })).rejects.toThrow(
      'Query: expected a list in Items, got nothing',
    );
    expect(await table.queryAll({ partition: 'nothing', oldestFirst: true })).toEqual([]);
  });

  test('an update sets, adds and removes attributes, and returns the new item if it is asked to', async () => {
    const key = { pk: 'updated', sk: 'one' };
    await table.put({ ...key, holder: 'a', count: 1 }, null);
    const update = { set: { region: 'eu-west-1' }, add: { count: 2 }, remove: ['holder'], condition: 'holder = :me' };
    const written = await table.update(key, { ...update, values: { ':me': 'a' }, returnNew: true });
    expect(written).toEqual({ written: true, item: { ...key, region: 'eu-west-1', count: 3 } });
    expect(await table.get(key)).toEqual({ ...key, region: 'eu-west-1', count: 3 });
    expect(await table.get({ ...key, sk: 'two' })).toBeNull();
  });

  test('each page of a query has twice as many items as the one before it, and both ends of a span belong to it', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    for (const sk of names) await table.put({ pk: 'pages', sk, odd: true }, null);
    const sizes: number[] = [];
    for await (const page of table.queryPages({ partition: 'pages', oldestFirst: true, pageSize: 1 }))
      sizes.push(page.length);
    expect(sizes).toEqual([1, 2, 4, 2]);
    const span = { partition: 'pages', from: 'c', until: 'e' };
    expect(await table.queryFirst({ ...span, oldestFirst: false }, 2)).toMatchObject([{ sk: 'e' }, { sk: 'd' }]);
    expect(await table.queryFirst({ ...span, oldestFirst: true, fields: ['sk'] }, 9)).toEqual([
      { sk: 'c' },
      { sk: 'd' },
      { sk: 'e' },
    ]);
    const sortKeys = async (ends: { from?: string; until?: string }) =>
      (await table.queryFirst({ partition: 'pages', oldestFirst: true, ...ends }, 9)).map(({ sk }) => sk);
    expect(await sortKeys({ from: 'g' })).toEqual(['g', 'h', 'i']);
    expect(await sortKeys({ until: 'b' })).toEqual(['a', 'b']);
    expect(await sortKeys({})).toEqual(names);
    expect(await table.queryFirst({ partition: 'none', oldestFirst: true }, 9)).toEqual([]);
  });

  test('the cost of reads is counted as DynamoDB counts it, and writes are not counted', async () => {
    const counting = new DynamoDbTable(client, 'Snapshots');
    await counting.put({ pk: 'cost', sk: 'one' }, null);
    await counting.get({ pk: 'cost', sk: 'one' });
    await counting.queryFirst({ partition: 'cost', oldestFirst: true }, 1);
    expect(counting.consumed).toEqual({ requests: 2, readUnits: 2 });
  });

  test('an error that is no refused condition is thrown, and an aborted signal ends a read', async () => {
    snapshots.emulator.addFault({ kind: 'error', name: 'AccessDeniedException', operation: 'PutItem', times: 1 });
    await expect(table.put({ pk: 'denied', sk: 'one' }, isAbsent)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const aborted = new DynamoDbTable(client, 'Snapshots', AbortSignal.abort(new Error('enough')));
    await expect(aborted.get({ pk: 'denied', sk: 'one' })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
