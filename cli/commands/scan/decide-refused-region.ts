import type { FailureReason } from '../../../lambda/history/entry.ts';

interface Unlisted {
  reason: FailureReason;
}

/** True if the account has not enabled the region, or denies the caller there. */
export const isUnavailable = ({ reason }: Unlisted): boolean =>
  reason === 'region-not-enabled' || reason === 'access-denied';

/** A region that could not be listed is a failure, except an unavailable region that the caller did not name. */
export const isRegionFailure = (unlisted: Unlisted, isNamed: boolean): boolean => isNamed || !isUnavailable(unlisted);
