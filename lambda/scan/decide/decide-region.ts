/**
 * Decides what a listing of a region changes in the latest state of the region: the first complete listing, a gap, the end of a gap. A
 * region that was never readable (not enabled, or denied by a policy) gets one alert, and does not count as an open gap.
 */
import { worstSeverity } from '../../firewall/rating/severity.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { Failure, FailureReason, HistoryEntry, MonitoringSummary, Resource } from '../../history/entry.ts';
import { findConfirmedAt } from '../../history/find-confirmation.ts';
import { latestUntil, nextInstant, toInstant } from '../../history/instants.ts';
import type { LatestState, OngoingFailure } from '../../history/latest-state.ts';
import { beginFailure, continueFailure, endFailure, failureOfGap, isGapDue } from './decide-gap.ts';
import { type Decision, type DecisionContext, nothing } from './decision.ts';

export type RegionObservation =
  | { kind: 'listed'; summary: MonitoringSummary }
  | { kind: 'failed'; failure: Omit<Failure, 'since'> };

const neverReadableReasons: readonly FailureReason[] = ['access-denied', 'region-not-enabled'];

/**
 * True if the region was never listed, because access is denied or the region is not enabled. Such a region does not make a scan
 * incomplete.
 */
export function isNeverReadable(latest: LatestState | null, reason: FailureReason): boolean {
  return latest?.baselinedAt == null && neverReadableReasons.includes(reason);
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
