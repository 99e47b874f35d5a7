import * as z from 'zod/mini';
import { count, instantOrNull, text } from '../contract/item-fields.ts';
import { type Approval, approvalSchema } from './approval.ts';

/**
 * All approvals of an account that could be read, also ended and revoked approvals: first those of the configuration, then those made by
 * command.
 */
export interface AccountApprovals {
  approvals: readonly Approval[];
  /** False if some approvals made by command could not be read. Until they can be read, they approve nothing. */
  isComplete: boolean;
  /** The approvals of the table that are damaged, or of a newer version; `null`: the table did not answer. */
  unreadable: readonly UnreadableApproval[] | null;
}

export interface UnreadableApproval {
  /** The sort key of the item, which is the id of the approval. */
  key: string;
  problem: string;
}

/** The newest phase that was alerted, or that needs no alert. */
const alertedPhase = z.enum(['approved', 'ended', 'revoked']);
export type AlertedPhase = z.output<typeof alertedPhase>;

export const approvalMarksSchema = z.object({
  /** The newest alerted phase, by the id of the approval. */
  alerted: z.record(text, alertedPhase),
  /**
   * The hash (`contentOf`) of the approval when the approval was alerted, by the id of the approval. If the hash differs now, the
   * approval is alerted as a new approval.
   */
  contents: z.record(text, text),
  /** The approvals of the configuration that were alerted and have not ended. The next scan compares them with the configuration. */
  configured: z.array(
    approvalSchema.check(z.refine(({ origin, revoked }) => origin === 'configuration' && revoked === null)),
  ),
  /**
   * By the id of the approval: how often the approval was removed from the configuration, deleted from the table, or disabled by
   * `approvalsByCommand`. With this number, the alert about an approval that returns has another `alertId` than before.
   */
  removed: z.record(text, count),
  /** Ids of approvals that cannot be read, and for which an alert was sent. */
  unreadable: z.array(text),
  /** By severity: the instant of the last reminder, or the instant when reminders began; `null`: reminders have not begun. */
  remindedAt: z.object({ critical: instantOrNull, high: instantOrNull }),
});

/**
 * The alerts about approvals that were sent, stored as one item of the table. If the item is lost, the next scan alerts the present
 * approvals again, and reminders begin again. If an approval was removed from the configuration meanwhile, nobody gets an alert about the
 * removal.
 */
export type ApprovalMarks = z.output<typeof approvalMarksSchema>;

export const noMarks: ApprovalMarks = {
  alerted: {},
  contents: {},
  configured: [],
  removed: {},
  unreadable: [],
  remindedAt: { critical: null, high: null },
};
