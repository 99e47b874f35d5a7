import type { Approval } from './approval.ts';

/** Every approval of an account that could be read: those of the configuration, then those made by command. Also ended and revoked ones. */
export interface AccountApprovals {
  approvals: readonly Approval[];
  /** False if some approvals made by command could not be read. They approve nothing until they can be. */
  isComplete: boolean;
  /** The approvals of the table that are damaged, or of a newer version, by their ids; `null`: the table did not answer. */
  unreadable: readonly UnreadableApproval[] | null;
}

export interface UnreadableApproval {
  /** The sort key of its item: its id. */
  key: string;
  problem: string;
}

/** What was alerted about an approval: that it was made, or how it came to its end. */
export type AlertedPhase = 'approved' | 'ended' | 'revoked';

/** What was alerted about the approvals of an account. If this is lost, it is alerted again; nothing else is lost. */
export interface ApprovalMarks {
  /** By the id of the approval. */
  alerted: Record<string, AlertedPhase>;
  /** `contentOf` each of these approvals: an item that somebody has replaced is alerted like a new approval. */
  contents: Record<string, string>;
  /** The approvals of the configuration that were alerted and have not ended: one that is no longer there was taken out. */
  configured: Approval[];
  /**
   * How often an approval was taken out of the configuration, or did not count for a while, by its id. One that comes back is alerted
   * again, with another `alertId`.
   */
  removed: Record<string, number>;
  /** Ids of approvals that cannot be read, and for which an alert was sent. */
  unreadable: string[];
  /** When exposure of this severity was reminded of, or when reminders began; `null`: reminders have not begun. */
  remindedAt: { critical: string | null; high: string | null };
}

export const noMarks: ApprovalMarks = {
  alerted: {},
  contents: {},
  configured: [],
  removed: {},
  unreadable: [],
  remindedAt: { critical: null, high: null },
};
