/** The registry of accounts and its passes in memory, with the conditions of the table and one effect for each call. */
import type { OrganizationState, WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import type { AccountStore, CollectorGrant, LoadedAccounts, Pass, PassStore } from '../../lambda/pass/interfaces.ts';
import type { LeaseRequest } from '../../lambda/scan/interfaces.ts';
import type { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';

export class InMemoryRegistry implements AccountStore, PassStore {
  readonly accounts = new Map<string, WatchedAccount>();
  organization: OrganizationState = { failure: null, version: 0 };
  pass: Pass | null = null;
  readonly #table: InMemoryFleetStore;
  #lease: { holder: string | null; until: number; grant: CollectorGrant } = {
    holder: null,
    until: 0,
    grant: { criticalAt: null, allAt: null },
  };

  /** `table`: its lease items contain the last scan of each account. */
  constructor(table: InMemoryFleetStore) {
    this.#table = table;
  }

  get isCollectorRunning(): boolean {
    return this.#lease.holder !== null;
  }

  /** The instants at which the collector last published. */
  get collected(): CollectorGrant {
    return this.#lease.grant;
  }

  async loadAccounts(): Promise<LoadedAccounts> {
    const accounts = [...this.accounts.values()];
    return structuredClone({ accounts, refused: [], organization: this.organization, pass: this.pass });
  }

  async loadAccount(account: string): Promise<WatchedAccount | null> {
    return structuredClone(this.accounts.get(account) ?? null);
  }

  async saveAccount(account: WatchedAccount): Promise<boolean> {
    if ((this.accounts.get(account.account)?.version ?? 0) !== account.version - 1) return false;
    this.accounts.set(account.account, structuredClone(account));
    return true;
  }

  async saveOrganization(state: OrganizationState): Promise<boolean> {
    if (this.organization.version !== state.version - 1) return false;
    this.organization = structuredClone(state);
    return true;
  }

  async savePass(pass: Pass): Promise<void> {
    this.pass = structuredClone(pass);
  }

  async takeCollectorLease({ holder, now, until }: Omit<LeaseRequest, 'account'>): Promise<CollectorGrant | null> {
    const isFree = this.#lease.holder === null || this.#lease.until < now || this.#lease.holder === holder;
    if (!isFree) return null;
    this.#lease = { ...this.#lease, holder, until };
    return { ...this.#lease.grant };
  }

  async releaseCollectorLease({ holder, criticalAt, allAt }: CollectorGrant & { holder: string }): Promise<void> {
    if (this.#lease.holder !== holder) return;
    const { grant } = this.#lease;
    const left = { criticalAt: criticalAt ?? grant.criticalAt, allAt: allAt ?? grant.allAt };
    this.#lease = { holder: null, until: 0, grant: left };
  }

  async endPass(startedAt: string, endedAt: string, complete: boolean): Promise<boolean> {
    if (this.pass?.startedAt !== startedAt || this.pass.endedAt !== null) return false;
    this.pass = { ...this.pass, endedAt, complete };
    return true;
  }

  async loadLastScans(accounts: readonly string[]): Promise<Map<string, LastScan>> {
    const found = accounts.flatMap((account): [string, LastScan][] => {
      const lastScan = this.#table.leases.get(account)?.lastScan ?? null;
      return lastScan === null ? [] : [[account, structuredClone(lastScan)]];
    });
    return new Map(found);
  }
}
