/**
 * Decides what one listing of a region changes in the region's own latest state: the first complete listing, a gap, the end of a gap. A
 * region that was never readable (not enabled, or denied by a policy) gets one alert, and no gap stays open. A region that was always
 * denied is requested less and less often.
 */
import { worstSeverity } from '../../firewall/rating/severity.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { Failure, FailureReason, HistoryEntry, MonitoringSummary, Resource } from '../../history/entry.ts';
import { findConfirmedAt } from '../../history/find-confirmation.ts';
import { latestUntil, nextInstant, toInstant } from '../../history/instants.ts';
import { type LatestState, type OngoingFailure, regionOfKey, resourceKey } from '../../history/latest-state.ts';
import type { ScanNote } from '../../history/scan-note.ts';
import { beginFailure, continueFailure, endFailure, failureOfGap, isGapDue } from './decide-gap.ts';
import { type Decision, type DecisionContext, nothing } from './decision.ts';

export type RegionObservation =
  | { kind: 'listed'; summary: MonitoringSummary }
  | { kind: 'failed'; failure: Omit<Failure, 'since'> };

const neverReadableReasons: readonly FailureReason[] = ['access-denied', 'region-not-enabled'];

/** True if the region was never listed because of the account's own settings. Such a region does not make a scan incomplete. */
export function isNeverReadable(latest: LatestState | null, reason: FailureReason): boolean {
  return latest?.baselinedAt == null && neverReadableReasons.includes(reason);
}

/**
 * True if this scan leaves out the request: the region was denied in every scan, its alert is recorded, and the last scan could list
 * another region. The reason: each denied request is a record in CloudTrail, which costs money and can start alarms. The region is
 * requested 1, 2, 4, … 32 minutes after its first failure, and then every hour. Each scan makes up for requests that became due since the
 * last scan.
 */
export function isPaused(latest: LatestState | null, { startedAt, grant }: DecisionContext): boolean {
  const failure = latest?.failure;
  if (failure?.reason !== 'access-denied' || failure.gapAt === null || !isNeverReadable(latest, failure.reason))
    return false;
  if (grant.lastScan === null || !hasListing(grant.lastScan)) return false;
  const dueBy = (instant: string) => countRequests((Date.parse(instant) - Date.parse(failure.since)) / 60_000);
  return dueBy(startedAt) === dueBy(grant.lastScan.startedAt);
}

/** False if the scan listed no region and left out no empty region that was not due. Then no region is watched. */
export function hasListing({
  regionsListed,
  regionsNotDue,
}: Pick<ScanNote, 'regionsListed' | 'regionsNotDue'>): boolean {
  return regionsListed.length > 0 || regionsNotDue !== undefined;
}

/**
 * The next scan is still in time if it begins at most this much later than `emptyRegionsEveryMinutes` after the last listing. Without this
 * time, a scan that begins some seconds late would make Portwatch list the region one interval too soon.
 */
const earlyMs = 30_000;

/**
 * The start of the last scan that listed the region, if this scan leaves the region out; `null`: this scan lists the region. A region is
 * left out if it is known to be empty, and if the next scan can still list it in time (`emptyRegionsEveryMinutes`).
 */
export function findNotDue(
  region: string,
  { states, refused }: { states: ReadonlyMap<string, LatestState>; refused: ReadonlySet<string> },
  { startedAt, grant: { lastScan }, settings }: DecisionContext,
): string | null {
  const { emptyRegionsEveryMinutes, scanEveryMinutes } = settings;
  const listedAt = lastScan && findConfirmedAt(lastScan, { region, instanceName: null });
  if (emptyRegionsEveryMinutes === 0 || listedAt === null) return null;
  const sinceMs = Date.parse(startedAt) - Date.parse(listedAt);
  const isInTime = sinceMs + scanEveryMinutes * 60_000 <= emptyRegionsEveryMinutes * 60_000 + earlyMs;
  // An instant in the future was noted by a wrong clock.
  if (sinceMs < 0 || !isInTime) return null;
  const latest = states.get(resourceKey({ region, instanceName: null }));
  if (latest?.baselinedAt == null || latest.failure !== null) return null;
  const hasRegion = (key: string) => regionOfKey(key) === region;
  if (lastScan?.notRead.some(hasRegion) || [...refused].some(hasRegion)) return null;
  const isThere = ({ resource, status, failure }: LatestState) =>
    resource.instanceName !== null && resource.region === region && (status !== 'gone' || failure !== null);
  return [...states.values()].some(isThere) ? null : listedAt;
}

/** The number of requests that are due in this number of minutes after the first failure. */
function countRequests(minutes: number): number {
  if (minutes < 1) return 0;
  return minutes < 60 ? 1 + Math.floor(Math.log2(minutes)) : 6 + Math.floor(minutes / 60);
}

export function decideRegion(
  resource: Resource,
  latest: LatestState | null,
  observation: RegionObservation,
  context: DecisionContext,
  now: number,
): Decision {
  return observation.kind === 'listed'
    ? decideListed(resource, latest, observation.summary, context, now)
    : decideFailed(resource, latest, observation.failure, context, now);
}

function decideListed(
  resource: Resource,
  latest: LatestState | null,
  summary: MonitoringSummary,
  context: DecisionContext,
  now: number,
): Decision {
  if (latest?.baselinedAt == null) {
    return commit(resource, latest, context, now, {
      kind: 'baseline',
      severity: worstSeverity(summary.worst.map(({ severity }) => severity)),
      reason: 'the first complete listing of this region',
      failure: failureOfGap(latest),
      summary,
    });
  }
  if (latest.failure?.gapAt == null) return endFailure(latest, context);
  return commit(resource, latest, context, now, {
    kind: 'gap-over',
    reason: 'the region can be listed again',
    failure: failureOfGap(latest),
  });
}

function decideFailed(
  resource: Resource,
  latest: LatestState | null,
  observed: Omit<Failure, 'since'>,
  context: DecisionContext,
  now: number,
): Decision {
  const failure = continueFailure(
    latest?.failure ?? null,
    observed,
    lastListedAt(resource, latest, context, now),
    context,
  );
  if (failure.gapAt !== null) return nothing;
  if (!isNeverReadable(latest, observed.reason) && !isGapDue(failure, context)) {
    return beginFailure(latest, failure, { resource, instance: null, version: 0, lastAt: null }, now);
  }
  const { reason, message, since } = failure;
  const gap: EntryFields = {
    kind: 'gap',
    severity: 'high',
    reason: `the region could not be listed: ${reason}`,
    changedAfter: failure.confirmedAt,
    failure: { reason, message, since },
  };
  return commit(resource, latest, context, now, gap, failure);
}

function lastListedAt(
  resource: Resource,
  latest: LatestState | null,
  context: DecisionContext,
  now: number,
): string | null {
  const last = context.grant.lastScan;
  const listedAt = (last && findConfirmedAt(last, resource)) ?? latest?.failure?.confirmedAt;
  return latestUntil(toInstant(now), [listedAt, latest?.status === 'known' ? latest.seenAt : null]);
}

type EntryFields = Pick<HistoryEntry, 'kind' | 'reason' | 'failure'> & Partial<HistoryEntry>;

function commit(
  resource: Resource,
  latest: LatestState | null,
  context: DecisionContext,
  now: number,
  fields: EntryFields,
  failure: OngoingFailure | null = null,
): Decision {
  const at = nextInstant(now, latest?.lastAt ?? null);
  const entry = blankEntry({
    resource,
    at,
    version: (latest?.version ?? 0) + 1,
    changedAfter: lastListedAt(resource, latest, context, now),
    commitId: context.newId(),
    ...fields,
  });
  return {
    kind: 'commit',
    expected: latest?.version ?? null,
    commit: {
      resource,
      version: entry.version,
      status: entry.kind === 'gap' ? 'unknown' : 'known',
      instance: null,
      rules: null,
      rulesAt: null,
      seenAt: context.startedAt,
      lastAt: at,
      firstSeenAt: latest?.firstSeenAt ?? at,
      failure: failure === null ? null : { ...failure, gapAt: at },
      pending: entry,
      baselinedAt: entry.kind === 'baseline' ? at : (latest?.baselinedAt ?? null),
    },
  };
}
