/**
 * The interfaces between the passes of several accounts and the outside world: the registry, the outbox, the accounts queue and the
 * organisation. As in `scan/interfaces.ts`, every method of a store is one effect.
 */
import * as z from 'zod/mini';
import type { ChosenAccount, ListedAccount } from '../accounts/choose-watched-accounts.ts';
import type { OrganizationState, WatchedAccount } from '../accounts/watched-account.ts';
import { count, instant, instantOrNull } from '../contract/item-fields.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { AlertGroup, AlertOutbox, LeaseRequest, RefusedItem } from '../scan/interfaces.ts';

/** A group in the outbox. */
export interface StoredGroup extends AlertGroup {
  /** The sort key. */
  key: string;
}

export interface LoadedGroups {
  groups: StoredGroup[];
  /** Items that this version cannot read. They stay in the outbox. */
  refused: RefusedItem[];
  /** The key after which the next groups begin; `null`: no further groups. */
  nextAfter: string | null;
}

export interface OutboxStore extends AlertOutbox {
  /**
   * Groups after a key (`null`: from the beginning), worst severity first, at most `limit` of them. `criticalOnly`: only critical groups
   * are read. Consistent read.
   */
  loadGroups(after: string | null, limit: number, criticalOnly: boolean): Promise<LoadedGroups>;
  /** Instant of the oldest group, also of one that this version cannot read; `null`: there is none. Loads no alerts. Consistent read. */
  loadOldestAt(): Promise<string | null>;
  deleteGroup(key: string): Promise<void>;
}

export const passSchema = z.object({
  startedAt: instant,
  /** Number of accounts for which a message was sent. */
  accounts: count,
  /** `null`: the pass has not ended yet. */
  endedAt: instantOrNull,
  /** True if every account was scanned, and every scan was complete. */
  complete: z.boolean(),
});

/** One round over all accounts. */
export type Pass = z.output<typeof passSchema>;

/** The contents of the registry of a monitor. */
export interface LoadedAccounts {
  accounts: WatchedAccount[];
  /** Accounts whose items this version cannot read. Nothing is written about them. */
  refused: RefusedItem[];
  organization: OrganizationState;
  /** The newest pass; `null`: there was none, or its item cannot be read. */
  pass: Pass | null;
}

/** The registry of the accounts of one monitor, and its newest pass. */
export interface AccountStore {
  /** Reads everything in one Query. Consistent read. */
  loadAccounts(): Promise<LoadedAccounts>;
  /** Consistent read; `null`: the registry does not have the account. Throws ItemError if the item cannot be read. */
  loadAccount(account: string): Promise<WatchedAccount | null>;
  /** Writes an account if its stored version is `version - 1` (0: no item). False: refused, because another writer was first. */
  saveAccount(account: WatchedAccount): Promise<boolean>;
  /** As `saveAccount`, for the organisation. */
  saveOrganization(state: OrganizationState): Promise<boolean>;
  /** Replaces the previous pass, unless a newer version of Portwatch wrote it. */
  savePass(pass: Pass): Promise<void>;
}

/** Instants of the last publishing by the collector; `null`: never. */
export interface CollectorGrant {
  /** The last publishing of critical groups. */
  criticalAt: string | null;
  /** The last publishing of all groups. */
  allAt: string | null;
}

/** The lease of the collector, the end of a pass, and the newest scan of each account. */
export interface PassStore {
  /** Acquires the lease if it is free, has expired, or belongs to `holder` already; `null`: another run has the lease. */
  takeCollectorLease(lease: Omit<LeaseRequest, 'account'>): Promise<CollectorGrant | null>;
  /** Releases the lease if `holder` still has it. `null` leaves the stored instant unchanged. */
  releaseCollectorLease(lease: CollectorGrant & { holder: string }): Promise<void>;
  /** False: the pass that began at `startedAt` has already ended, or a newer pass exists. */
  endPass(startedAt: string, endedAt: string, complete: boolean): Promise<boolean>;
  /** By account; accounts without a scan are left out. Consistent read. */
  loadLastScans(accounts: readonly string[]): Promise<Map<string, LastScan>>;
}

/** The body of a message of the accounts queue: one account scan. */
export interface AccountMessage extends ChosenAccount {
  portwatch: 'scan-account';
  passStartedAt: string;
}

export interface AccountQueue {
  /**
   * `notSent`: the messages that the queue did not accept; `error`: the reason. If the answer of the queue was lost, a message may be in
   * the queue nevertheless.
   */
  send(messages: readonly AccountMessage[]): Promise<{ notSent: AccountMessage[]; error?: unknown }>;
}

export interface AccountLister {
  /**
   * Every account of the organisation, from all pages. `units`: only the accounts of these units, and of the units below them. An account
   * may appear more than once. Throws ReadError, and never returns a part of the list.
   */
  listAccounts(organization: string, units: readonly string[] | null, signal: AbortSignal): Promise<ListedAccount[]>;
}
