/**
 * Decides for which times the notes of scans have expired, certainly or perhaps. A note is kept for the number of days in the settings of
 * its own time.
 */
import { earlierOf, toInstant } from '../../lambda/history/instants.ts';
import type { ExpiredScans } from './history-slice.ts';

/** `days`: `keepHistoryDays` of the settings in effect from `from` until the next settings; `null`: no limit. */
export interface KeptDays {
  from: string;
  days: number | null;
}

/** `kept`: oldest first. `now`: milliseconds since the epoch. DynamoDB can keep an expired note for some days longer. */
export function listExpiredScans(kept: readonly KeptDays[], now: number): ExpiredScans[] {
  return kept.flatMap(({ from, days }, i) => {
    if (days === null) return [];
    const keptFrom = toInstant(now - days * 86_400_000);
    const until = earlierOf(keptFrom, kept[i + 1]?.from ?? null) ?? keptFrom;
    return from < until ? [{ from, until }] : [];
  });
}
