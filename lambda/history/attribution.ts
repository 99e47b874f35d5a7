/** `null` in a call: the record does not contain it. */
export const callerKinds = ['console', 'api', 'aws-service'] as const;

/**
 * `explained`: the calls, applied in order to the old firewall, give the new firewall. `not-explained`: they give another firewall, so
 * another actor may have contributed. `not-told`: the records lack data that is needed to decide this.
 */
export const callFits = ['explained', 'not-explained', 'not-told'] as const;

/** `event`: an event brought the call; `lookup`: the call was looked up in CloudTrail later. */
export const callSearches = ['event', 'lookup'] as const;

/** One API call that changed a firewall, from its CloudTrail record. Text from outside: every renderer must escape it. */
export interface AttributedCall {
  /** CloudTrail's `eventID`. */
  eventId: string;
  /** `eventTime`, ISO-8601 UTC with milliseconds. CloudTrail has whole seconds only. */
  at: string;
  /** `PutInstancePublicPorts`, … */
  name: string;
  /** The actor in words: "IAM user alice", "role deploy (session ci-42)". */
  by: string;
  /** The caller's ARN; `null`: the record has none. */
  arn: string | null;
  /** An IP address, or the name of the AWS service that called. */
  sourceIpAddress: string | null;
  userAgent: string | null;
  through: (typeof callerKinds)[number] | null;
}

/** The API calls in the window of a change, in the order in which they were made. */
export interface Attribution {
  /** At least one. */
  calls: AttributedCall[];
  fit: (typeof callFits)[number];
  foundBy: (typeof callSearches)[number];
  foundAt: string;
}
