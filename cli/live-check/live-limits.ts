export interface LiveLimits {
  pauseMs: number;
  /** The longest time until reads show a change. */
  showsWithinMs: number;
  /** The time in which a read should show a change. The attribution assumes this time, too. */
  soonMs: number;
  /** The longest time until CloudTrail has the records. */
  recordsWithinMs: number;
}

/** CloudTrail has a record within 5 minutes on average, and gives no guarantee. */
export const liveLimits: LiveLimits = {
  pauseMs: 500,
  showsWithinMs: 60_000,
  soonMs: 10_000,
  recordsWithinMs: 20 * 60_000,
};
