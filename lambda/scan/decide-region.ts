/**
 * Decides what one listing of a region means for the region's own head: its first complete listing, a gap, the end of one.
 * A region that was never readable (not enabled, or denied by policy) is told once and is no lasting gap.
 */
import { algoVersion } from '../firewall/index.ts';
import { worstSeverity } from '../firewall/severity.ts';
import type { Failure, FailureReason, HistoryEntry, MonitoringSummary, Subject } from '../history/entry.ts';
import { beginFailure, continueFailure, type Decision, isDueToBeTold, nothing, toldFailure } from './decision.ts';
import type { Head, HeadFailure } from './head.ts';
import { latestUntil, type Moment, nextInstant } from './moment.ts';

export type RegionObservation =
  | { kind: 'listed'; summary: MonitoringSummary }
  | { kind: 'failed'; failure: Omit<Failure, 'since'> };

const neverReadableReasons: readonly FailureReason[] = ['access-denied', 'region-not-enabled'];

/** Was the region never yet listed, for a reason that lies in the account and not in the weather? Then it makes no scan incomplete. */
export function isNeverReadable(head: Head | null, reason: FailureReason): boolean {
  return head?.baselinedAt == null && neverReadableReasons.includes(reason);
}

export function decideRegion(
  subject: Subject,
  head: Head | null,
  observation: RegionObservation,
  moment: Moment,
): Decision {
  return observation.kind === 'listed'
    ? decideListed(subject, head, observation.summary, moment)
    : decideFailed(subject, head, observation.failure, moment);
}

function decideListed(subject: Subject, head: Head | null, summary: MonitoringSummary, moment: Moment): Decision {
  if (head?.baselinedAt == null) {
    return commit(subject, head, moment, {
      kind: 'baseline',
      severity: worstSeverity(summary.worst.map(({ severity }) => severity)),
      reason: 'the first complete listing of this region',
      failure: toldFailure(head),
      summary,
    });
  }
  if (head.failure === null) return nothing;
  if (head.failure.gapAt === null) return { kind: 'mark', failure: null };
  return commit(subject, head, moment, {
    kind: 'gap-over',
    reason: 'the region can be listed again',
    failure: toldFailure(head),
  });
}

function decideFailed(subject: Subject, head: Head | null, observed: Omit<Failure, 'since'>, moment: Moment): Decision {
  const failure = continueFailure(head, observed, lastListedAt(subject, head, moment), moment);
  if (failure.gapAt !== null) return nothing;
  if (!isNeverReadable(head, observed.reason) && !isDueToBeTold(failure, moment)) {
    return beginFailure(head, failure, { subject, instance: null, version: 0, lastAt: null }, moment);
  }
  const { reason, message, since } = failure;
  const gap: Said = {
    kind: 'gap',
    severity: 'high',
    reason: `the region could not be listed: ${reason}`,
    changedAfter: failure.confirmedAt,
    failure: { reason, message, since },
  };
  return commit(subject, head, moment, gap, failure);
}

function lastListedAt(subject: Subject, head: Head | null, moment: Moment): string | null {
  const last = moment.grant.lastScan;
  const listedAt = last?.regionsListed.includes(subject.region) ? last.startedAt : head?.failure?.confirmedAt;
  return latestUntil(new Date(moment.now).toISOString(), [listedAt, head?.status === 'known' ? head.seenAt : null]);
}

type Said = Pick<HistoryEntry, 'kind' | 'reason' | 'failure'> & Partial<HistoryEntry>;

function commit(
  subject: Subject,
  head: Head | null,
  moment: Moment,
  said: Said,
  failure: HeadFailure | null = null,
): Decision {
  const at = nextInstant(moment.now, head?.lastAt ?? null);
  const entry: HistoryEntry = {
    subject,
    at,
    version: (head?.version ?? 0) + 1,
    instance: null,
    rules: null,
    previousRulesAt: null,
    verdict: null,
    opened: [],
    closed: [],
    dormant: [],
    notes: [],
    severity: 'info',
    changedAfter: lastListedAt(subject, head, moment),
    changedBefore: at,
    expected: null,
    replaces: null,
    summary: null,
    rulesHash: null,
    exposureHash: null,
    algoVersion,
    commitId: moment.newId(),
    ...said,
  };
  return {
    kind: 'commit',
    expected: head?.version ?? null,
    commit: {
      subject,
      version: entry.version,
      status: entry.kind === 'gap' ? 'unknown' : 'known',
      instance: null,
      rules: null,
      rulesAt: null,
      seenAt: moment.scanStartedAt,
      lastAt: at,
      firstSeenAt: head?.firstSeenAt ?? at,
      failure: failure === null ? null : { ...failure, gapAt: at },
      pending: entry,
      baselinedAt: entry.kind === 'baseline' ? at : (head?.baselinedAt ?? null),
    },
  };
}
