/** The accounts of one monitor, as its registry knows them. */
import type { FailureReason } from '../history/entry.ts';

/** Why an account cannot be entered, or the organisation cannot be listed. */
export interface AccountFailure {
  reason: FailureReason;
  message: string;
  /** Instant of the first failure in a row. */
  since: string;
  /** Instant of the newest failure. */
  lastAt: string;
  /** Failures in a row. */
  passes: number;
  /** An alert was sent. */
  isAlerted: boolean;
}

/** One account that the monitor watches, or watched. */
export interface WatchedAccount {
  account: string;
  name: string;
  status: 'watched' | 'removed';
  /** Instant since which the account has this status. */
  since: string;
  /** `null`: the account is watched. */
  removedBecause: 'suspended' | 'left' | 'not-configured' | null;
  /** False: the alert about the removal is still to be sent. */
  isRemovalAlerted: boolean;
  failure: AccountFailure | null;
  /** Rises with each write. */
  version: number;
}

/** The state of the listing of the organisation: does it work, or since when does it fail? */
export interface OrganizationState {
  failure: AccountFailure | null;
  /** Rises with each write; 0: nothing is stored. */
  version: number;
}
