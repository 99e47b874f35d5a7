/** Decides the current status of the fleet from its latest states, which one Query reads, and from its last scans. */

import type { AccountFailure } from '../../lambda/accounts/watched-account.ts';
import {
  exposureOf,
  keepOpenToWorld,
  type Note,
  type RatingPolicy,
  type Reach,
  rateExposure,
  type Severity,
  severities,
} from '../../lambda/firewall/index.ts';
import { compareText } from '../../lambda/history/compare-text.ts';
import type { InstanceFacts, Resource } from '../../lambda/history/entry.ts';
import { findConfirmedAt, findLastConfirmation } from '../../lambda/history/find-confirmation.ts';
import { firewallOf } from '../../lambda/history/firewall-of.ts';
import { latestUntil } from '../../lambda/history/instants.ts';
import type { LatestState, OngoingFailure } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';

export type FleetState = Pick<
  LatestState,
  'resource' | 'status' | 'instance' | 'rules' | 'rulesAt' | 'seenAt' | 'firstSeenAt' | 'baselinedAt'
> & { failure: Omit<OngoingFailure, 'sinceScan'> | null };

export interface StatusGap {
  scope: 'instance' | 'region' | 'account';
  /**
   * Start of the first scan that failed. For the scope `account`: when the account was removed, or could not be entered for the first time.
   */
  since: string;
  reason: string;
  /** Can contain text of AWS, so output must escape this text. */
  message: string;
  /** False: no alert is recorded, in most cases because the failure has not lasted for `tellGapAfterScans` scans. */
  isTold: boolean;
}

export interface InstanceStatus {
  resource: Resource;
  instance: InstanceFacts | null;
  /** Severity of the last known exposure; `null`: the instance was never read. */
  severity: Severity | null;
  reason: string;
  reach: Reach[];
  /** The part of `reach` that is open to the world, or that counts as open to the world. */
  openToWorld: Reach[];
  dormant: Reach[];
  notes: Note[];
  /** When the last known firewall was first read. */
  changedAt: string | null;
  firstSeenAt: string;
  /** Start of the last scan that confirmed the instance, or the instant of the last read of its firewall. */
  confirmedAt: string | null;
  gap: StatusGap | null;
}

export interface RegionStatus {
  region: string;
  /** The instant of the region's first complete listing; `null`: it was never listed. */
  baselinedAt: string | null;
  /** Number of existing instances. */
  instances: number;
  confirmedAt: string | null;
  gap: StatusGap | null;
}

export interface FleetStatus {
  /**
   * Instances with a gap come first, then instances that were never read, then the most severe; then by region, account and name. Deleted
   * instances are left out.
   */
  instances: InstanceStatus[];
  /** Gaps first, then by name. */
  regions: RegionStatus[];
}

export interface AccountsStatus extends Pick<FleetStatus, 'instances'> {
  regions: (RegionStatus & { account: string })[];
}

export interface AccountFleet {
  account: string;
  status: FleetStatus;
  /** Why the account cannot be read now; `null`: it can be read. */
  hidden: AccountFailure | { removedAt: string; because: string } | null;
}

/** In an account that cannot be read, each instance without a gap gets one: its latest state is only the last known one. */
export function joinFleets(fleets: readonly AccountFleet[]): AccountsStatus {
  return {
    instances: fleets
      .flatMap(({ status, hidden }) =>
        status.instances.map((one) => (hidden === null ? one : { ...one, gap: one.gap ?? gapOfAccount(hidden) })),
      )
      .sort(compareInstances),
    regions: fleets
      .flatMap(({ account, status }) => status.regions.map((region) => ({ ...region, account })))
      .sort(compareRegions),
  };
}

function gapOfAccount(hidden: NonNullable<AccountFleet['hidden']>): StatusGap {
  if ('removedAt' in hidden)
    return { scope: 'account', since: hidden.removedAt, reason: 'not-watched', message: hidden.because, isTold: true };
  const { since, reason, message, isAlerted } = hidden;
  return { scope: 'account', since, reason, message, isTold: isAlerted };
}

type Scan = Pick<ScanNote, 'startedAt' | 'regionsListed' | 'regionsNotDue' | 'notRead'>;

/**
 * `scans`: oldest first. If the newest scan did not confirm an existing instance or region, `scans` must include the last scan that did.
 * Otherwise the gap of that resource can begin too late. In all other cases the newest scan is enough.
 */
export function fleetStatus(states: readonly FleetState[], scans: readonly Scan[], policy: RatingPolicy): FleetStatus {
  const regionStates = new Map(states.filter(isRegion).map((latest) => [latest.resource.region, latest]));
  const present = states.filter((latest) => !isRegion(latest) && latest.status !== 'gone');
  return {
    instances: present
      .map((latest) => statusOf(latest, regionStates.get(latest.resource.region) ?? null, scans, policy))
      .sort(compareInstances),
    regions: [...regionStates.values()].map((latest) => regionStatusOf(latest, present, scans)).sort(compareRegions),
  };
}

function isRegion({ resource }: FleetState): boolean {
  return resource.instanceName === null;
}

function statusOf(
  latest: FleetState,
  region: FleetState | null,
  scans: readonly Scan[],
  policy: RatingPolicy,
): InstanceStatus {
  const { resource, instance, rulesAt, firstSeenAt } = latest;
  const firewall = firewallOf(latest);
  const exposure = firewall === null ? null : exposureOf(firewall);
  const rating = exposure === null ? null : rateExposure(exposure, policy);
  const reach = exposure?.reach ?? [];
  return {
    resource,
    instance,
    severity: rating?.severity ?? null,
    reason: rating?.reason ?? 'its firewall was never read',
    reach,
    openToWorld: keepOpenToWorld(reach),
    dormant: exposure?.dormant ?? [],
    notes: exposure?.notes ?? [],
    changedAt: rulesAt,
    firstSeenAt,
    confirmedAt: confirmedAt(latest, region, scans),
    gap: beginWithScan(
      gapOf(latest, 'instance') ?? gapOf(region, 'region') ?? gapOfScan(latest, scans.at(-1) ?? null),
      latest,
      scans,
    ),
  };
}

function regionStatusOf(latest: FleetState, present: readonly FleetState[], scans: readonly Scan[]): RegionStatus {
  const { region } = latest.resource;
  return {
    region,
    baselinedAt: latest.baselinedAt,
    instances: present.filter(({ resource }) => resource.region === region).length,
    confirmedAt: confirmedAt(latest, null, scans),
    gap: gapOf(latest, 'region'),
  };
}

function gapOf(latest: FleetState | null, scope: StatusGap['scope']): StatusGap | null {
  if (latest === null || latest.failure === null) return null;
  const { since, reason, message, gapAt } = latest.failure;
  return { scope, since, reason, message, isTold: gapAt !== null };
}

/**
 * For an instance whose latest state, and whose region, have no failure. Returns a gap if the last scan did not confirm the instance: the
 * scan left the region out, or the table refused to store the failure. Returns `null` if a later event scan has read the instance.
 */
function gapOfScan({ resource, seenAt }: FleetState, lastScan: Scan | null): StatusGap | null {
  if (lastScan === null || findConfirmedAt(lastScan, resource) !== null || (seenAt ?? '') > lastScan.startedAt)
    return null;
  const isListed = lastScan.regionsListed.includes(resource.region);
  const [scope, reason] = isListed ? (['instance', 'not-read'] as const) : (['region', 'not-watched'] as const);
  const message = isListed ? 'the last scan could not read it' : 'the last scan left the region out';
  return { scope, since: lastScan.startedAt, reason, message, isTold: false };
}

/**
 * Makes the gap begin with the first scan that did not confirm the instance. The failure in the latest state can begin after this scan: an
 * earlier scan left the region out, or the table refused to store the failure.
 */
function beginWithScan(
  gap: StatusGap | null,
  { resource, seenAt, firstSeenAt }: FleetState,
  scans: readonly Scan[],
): StatusGap | null {
  if (gap === null) return null;
  const missed = scans.slice(scans.findLastIndex((scan) => findConfirmedAt(scan, resource) !== null) + 1);
  // Before `firstSeenAt`, only a scan whose `notRead` names the instance shows that it existed.
  const first = missed.find(
    ({ startedAt, notRead }) =>
      startedAt > (seenAt ?? '') && (startedAt > firstSeenAt || notRead.includes(resourceKey(resource))),
  );
  return first !== undefined && first.startedAt < gap.since ? { ...gap, since: first.startedAt } : gap;
}

/**
 * Returns the latest of three instants: the start of the last scan in `scans` that confirmed the resource, `confirmedAt` of the failure of
 * the resource or its region, and `seenAt`. `null`: none of the three exists, or the firewall of the instance was never read. `seenAt` of a
 * region counts only for the status `known`, because a scan that commits a gap did not list the region.
 */
function confirmedAt(latest: FleetState, region: FleetState | null, scans: readonly Scan[]): string | null {
  const { resource, rules, status } = latest;
  if (resource.instanceName !== null && rules === null) return null;
  const seenAt = resource.instanceName === null && status !== 'known' ? null : latest.seenAt;
  const failure = latest.failure ?? region?.failure;
  return latestUntil('9', [findLastConfirmation(scans, resource), failure?.confirmedAt, seenAt]);
}

function compareInstances(a: InstanceStatus, b: InstanceStatus): number {
  return (
    Number(a.gap === null) - Number(b.gap === null) ||
    rankOf(a.severity) - rankOf(b.severity) ||
    compareText(a.resource.region, b.resource.region) ||
    compareText(a.resource.account, b.resource.account) ||
    compareText(a.resource.instanceName ?? '', b.resource.instanceName ?? '')
  );
}

/** An instance that was never read comes before every severity. */
function rankOf(severity: Severity | null): number {
  return severity === null ? -1 : severities.indexOf(severity);
}

function compareRegions(a: RegionStatus, b: RegionStatus): number {
  return Number(a.gap === null) - Number(b.gap === null) || compareText(a.region, b.region);
}
