/** The registry of accounts in memory, with the conditions of the table and one effect for each call. */
import type { OrganizationState, WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import type { AccountStore, LoadedAccounts, Pass } from '../../lambda/scan/interfaces.ts';

export class InMemoryRegistry implements AccountStore {
  readonly accounts = new Map<string, WatchedAccount>();
  organization: OrganizationState = { failure: null, version: 0 };
  pass: Pass | null = null;

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
}
