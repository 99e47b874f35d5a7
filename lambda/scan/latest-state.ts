import type { PortState } from '../firewall/rules/port-state.ts';
import type { Failure, HistoryEntry, InstanceFacts, Resource } from '../history/entry.ts';

export { resourceKey } from '../contract/table-keys.ts';

/**
 * What is known of one instance, or of one region as a whole, now. The watermarks say how far its history has come:
 * `alerted <= recorded <= version <= recorded + 1`, always.
 */
export interface LatestState {
  resource: Resource;
  /** Entries committed, recorded in the history, told to people. */
  version: number;
  recorded: number;
  alerted: number;
  /** `gone`: a complete listing lacked it. A region is never gone. */
  status: 'known' | 'unknown' | 'gone';
  /** As listed when `rules` were read; while there are none, when the latest state was last committed; `null` for a region. */
  instance: InstanceFacts | null;
  /** The last known firewall, whatever the status; `null` if it was never read, and for a region. */
  rules: PortState[] | null;
  /** Instant of the entry that holds `rules`. */
  rulesAt: string | null;
  /** Start of the scan that committed the present state: the first one that confirmed it. */
  seenAt: string | null;
  /** Instant of the newest entry; `null` while there is none. The next one is later by 1 ms at least, whatever the clock says. */
  lastAt: string | null;
  /** When the instance, or the region, was first listed. */
  firstSeenAt: string;
  /** Set while it cannot be read, from the first failed scan on. */
  failure: OngoingFailure | null;
  /** The committed entry that is not yet in the history (`version = recorded + 1`). */
  pending: HistoryEntry | null;
  /** A region's first complete listing; `null` before it, and for an instance. */
  baselinedAt: string | null;
}

export interface OngoingFailure extends Failure {
  /** Number of the first scan that failed: how long the gap is, counted in scans. */
  sinceScan: number;
  /** Start of the last scan that confirmed the state before the failure; `null` if none did. */
  confirmedAt: string | null;
  /** Instant of the `gap` entry; `null` while the failure is too young to be told. */
  gapAt: string | null;
}

/** A latest as it is to be written by a commit: `alerted` and `recorded` are never part of it, other scans may be moving them. */
export type StateCommit = Omit<LatestState, 'alerted' | 'recorded' | 'pending'> & { pending: HistoryEntry };

/** In a gap that people were told of; a region that was never readable is in none. */
export function isOpenGap({ failure, resource, baselinedAt }: LatestState): boolean {
  return failure?.gapAt != null && (resource.instanceName !== null || baselinedAt !== null);
}
