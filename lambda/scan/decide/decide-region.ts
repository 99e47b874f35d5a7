/**
 * Decides what one listing of a region means for the region's own latest: its first complete listing, a gap, the end of one.
 * A region that was never readable (not enabled, or denied by policy) is told once and is no lasting gap.
 */

import { worstSeverity } from '../../firewall/rating/severity.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { Failure, FailureReason, HistoryEntry, MonitoringSummary, Resource } from '../../history/entry.ts';
import type { LatestState, OngoingFailure } from '../latest-state.ts';
import { latestUntil, type Moment, nextInstant } from '../moment.ts';
import { beginFailure, continueFailure, type Decision, isDueToBeTold, nothing, toldFailure } from './decision.ts';

export type RegionObservation =
  | { kind: 'listed'; summary: MonitoringSummary }
  | { kind: 'failed'; failure: Omit<Failure, 'since'> };

const neverReadableReasons: readonly FailureReason[] = ['access-denied', 'region-not-enabled'];

/** Was the region never yet listed, for a reason that lies in the account and not in the weather? Then it makes no scan incomplete. */
export function isNeverReadable(latest: LatestState | null, reason: FailureReason): boolean {
  return latest?.baselinedAt == null && neverReadableReasons.includes(reason);
}

export function decideRegion(
  resource: Resource,
  latest: LatestState | null,
  observation: RegionObservation,
  moment: Moment,
): Decision {
  return observation.kind === 'listed'
    ? decideListed(resource, latest, observation.summary, moment)
    : decideFailed(resource, latest, observation.failure, moment);
}

function decideListed(
  resource: Resource,
  latest: LatestState | null,
  summary: MonitoringSummary,
  moment: Moment,
): Decision {
  if (latest?.baselinedAt == null) {
    return commit(resource, latest, moment, {
      kind: 'baseline',
      severity: worstSeverity(summary.worst.map(({ severity }) => severity)),
      reason: 'the first complete listing of this region',
      failure: toldFailure(latest),
      summary,
    });
  }
  if (latest.failure === null) return nothing;
  if (latest.failure.gapAt === null) return { kind: 'mark', failure: null };
  return commit(resource, latest, moment, {
    kind: 'gap-over',
    reason: 'the region can be listed again',
    failure: toldFailure(latest),
  });
}

function decideFailed(
  resource: Resource,
  latest: LatestState | null,
  observed: Omit<Failure, 'since'>,
  moment: Moment,
): Decision {
  const failure = continueFailure(latest, observed, lastListedAt(resource, latest, moment), moment);
  if (failure.gapAt !== null) return nothing;
  if (!isNeverReadable(latest, observed.reason) && !isDueToBeTold(failure, moment)) {
    return beginFailure(latest, failure, { resource, instance: null, version: 0, lastAt: null }, moment);
  }
  const { reason, message, since } = failure;
  const gap: Said = {
    kind: 'gap',
    severity: 'high',
    reason: `the region could not be listed: ${reason}`,
    changedAfter: failure.confirmedAt,
    failure: { reason, message, since },
  };
  return commit(resource, latest, moment, gap, failure);
}

function lastListedAt(resource: Resource, latest: LatestState | null, moment: Moment): string | null {
  const last = moment.grant.lastScan;
  const listedAt = last?.regionsListed.includes(resource.region) ? last.startedAt : latest?.failure?.confirmedAt;
  return latestUntil(new Date(moment.now).toISOString(), [listedAt, latest?.status === 'known' ? latest.seenAt : null]);
}

type Said = Pick<HistoryEntry, 'kind' | 'reason' | 'failure'> & Partial<HistoryEntry>;

function commit(
  resource: Resource,
  latest: LatestState | null,
  moment: Moment,
  said: Said,
  failure: OngoingFailure | null = null,
): Decision {
  const at = nextInstant(moment.now, latest?.lastAt ?? null);
  const entry = blankEntry({
    resource,
    at,
    version: (latest?.version ?? 0) + 1,
    changedAfter: lastListedAt(resource, latest, moment),
    commitId: moment.newId(),
    ...said,
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
      seenAt: moment.scanStartedAt,
      lastAt: at,
      firstSeenAt: latest?.firstSeenAt ?? at,
      failure: failure === null ? null : { ...failure, gapAt: at },
      pending: entry,
      baselinedAt: entry.kind === 'baseline' ? at : (latest?.baselinedAt ?? null),
    },
  };
}
