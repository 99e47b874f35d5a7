/** Decides when a failure is counted, when it becomes a gap with an alert, and which gap a successful read ends. Pure. */
import type { Failure } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';
import type { LatestState, OngoingFailure } from '../../history/latest-state.ts';
import { type Decision, type DecisionContext, nothing } from './decision.ts';

/** Returns the counted failure with the new reason and message. `counted: null`: returns a new failure. */
export function continueFailure(
  counted: OngoingFailure | null,
  observed: Omit<Failure, 'since'>,
  confirmedAt: string | null,
  { startedAt, grant }: DecisionContext,
): OngoingFailure {
  if (counted !== null) return { ...counted, ...observed };
  return { ...observed, since: startedAt, sinceScan: grant.scanNumber, confirmedAt, gapAt: null };
}

/** A failure is a gap after `tellGapAfterScans` scans. Denied access is a gap at once, because only a person can correct it. */
export function isGapDue(failure: OngoingFailure, { grant, settings }: DecisionContext): boolean {
  const scansFailed = grant.scanNumber - failure.sinceScan + 1;
  return failure.reason === 'access-denied' || scansFailed >= settings.tellGapAfterScans;
}

/** The failure of the open gap; `null`: no gap is open. The next successful read ends the gap, even if the firewall has not changed. */
export function failureOfGap(latest: LatestState | null): Failure | null {
  if (latest?.failure?.gapAt == null) return null;
  const { reason, message, since } = latest.failure;
  return { reason, message, since };
}

/**
 * Ends a failure of a resource that has not changed. `seenAt` is stored because an event scan stores no note: only `seenAt` shows that an
 * event scan read the instance.
 */
export function endFailure({ failure }: LatestState, { startedAt }: DecisionContext): Decision {
  return failure === null ? nothing : { kind: 'mark', failure: null, seenAt: startedAt };
}

/** Stores a failure that is no gap yet. `fields`: the values for a resource that has no latest state. */
export function beginFailure(
  latest: LatestState | null,
  failure: OngoingFailure,
  fields: Pick<LatestState, 'resource' | 'instance' | 'version' | 'lastAt'>,
  now: number,
): Decision {
  if (latest !== null) return latest.failure === null ? { kind: 'mark', failure, seenAt: latest.seenAt } : nothing;
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
