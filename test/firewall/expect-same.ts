import { expect } from '@jest/globals';

/** `toEqual` for plain data in long runs. Equal values are compared as texts, which is much faster. */
export function expectSame(actual: unknown, expected: unknown): void {
  const [text, expectedText] = [actual, expected].map((value) => JSON.stringify(value));
  if (text === expectedText) expect(text).toBe(expectedText);
  else expect(actual).toEqual(expected);
}
