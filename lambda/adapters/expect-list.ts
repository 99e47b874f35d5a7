import { ReadError } from '../history/read-errors.ts';

/** An answer without its list is an error, and never an empty list. Throws ReadError. */
export function expectList<T>(list: readonly T[] | undefined, field: string, operation: string): readonly T[];
export function expectList(list: unknown, field: string, operation: string): readonly unknown[];
export function expectList(list: unknown, field: string, operation: string): readonly unknown[] {
  if (Array.isArray(list)) return list;
  const got = list === undefined ? 'nothing' : list === null ? 'null' : typeof list;
  throw new ReadError('invalid-answer', `${operation}: expected a list in ${field}, got ${got}`);
}
