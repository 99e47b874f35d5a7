/** Rates a change, or a new instance, by its unapproved part, and decides if approvals cover all of it. */
import * as z from 'zod/mini';
import {
  type Exposure,
  type FirewallDiff,
  isAtLeast,
  type RatedChange,
  type Rating,
  type RatingPolicy,
  rateChange,
  rateExposure,
  rateNewInstance,
} from '../firewall/index.ts';
import type { Firewall } from '../firewall/rules/port-state.ts';
import { hasNote, unknownFieldClosed, unknownFieldOpened } from '../firewall/rules/rule-notes.ts';
import type { AccountApprovals } from './account-approvals.ts';
import { approvedPartSchema, listApprovedParts, subtractApproved, unapprovedExposure } from './unapproved-exposure.ts';

export const entryApprovalSchema = z.object({
  opened: z.array(approvedPartSchema),
  closed: z.array(approvedPartSchema),
  /**
   * True if approvals cover the whole change: then the change is recorded, and no alert is sent. False for every new instance that replaces
   * a deleted instance of the same name, because a replacement is always alerted.
   */
  isSilent: z.boolean(),
  /**
   * False if some approvals could not be read. An approval that cannot be read approves nothing, so perhaps more is approved than the entry
   * shows.
   */
  isComplete: z.boolean(),
});

/** The approved parts of an entry's opened and closed exposure. */
export type EntryApproval = z.output<typeof entryApprovalSchema>;

/** The approvals in force for an instance, at the start of a scan or the end of a transient change. */
export type HeldApprovals = Pick<AccountApprovals, 'approvals' | 'isComplete'>;

type Change = Pick<FirewallDiff, 'opened' | 'closed' | 'notes'>;

/**
 * A change, divided by the approvals. `approved` is `null` if no approval covers any part of the change, and all approvals could be read.
 */
interface ApprovedChange {
  /**
   * The part of the change that decides its severity: the opened part that is not approved, and the closed part. Approved exposure that
   * closes is left out, unless `alertClosings` is set.
   */
  unapproved: Change;
  approved: EntryApproval | null;
}

/**
 * If a rule of the change has an unknown field, no part of the change is approved. `alertClosings`: true if approved exposure that closes
 * is part of `unapproved`.
 */
export function approveChange(change: Change, held: HeldApprovals, alertClosings: boolean): ApprovedChange {
  const { opened, closed, notes } = change;
  const isUnclear = hasNote(notes, unknownFieldOpened, unknownFieldClosed);
  const approvals = isUnclear ? [] : held.approvals;
  const parts = { opened: listApprovedParts(opened, approvals), closed: listApprovedParts(closed, approvals) };
  const unapproved = {
    opened: subtractApproved(opened, approvals),
    closed: alertClosings ? [...closed] : subtractApproved(closed, approvals),
    notes,
  };
  const hasParts = parts.opened.length + parts.closed.length > 0;
  const isSilent = hasParts && unapproved.opened.length + unapproved.closed.length === 0;
  const { isComplete } = held;
  return { unapproved, approved: hasParts || !isComplete ? { ...parts, isSilent, isComplete } : null };
}

/**
 * Returns the more severe of two ratings. What opened is rated as if no approved exposure were open: if one half of the internet is
 * approved, the other half counts as one half. What closed is rated by everything that is still open.
 */
export function rateUnapproved(
  { opened, closed, notes }: Change,
  { before, after }: Pick<RatedChange, 'before' | 'after'>,
  { approvals }: HeldApprovals,
  policy: RatingPolicy,
): Rating {
  // Both sides have the same exposure, so nothing counts as opened, not even a protocol that is now open on every port.
  const closing = rateChange({ opened: [], closed, before: after, after, notes }, policy);
  if (opened.length === 0) return closing;
  const sides = { before: subtractApproved(before, approvals), after: subtractApproved(after, approvals) };
  const opening = rateChange({ opened, closed: [], ...sides, notes }, policy);
  return closed.length === 0 || isAtLeast(opening.severity, closing.severity) ? opening : closing;
}

export function describeApproved({ opened, closed }: EntryApproval): string {
  return `approved: ${[...new Set([...opened, ...closed].map(({ reason }) => reason))].join('; ')}`;
}

/** `first-listing`: the instance is in the first listing of its region. `replacement`: an earlier instance of the same name is gone. */
interface Arrival {
  as: 'first-listing' | 'new' | 'replacement';
  blueprintId: string | null;
}

/**
 * Rates a new instance by its unapproved exposure. If all of its exposure is approved, the rating is `info`. For a replacement the rating
 * is then `low`, because a replacement is always alerted. With unapproved exposure, the rating is at least `low`, except in a first
 * listing. `whole`: the exposure of `firewall`.
 */
export function rateApprovedNewInstance(
  firewall: Firewall,
  whole: Exposure,
  { as, blueprintId }: Arrival,
  { approvals, isComplete }: HeldApprovals,
  policy: RatingPolicy,
): { rating: Rating; approved: EntryApproval | null } {
  const opened = listApprovedParts(whole.reach, approvals);
  if (opened.length === 0) {
    const rating =
      as === 'first-listing' ? rateExposure(whole, policy) : rateNewInstance(firewall, blueprintId, policy, whole);
    return { rating, approved: isComplete ? null : { opened, closed: [], isSilent: false, isComplete } };
  }
  const rest = unapprovedExposure(firewall, approvals);
  const isCovered = rest.reach.length === 0 && rest.dormant.length === 0;
  const approved = { opened, closed: [], isSilent: isCovered && as !== 'replacement', isComplete };
  const { severity, reason } = isCovered
    ? ({ severity: 'info', reason: describeApproved(approved) } as const)
    : rateExposure(rest, policy);
  const isTooMild = severity === 'info' && as !== 'first-listing' && !approved.isSilent;
  return { rating: { severity: isTooMild ? 'low' : severity, reason }, approved };
}
