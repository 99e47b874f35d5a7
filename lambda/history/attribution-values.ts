/** How a call was made: in the AWS console, by a program (`api`), or by an AWS service. A call has `null` if its record does not show it. */
export const callerKinds = ['console', 'api', 'aws-service'] as const;

/**
 * `explained`: the calls, applied in order to the old firewall, give the new firewall. A deletion is also `explained`, and a creation
 * without later calls. `not-explained`: the calls do not lead to the new firewall, so perhaps another call is missing. `not-told`: the
 * records lack data that is needed to decide this.
 */
export const callFits = ['explained', 'not-explained', 'not-told'] as const;

/** `event`: an event brought the call; `lookup`: the call was looked up in CloudTrail later. */
export const callSearches = ['event', 'lookup'] as const;
