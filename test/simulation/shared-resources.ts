/** The registry, the outbox, the lease of the collector and the topic, which all accounts of a seed share. Each call may fail. */
import type { AccountStore, OutboxStore, PassStore, StoredGroup } from '../../lambda/pass/interfaces.ts';
import type { AlertPublisher } from '../../lambda/scan/interfaces.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import { InMemoryOutbox } from '../scan/in-memory-outbox.ts';
import type { FaultRates } from './fault-rates.ts';
import { InMemoryRegistry } from './in-memory-registry.ts';
import { OutboxBook } from './outbox-book.ts';
import type { Product } from './product.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { WorldClock } from './true-world.ts';

type Role = 'store' | 'publisher' | 'reader';
type Check = Parameters<Scheduler['call']>[1]['check'];

/** Later than the end of every lease. A request for a lease with this instant as `now` finds the lease free. */
const whenLeasesAreOver = Date.parse('9000-01-01T00:00:00.000Z');
export const minute = 60_000;
export const passEveryMs = 5 * minute;

/** A run, and the scheduler that decides the result of each call of the run. */
export interface Run {
  scheduler: Scheduler;
  run: SimulatedScan;
}

export class SharedResources {
  readonly table = new InMemoryFleetStore();
  readonly outbox = new InMemoryOutbox();
  readonly registry = new InMemoryRegistry(this.table);
  readonly book: OutboxBook;
  readonly #product: Product;
  readonly #rates: FaultRates;
  readonly #clock: WorldClock;
  /** Runs that may publish everything, because the pass was over while they ran. */
  readonly #passOver = new Set<SimulatedScan>();
  /** The end of the last lease that each run requested. */
  readonly #leaseUntil = new Map<SimulatedScan, number>();

  constructor(product: Product, rates: FaultRates, clock: WorldClock, events: Set<string>) {
    this.#product = product;
    this.#rates = rates;
    this.#clock = clock;
    this.book = new OutboxBook(events);
  }

  /** A call of a run to a resource that all accounts share. `scheduler`: that of the run. */
  call<T>({ scheduler, run }: Run, role: Role, name: string, effect: () => Promise<T>, check?: Check): Promise<T> {
    if (this.isPassOver() || this.#isOverdue()) this.#passOver.add(run);
    const error = () =>
      role === 'reader'
        ? new this.#product.ReadError('network', 'the connection was reset')
        : new Error(`${name} failed`);
    return scheduler.call<T>(run, { role, name, effect, error, ...(check && { check: check as never }) });
  }

  buildRegistry(by: Run): AccountStore {
    const call = <T>(name: string, effect: () => Promise<T>) => this.call(by, 'store', name, effect);
    const registry = this.registry;
    return {
      loadAccounts: () => call('loadAccounts', () => registry.loadAccounts()),
      loadAccount: (account) => call(`loadAccount ${account}`, () => registry.loadAccount(account)),
      saveAccount: (account) =>
        call(`saveAccount ${account.account} ${account.status}`, () => registry.saveAccount(account)),
      saveOrganization: (state) => call('saveOrganization', () => registry.saveOrganization(state)),
      savePass: (pass) => call(`savePass ${JSON.stringify(pass)}`, () => registry.savePass(pass)),
    };
  }

  buildPasses(by: Run): PassStore {
    const call = <T>(name: string, effect: () => Promise<T>) => this.call(by, 'store', name, effect);
    const registry = this.registry;
    const until = (lease: { now: number }) => (this.#rates.isLeaseBroken ? whenLeasesAreOver : lease.now);
    return {
      takeCollectorLease: (lease) =>
        call('takeCollectorLease', () => {
          this.#leaseUntil.set(by.run, lease.until);
          return registry.takeCollectorLease({ ...lease, now: until(lease) });
        }),
      releaseCollectorLease: (lease) => call('releaseCollectorLease', () => registry.releaseCollectorLease(lease)),
      endPass: (...end) => call(`endPass ${end.join(' ')}`, () => registry.endPass(...end)),
      loadLastScans: (accounts) => call('loadLastScans', () => registry.loadLastScans(accounts)),
    };
  }

  buildCollectedOutbox(by: Run): OutboxStore {
    const outbox = this.outbox;
    const call = <T>(name: string, effect: () => Promise<T>, check?: () => void) =>
      this.call(by, 'store', name, effect, check);
    return {
      putGroup: (group) => outbox.putGroup(group),
      loadGroups: (...which) => call(`loadGroups ${which.join(' ')}`, () => outbox.loadGroups(...which)),
      loadOldestAt: () => call('loadOldestAt', () => outbox.loadOldestAt()),
      deleteGroup: (key) => {
        let group: StoredGroup | null = null;
        return call(
          `deleteGroup ${key}`,
          () => {
            group = outbox.groups.get(key) ?? null;
            return outbox.deleteGroup(key);
          },
          () => this.book.onDelete(key, group),
        );
      },
    };
  }

  buildPublisher(by: Run): AlertPublisher {
    return {
      hasConfirmedSubscriber: () =>
        this.call(by, 'publisher', 'hasConfirmedSubscriber', async () => {
          by.run.hasSubscriber = by.scheduler.isAnybodyListening;
          return by.run.hasSubscriber;
        }),
      publish: (message) => {
        return this.call(
          by,
          'publisher',
          `publish "${message.subject}"`,
          async () => undefined,
          (_, fate) =>
            this.book.onPublish(by.run, message, fate, {
              isPassOver: this.#passOver.has(by.run),
              isSure: this.isSure(),
              isLeaseOver: (other) => this.#rates.isLeaseBroken || (this.#leaseUntil.get(other) ?? 0) < this.#clock.now,
              now: this.#clock.now,
            }),
        );
      },
    };
  }

  /** True if the lease works, and no call fails or is slow. */
  isSure(): boolean {
    const { isLeaseBroken, failing, losingAnswers, dying, slow } = this.#rates;
    return !isLeaseBroken && failing + losingAnswers + dying + slow === 0;
  }

  /** Alerts that wait for the end of a pass may wait for two intervals at most. */
  #isOverdue(): boolean {
    const { allAt } = this.registry.collected;
    return allAt === null || this.#clock.now - Date.parse(allAt) >= 2 * passEveryMs;
  }

  /** By the design: each watched account was scanned or failed in this pass, or the interval is over. */
  isPassOver(): boolean {
    const { pass, accounts } = this.registry;
    if (pass === null || pass.endedAt !== null || this.#clock.now - Date.parse(pass.startedAt) >= passEveryMs)
      return true;
    return [...accounts.values()]
      .filter(({ status }) => status === 'watched')
      .every(({ account, failure }) => {
        const lastScan = this.table.leases.get(account)?.lastScan;
        return (lastScan?.startedAt ?? '') >= pass.startedAt || (failure?.lastAt ?? '') >= pass.startedAt;
      });
  }
}
