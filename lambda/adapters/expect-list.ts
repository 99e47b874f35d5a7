import { ReadError } from '../history/read-errors.ts';

/** Throws ReadError if an answer of AWS has no list in `field`, because a missing list does not mean an empty list. */
export function expectList<T>(list: readonly T[] | undefined, field: string, operation: string): readonly T[];
export function expectList(list: unknown, field: string, operation: string): readonly unknown[];
export function expectList(list: unknown, field: string, operation: string): readonly unknown[] {
  if (Array.isArray(list)) return list;
  const got = list === undefined ? 'nothing' : list === null ? 'null' : typeof list;
  throw new ReadError('invalid-answer', `${operation}: expected a list in ${field}, got ${got}`);
}
