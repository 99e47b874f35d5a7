import { numberPeriod } from '../approvals/number-period.ts';
import type { Pass, StoredGroup } from './interfaces.ts';

/** After this time a group is no longer held back. */
const longestHoldMs = 26 * 3_600_000;

/**
 * Weekly digests and reminders of all accounts are due in the first pass of a day. If that day began after the start of the ending pass,
 * some accounts were scanned before the day began, so their groups come with the next pass.
 */
export function isHeldBack({ alerts, at }: StoredGroup, ending: Pick<Pass, 'startedAt'> | null, now: string): boolean {
  const kind = alerts[0]?.kind;
  if (kind !== 'all-is-well' && kind !== 'still-open') return false;
  if (Date.parse(now) - Date.parse(at) > longestHoldMs) return false;
  return ending === null || numberPeriod(ending.startedAt, 1) < numberPeriod(at, 1);
}
