/**
 * Lists the times whose scan notes (one stored record for each scan) have certainly or perhaps expired. The settings at the time of a scan
 * decide for how many days its note is kept.
 */
import { earlierOf, toInstant } from '../../lambda/history/instants.ts';
import type { ExpiredScans } from './history-slice.ts';

/** `days`: `keepHistoryDays` of the settings in effect from `from` until the next settings; `null`: no limit. */
export interface KeptDays {
  from: string;
  days: number | null;
}

/**
 * `kept`: oldest first. `now`: milliseconds since the epoch. In the listed times DynamoDB can still have some notes, because it deletes
 * expired items some days late.
 */
export function listExpiredScans(kept: readonly KeptDays[], now: number): ExpiredScans[] {
  return kept.flatMap(({ from, days }, i) => {
    if (days === null) return [];
    const keptFrom = toInstant(now - days * 86_400_000);
    const until = earlierOf(keptFrom, kept[i + 1]?.from ?? null) ?? keptFrom;
    return from < until ? [{ from, until }] : [];
  });
}
