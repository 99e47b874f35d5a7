/** Instants of history entries are ISO-8601 in UTC with milliseconds, so that they can be compared as text. */

/** The instant of the next entry: `nowMs`, or 1 ms after the newest entry if the clock stood still or went back. */
export function nextInstant(nowMs: number, lastAt: string | null): string {
  return toInstant(Math.max(nowMs, lastAt === null ? 0 : Date.parse(lastAt) + 1));
}

/**
 * The latest of the instants that are not after `at`; `null` if there is none. Some instants can be after `at`, because the clock can go
 * back.
 */
export function latestUntil(at: string, instants: readonly (string | null | undefined)[]): string | null {
  let latest: string | null = null;
  for (const instant of instants) {
    if (instant && instant <= at && (latest === null || instant > latest)) latest = instant;
  }
  return latest;
}

/** The earlier of two instants. If one argument is `null`, returns the other argument. */
export function earlierOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** `ms`: milliseconds since the epoch. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}
