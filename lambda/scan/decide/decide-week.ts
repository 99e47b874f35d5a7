/** Decides when the weekly digest is due, and where its week begins. Pure. */
import { numberPeriod } from '../../approvals/number-period.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { LeaseGrant } from '../interfaces.ts';

const weekMs = 7 * 86_400_000;

/** `isAligned`: true with several accounts, so that the digests of all accounts are due in the first pass of a week. */
export function isWeekOver(startedAt: string, scannedAt: string, isAligned: boolean): boolean {
  if (isAligned) return numberPeriod(scannedAt, 7) > numberPeriod(startedAt, 7);
  return Date.parse(scannedAt) - Date.parse(startedAt) >= weekMs;
}

/**
 * Returns when the week of the weekly digest began: the instant of the last weekly digest, or of the first scan (the earliest `firstSeenAt`).
 * `null`: nothing was listed yet. A last weekly digest a day or more in the future comes from a wrong clock, and must not delay the next.
 */
export function decideWeekStart(
  { allIsWellAt }: Pick<LeaseGrant, 'allIsWellAt'>,
  states: readonly Pick<LatestState, 'firstSeenAt'>[],
  scannedAt: string,
): string | null {
  if (allIsWellAt !== null && Date.parse(allIsWellAt) - Date.parse(scannedAt) < weekMs / 7) return allIsWellAt;
  return states.reduce<string | null>(
    (first, { firstSeenAt }) => (first === null || firstSeenAt < first ? firstSeenAt : first),
    null,
  );
}
