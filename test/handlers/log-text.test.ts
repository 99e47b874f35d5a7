import { expect, test } from '@jest/globals';
import { renderLogText } from '../../lambda/handlers/log-text.ts';

test.each([
  ['a control character, such as the start of an escape sequence', 'a\u001b[31mb', 'a\uFFFD[31mb'],
  ['a mark that turns the writing direction', 'a\u202eb', 'a\uFFFDb'],
  ['half of a surrogate pair', 'a\ud800b', 'a\uFFFDb'],
  ['a line separator', 'a\u2028b', 'a\uFFFDb'],
  ['a paragraph separator', 'a\u2029b', 'a\uFFFDb'],
])('%s is replaced', (_, text, expected) => {
  expect(renderLogText('key', text)).toBe(expected);
});

test.each([['plain text, and ünïcödé 😀'], ['two\nlines\tand a tab'], [7], [null], [undefined], [['list']]])(
  '%j is left as it is',
  (value) => {
    expect(renderLogText('key', value)).toBe(value);
  },
);
