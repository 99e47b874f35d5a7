/** Decides what there is to say of the fleet as it is now: by its heads, which one Query brings. */
import {
  defaultRatingPolicy,
  exposureOf,
  keepOpenToWorld,
  type RatingPolicy,
  type Reach,
  rateExposure,
  type Severity,
  severities,
} from '../firewall/index.ts';
import type { PortState } from '../firewall/port-state.ts';
import { confirms } from './confirms.ts';
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
  /** Start of the first scan that failed. */
  since: string;
  reason: string;
  /** Text from outside. */
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
  /** Start of the last scan that confirmed it, or when its firewall was read. */
  confirmedAt: string | null;
  gap: StatusGap | null;
}

export interface RegionStatus {
  region: string;
  /** Its first complete listing; `null`: it was never listed. */
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

type Newest = Pick<ScanNote, 'startedAt' | 'regionsListed' | 'notRead'> | null;

/** The fleet as its heads say. `lastScan`: the newest scan noted, or the lease's summary of it; `null`: none yet. */
export function fleetStatus(
  heads: readonly FleetHead[],
  lastScan: Newest,
  policy: RatingPolicy = defaultRatingPolicy,
): FleetStatus {
  const regionHeads = new Map(heads.filter(isRegion).map((head) => [head.subject.region, head]));
  const present = heads.filter((head) => !isRegion(head) && head.status !== 'gone');
  return {
    instances: present
      .map((head) => statusOf(head, regionHeads.get(head.subject.region) ?? null, lastScan, policy))
      .sort(compareInstances),
    regions: [...regionHeads.values()].map((head) => regionStatusOf(head, present, lastScan)).sort(compareRegions),
  };
}

function isRegion({ subject }: FleetHead): boolean {
  return subject.instanceName === null;
}

function statusOf(head: FleetHead, region: FleetHead | null, lastScan: Newest, policy: RatingPolicy): InstanceStatus {
  const { subject, instance, rules, rulesAt, firstSeenAt } = head;
  const exposure = rules === null ? null : exposureOf({ rules, ipAddressType: instance?.ipAddressType });
  const rating = exposure === null ? null : rateExposure(exposure, policy);
  const reach = exposure?.reach ?? [];
  return {
    subject,
    instance,
    severity: rating?.severity ?? null,
    reason: rating?.reason ?? 'its firewall was never read',
    reach,
    openToWorld: keepOpenToWorld(reach),
    dormant: exposure?.dormant ?? [],
    changedAt: rulesAt,
    firstSeenAt,
    confirmedAt: confirmedAt(head, region, lastScan),
    gap: gapOf(head, 'instance') ?? gapOf(region, 'region'),
  };
}

function regionStatusOf(head: FleetHead, present: readonly FleetHead[], lastScan: Newest): RegionStatus {
  const { region } = head.subject;
  return {
    region,
    baselinedAt: head.baselinedAt,
    instances: present.filter(({ subject }) => subject.region === region).length,
    confirmedAt: confirmedAt(head, null, lastScan),
    gap: gapOf(head, 'region'),
  };
}

function gapOf(head: FleetHead | null, scope: StatusGap['scope']): StatusGap | null {
  if (head === null || head.failure === null) return null;
  const { since, reason, message, gapAt } = head.failure;
  return { scope, since, reason, message, isTold: gapAt !== null };
}

/**
 * The last scan's start where that confirmed it; else what was noted when it began to fail, or the scan that read it first. (A region's
 * `seenAt` is of the scan that committed its state, which did not list it where that state is a gap.)
 */
function confirmedAt(head: FleetHead, region: FleetHead | null, lastScan: Newest): string | null {
  const { subject, rules, status } = head;
  if (subject.instanceName !== null && rules === null) return null;
  const seenAt = subject.instanceName === null && status !== 'known' ? null : head.seenAt;
  const failure = head.failure ?? region?.failure ?? null;
  const isConfirmed = failure === null && lastScan !== null && confirms(lastScan, subject);
  const known = [isConfirmed ? lastScan.startedAt : null, failure?.confirmedAt ?? null, seenAt];
  return (
    known
      .filter((instant) => instant !== null)
      .sort()
      .at(-1) ?? null
  );
}

function compareInstances(a: InstanceStatus, b: InstanceStatus): number {
  return (
    Number(a.gap === null) - Number(b.gap === null) ||
    rankOf(a.severity) - rankOf(b.severity) ||
    compareTexts(a.subject.region, b.subject.region) ||
    compareTexts(a.subject.instanceName ?? '', b.subject.instanceName ?? '')
  );
}

/** What was never read is as bad as the worst. */
function rankOf(severity: Severity | null): number {
  return severity === null ? -1 : severities.indexOf(severity);
}

function compareRegions(a: RegionStatus, b: RegionStatus): number {
  return Number(a.gap === null) - Number(b.gap === null) || compareTexts(a.region, b.region);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
