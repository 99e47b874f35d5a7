/**
 * How a call was made: in the AWS console, by a program (`api`), or by an AWS service. A call has `null` if its CloudTrail record does not
 * show how the call was made.
 */
export const callerKinds = ['console', 'api', 'aws-service'] as const;

/**
 * Whether the API calls explain a change. `explained`: the calls, applied in order to the old firewall, give the new firewall. A deletion
 * of the instance is also `explained`, and so is a creation if no later call is known. `not-explained`: the calls do not lead to the new
 * firewall, so perhaps another call is missing. `not-told`: the CloudTrail records lack data that is needed to decide this.
 */
export const callFits = ['explained', 'not-explained', 'not-told'] as const;

/**
 * How Portwatch got the record of a call. `event`: EventBridge delivered the record. `lookup`: a scan found the record in CloudTrail later.
 */
export const callSearches = ['event', 'lookup'] as const;
