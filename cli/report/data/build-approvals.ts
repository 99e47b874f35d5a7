/** The approvals in force at the end of the span, and the open exposure that was not approved, most severe first. */
import type { Approval } from '../../../lambda/approvals/approval.ts';
import { type RatingPolicy, rankOpen } from '../../../lambda/firewall/index.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { type ApprovalsAt, approvalsAt } from '../../questions/approvals-at.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import { findWorstPart, hasOpened } from '../../questions/open-since.ts';
import type { StateAt } from '../../questions/state-at.ts';
import { type ApprovalData, isThere, type UnapprovedData } from './report-data.ts';
import type { SharedValues } from './shared-values.ts';

/**
 * The approvals of one instance at the end of the span. If the instance did not exist, or nothing was ever approved in the account, `held`
 * is empty and `unapproved` is `null`. `unapproved` is also `null` if the firewall is not known, or if everything that is open is approved.
 */
export interface BuiltApprovals {
  held: ApprovalsAt['held'];
  unapproved: Omit<UnapprovedData, 'instance'> | null;
}

/** `approvals`: `null` if nothing was ever approved in the account. */
export function buildApprovals(
  slice: HistorySlice,
  state: StateAt,
  approvals: readonly Approval[] | null,
  policy: RatingPolicy,
  shared: SharedValues,
): BuiltApprovals {
  if (approvals === null || !isThere(state.status)) return { held: [], unapproved: null };
  const { held, unapproved } = approvalsAt(state, slice.resource, approvals, policy);
  if (unapproved === null || unapproved.reach.length === 0) return { held, unapproved: null };
  const { severity, reach } = unapproved;
  const part = findWorstPart(reach, policy);
  const opening = slice.entries.findLast((entry) => entry.at <= state.at && hasOpened(entry, part));
  const since = opening === undefined ? null : Date.parse(opening.changedBefore);
  return { held, unapproved: { severity, list: shared.list(reach, rankOpen(unapproved, policy)), since } };
}

/** Most severe first. `built[i]` belongs to the instance with the index `i` in the report. */
export function listUnapprovedData(built: readonly BuiltApprovals[]): UnapprovedData[] {
  return built
    .flatMap(({ unapproved }, instance) => (unapproved === null ? [] : [{ ...unapproved, instance }]))
    .sort(bySeverity);
}

export function listApprovalData(
  built: readonly BuiltApprovals[],
  policy: RatingPolicy,
  shared: SharedValues,
): ApprovalData[] {
  const found = new Map<string, ApprovalData>();
  for (const [instance, { held }] of built.entries()) {
    for (const { approval, covers } of held) {
      const { id, by, reason, until, exposure } = approval;
      const list = shared.list(exposure, rankOpen({ reach: exposure, notes: [] }, policy));
      const data = found.get(id) ?? {
        id,
        by,
        reason,
        until: until === null ? null : Date.parse(until),
        list,
        instances: [],
      };
      if (covers.length > 0) data.instances.push(instance);
      found.set(id, data);
    }
  }
  return [...found.values()];
}
