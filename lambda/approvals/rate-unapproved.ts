/** Rates a change, or a new instance, by its unapproved part, and decides if approvals cover all of it. */
import {
  exposureOf,
  type FirewallDiff,
  isAtLeast,
  type Rating,
  type RatingPolicy,
  type Reach,
  rateArrival,
  rateChange,
  rateExposure,
} from '../firewall/index.ts';
import type { Firewall } from '../firewall/rules/port-state.ts';
import { unknownFieldClosed, unknownFieldOpened } from '../firewall/rules/rule-notes.ts';
import type { Approval } from './approval.ts';
import { type ApprovedPart, listApprovedParts, subtractApproved, unapprovedExposure } from './unapproved-exposure.ts';

/** What an entry of the history says about approvals: those that held when the entry was committed. */
export interface EntryApproval {
  /** The approved parts of what opened, and of what closed. */
  opened: ApprovedPart[];
  closed: ApprovedPart[];
  /** True if approvals cover the whole change: it is recorded, and no alert is sent. */
  isSilent: boolean;
  /** False if some approvals could not be read. They approved nothing, so more may be approved than the entry says. */
  isComplete: boolean;
}

/** The approvals that hold for an instance, as far as they could be read. */
export interface HeldApprovals {
  approvals: readonly Approval[];
  isComplete: boolean;
}

type Change = Pick<FirewallDiff, 'opened' | 'closed' | 'notes'>;

/** The part of a change that decides its severity, and its approvals; `null`: no approval is about it, and all could be read. */
export interface ApprovedChange {
  /** What opened, less what is approved; what closed, less what is approved if no alert is wanted about its closing. */
  unapproved: Change;
  approved: EntryApproval | null;
}

/** A change with a rule that has an unknown field is approved in no part. `alertClosings`: an approved exposure that closes counts. */
export function approveChange(change: Change, held: HeldApprovals, alertClosings: boolean): ApprovedChange {
  const { opened, closed, notes } = change;
  const isUnclear = notes.some(({ code }) => code === unknownFieldOpened || code === unknownFieldClosed);
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

/** The exposures on both sides of a change. */
interface Sides {
  before: readonly Reach[];
  after: readonly Reach[];
}

/**
 * What opened is rated as if nothing approved were open: the half of the world that is not approved is a half of the world. What closed
 * is rated by everything that is still open.
 */
export function rateUnapproved(
  { opened, closed, notes }: Change,
  { before, after }: Sides,
  { approvals }: HeldApprovals,
  policy: RatingPolicy,
): Rating {
  // With the same exposure on both sides, nothing counts as opened: not even the last port of a protocol that is open as a whole now.
  const closing = rateChange({ opened: [], closed, before: after, after, notes }, policy);
  if (opened.length === 0) return closing;
  const sides = { before: subtractApproved(before, approvals), after: subtractApproved(after, approvals) };
  const opening = rateChange({ opened, closed: [], ...sides, notes }, policy);
  return closed.length === 0 || isAtLeast(opening.severity, closing.severity) ? opening : closing;
}

/** The reasons of approvals, each once. */
export function describeApproved({ opened, closed }: EntryApproval): string {
  return `approved: ${[...new Set([...opened, ...closed].map(({ reason }) => reason))].join('; ')}`;
}

/** `first-listing`: the region's first listing has the instance. `replacement`: an earlier instance of its name is gone. */
export interface Arrival {
  as: 'first-listing' | 'new' | 'replacement';
  blueprintId: string | null;
}

/**
 * Rates an instance that is new. `info` if all of its exposure is approved; but the replacement of an instance is news in any case, and
 * is rated `low` at least, like a new instance with an exposure that is not approved.
 */
export function rateApprovedArrival(
  firewall: Firewall,
  { as, blueprintId }: Arrival,
  { approvals, isComplete }: HeldApprovals,
  policy: RatingPolicy,
): { rating: Rating; approved: EntryApproval | null } {
  const whole = exposureOf(firewall);
  const opened = listApprovedParts(whole.reach, approvals);
  if (opened.length === 0) {
    const rating = as === 'first-listing' ? rateExposure(whole, policy) : rateArrival(firewall, blueprintId, policy);
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
