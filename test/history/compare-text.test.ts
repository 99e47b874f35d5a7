import { expect, test } from '@jest/globals';
import { compareText } from '../../lambda/history/compare-text.ts';

test.each([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
  // By code units: upper case before lower case, without the rules of a language.
  ['Z', 'a', -1],
  ['é', 'z', 1],
])('%s compared with %s gives %d', (a, b, expected) => {
  expect(compareText(a, b)).toBe(expected);
});
