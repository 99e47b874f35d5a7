/** Decides how a transient change is written to the latest state and the history of its instance. Pure. */
import type { AccountApprovals } from '../../approvals/account-approvals.ts';
import { listApprovalsFor } from '../../approvals/approval.ts';
import { approveChange, describeApproved, type HeldApprovals } from '../../approvals/rate-unapproved.ts';
import { subtractApproved } from '../../approvals/unapproved-exposure.ts';
import type { TransientChange } from '../../attribution/find-transient-changes.ts';
import { rateTransientChange } from '../../attribution/rate-transient-change.ts';
import { findExpected, ratingPolicy } from '../../firewall/index.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import { nextInstant, toInstant } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { TransientChangeOnInstance } from './decide-instance-transients.ts';
import type { Decision, DecisionContext } from './decision.ts';

/** `latest` must have the status `known`, and no failure. The firewall in `latest` stays the same. `now`: ms since the epoch. */
export function decideTransientChange(
  latest: LatestState,
  transient: TransientChangeOnInstance,
  approvals: AccountApprovals,
  context: DecisionContext,
  now: number,
): Decision {
  const { pending: _, recorded: __, alerted: ___, ...known } = latest;
  const entry = buildTransientEntry(latest, transient, approvals, context, now);
  return {
    kind: 'commit',
    expected: latest.version,
    commit: { ...known, version: entry.version, lastAt: entry.at, pending: entry },
  };
}

function buildTransientEntry(
  latest: LatestState,
  transient: TransientChangeOnInstance,
  account: AccountApprovals,
  context: DecisionContext,
  now: number,
): HistoryEntry {
  const held = holdApprovals(latest, transient, account);
  const { unapproved, approved } = approveChange(transient, held, context.settings.approvedClosingAlerts);
  const expected = findExpectedTransient(latest, { ...transient, ...unapproved }, context);
  const isInfo = expected !== null || approved?.isSilent === true;
  const { fit, from, until, opened, closed, notes, calls } = transient;
  const rating =
    held.approvals.length === 0 ? transient : rateUnapprovedTransient({ ...transient, ...unapproved }, held, context);
  return blankEntry({
    resource: latest.resource,
    at: nextInstant(now, latest.lastAt),
    version: latest.version + 1,
    kind: 'flapped',
    instance: transient.instance,
    previousRulesAt: latest.rulesAt,
    opened,
    closed,
    notes,
    severity: isInfo ? 'info' : rating.severity,
    reason: expected ? `expected: ${expected.reason}` : rating.reason,
    ...(approved?.isSilent && { reason: describeApproved(approved) }),
    ...(approved && { approved }),
    changedAfter: from,
    changedBefore: until,
    changedBy: { calls, fit, foundBy: 'lookup', foundAt: toInstant(now) },
    expected: expected?.reason ?? null,
    commitId: context.newId(),
  });
}

/** The approvals in force at the end of the transient change. If the change is not explained, no part of it is approved. */
function holdApprovals(
  { resource }: LatestState,
  transient: TransientChangeOnInstance,
  { approvals, isComplete }: AccountApprovals,
): HeldApprovals {
  const instance = { ...resource, arn: transient.instance?.arn ?? null };
  const held = transient.fit === 'explained' ? listApprovalsFor(instance, approvals, transient.until) : [];
  return { approvals: held, isComplete };
}

/** Rates the unapproved part of a transient change. Approved exposure counts as closed. */
function rateUnapprovedTransient(
  unapproved: TransientChange,
  { approvals }: HeldApprovals,
  { settings }: DecisionContext,
): Pick<TransientChange, 'severity' | 'reason'> {
  const { from, until, reach } = unapproved;
  const openBefore = subtractApproved(reach.before, approvals);
  const seconds = (Date.parse(until) - Date.parse(from)) / 1_000;
  return rateTransientChange(unapproved, reach, openBefore, seconds, ratingPolicy(settings.highRiskPorts));
}

/**
 * Returns the matching expected change of the configuration. The calls are found later, so an expected change must have been valid at the
 * end of the transient change. `null`: no expected change matches, or the calls do not explain the transient change, so that its exposure
 * is unknown.
 */
function findExpectedTransient(
  { resource }: LatestState,
  transient: TransientChangeOnInstance,
  { settings }: DecisionContext,
): { reason: string } | null {
  if (transient.fit !== 'explained') return null;
  const where = { instanceName: resource.instanceName ?? '', region: resource.region };
  return findExpected(transient, where, settings.expected, transient.until);
}
