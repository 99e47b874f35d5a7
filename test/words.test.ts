/** The words of the glossary: no retired word in a file name or in an exported name. docs/glossary.md has the only list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDocument, repository, tableRows } from './docs/document.ts';

const folders = ['lambda', 'lib', 'cli', 'bin', 'emulators', 'bench', 'test'];

const glossary = readDocument('docs/glossary.md').text;

/** The rows of every table under one heading of the glossary. */
const rowsUnder = (heading: string) =>
  tableRows(glossary.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '');

/** Each retired word, or pair of words, and the word to use instead. */
const retired = new Map(
  rowsUnder('Retired words').flatMap(([words = '', instead = '']) =>
    words.split(', ').map((word) => [word, instead] as const),
  ),
);

const exceptions = rowsUnder('Exceptions').map(([name = '']) => name.replaceAll('`', ''));

const files = folders.flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length)),
);

/** `decideWeek` → decide, week; `slack-URLOf` → slack, url, of. */
function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}

/** The retired words of a name: single parts, and pairs of adjacent parts. */
function retiredIn(name: string): string[] {
  const parts = partsOf(name);
  const pairs = parts.map((part, i) => `${part} ${parts[i + 1] ?? ''}`);
  return [...parts, ...pairs].filter((word) => retired.has(word));
}

function exportedNames(text: string): string[] {
  const declared = [
    ...text.matchAll(
      /^export (?:declare |default |abstract |async )*(?:function\*?|const|let|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/gm,
    ),
  ].map(([, name = '']) => name);
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map(
        (name) =>
          name
            .trim()
            .replace(/^type /, '')
            .split(' as ')
            .at(-1) ?? '',
      )
      .filter((name) => name !== ''),
  );
  return [...declared, ...listed];
}

const isExcepted = (file: string, name: string) =>
  exceptions.some((exception) =>
    exception.endsWith('/') ? file.startsWith(exception) : [file, name].includes(exception),
  );

function offenders(): string[] {
  return files.flatMap((file) => {
    const names = file.endsWith('.ts') ? exportedNames(readFileSync(join(repository, file), 'utf8')) : [];
    // The name of the folder is tested once for each of its files.
    return [file, ...names]
      .filter((name) => !isExcepted(file, name))
      .flatMap((name) => retiredIn(name).map((word) => `${name}: not "${word}", but "${retired.get(word)}"`));
  });
}

describe('the words of the glossary', () => {
  test('are read from its tables', () => {
    expect(retired.get('head')).toBe('latest state');
    expect(retired.get('told')).toBe('publish, alert');
    expect(retired.get('named run')).toBe('event scan');
    expect(exceptions).toContain('lambda/firewall/sets/');
  });

  test('are compared with the parts of a name', () => {
    expect(retiredIn('tellWeek')).toEqual(['tell']);
    expect(retiredIn('lambda/scan/named-run.ts')).toEqual(['named run']);
    expect(retiredIn('headline')).toEqual([]);
    expect(exportedNames('export async function* a() {}\nexport { b, type C as D };\nexport const e = 1;')).toEqual([
      'a',
      'e',
      'b',
      'D',
    ]);
  });

  test('no file name and no exported name has a retired word', () => {
    expect([...new Set(offenders())]).toEqual([]);
  });

  test('an exception that nothing uses is removed', () => {
    const names = new Set(
      files.flatMap((file) => [file, ...exportedNames(readFileSync(join(repository, file), 'utf8'))]),
    );
    const isUsed = (exception: string) =>
      exception.endsWith('/') ? files.some((file) => file.startsWith(exception)) : names.has(exception);
    expect(exceptions.filter((exception) => !isUsed(exception))).toEqual([]);
  });
});
