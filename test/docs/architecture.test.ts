/** Compares docs/architecture.md with the code: the attributes of the table, and the tests of each promise. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { toDepartedItem } from '../../lambda/adapters/items/departed-item.ts';
import { toEntryItem } from '../../lambda/adapters/items/entry-item.ts';
import { toScanItem } from '../../lambda/adapters/items/scan-item.ts';
import { toStateAttributes } from '../../lambda/adapters/items/state-item.ts';
import { timelineIndex } from '../../lambda/contract/timeline-index.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { codeSpans, readDocument, repository, tableRows } from './document.ts';

const { text } = readDocument('docs/architecture.md');
const resource = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1' };
const at = '2026-11-23T10:05:02.120Z';

/** The attributes that the page lists for one kind of item. */
function attributesOf(title: string): string[] {
  const [, listed = ''] = new RegExp(`^- \\*\\*${title}\\.\\*\\*([\\s\\S]*?)(?=^- |^$)`, 'm').exec(text) ?? [];
  return codeSpans(listed);
}

describe('the data', () => {
  const entry = entryOf(resource, 1, at);
  const scan = {
    account: resource.account,
    startedAt: at,
    endedAt: at,
    complete: true,
    regionsListed: [],
    regionsFailed: {},
    instancesListed: 0,
    instancesRead: 0,
    notRead: [],
    changes: 0,
    alerts: 0,
  };
  test.each([
    ['Latest state', { ...toStateAttributes(commitOf(entry)), recorded: 0, told: 0 }],
    ['History entry', toEntryItem(entry)],
    ['Departed instance', toDepartedItem({ resource, arn: null, firstSeenAt: at, goneAt: at })],
    ['Scan', toScanItem(scan, 1)],
  ])('has every attribute on the page: %s', (title, item) => {
    const known = [...attributesOf(title), 'pk', 'sk', 'schema', 'packed'];
    expect(Object.keys(item).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('has its keys and its index on the page', () => {
    for (const name of [timelineIndex.name, timelineIndex.partitionKey, timelineIndex.sortKey]) {
      expect(codeSpans(text)).toContain(name);
    }
    const keys = tableRows(text).flatMap(([, pk = '']) => codeSpans(pk));
    const kinds = [
      toEntryItem(entryOf(resource, 1, at)),
      toDepartedItem({ resource, arn: null, firstSeenAt: at, goneAt: at }),
    ];
    for (const { pk } of kinds) expect(keys.map(fill)).toContain(pk);
  });
});

const fill = (key: string) =>
  key
    .replace('<account>', resource.account)
    .replace('<region>', resource.region)
    .replace('<instanceName>', resource.instanceName);

describe('the promises', () => {
  const promises = tableRows(text).filter(([first = '']) => /^P\d+$/.test(first));

  test('are ten', () => {
    expect(promises.map(([number]) => number)).toEqual(Array.from({ length: 10 }, (_, i) => `P${i + 1}`));
  });

  test.each(promises)('are tested where the page says: %s', (number = '', _promise, tests = '') => {
    const files = codeSpans(tests);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const source = readFileSync(join(repository, file), 'utf8');
      expect({ file, guards: new RegExp(`['\`](?:P\\d+, )*${number}(?:, P\\d+)*: `).test(source) }).toEqual({
        file,
        guards: true,
      });
    }
  });
});

describe('the walk from an answer of Lightsail to the mail', () => {
  const walk = tableRows(text).flatMap(([number = '', file = '']) => (/^\d+$/.test(number) ? codeSpans(file) : []));

  test('has at most 14 files', () => {
    expect(walk.length).toBeGreaterThan(8);
    expect(walk.length).toBeLessThanOrEqual(14);
  });

  test('names files that the scan function reaches by its imports', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      const source = readFileSync(join(repository, file), 'utf8');
      for (const [, path = ''] of source.matchAll(/from '(\.[^']+\.ts)'/g)) visit(join(dirname(file), path));
    };
    visit('lambda/handlers/scan.ts');
    expect(walk.filter((file) => !reached.has(file))).toEqual([]);
  });
});
