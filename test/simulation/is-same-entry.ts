import type { HistoryEntry } from '../../lambda/history/entry.ts';

/** True if both entries are equal, in any order of attributes, because tables do not keep the order. `json`: `b` as JSON, for speed. */
export function isSameEntry(a: HistoryEntry, b: HistoryEntry, json: string): boolean {
  return JSON.stringify(a) === json || sortedJson(a) === sortedJson(b);
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
}
