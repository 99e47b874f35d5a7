/** A new kind of alert changes the list in the schema, the decision and the view. The type checker requires a row in the tables of both files. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { groupAlerts, headlineOf } from '../../lambda/alerts/alert-view.ts';
import { blankAlert } from '../../lambda/alerts/blank-alert.ts';
import { type AlertKind, alertKinds } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';

const folder = new URL('../../lambda/alerts/', import.meta.url);
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
const tables = sources.filter(({ text }) => /Record<AlertKind, /.test(text)).map(({ name }) => name);

test('exactly two files have a table of all kinds: the decision and the view', () => {
  expect(tables).toEqual(['alert-kinds.ts', 'alert-view.ts']);
});

test('no renderer names a kind', () => {
  const renderers = sources.filter(({ name }) => /^(render|email|slack|chat|subject|plan|rendered)/.test(name));
  expect(renderers.length).toBeGreaterThan(6);
  for (const { name, text } of renderers) {
    expect([name, alertKinds.filter((kind) => text.includes(`'${kind}'`))]).toEqual([name, []]);
  }
});

test.each(alertKinds)('%s has a headline', (kind: AlertKind) => {
  const alert = blankAlert({
    ...{ alertId: 'a', kind, region: 'eu-west-1', changedBefore: '2026-11-23T10:00:00.000Z' },
    details: { table: '', pk: '', sk: '' },
  });
  expect(headlineOf(alert, defaultRatingPolicy)).not.toBe('');
  expect(groupAlerts([alert])).toEqual([[alert]]);
});
