/**
 * The interfaces from passes over several accounts to the table, to the accounts queue, and to AWS Organizations. As in
 * `scan/interfaces.ts`, a call of a store's method has its whole effect or no effect.
 */
import * as z from 'zod/mini';
import type { ChosenAccount, ListedAccount } from '../accounts/choose-watched-accounts.ts';
import type { OrganizationState, WatchedAccount } from '../accounts/watched-account.ts';
import { count, instant, instantOrNull } from '../contract/item-fields.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { AlertGroup, AlertOutbox, LeaseRequest, RefusedItem } from '../scan/interfaces.ts';

export interface StoredGroup extends AlertGroup {
  /** The sort key of the group's item in the outbox. */
  key: string;
}

export interface LoadedGroups {
  groups: StoredGroup[];
  /** Items of the outbox that this version of Portwatch cannot read. These items stay in the outbox. */
  refused: RefusedItem[];
  /** The argument `after` for the next call of `loadGroups`; `null`: there are no further groups. */
  nextAfter: string | null;
}

export interface OutboxStore extends AlertOutbox {
  /** Groups after the key `after` (`null`: from the beginning), worst severity first, at most `limit`. Consistent read. */
  loadGroups(after: string | null, limit: number, criticalOnly: boolean): Promise<LoadedGroups>;
  /** The instant of the oldest group, even if this version cannot read the group. `null`: the outbox is empty. Consistent read. */
  loadOldestAt(): Promise<string | null>;
  deleteGroup(key: string): Promise<void>;
}

export const passSchema = z.object({
  startedAt: instant,
  /** Number of accounts that were chosen when the pass began, including accounts that this pass did not scan in the end. */
  accounts: count,
  /** `null`: the pass has not ended yet. */
  endedAt: instantOrNull,
  /** True if every account was scanned, and every scan was complete. */
  complete: z.boolean(),
});

export type Pass = z.output<typeof passSchema>;

export interface LoadedAccounts {
  accounts: WatchedAccount[];
  /** Accounts whose items this version cannot read. Nothing is written about them. */
  refused: RefusedItem[];
  organization: OrganizationState;
  /** The newest pass; `null`: there was none, or its item cannot be read. */
  pass: Pass | null;
}

/** The registry of accounts of one monitor, and its newest pass. */
export interface AccountStore {
  /** Consistent read, in one Query. */
  loadAccounts(): Promise<LoadedAccounts>;
  /** Consistent read; `null`: the registry does not have the account. Throws ItemError if the item cannot be read. */
  loadAccount(account: string): Promise<WatchedAccount | null>;
  /**
   * Writes an account if its stored version is `version - 1` (0: no item). False: refused, because another writer was first, or a newer
   * version of Portwatch wrote the item.
   */
  saveAccount(account: WatchedAccount): Promise<boolean>;
  /** As `saveAccount`, for the organisation. */
  saveOrganization(state: OrganizationState): Promise<boolean>;
  /** Replaces the previous pass. Throws ItemError if a newer version of Portwatch wrote the previous pass. */
  savePass(pass: Pass): Promise<void>;
}

/** Instants at which the collector last published critical groups (`criticalAt`) and all groups (`allAt`); `null`: never. */
export interface CollectorGrant {
  criticalAt: string | null;
  allAt: string | null;
}

/** Stores the lease of the collector and the end of a pass, and loads the newest scan of each account. */
export interface PassStore {
  /** Acquires the lease if the lease is free, expired, or belongs to `holder`. `null`: another run has the lease. */
  takeCollectorLease(lease: Omit<LeaseRequest, 'account'>): Promise<CollectorGrant | null>;
  /**
   * If `holder` still has the lease: saves the instants (a field that is `null` leaves its stored instant unchanged), and releases the
   * lease.
   */
  releaseCollectorLease(lease: CollectorGrant & { holder: string }): Promise<void>;
  /** False: the pass that began at `startedAt` has already ended, or a newer pass exists. */
  endPass(startedAt: string, endedAt: string, complete: boolean): Promise<boolean>;
  /** The newest scan of each account, by account. Accounts without a scan are left out. Consistent read. */
  loadLastScans(accounts: readonly string[]): Promise<Map<string, LastScan>>;
}

/** A message of the accounts queue. Each message starts one account scan. */
export interface AccountMessage extends ChosenAccount {
  portwatch: 'scan-account';
  passStartedAt: string;
}

export interface AccountQueue {
  /** `notSent`: messages that the queue did not accept, or whose answer was lost. `error`: the reason. */
  send(messages: readonly AccountMessage[]): Promise<{ notSent: AccountMessage[]; error?: unknown }>;
}

export interface AccountLister {
  /**
   * Every account of the organisation. With `units`: only accounts in these organisational units, and in units below them. An account can
   * appear more than once. Throws ReadError, and never returns a part of the list.
   */
  listAccounts(organization: string, units: readonly string[] | null, signal: AbortSignal): Promise<ListedAccount[]>;
}
