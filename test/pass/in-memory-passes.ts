/** The registry and the passes in memory, with one effect for each call. They pass the test suite of the adapter. */
import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import type { CollectorGrant, LoadedAccounts, Pass, PassStore } from '../../lambda/pass/interfaces.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';

export class InMemoryPasses implements PassStore {
  pass: Pass | null = null;
  accounts: WatchedAccount[] = [];
  refused: RefusedItem[] = [];
  readonly lastScans = new Map<string, LastScan>();
  collector: CollectorGrant = { criticalAt: null, allAt: null };
  lease: { holder: string; until: number } | null = null;

  async takeCollectorLease(lease: { holder: string; now: number; until: number }): Promise<CollectorGrant | null> {
    const { holder, now, until } = lease;
    if (this.lease !== null && this.lease.until >= now && this.lease.holder !== holder) return null;
    this.lease = { holder, until };
    return { ...this.collector };
  }

  async releaseCollectorLease({ holder, criticalAt, allAt }: CollectorGrant & { holder: string }): Promise<void> {
    if (this.lease?.holder !== holder) return;
    this.lease = null;
    this.collector = { criticalAt: criticalAt ?? this.collector.criticalAt, allAt: allAt ?? this.collector.allAt };
  }

  async savePass(pass: Pass): Promise<void> {
    this.pass = { ...pass };
  }

  async endPass(startedAt: string, endedAt: string, complete: boolean): Promise<boolean> {
    if (this.pass?.startedAt !== startedAt || this.pass.endedAt !== null) return false;
    this.pass = { ...this.pass, endedAt, complete };
    return true;
  }

  async loadLastScans(accounts: readonly string[]): Promise<Map<string, LastScan>> {
    return new Map([...this.lastScans].filter(([account]) => accounts.includes(account)));
  }

  async loadAccounts(): Promise<LoadedAccounts> {
    const organization = { failure: null, version: 0 };
    return { accounts: this.accounts, refused: this.refused, organization, pass: this.pass && { ...this.pass } };
  }

  /** The registry, which the collector only reads. */
  registry() {
    const never = async () => {
      throw new Error('the collector does not call this');
    };
    return {
      loadAccounts: () => this.loadAccounts(),
      savePass: (pass: Pass) => this.savePass(pass),
      ...{ loadAccount: never, saveAccount: never, saveOrganization: never },
    };
  }
}
