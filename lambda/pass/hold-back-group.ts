import { numberPeriod } from '../approvals/number-period.ts';
import type { Pass, StoredGroup } from './interfaces.ts';

const longestHoldMs = 26 * 3_600_000;

/**
 * True if the group stays in the outbox. Weekly digests and reminders are published at the end of a pass, so that one alert is about all
 * accounts. If a pass began before midnight (UTC), the new day's groups exist only for the accounts that were scanned after midnight. So a
 * group waits for the end of a pass that began on the day of the group or later, but at most 26 hours. `ending`: the pass that ends in this
 * run; `null`: no pass ends.
 */
export function isHeldBack({ alerts, at }: StoredGroup, ending: Pick<Pass, 'startedAt'> | null, now: string): boolean {
  const kind = alerts[0]?.kind;
  if (kind !== 'all-is-well' && kind !== 'still-open') return false;
  if (Date.parse(now) - Date.parse(at) > longestHoldMs) return false;
  return ending === null || numberPeriod(ending.startedAt, 1) < numberPeriod(at, 1);
}
