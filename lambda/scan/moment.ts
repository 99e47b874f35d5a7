import type { ScanSettings } from '../contract/settings.ts';
import type { LeaseGrant } from './interfaces.ts';

/** What a decision needs to know of the scan that it belongs to. */
export interface Moment {
  /** The clock when the observation had been made: ms since the epoch. */
  now: number;
  scanStartedAt: string;
  grant: LeaseGrant;
  settings: ScanSettings;
  newId: () => string;
}

/** The instant of the next entry: the clock's, or 1 ms after the last one where the clock stood still or went back. */
export function nextInstant(now: number, lastAt: string | null): string {
  return new Date(Math.max(now, lastAt === null ? 0 : Date.parse(lastAt) + 1)).toISOString();
}

/** The latest of some instants that is not after `at` (a clock may have gone back since); `null` if none qualifies. */
export function latestUntil(at: string, instants: readonly (string | null | undefined)[]): string | null {
  let latest: string | null = null;
  for (const instant of instants) {
    if (instant && instant <= at && (latest === null || instant > latest)) latest = instant;
  }
  return latest;
}
