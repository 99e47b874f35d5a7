/** The day on which the prices were looked up. */
export const pricesOf = '23 November 2026';

/**
 * US dollars in us-east-1, on demand, without free tier. A price marked "?" was not found on a page of AWS itself: verify it before you
 * rely on it.
 */
export const prices = {
  /** 0.625 and 0.125 per million since November 2024 (AWS's blog, January 2025). Some pages still have 1.25 and 0.25. */
  tableWriteUnit: 0.625e-6,
  tableReadUnit: 0.125e-6,
  /** A month ?. */
  tableStorageGb: 0.25,
  /** Point-in-time recovery, a month ?. */
  tableBackupGb: 0.2,
  /** 0.20 per million ?. */
  functionRequest: 0.2e-6,
  /** arm64 ?. */
  functionGbSecond: 0.0000133334,
  /** 1 per million, after 14 million free ones ?. */
  schedulerInvocation: 1e-6,
  /** 0.50 per million (a page of June 2026 that is not AWS's). */
  topicPublish: 0.5e-6,
  /** 2 per 100,000 (the same page). */
  topicMail: 20e-6,
  /** 0.40 per million, after a million free ones in each account and month ?. */
  queueRequest: 0.4e-6,
  /** An event that another account sends to the monitor's bus: 1 per million ?. */
  busEvent: 1e-6,
  /** 2 per 100,000 management events of each copy after the first (aws.amazon.com/cloudtrail/pricing). */
  trailEvent: 20e-6,
  /** GuardDuty: 4 per million management events, the first 500 million (a page of June 2026 that is not AWS's). */
  threatDetectionEvent: 4e-6,
  /** Ingested ?. */
  logGb: 0.5,
  /** A month ?. */
  alarm: 0.1,
  /** A month ?. */
  metric: 0.3,
} as const;
