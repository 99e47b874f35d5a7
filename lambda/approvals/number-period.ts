const dayMs = 86_400_000;
/** 5 January 1970 was a Monday. */
const firstMondayMs = 4 * dayMs;

/**
 * The number of the period (of `days` days) that contains an instant. Periods begin at 00:00 UTC, and those of seven days on Monday. So an
 * action that is due once in a period is due in the same pass for every account.
 */
export function numberPeriod(instant: string, days: number): number {
  return Math.floor((Date.parse(instant) - firstMondayMs) / (days * dayMs));
}
