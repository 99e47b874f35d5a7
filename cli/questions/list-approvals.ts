/**
 * Decides what `portwatch approvals` lists: each approval, its phase, the open exposure that it covers, and the exposure that is no longer
 * covered.
 */
import { type Approval, type ApprovalPhase, phaseOf } from '../../lambda/approvals/approval.ts';
import { compareText } from '../../lambda/history/compare-text.ts';
import { type InstanceReach, type KnownInstance, listCovered, listStillOpen } from './approved-fleet.ts';

/** `not-counted`: made by command, but the settings allow only approvals of the configuration. */
export type ListedPhase = ApprovalPhase | 'not-counted';

export interface ListedApproval {
  approval: Approval;
  phase: ListedPhase;
  /** The present open exposure that the approval covers; empty unless the approval is in force. */
  covers: InstanceReach[];
  /**
   * Exposure that is still open, that the approval covered, and that no approval covers now; empty unless the approval has ended or was
   * revoked.
   */
  stillOpen: InstanceReach[];
}

const order: readonly ListedPhase[] = ['in-force', 'planned', 'ended', 'revoked', 'not-counted'];

/**
 * Sorted by phase, approvals in force first. In each phase, approvals without a start come first (only the configuration has such
 * approvals), then the newest approvals.
 */
export function listApprovals(
  { approvals, notCounted }: { approvals: readonly Approval[]; notCounted: readonly Approval[] },
  fleet: readonly KnownInstance[],
  at: string,
): ListedApproval[] {
  const counted = approvals.map((approval): ListedApproval => {
    const phase = phaseOf(approval, at);
    const isOver = phase === 'ended' || phase === 'revoked';
    return {
      approval,
      phase,
      covers: phase === 'in-force' ? listCovered(approval, fleet) : [],
      stillOpen: isOver ? listStillOpen(approval, fleet, approvals, at) : [],
    };
  });
  const others = notCounted.map((approval) => ({ approval, phase: 'not-counted' as const, covers: [], stillOpen: [] }));
  return [...counted, ...others].sort(compareListed);
}

function compareListed(a: ListedApproval, b: ListedApproval): number {
  return order.indexOf(a.phase) - order.indexOf(b.phase) || compareText(b.approval.from ?? '~', a.approval.from ?? '~');
}

/** An approval among several accounts. `madeIn`: the account in which it was made; `null`: it is in the configuration, for all accounts. */
export type AccountApproval = ListedApproval & { madeIn: string | null };

/** An approval of the configuration is listed once for all accounts, with the exposure that it covers in each. */
export function joinApprovals(
  lists: readonly { account: string; listed: readonly ListedApproval[] }[],
): AccountApproval[] {
  const joined = new Map<string, AccountApproval>();
  for (const { account, listed } of lists)
    for (const one of listed) {
      const isConfigured = one.approval.origin === 'configuration';
      const key = isConfigured ? one.approval.id : `${account}#${one.approval.id}`;
      const known = joined.get(key);
      joined.set(key, {
        ...one,
        madeIn: isConfigured ? null : account,
        covers: [...(known?.covers ?? []), ...one.covers],
        stillOpen: [...(known?.stillOpen ?? []), ...one.stillOpen],
      });
    }
  return [...joined.values()].sort(compareListed);
}
