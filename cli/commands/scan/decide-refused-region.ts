import type { FailureReason } from '../../../lambda/history/entry.ts';

interface Unlisted {
  reason: FailureReason;
}

/** True if the account has not enabled the region, or denies the caller there. */
export const isUnavailable = ({ reason }: Unlisted): boolean =>
  reason === 'region-not-enabled' || reason === 'access-denied';

/**
 * An unavailable region is a failure only if the caller named the region. For every reason other than `isUnavailable`, a region is always a
 * failure.
 */
export const isRegionFailure = (unlisted: Unlisted, isNamed: boolean): boolean => isNamed || !isUnavailable(unlisted);
