/** One call that changed a firewall, as a record of CloudTrail says it. Text from outside: escape it for where it is shown. */
export interface AttributedCall {
  /** CloudTrail's own id of the record. */
  eventId: string;
  /** Instant of the call; CloudTrail says whole seconds. */
  at: string;
  /** `PutInstancePublicPorts`, … */
  name: string;
  /** Who, as a person would say it: "IAM user alice", "role deploy (session ci-42)". */
  by: string;
  /** The caller's ARN; `null`: the record has none. */
  arn: string | null;
  /** An address, or the name of the AWS service that called. */
  sourceIpAddress: string | null;
  userAgent: string | null;
  /** `null`: the record does not tell. */
  through: 'console' | 'api' | 'aws-service' | null;
}

/** Who did it: the calls in the window of a change, in the order in which they were made. */
export interface Attribution {
  /** At least one. */
  calls: AttributedCall[];
  /**
   * `explained`: these calls, one after the other, make the new firewall out of the old one. `not-explained`: they do not, so somebody
   * else may have had a part in it. `not-told`: the records leave out what would tell.
   */
  fit: 'explained' | 'not-explained' | 'not-told';
  /** `event`: a call brought the change to light; `lookup`: looked up in CloudTrail's history later. */
  foundBy: 'event' | 'lookup';
  foundAt: string;
}
