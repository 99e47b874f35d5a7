import type { RatingPolicy, Reach, Severity } from '../firewall/index.ts';
import type { PortState } from '../firewall/port-state.ts';
import type { Failure, InstanceFacts, Subject } from './entry.ts';
import type { ScanNote } from './evidence.ts';

/** What `status` needs of a head: the scan's own `Head` is one. */
export interface FleetHead {
  subject: Subject;
  status: 'known' | 'unknown' | 'gone';
  instance: InstanceFacts | null;
  rules: PortState[] | null;
  rulesAt: string | null;
  seenAt: string | null;
  firstSeenAt: string;
  failure: (Failure & { confirmedAt: string | null; gapAt: string | null }) | null;
  baselinedAt: string | null;
}

export interface StatusGap {
  scope: 'instance' | 'region';
  since: string;
  reason: string;
  message: string;
  /** False: it failed, and not yet for as many scans as people are told after. */
  isTold: boolean;
}

export interface InstanceStatus {
  subject: Subject;
  instance: InstanceFacts | null;
  /** Of the last known exposure; `null`: it was never read. */
  severity: Severity | null;
  reason: string;
  /** All that can be reached. */
  reach: Reach[];
  /** The part that is open to the world, or counts as such. */
  openToWorld: Reach[];
  dormant: Reach[];
  /** When the firewall in force was first read. */
  changedAt: string | null;
  firstSeenAt: string;
  /** Start of the last scan that confirmed it. */
  confirmedAt: string | null;
  gap: StatusGap | null;
}

export interface RegionStatus {
  region: string;
  baselinedAt: string | null;
  /** Instances that are there, as far as is known. */
  instances: number;
  confirmedAt: string | null;
  gap: StatusGap | null;
}

export interface FleetStatus {
  /** Gaps first, then worst severity, then region and name. What is gone is left out. */
  instances: InstanceStatus[];
  /** Gaps first, then by name. */
  regions: RegionStatus[];
}

/** The fleet as its heads say. `lastScan`: the newest scan noted, or the lease's summary of it; `null`: none yet. */
export function fleetStatus(
  heads: readonly FleetHead[],
  lastScan: Pick<ScanNote, 'startedAt' | 'regionsListed' | 'notRead'> | null,
  policy?: RatingPolicy,
): FleetStatus {
  throw new Error(`not written yet: ${heads.length} ${lastScan?.startedAt} ${policy}`);
}
