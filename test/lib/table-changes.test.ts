import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { listImpossibleChanges, type TableResource, type Tables } from './table-changes.ts';

const text = readFileSync(new URL('../data/table-template.json', import.meta.url), 'utf8');
const before: Tables = JSON.parse(text);
const id = 'MonitorSnapshotTable6A6A31DF';

type Index = NonNullable<TableResource['Properties']['GlobalSecondaryIndexes']>[number];

const another = (name: string): Index => ({
  IndexName: name,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});

/** The changes that a later version would make to the table. */
function changesBy(change: (table: TableResource, index: Index, indexes: Index[]) => void): string[] {
  const after: Tables = JSON.parse(text);
  const table = after[id];
  const indexes = table?.Properties.GlobalSecondaryIndexes;
  const [index] = indexes ?? [];
  if (table === undefined || indexes === undefined || index === undefined) throw new Error('no table with an index');
  change(table, index, indexes);
  return listImpossibleChanges(before, after);
}

describe('a change that CloudFormation makes in place', () => {
  test.each<[string, Parameters<typeof changesBy>[0]]>([
    ['none', () => undefined],
    ['one more index', (_, __, indexes) => indexes.push(another('by-actor'))],
    ['one more index, listed first', (_, __, indexes) => indexes.unshift(another('by-actor'))],
    ['another order of the projected attributes', (_, { Projection }) => Projection.NonKeyAttributes?.reverse()],
    ['provisioned capacity', ({ Properties }) => Object.assign(Properties, { BillingMode: 'PROVISIONED' })],
    [
      'a stream',
      ({ Properties }) => Object.assign(Properties, { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }),
    ],
    [
      'the key attribute of a new index',
      ({ Properties }) => Properties.AttributeDefinitions.push({ AttributeName: 'actor', AttributeType: 'S' }),
    ],
  ])('%s', (_, change) => {
    expect(changesBy(change)).toEqual([]);
  });

  test('a second table', () => {
    expect(listImpossibleChanges(before, { ...before, Second: before[id] as TableResource })).toEqual([]);
  });
});

describe('a change that would cost the history or fail', () => {
  test.each<[string, string, Parameters<typeof changesBy>[0]]>([
    [
      'another type of resource',
      'the type of the resource changed',
      (table) => {
        table.Type = 'AWS::DynamoDB::Table';
      },
    ],
    [
      'a name',
      'the name of the table changed',
      ({ Properties }) => {
        Properties.TableName = 'portwatch';
      },
    ],
    [
      'another sort key',
      'the keys changed',
      ({ Properties }) => {
        Properties.KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
      },
    ],
    [
      'a local index',
      'the local indexes changed',
      ({ Properties }) => {
        Properties.LocalSecondaryIndexes = [another('local')];
      },
    ],
    [
      'no time to live',
      'the attribute of the time to live changed',
      ({ Properties }) => {
        delete Properties.TimeToLiveSpecification;
      },
    ],
    [
      'another time to live',
      'the attribute of the time to live changed',
      ({ Properties }) => {
        Properties.TimeToLiveSpecification = { AttributeName: 'ttl' };
      },
    ],
    [
      'a table that is deleted with the stack',
      'DeletionPolicy changed',
      (table) => {
        table.DeletionPolicy = 'Delete';
      },
    ],
    [
      'a table that is deleted when it is replaced',
      'UpdateReplacePolicy changed',
      (table) => {
        delete table.UpdateReplacePolicy;
      },
    ],
    [
      'a key of another type',
      'the type of the key attribute sk changed',
      ({ Properties }) => {
        Properties.AttributeDefinitions.forEach((one) => {
          if (one.AttributeName === 'sk') one.AttributeType = 'N';
        });
      },
    ],
    [
      'a key attribute less',
      'the type of the key attribute timelineAt changed',
      ({ Properties }) => {
        Properties.AttributeDefinitions.pop();
      },
    ],
    [
      'an index less',
      'the index timeline is gone',
      (_, __, indexes) => {
        indexes.pop();
      },
    ],
    [
      'no index at all',
      'the index timeline is gone',
      ({ Properties }) => {
        delete Properties.GlobalSecondaryIndexes;
      },
    ],
    [
      'an index with another name',
      'the index timeline is gone',
      (_, index) => {
        index.IndexName = 'timeline2';
      },
    ],
    [
      'an index with another key',
      'the keys or the projection of the index timeline changed',
      (_, index) => {
        index.KeySchema = [{ AttributeName: 'timelineMonth', KeyType: 'HASH' }];
      },
    ],
    [
      'one more projected attribute',
      'the keys or the projection of the index timeline changed',
      (_, { Projection }) => {
        Projection.NonKeyAttributes?.push('arn');
      },
    ],
    [
      'one projected attribute less',
      'the keys or the projection of the index timeline changed',
      (_, { Projection }) => {
        Projection.NonKeyAttributes?.pop();
      },
    ],
    [
      'every attribute projected',
      'the keys or the projection of the index timeline changed',
      (_, index) => {
        index.Projection = { ProjectionType: 'ALL' };
      },
    ],
    [
      'two more indexes',
      '2 indexes were added, and an update can add one',
      (_, __, indexes) => {
        indexes.push(another('a'), another('b'));
      },
    ],
  ])('%s', (_, problem, change) => {
    expect(changesBy(change)).toEqual([problem]);
  });

  test('another logical id', () => {
    expect(listImpossibleChanges(before, { MonitorTable: before[id] as TableResource })).toEqual([
      `the logical id ${id} is gone`,
    ]);
  });
});
