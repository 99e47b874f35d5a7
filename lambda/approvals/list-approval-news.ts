/** Decides which approvals were made, ended, revoked or became unreadable since the last alerts. Pure. */
import type { AccountApprovals, AlertedPhase, ApprovalMarks, UnreadableApproval } from './account-approvals.ts';
import { type Approval, contentOf, phaseOf } from './approval.ts';

export type ApprovalNews = (
  | { kind: 'approved'; approval: Approval }
  | { kind: 'approval-ended'; approval: Approval }
  /**
   * `approval.revoked` is set. If the approval was removed from the configuration, `revoked.at` is the start of the scan that found the
   * removal.
   */
  | { kind: 'approval-revoked'; approval: Approval }
  | { kind: 'approval-unreadable'; unreadable: UnreadableApproval }
  /** No alert is sent: only the marks change. */
  | { kind: 'silent' }
) & {
  /** Returns the marks as they are after the alert. */
  mark: (marks: ApprovalMarks) => ApprovalMarks;
};

/**
 * Returns the news in the order of the alerts. `at`: the start of the scan. Empty if the table did not answer, because it is then unknown
 * which approvals changed.
 */
export function listApprovalNews(
  { approvals, unreadable }: AccountApprovals,
  marks: ApprovalMarks,
  at: string,
): ApprovalNews[] {
  if (unreadable === null) return [];
  return [
    ...listRemoved(approvals, marks, at),
    ...approvals.flatMap((approval) => newsOf(approval, marks, at)),
    ...listUnreadable(unreadable, marks),
    ...listVanished(approvals, unreadable, marks),
  ];
}

function newsOf(approval: Approval, { alerted, contents }: ApprovalMarks, at: string): ApprovalNews[] {
  const { id } = approval;
  const isKnown = Object.hasOwn(alerted, id) && contents[id] === contentOf(approval);
  const known = isKnown ? alerted[id] : undefined;
  const phase = phaseOf(approval, at);
  if (known === 'ended' || known === 'revoked') return [];
  const isOver = phase === 'ended' || phase === 'revoked';
  // No alert is sent: an element of the configuration that had ended before its deployment has approved nothing.
  if (known === undefined && isOver && approval.origin === 'configuration')
    return [{ kind: 'silent', mark: (marks) => markPhase(marks, approval, 'ended') }];
  const news = (kind: 'approved' | 'approval-ended' | 'approval-revoked', next: AlertedPhase): ApprovalNews => {
    return { kind, approval, mark: (marks) => markPhase(marks, approval, next) };
  };
  return [
    ...(known === undefined ? [news('approved', 'approved')] : []),
    ...(phase === 'ended' ? [news('approval-ended', 'ended')] : []),
    ...(phase === 'revoked' ? [news('approval-revoked', 'revoked')] : []),
  ];
}

function markPhase(marks: ApprovalMarks, approval: Approval, phase: AlertedPhase): ApprovalMarks {
  const others = marks.configured.filter(({ id }) => id !== approval.id);
  const isOfConfiguration = approval.origin === 'configuration' && phase === 'approved';
  return {
    ...marks,
    alerted: { ...marks.alerted, [approval.id]: phase },
    contents: { ...marks.contents, [approval.id]: contentOf(approval) },
    configured: isOfConfiguration ? [...others, approval] : others,
  };
}

/**
 * Lists approvals that an earlier deployment had in its configuration, and that the present configuration lacks. An approval whose `until`
 * has passed is alerted as ended; every other approval is alerted as revoked.
 */
function listRemoved(approvals: readonly Approval[], { configured }: ApprovalMarks, at: string): ApprovalNews[] {
  const ids = new Set(approvals.map(({ id }) => id));
  return configured
    .filter(({ id }) => !ids.has(id))
    .map((approval): ApprovalNews => {
      const mark = (marks: ApprovalMarks) => markRemoved(marks, approval);
      if (phaseOf(approval, at) === 'ended') return { kind: 'approval-ended', approval, mark };
      const revoked = { at, by: 'the configuration', reason: 'it was taken out' };
      return { kind: 'approval-revoked', approval: { ...approval, revoked }, mark };
    });
}

function markRemoved(marks: ApprovalMarks, { id }: Pick<Approval, 'id'>): ApprovalMarks {
  const { [id]: _, ...alerted } = marks.alerted;
  const { [id]: __, ...contents } = marks.contents;
  const configured = marks.configured.filter((one) => one.id !== id);
  return { ...marks, alerted, contents, configured, removed: { ...marks.removed, [id]: countRemovals(marks, id) + 1 } };
}

/** How often the approval was removed, deleted or disabled, as in `removed` of `ApprovalMarks`. */
export function countRemovals({ removed }: ApprovalMarks, id: string): number {
  return Object.hasOwn(removed, id) ? (removed[id] ?? 0) : 0;
}

/**
 * Approvals of the table that no longer count, without a revocation: `approvalsByCommand` is off, or somebody has deleted the item. No
 * alert is sent, because an approval that does not count hides no exposure. If such an approval counts again, an alert is sent.
 */
function listVanished(
  approvals: readonly Approval[],
  unreadable: readonly UnreadableApproval[],
  { alerted, configured }: ApprovalMarks,
): ApprovalNews[] {
  const known = new Set([...approvals, ...configured].map(({ id }) => id).concat(unreadable.map(({ key }) => key)));
  return Object.entries(alerted)
    .filter(([id, phase]) => phase === 'approved' && !known.has(id))
    .map(([id]): ApprovalNews => ({ kind: 'silent', mark: (marks) => markRemoved(marks, { id }) }));
}

function listUnreadable(unreadable: readonly UnreadableApproval[], marks: ApprovalMarks): ApprovalNews[] {
  const keys = unreadable.map(({ key }) => key);
  const news = unreadable
    .filter(({ key }) => !marks.unreadable.includes(key))
    .map((one): ApprovalNews => {
      const mark = (old: ApprovalMarks) => ({ ...old, unreadable: [...old.unreadable, one.key] });
      return { kind: 'approval-unreadable', unreadable: one, mark };
    });
  if (marks.unreadable.every((key) => keys.includes(key))) return news;
  const mark = (old: ApprovalMarks) => ({ ...old, unreadable: old.unreadable.filter((key) => keys.includes(key)) });
  return [...news, { kind: 'silent', mark }];
}
