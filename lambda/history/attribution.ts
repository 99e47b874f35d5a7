/** One API call that changed a firewall, from its CloudTrail record. Text from outside: every renderer must escape it. */
export interface AttributedCall {
  /** CloudTrail's `eventID`. */
  eventId: string;
  /** Instant of the call, in whole seconds. */
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
  /** `null`: the record does not contain it. */
  through: 'console' | 'api' | 'aws-service' | null;
}

/** The API calls in the window of a change, in the order in which they were made. */
export interface Attribution {
  /** At least one. */
  calls: AttributedCall[];
  /**
   * `explained`: the calls, applied in order to the old firewall, give the new firewall. `not-explained`: they give another firewall, so
   * another actor may have contributed. `not-told`: the records lack data that is needed to decide this.
   */
  fit: 'explained' | 'not-explained' | 'not-told';
  /** `event`: an event brought the call; `lookup`: the call was looked up in CloudTrail later. */
  foundBy: 'event' | 'lookup';
  foundAt: string;
}
