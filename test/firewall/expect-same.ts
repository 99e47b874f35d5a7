import { expect } from '@jest/globals';

/** `toEqual` for plain data in long runs. Equal values are compared without formatting, which is much faster. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}
