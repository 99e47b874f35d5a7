/** The day on which the prices were looked up. */
export const pricesOf = '23 November 2026';

/** US dollars in us-east-1, on demand, without free tier. "Not verified": the price was not found on a page of AWS. */
export const prices = {
  /** Per million since November 2024: writes 0.625, reads 0.125 (AWS's blog, January 2025). Some pages still have 1.25 and 0.25. */
  tableWriteUnit: 0.625e-6,
  tableReadUnit: 0.125e-6,
  /** For a stored GB in a month. Not verified. */
  tableStorageGb: 0.25,
  /** For a GB of point-in-time recovery in a month. Not verified. */
  tableBackupGb: 0.2,
  /** 0.20 per million requests. Not verified. */
  functionRequest: 0.2e-6,
  /** For a GB-second on arm64. Not verified. */
  functionGbSecond: 0.0000133334,
  /** 1 per million invocations; the first 14 million are free. Not verified. */
  schedulerInvocation: 1e-6,
  /** 0.50 per million messages (source: a page of June 2026 that is not AWS's). */
  topicPublish: 0.5e-6,
  /** 2 per 100,000 emails (source: the same page as for `topicPublish`). */
  topicMail: 20e-6,
  /** 0.40 per million requests; the first million in each account and month is free. Not verified. */
  queueRequest: 0.4e-6,
  /** An event that another account sends to the monitor's bus: 1 per million. Not verified. */
  busEvent: 1e-6,
  /** 2 per 100,000 management events, for each copy of an event after the first (aws.amazon.com/cloudtrail/pricing). */
  trailEvent: 20e-6,
  /** GuardDuty: 4 per million management events up to 500 million (source: a page of June 2026 that is not AWS's). */
  threatDetectionEvent: 4e-6,
  /** For an ingested GB. Not verified. */
  logGb: 0.5,
  /** For one alarm in a month. Not verified. */
  alarm: 0.1,
  /** For one metric in a month. Not verified. */
  metric: 0.3,
} as const;
