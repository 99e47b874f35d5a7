/** The documents have lines of a readable length, and no retired word in prose. */
import { describe, expect, test } from '@jest/globals';
import { settingDescriptions } from '../../lib/setting-descriptions.ts';
import { readDocument, readDocuments, tableRows, withoutCode } from './document.ts';

const maxLineLength = 130;

/** The words of the first table of retired words, which also applies to prose. */
const retiredInProse = tableRows(
  readDocument('docs/glossary.md').text.split('## Retired words')[1]?.split('not used in names')[0] ?? '',
).flatMap(([words = '']) => words.split(', '));

/** Lines outside of code blocks, tables, headings and the names of alarms. */
const proseLines = (text: string) =>
  withoutCode(text)
    .split('\n')
    .filter((line) => !/^(\||#|!\[|\*Portwatch )/.test(line));

/** Documents that are not rewritten yet. This list may only get shorter. */
const notYet = ['command-line'].map((name) => `docs/${name}.md`);

const documents = readDocuments().filter(({ file }) => file !== 'docs/glossary.md' && !notYet.includes(file));

describe.each(documents)('$file', ({ text }) => {
  test(`has no line of prose above ${maxLineLength} characters`, () => {
    const tooLong = proseLines(text).filter((line) => line.replace(/\]\([^)]*\)/g, ']').length > maxLineLength);
    expect(tooLong).toEqual([]);
  });

  test('has no retired word in its prose', () => {
    const prose = proseLines(text)
      .join('\n')
      .replace(/`[^`]*`/g, '');
    const found = retiredInProse.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(prose));
    expect(found).toEqual([]);
  });
});

test('no command passes a URL as a value, because version 1 of the AWS CLI would fetch the URL', () => {
  const urls = readDocuments().flatMap(({ text }) => [...text.matchAll(/ --value ['"]?https?:\S*/g)].map(String));
  expect(urls).toEqual([]);
  expect(settingDescriptions.slackWebhookParameter.remedy).toContain('--cli-input-json');
});
