import { countOf } from '../../lambda/alerts/count-of.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import type { Clock } from '../options/clock.ts';

/**
 * Warns that a list of entries may lack the oldest ones; `null`: it lacks none. `from`: start of the list; `null`: no start was given.
 * `days`: `keepHistoryDays`.
 */
export function describeExpiry(days: number | null, from: string | null, { now, renderTime }: Clock): string | null {
  if (days === null) return null;
  const keptFrom = toInstant(now - days * 86_400_000);
  if (from !== null && from >= keptFrom) return null;
  return `Entries before ${renderTime(keptFrom)} may have expired: the deployment keeps them for ${countOf(days, 'day')} (keepHistoryDays).`;
}
