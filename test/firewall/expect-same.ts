import { expect } from '@jest/globals';

/** `toEqual` for plain data in a long run: a hundred thousand comparisons of equal things cost no formatting. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}
