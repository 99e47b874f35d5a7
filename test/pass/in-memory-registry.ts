/** The registry of accounts, the queue and the organisation in memory, with the errors that a test sets. */
import type { ListedAccount } from '../../lambda/accounts/choose-watched-accounts.ts';
import type { OrganizationState, WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import type { AccountMessage, AccountStore, LoadedAccounts, Pass } from '../../lambda/pass/interfaces.ts';
import type { PassSetup } from '../../lambda/pass/start-pass.ts';
import type { RefusedItem, ScanEvent } from '../../lambda/scan/interfaces.ts';
import { InMemoryOutbox } from '../scan/in-memory-outbox.ts';

class InMemoryRegistry implements AccountStore {
  readonly accounts = new Map<string, WatchedAccount>();
  readonly refused: RefusedItem[] = [];
  organization: OrganizationState = { failure: null, version: 0 };
  pass: Pass | null = null;
  /** Runs before an account is saved. It may save another version, or throw. */
  beforeSave: (account: WatchedAccount) => void = () => undefined;

  async loadAccounts(): Promise<LoadedAccounts> {
    const { organization, pass, refused } = this;
    return { accounts: [...this.accounts.values()], refused: [...refused], organization, pass };
  }

  async loadAccount(account: string): Promise<WatchedAccount | null> {
    return this.accounts.get(account) ?? null;
  }

  async saveAccount(account: WatchedAccount): Promise<boolean> {
    this.beforeSave(account);
    if ((this.accounts.get(account.account)?.version ?? 0) !== account.version - 1) return false;
    this.accounts.set(account.account, account);
    return true;
  }

  async saveOrganization(state: OrganizationState): Promise<boolean> {
    if (this.organization.version !== state.version - 1) return false;
    this.organization = state;
    return true;
  }

  async savePass(pass: Pass): Promise<void> {
    this.pass = pass;
  }
}

export const organization = 'o-a1b2c3d4e5';

/** A monitor of an organisation. The test sets its accounts. */
export class FakeMonitor {
  readonly registry = new InMemoryRegistry();
  readonly outbox = new InMemoryOutbox();
  readonly events: ScanEvent[] = [];
  readonly queued: AccountMessage[] = [];
  listing: ListedAccount[] | Error = [];
  hasListener = true;
  now = Date.parse('2026-11-23T10:00:00.000Z');
  /** Accounts whose messages the queue refuses. */
  refusedByQueue: readonly string[] = [];
  endPass: () => Promise<void> = async () => undefined;

  setup(): PassSetup {
    return {
      settings: { ...defaultSettings(), account: '999999999999', name: 'security', accounts: { organization } },
      tableName: 'Snapshots',
      homeRegion: 'eu-west-1',
      accounts: this.registry,
      outbox: this.outbox,
      publisher: { hasConfirmedSubscriber: async () => this.hasListener },
      observe: (event) => this.events.push(event),
      clock: () => this.now,
      configured: { organization },
      lister: {
        listAccounts: async () => {
          if (this.listing instanceof Error) throw this.listing;
          return this.listing;
        },
      },
      queue: {
        send: async (messages) => {
          const notSent = messages.filter(({ account }) => this.refusedByQueue.includes(account));
          this.queued.push(...messages.filter((message) => !notSent.includes(message)));
          return { notSent, error: notSent.length > 0 ? new Error('the queue is full') : undefined };
        },
      },
      endPass: () => this.endPass(),
      timeout: () => new AbortController().signal,
    };
  }

  /** The alerts in the outbox. */
  alerts() {
    return [...this.outbox.groups.values()].flatMap(({ account, accountName, alerts }) =>
      alerts.map(({ kind, alertId, severity, reason }) => ({ account, accountName, kind, alertId, severity, reason })),
    );
  }
}
