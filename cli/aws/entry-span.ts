import { endOfKey } from '../../lambda/adapters/dynamodb-table.ts';

/** A span of time. `from` and `until` are included: ISO-8601 UTC with milliseconds. `null`: no limit. */
export interface Span {
  from: string | null;
  until: string | null;
}

/** Returns a sort key after the keys of the entry at `at` and of its attribution, and before every key of a later instant. */
export const endOfInstant = (at: string) => `${at}#${endOfKey}`;

export function toKeys({ from, until }: Span): { from: string; until: string } {
  return { from: from ?? ' ', until: until === null ? endOfKey : endOfInstant(until) };
}
