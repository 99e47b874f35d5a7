import * as z from 'zod/mini';
import { count, instant, instantOrNull, rulesSchema } from '../contract/item-fields.ts';
import { entrySchema, factsSchema, failureSchema, type HistoryEntry, resourceSchema } from './entry.ts';

const ongoingFailureSchema = z.extend(failureSchema, {
  /** Number of the scan that began at `since`; `isGapDue` counts failed scans from it. */
  sinceScan: count,
  /** Start of the last scan that confirmed the state before the failure; `null` if no scan did. */
  confirmedAt: instantOrNull,
  /** Instant of the `gap` entry; `null` while the failure has lasted for too few scans for an alert. */
  gapAt: instantOrNull,
});

export type OngoingFailure = z.output<typeof ongoingFailureSchema>;

export const stateSchema = z.object({
  resource: resourceSchema,
  /** Number of entries that are committed. */
  version: count,
  /** Number of entries that are in the history. */
  recorded: count,
  /** Number of entries whose alerts are sent, or that need no alert. Stored as `told`. */
  alerted: count,
  /** `gone`: a complete listing did not contain the instance. A region is never gone. */
  status: z.enum(['known', 'unknown', 'gone']),
  /**
   * The facts at the last read of `rules`. Only the addresses are from the newest listing of the same ARN. If the rules were never read:
   * the facts of the newest listing. `null` for a region.
   */
  instance: z.nullable(factsSchema),
  /** The last known rules, also of an instance that is `unknown` or `gone`. `null` if the rules were never read, and for a region. */
  rules: z.nullable(rulesSchema),
  /** Instant of the entry that holds `rules`. */
  rulesAt: instantOrNull,
  /**
   * Start of the newest scan that committed an entry about the resource or ended a failure. A `gap` entry of an instance does not change
   * this instant. `null`: the instance was never read, or the region was never listed.
   */
  seenAt: instantOrNull,
  /** Instant of the newest entry; `null` if there is none. The next entry is at least 1 ms later, whatever the clock shows. */
  lastAt: instantOrNull,
  /** When the instance, or the region, was first listed. */
  firstSeenAt: instant,
  /** Set from the first failed scan until the next successful read. */
  failure: z.nullable(ongoingFailureSchema),
  /** The committed entry that is not in the history yet (`version = recorded + 1`). */
  pending: z.nullable(entrySchema),
  /** When the region's first complete listing was recorded. `null` before this listing, and for an instance. */
  baselinedAt: instantOrNull,
});

/**
 * The present state of one instance, or of one region as a whole. Three marks count the entries of this resource, and `alerted <= recorded
 * <= version <= recorded + 1` is always true.
 */
export type LatestState = z.output<typeof stateSchema>;

/** What a commit writes. `alerted` and `recorded` are not part of a commit, because another scan can raise these marks at the same time. */
export type StateCommit = Omit<LatestState, 'alerted' | 'recorded' | 'pending'> & { pending: HistoryEntry };

/**
 * True if the resource cannot be read, and the history has a `gap` entry for this failure. A region that was never listed completely is not
 * in a gap.
 */
export function isOpenGap({ failure, resource, baselinedAt }: LatestState): boolean {
  return failure?.gapAt != null && (resource.instanceName !== null || baselinedAt !== null);
}
