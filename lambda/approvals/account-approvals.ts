import type { Approval } from './approval.ts';

/** Every approval of an account that could be read: those of the configuration, then those made by command. Also ended and revoked ones. */
export interface AccountApprovals {
  approvals: readonly Approval[];
  /** False if some approvals made by command could not be read. They approve nothing until they can be. */
  isComplete: boolean;
}
