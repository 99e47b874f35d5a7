/**
 * The changes of a table's template that CloudFormation can't make in place. It would replace the table by an empty one, which loses the
 * history, or refuse the update, which blocks the upgrade.
 */
import { isDeepStrictEqual } from 'node:util';

interface Index {
  IndexName: string;
  KeySchema: unknown;
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
}

export interface TableResource {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Properties: {
    TableName?: unknown;
    KeySchema: unknown;
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes?: Index[];
    LocalSecondaryIndexes?: unknown;
    TimeToLiveSpecification?: { AttributeName?: string };
  };
}

/** Tables of a template, by logical id. */
export type Tables = Record<string, TableResource>;

/** One sentence for each impossible change; empty: every table of `before` is updated in place. */
export function listImpossibleChanges(before: Tables, after: Tables): string[] {
  return Object.entries(before).flatMap(([id, old]) => {
    const now = after[id];
    return now === undefined ? [`the logical id ${id} is gone`] : listChangesOf(old, now);
  });
}

function listChangesOf(old: TableResource, now: TableResource): string[] {
  const [was, is] = [old.Properties, now.Properties];
  const facts: [string, unknown, unknown][] = [
    ['the type of the resource', old.Type, now.Type],
    ['the name of the table', was.TableName, is.TableName],
    ['the keys', was.KeySchema, is.KeySchema],
    ['the local indexes', was.LocalSecondaryIndexes, is.LocalSecondaryIndexes],
    [
      'the attribute of the time to live',
      was.TimeToLiveSpecification?.AttributeName,
      is.TimeToLiveSpecification?.AttributeName,
    ],
    ['DeletionPolicy', 'Retain', now.DeletionPolicy],
    ['UpdateReplacePolicy', 'Retain', now.UpdateReplacePolicy],
    ...was.AttributeDefinitions.map(({ AttributeName: name, AttributeType: type }): [string, unknown, unknown] => [
      `the type of the key attribute ${name}`,
      type,
      is.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType,
    ]),
  ];
  const changed = facts.flatMap(([what, one, other]) => (isDeepStrictEqual(one, other) ? [] : [`${what} changed`]));
  return [...changed, ...listIndexChanges(was.GlobalSecondaryIndexes ?? [], is.GlobalSecondaryIndexes ?? [])];
}

function listIndexChanges(was: readonly Index[], is: readonly Index[]): string[] {
  const changed = was.flatMap((old) => {
    const now = is.find(({ IndexName }) => IndexName === old.IndexName);
    if (now === undefined) return [`the index ${old.IndexName} is gone`];
    return isDeepStrictEqual(inOrder(old), inOrder(now))
      ? []
      : [`the keys or the projection of the index ${old.IndexName} changed`];
  });
  const added = is.filter(({ IndexName }) => !was.some((old) => old.IndexName === IndexName));
  if (added.length > 1) changed.push(`${added.length} indexes were added, and an update can add one`);
  return changed;
}

/** The order of projected attributes has no meaning. */
function inOrder({ KeySchema, Projection }: Index) {
  const { ProjectionType, NonKeyAttributes = [] } = Projection;
  return { KeySchema, ProjectionType, attributes: NonKeyAttributes.toSorted() };
}
