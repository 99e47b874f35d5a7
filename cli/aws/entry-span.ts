import { endOfKey } from '../../lambda/adapters/dynamodb-table.ts';

/** Instants, ISO-8601 UTC with milliseconds, both included; `null`: open at that end. */
export interface Span {
  from: string | null;
  until: string | null;
}

/** Returns a sort key that lies after the entry of an instant and after the attribution of this entry, and before the next instant. */
export const endOfInstant = (at: string) => `${at}#${endOfKey}`;

export function toKeys({ from, until }: Span): { from: string; until: string } {
  return { from: from ?? ' ', until: until === null ? endOfKey : endOfInstant(until) };
}
