import { expect, test } from '@jest/globals';
import { countAlertsByKind, sumCounted } from '../../lambda/alerts/count-alerts-by-kind.ts';
import { alertsOf, buildEntry, context, tableName } from './fixtures.ts';

const gone = (at: string) => alertsOf(buildEntry({ kind: 'gone', severity: 'low', at }));
const appeared = alertsOf(buildEntry({ kind: 'appeared', severity: 'critical', at: '2026-10-30T08:00:00.000Z' }));

test('alerts are counted for each severity and kind, worst first', () => {
  const alerts = [...gone('2026-11-23T10:05:02.120Z'), ...appeared, ...gone('2026-11-01T00:00:00.000Z')];
  const { counted } = countAlertsByKind(alerts, context);
  expect(counted).toEqual([
    { severity: 'critical', kind: 'instance-appeared', count: 1 },
    { severity: 'low', kind: 'instance-gone', count: 2 },
  ]);
  expect(sumCounted(counted)).toBe(3);
});

test('the query covers the oldest and the newest entry', () => {
  const { countedQuery = '' } = countAlertsByKind([...gone('2026-11-23T10:05:02.120Z'), ...appeared], context);
  const queries = countedQuery.split(' && ');
  expect(queries).toHaveLength(2);
  expect(queries[0]).toContain(`--table-name ${tableName} `);
  for (const query of queries) {
    expect(query).toContain('":from":{"S":"2026-10-30T08:00:00.000Z"},":until":{"S":"2026-11-23T10:05:02.120Z~"}');
  }
});

test('without alerts there are no counts', () => {
  expect(countAlertsByKind([], context)).toEqual({});
  expect(sumCounted(undefined)).toBe(0);
});
