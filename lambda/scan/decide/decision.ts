import type { Failure } from '../../history/entry.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../latest-state.ts';
import type { Moment } from '../moment.ts';

/** What is to be written about one latest state: an instance's or a region's. */
export type Decision =
  | { kind: 'nothing' }
  /** A failure begins to be counted, or ends before it was told. Not history. */
  | { kind: 'mark'; failure: OngoingFailure | null }
  /** A latest for something that could not be read yet and has no history. */
  | { kind: 'create'; latest: LatestState }
  /** `expected`: the version the latest state must have; `null`: there must be none. */
  | { kind: 'commit'; commit: StateCommit; expected: number | null };

export const nothing: Decision = { kind: 'nothing' };

/** The failure as of this scan: the one that is being counted already, with today's words, or a new one. */
export function continueFailure(
  latest: LatestState | null,
  observed: Omit<Failure, 'since'>,
  confirmedAt: string | null,
  moment: Moment,
): OngoingFailure {
  if (latest?.failure) return { ...latest.failure, ...observed };
  return { ...observed, since: moment.scanStartedAt, sinceScan: moment.grant.scanNumber, confirmedAt, gapAt: null };
}

/** Has it failed for as many scans as people are to be told after? Access denied is told at once: it does not mend itself. */
export function isDueToBeTold(failure: OngoingFailure, { grant, settings }: Moment): boolean {
  const scansFailed = grant.scanNumber - failure.sinceScan + 1;
  return failure.reason === 'access-denied' || scansFailed >= settings.tellGapAfterScans;
}

/** The gap that people were told of, if there is one: whatever the next good read commits also ends it. */
export function toldFailure(latest: LatestState | null): Failure | null {
  if (latest?.failure?.gapAt == null) return null;
  const { reason, message, since } = latest.failure;
  return { reason, message, since };
}

/** Begins to count a failure that is too young to be told; `born` is the latest state where there is none yet. */
export function beginFailure(
  latest: LatestState | null,
  failure: OngoingFailure,
  born: Pick<LatestState, 'resource' | 'instance' | 'version' | 'lastAt'>,
  moment: Moment,
): Decision {
  if (latest !== null) return latest.failure === null ? { kind: 'mark', failure } : nothing;
  return {
    kind: 'create',
    latest: {
      ...born,
      recorded: born.version,
      alerted: born.version,
      status: 'unknown',
      rules: null,
      rulesAt: null,
      seenAt: null,
      firstSeenAt: new Date(moment.now).toISOString(),
      failure,
      pending: null,
      baselinedAt: null,
    },
  };
}
