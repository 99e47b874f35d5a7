import type { HistoryEntry } from '../../lambda/history/entry.ts';

/** True if both are equal. `json`: the second entry. Tables do not keep the order of attributes. */
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
