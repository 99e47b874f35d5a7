import type { PortState } from '../firewall/rules/port-state.ts';
import type { Failure, HistoryEntry, InstanceFacts, Resource } from './entry.ts';

/**
 * The present state of one instance, or of one region as a whole. Three marks count its entries, and `alerted <= recorded <= version <=
 * recorded + 1` is always true.
 */
export interface LatestState {
  resource: Resource;
  /** Number of entries that are committed. */
  version: number;
  /** Number of entries that are in the history. */
  recorded: number;
  /** Number of entries whose alerts are sent, or that need no alert. Stored as `told`. */
  alerted: number;
  /** `gone`: a complete listing did not contain the instance. A region is never gone. */
  status: 'known' | 'unknown' | 'gone';
  /**
   * The facts at the last read of `rules`, but with the addresses of the newest listing of the same ARN. Without rules: the facts of the
   * last listing. `null` for a region.
   */
  instance: InstanceFacts | null;
  /** The last known firewall, for every status; `null` if it was never read, and for a region. */
  rules: PortState[] | null;
  /** Instant of the entry that holds `rules`. */
  rulesAt: string | null;
  /** Start of a scan that confirmed the present state: of the one that committed it, or that ended its last failure. */
  seenAt: string | null;
  /** Instant of the newest entry; `null` if there is none. The next entry is at least 1 ms later, whatever the clock shows. */
  lastAt: string | null;
  /** When the instance, or the region, was first listed. */
  firstSeenAt: string;
  /** Set from the first failed scan until the next good read. */
  failure: OngoingFailure | null;
  /** The committed entry that is not in the history yet (`version = recorded + 1`). */
  pending: HistoryEntry | null;
  /** When the region's first complete listing was recorded; `null` before it, and for an instance. */
  baselinedAt: string | null;
}

export interface OngoingFailure extends Failure {
  /** Number of the first scan that failed; the length of a gap is counted in scans. */
  sinceScan: number;
  /** Start of the last scan that confirmed the state before the failure; `null` if no scan did. */
  confirmedAt: string | null;
  /** Instant of the `gap` entry; `null` while the failure has lasted for too few scans for an alert. */
  gapAt: string | null;
}

/** What a commit writes. `alerted` and `recorded` are not part of a commit, because other scans may be raising them. */
export type StateCommit = Omit<LatestState, 'alerted' | 'recorded' | 'pending'> & { pending: HistoryEntry };

/** `<region>#<instanceName>`, or `<region>#` for a region: unique in an account; a region sorts before its instances. */
export function resourceKey(resource: Pick<Resource, 'region' | 'instanceName'>): string {
  return `${resource.region}#${resource.instanceName ?? ''}`;
}

/** In place of the `resourceKey` of an instance that Lightsail lists without a name. */
export const namelessKey = (region: string): string => resourceKey({ region, instanceName: '?' });

/** In place of the name of a region that Lightsail lists without one. */
export const namelessRegion = '?';

/** The region of a `resourceKey`. */
export function regionOfKey(key: string): string {
  return key.slice(0, key.indexOf('#'));
}

/** True in a gap for which an alert was sent. A region that was never readable is in no gap. */
export function isOpenGap({ failure, resource, baselinedAt }: LatestState): boolean {
  return failure?.gapAt != null && (resource.instanceName !== null || baselinedAt !== null);
}
