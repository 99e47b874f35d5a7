import { expect, test } from '@jest/globals';
import { renderHistoryQuery, renderTimelineQueries } from '../../lambda/alerts/table-queries.ts';
import { tableNames } from '../../lambda/contract/table-keys.ts';
import { timelineIndex } from '../../lambda/contract/timeline-index.ts';
import { runWithFakeAws } from './shell.ts';

test('the queries use the names that the table is deployed with', () => {
  const [history] = runWithFakeAws(renderHistoryQuery({ table: 'T' }, 'INSTANCE#1#r#n'), 'x').calls;
  expect(history).toEqual([
    'dynamodb',
    'query',
    '--table-name',
    'T',
    '--no-scan-index-forward',
    '--key-condition-expression',
    `${tableNames.partitionKey} = :pk`,
    '--expression-attribute-values',
    '{":pk":{"S":"INSTANCE#1#r#n"}}',
  ]);
  const command = renderTimelineQueries(
    { table: 'T', region: 'eu-west-1' },
    '1',
    '2026-11-01T00:00:00.000Z',
    '2026-11-02T00:00:00.000Z',
  );
  const [timeline] = runWithFakeAws(command, 'x').calls;
  expect(timeline).toContain(timelineIndex.name);
  expect(timeline).toContain(
    `${timelineIndex.partitionKey} = :month AND ${timelineIndex.sortKey} BETWEEN :from AND :until`,
  );
});

test('for several years, only the newest 24 months are queried, so that the command can be pasted', () => {
  const command = renderTimelineQueries({ table: 'T' }, '1', '2020-01-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z');
  const months = runWithFakeAws(command, 'x').calls.map((call) => JSON.parse(call.at(-1) ?? 'null')[':month'].S);
  expect(months).toHaveLength(24);
  expect([months.at(0), months.at(-1)]).toEqual(['1#2024-03', '1#2026-02']);
});

test('the name of the table is quoted', () => {
  const [call] = runWithFakeAws(renderHistoryQuery({ table: "T'; rm -rf x" }, 'p'), 'x').calls;
  expect(call?.[3]).toBe("T'; rm -rf x");
});
