import type { ScanSettings } from '../../contract/settings.ts';
import type { Failure } from '../../history/entry.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../../history/latest-state.ts';
import type { LeaseGrant } from '../interfaces.ts';
import { toInstant } from './next-instant.ts';

/** What to write about one resource. */
export type Decision =
  | { kind: 'nothing' }
  /** A failure starts to be counted, or ends before an alert was due. It is not history. */
  | { kind: 'mark'; failure: OngoingFailure | null }
  /** A latest state for a resource that could not be read yet and has no history. */
  | { kind: 'create'; latest: LatestState }
  /** `expected`: the version that the latest state must have; `null`: there must be no latest state. */
  | { kind: 'commit'; commit: StateCommit; expected: number | null };

export const nothing: Decision = { kind: 'nothing' };

/** What a decision depends on, other than the observation and what is known. `Run` has these fields. */
export interface DecisionContext {
  startedAt: string;
  grant: Pick<LeaseGrant, 'scanNumber' | 'lastScan'>;
  settings: ScanSettings;
  newId: () => string;
}

/** The failure as of this scan: the failure that is being counted, with the new reason and message, or a new failure. */
export function continueFailure(
  latest: LatestState | null,
  observed: Omit<Failure, 'since'>,
  confirmedAt: string | null,
  { startedAt, grant }: DecisionContext,
): OngoingFailure {
  if (latest?.failure) return { ...latest.failure, ...observed };
  return { ...observed, since: startedAt, sinceScan: grant.scanNumber, confirmedAt, gapAt: null };
}

/** True if the failure has lasted for `tellGapAfterScans` scans. Denied access is a gap at once: it needs a person to correct it. */
export function isGapDue(failure: OngoingFailure, { grant, settings }: DecisionContext): boolean {
  const scansFailed = grant.scanNumber - failure.sinceScan + 1;
  return failure.reason === 'access-denied' || scansFailed >= settings.tellGapAfterScans;
}

/** The failure of the open gap; `null` if there is none. The next good read ends the gap, whatever else that read finds. */
export function failureOfGap(latest: LatestState | null): Failure | null {
  if (latest?.failure?.gapAt == null) return null;
  const { reason, message, since } = latest.failure;
  return { reason, message, since };
}

/** Starts to count a failure that is no gap yet; `fields` are for the latest state, if there is none. */
export function beginFailure(
  latest: LatestState | null,
  failure: OngoingFailure,
  fields: Pick<LatestState, 'resource' | 'instance' | 'version' | 'lastAt'>,
  now: number,
): Decision {
  if (latest !== null) return latest.failure === null ? { kind: 'mark', failure } : nothing;
  return {
    kind: 'create',
    latest: {
      ...fields,
      recorded: fields.version,
      alerted: fields.version,
      status: 'unknown',
      rules: null,
      rulesAt: null,
      seenAt: null,
      firstSeenAt: toInstant(now),
      failure,
      pending: null,
      baselinedAt: null,
    },
  };
}
