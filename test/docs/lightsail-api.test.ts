/** docs/lightsail-api.md: every row names existing tests, every value of the API page has a row, and every reason exists in the code. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { toAwsReadError } from '../../lambda/adapters/aws-errors.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { codeSpans, readDocument, repository, tableRows } from './document.ts';

const rows = tableRows(readDocument('docs/lightsail-api.md').text);
const resources = rows.map(([resource = '']) => resource);
const spans = resources.flatMap(codeSpans);

/** The values on the page "GetInstancePortStates" of the Lightsail API reference. */
const fields = [
  'instanceName',
  'portStates',
  'fromPort',
  'toPort',
  'protocol',
  'state',
  'cidrs',
  'ipv6Cidrs',
  'cidrListAliases',
];
const values = ['tcp', 'all', 'udp', 'icmp', 'icmpv6', 'icmp6', 'open', 'closed', 'lightsail-connect'];
const exceptions = [
  'ServiceException',
  'InvalidInputException',
  'NotFoundException',
  'OperationFailureException',
  'AccessDeniedException',
  'AccountSetupInProgressException',
  'RegionSetupInProgressException',
  'UnauthenticatedException',
];
const besides = ['ThrottlingException', 'UnrecognizedClientException'];
const failures = ['a timeout', 'a reset connection', 'an answer that is not JSON'];

describe('docs/lightsail-api.md', () => {
  test.each([...fields, ...values, ...exceptions, ...besides])('has a row for %s', (word) => {
    expect(spans).toContain(word);
  });

  test.each(failures)('has a row for %s', (failure) => {
    expect(resources).toContain(failure);
  });

  test.each([...exceptions, ...besides])('gives the reason that the code gives: %s', (name) => {
    const row = rows.find(([resource]) => resource === `\`${name}\``);
    expect(row?.[1]).toBe(`\`${toAwsReadError({ name, message: '' }).reason}\``);
  });

  test.each(rows.map((row) => ({ resource: row[0], heldBy: row.at(-1) ?? '' })))(
    'names tests that exist: $resource',
    ({ heldBy }) => {
      const named = [...heldBy.matchAll(/\[\w+\]\(\.\.\/([^)]+)\): `([^`]+)`/g)];
      expect(named.length).toBeGreaterThan(0);
      expect(heldBy.split('; [')).toHaveLength(named.length);
      for (const [, file = '', title = ''] of named)
        expect({ title, exists: isTitle(file, title) }).toEqual({ title, exists: true });
    },
  );
});

/** True if it is the title of a test in `file`, or the title of one row of a test table. */
function isTitle(file: string, title: string): boolean {
  if (file === 'test/corpus/corpus.test.ts') return corpusTitles.has(title);
  const source = readFileSync(join(repository, posix.normalize(file)), 'utf8');
  const titles = [...source.matchAll(/(?:\btest\(|\]\)\()\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) => text);
  return titles.some((template) => {
    const parts = template.split(/%[sij]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const filled = new RegExp(`^${parts.join('(.+?)')}$`).exec(title);
    return filled?.slice(1).every((value) => isInTable(source, value)) ?? false;
  });
}

/** The value of a placeholder is in the table of its test as a text, a number or a word. */
function isInTable(source: string, value: string): boolean {
  return /^\d+$/.test(value) ? new RegExp(`\\b${value}\\b`).test(source) : source.includes(`'${value}'`);
}

const { answers, categories } = loadCorpus();
const corpusTitles = new Set([
  ...answers.map(({ name }) => name),
  ...categories.flatMap(({ pairs }) =>
    pairs.map(({ label, verdictNot, name }) => `${label ?? `never ${verdictNot}`}: ${name}`),
  ),
]);

test('titles that do not exist are found out', () => {
  const reader = 'test/adapters/lightsail-reader.test.ts';
  expect(isTitle(reader, 'P1: a listing is all pages')).toBe(true);
  expect(isTitle(reader, 'P4: ServiceException (HTTP 500) makes the instance unknown: service-error')).toBe(true);
  expect(isTitle(reader, 'P4: NoSuchException (HTTP 500) makes the instance unknown: service-error')).toBe(false);
  expect(isTitle(reader, 'P1: a listing is one page')).toBe(false);
  expect(isTitle('test/corpus/corpus.test.ts', 'no-such-answer')).toBe(false);
});
