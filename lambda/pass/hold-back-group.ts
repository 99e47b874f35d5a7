import { numberPeriod } from '../approvals/number-period.ts';
import type { Pass, StoredGroup } from './interfaces.ts';

const longestHoldMs = 26 * 3_600_000;

/**
 * Weekly digests and reminders are published at the end of a pass, for all accounts together. If the day of a group began during that pass,
 * the accounts that were scanned before midnight have their groups in the next pass. So this group waits for the end of the next pass, too,
 * but at most 26 hours. `ending`: the pass that ends in this run; `null`: none ends, so the group waits.
 */
export function isHeldBack({ alerts, at }: StoredGroup, ending: Pick<Pass, 'startedAt'> | null, now: string): boolean {
  const kind = alerts[0]?.kind;
  if (kind !== 'all-is-well' && kind !== 'still-open') return false;
  if (Date.parse(now) - Date.parse(at) > longestHoldMs) return false;
  return ending === null || numberPeriod(ending.startedAt, 1) < numberPeriod(at, 1);
}
