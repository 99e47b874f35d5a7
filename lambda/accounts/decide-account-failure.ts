/** Counts the failures to enter an account, or to list the organisation, and decides when an alert about them is due. Pure. */
import type { Failure } from '../history/entry.ts';
import type { AccountFailure } from './watched-account.ts';

/**
 * One failure. `message`: the name and the message of the error. The message can contain text from AWS, so it must be made printable before
 * it is shown.
 */
export type ObservedFailure = Pick<Failure, 'reason' | 'message'>;

export interface FailureContext {
  /** The present instant. */
  at: string;
  /** Start of the pass. A failure counts once in each pass, also if the queue delivers a message twice. */
  passStartedAt: string;
  tellGapAfterScans: number;
  /** True if somebody gets the alerts. While false, no failure or removal is newly marked as alerted. */
  hasListener: boolean;
}

/**
 * Counts one more failure, and returns the failure to store. `isAlertDue`: true if the caller must send the alert now. `failure.isAlerted`
 * is then already true.
 */
export function continueAccountFailure(
  known: AccountFailure | null,
  { reason, message }: ObservedFailure,
  { at, passStartedAt, tellGapAfterScans, hasListener }: FailureContext,
): { failure: AccountFailure; isAlertDue: boolean } {
  const isCounted = known !== null && known.lastAt >= passStartedAt;
  const passes = (known?.passes ?? 0) + (isCounted ? 0 : 1);
  const wasAlerted = known?.isAlerted ?? false;
  // Denied access is alerted at once, as for a region, because only a person can correct it.
  const isDue = reason === 'access-denied' || passes >= tellGapAfterScans;
  const isAlertDue = isDue && hasListener && !wasAlerted;
  const since = known?.since ?? at;
  return { failure: { reason, message, since, lastAt: at, passes, isAlerted: wasAlerted || isAlertDue }, isAlertDue };
}
