/**
 * One seed with several accounts: passes, account scans, event scans and the collector, which all may die. Then a calm time, after which
 * everything must be correct and published in every account.
 */
import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import type { AccountMessage, OutboxStore } from '../../lambda/pass/interfaces.ts';
import type { CollectorSetup } from '../../lambda/pass/run-collector.ts';
import type { AccountScanSetup } from '../../lambda/pass/scan-account.ts';
import type { PassSetup } from '../../lambda/pass/start-pass.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { Random } from '../support/random.ts';
import { checkFinalStates } from './check-final-states.ts';
import { checkHistories } from './check-history.ts';
import { checkAllAlerted } from './check-scan.ts';
import { drawFaultRates, type FaultRates } from './fault-rates.ts';
import { type Product, portwatch } from './product.ts';
import type { SeedResult } from './run-seed.ts';
import { Scheduler } from './scheduler.ts';
import { minute, passEveryMs, SharedResources } from './shared-resources.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { drawEventInstances } from './simulated-events.ts';
import { SimulatedQueue } from './simulated-queue.ts';
import { SimulatedScan } from './simulated-scan.ts';
import { newClock, TrueWorld } from './true-world.ts';
import { findViolation, mustBe, Violation } from './violation.ts';

export interface MonitorSeedOptions {
  product?: Product;
  trace?: (line: string) => void;
}

export async function runSeveralAccounts(seed: number, options: MonitorSeedOptions = {}): Promise<SeedResult> {
  const run = new MonitorRun(seed, options);
  const violation = await findViolation(() => run.play(), options.trace);
  return { violation, scans: run.scans, effects: run.effects, events: run.events };
}

const monitorAccount = '999988887777';

/**
 * The rates of a seed of one account, without faults that the tests of one account already cover: wrong clocks, and days without a scan.
 */
function drawRates(seed: number, random: Random): FaultRates {
  const rates = drawFaultRates(seed, random);
  return {
    ...rates,
    regions: random.pick([1, 1, 2]),
    rounds: random.between(2, 4),
    clockSkewMs: 0,
    idling: 0,
    // Scans of one account overlap only if a message is delivered twice.
    overlapping: 0,
    isReconfigured: false,
    isFollowing: false,
    flapping: 0,
  };
}

type Received = NonNullable<ReturnType<SimulatedQueue['receive']>>;

class MonitorRun {
  readonly events = new Set<string>();
  readonly #product: Product;
  readonly #random: Random;
  readonly #rates: FaultRates;
  readonly #clock = newClock();
  readonly #accounts: SimulatedAccount[];
  /** The scheduler for passes and collectors. */
  readonly #monitor: Scheduler;
  readonly #shared: SharedResources;
  readonly #queue: SimulatedQueue;
  readonly #blocked = new Map<string, 'access-denied' | 'timeout'>();
  readonly #delivered: { received: Received; scan: SimulatedScan }[] = [];
  #configured: string[];
  readonly #runs: SimulatedScan[] = [];
  #ids = 0;
  #violation: Violation | null = null;
  #nextCollectorAt = 0;

  constructor(seed: number, { product = portwatch, trace }: MonitorSeedOptions) {
    this.#product = product;
    const random = new Random(seed);
    this.#random = random;
    this.#rates = drawRates(seed, random);
    trace?.(`seed ${seed}: ${JSON.stringify(this.#rates)}`);
    this.#queue = new SimulatedQueue(random);
    this.#shared = new SharedResources(product, this.#rates, this.#clock, this.events);
    const { table } = this.#shared;
    const accounts = Array.from({ length: random.between(3, 5) }, (_, index) => String(111_111_111_111 * (index + 1)));
    this.#accounts = accounts.map((account, index) => {
      const world = new TrueWorld(random, this.#rates.regions, account, this.#clock);
      return new SimulatedAccount({
        seed: seed + index,
        random,
        rates: this.#rates,
        account,
        name: nameOf(account),
        world,
        product,
        table,
        buildOutbox: (scan) => this.#buildOutbox(scan, this.#accountOf(account)),
        trace: trace && ((line) => trace(`${account.slice(-1)} ${line}`)),
      });
    });
    this.#configured = accounts;
    const [first] = this.#accounts;
    if (first === undefined) throw new Error('no accounts');
    const start = this.#clock.now;
    const timed =
      trace && ((line: string) => trace(`M ${((this.#clock.now - start) / 1000).toFixed(3).padStart(12)} s  ${line}`));
    this.#monitor = new Scheduler(first.scheduler.world, this.#rates, random, timed ?? null);
  }

  get scans(): number {
    return this.#accounts.reduce((sum, { scans }) => sum + scans, this.#runs.length);
  }

  get effects(): number {
    return this.#schedulers().reduce((sum, { order }) => sum + order, 0);
  }

  async play(): Promise<void> {
    for (let round = 1; round <= this.#rates.rounds; round += 1) {
      this.#changeTheWorld(round);
      this.#startPass();
      await this.#runUntil(this.#clock.now + passEveryMs);
    }
    await this.#comeToRest();
    for (const { events } of this.#schedulers()) for (const event of events) this.events.add(event);
  }

  #changeTheWorld(round: number): void {
    const random = this.#random;
    for (const account of this.#accounts) {
      account.round = round;
      account.changeTheWorld();
      const isBlocked = this.#blocked.has(account.account);
      if (isBlocked ? random.chance(0.5) : random.chance(0.15)) this.#block(account, isBlocked);
    }
    const all = this.#accounts.map(({ account }) => account);
    const leftOut = random.chance(0.25) ? random.pick(all) : null;
    this.#configured = all.filter((account) => account !== leftOut);
    const [first] = this.#accounts;
    // All accounts share one topic.
    for (const scheduler of this.#schedulers()) {
      scheduler.isTopicDown = first?.scheduler.isTopicDown ?? false;
      scheduler.isAnybodyListening = first?.scheduler.isAnybodyListening ?? true;
    }
  }

  #block({ account, scheduler }: SimulatedAccount, isBlocked: boolean): void {
    scheduler.trace?.(`* ${account} can ${isBlocked ? '' : 'not '}be entered`);
    if (isBlocked) this.#blocked.delete(account);
    else {
      this.#blocked.set(account, this.#random.pick(['access-denied', 'timeout'] as const));
      this.events.add('account that cannot be entered');
    }
  }

  /** Gives turns to all runs until an instant, in an order that the seed decides. In the calm time, also until every run is over. */
  async #runUntil(until: number): Promise<void> {
    for (;;) {
      this.#deliver();
      if (this.#clock.now >= this.#nextCollectorAt) this.#collect();
      const busy = this.#schedulers().filter(({ isIdle }) => !isIdle);
      if (busy.length > 0) {
        await this.#random.pick(busy).turn();
        if (!this.#monitor.isQuiet) this.#maybeEvent();
      } else if (this.#clock.now >= until) {
        return;
      } else {
        const next = Math.min(until, this.#nextCollectorAt, this.#queue.nextVisibleAt());
        this.#monitor.pass(Math.max(1, next - this.#clock.now));
      }
      for (const account of this.#accounts) await account.checkEnded();
      this.#endDelivered();
      if (this.#violation !== null) throw this.#violation;
      if (!this.#monitor.isQuiet && this.#clock.now >= until) return;
    }
  }

  #maybeEvent(): void {
    if (!this.#random.chance(this.#rates.eventful / 50)) return;
    const account = this.#random.pick(this.#accounts);
    if (account.scheduler.running.size > 1) return;
    const targets = drawEventInstances(account.scheduler.world, this.#random, account.account);
    account.start(targets, async (run, deps, deadlineAt) => {
      const { isBusy } = await this.#product.runEventScan(this.#ofAccount(deps, run, account), targets, deadlineAt);
      return isBusy;
    });
  }

  /** The event source mapping: at most three account scans at the same time. */
  #deliver(): void {
    const isFull = this.#delivered.length >= 3;
    const isSlow = !this.#monitor.isQuiet && !this.#schedulers().every(({ isIdle }) => isIdle);
    if (isFull || (isSlow && !this.#random.chance(0.2))) return;
    const received = this.#queue.receive(this.#clock.now);
    if (received === null) return;
    const account = this.#accountOf(received.message.account);
    if (received.receives > 1) this.events.add('message again');
    const scan = account.start(null, async (running, deps, deadlineAt) => {
      const { outcome } = await this.#product.scanAccount(
        received.message,
        deadlineAt,
        this.#accountScanSetup(running, account, deps),
      );
      this.events.add(`account scan ${outcome}`);
      await this.#collectAfterScan(account, running);
      return outcome !== 'scanned';
    });
    this.#delivered.push({ received, scan });
  }

  /** Publishes the critical alerts of a scan at its end, unless the last message was published less than a minute before. */
  async #collectAfterScan({ account, scheduler }: SimulatedAccount, run: SimulatedScan): Promise<void> {
    const isFree = this.#shared.isSure() && !this.#shared.registry.isCollectorRunning;
    const isDue = isFree && this.#clock.now - this.#shared.book.lastPublishedAt >= minute;
    const critical = [...this.#shared.outbox.groups.keys()].filter((key) => key.startsWith(`0#${account}`));
    await this.#collectNow(scheduler, run, 'critical');
    const left = critical.filter((key) => this.#shared.outbox.groups.has(key));
    // If another run has acquired the lease in the meantime, that run publishes the groups.
    if (!isDue || this.#shared.registry.isCollectorRunning || left.length === 0) return;
    if (scheduler.isTopicDown || run.hasSubscriber === false) return;
    this.#violation ??= new Violation(
      'P3',
      `critical groups waited after the scan that found them: ${left.join(', ')}`,
    );
  }

  #endDelivered(): void {
    for (const delivered of [...this.#delivered]) {
      const { received, scan } = delivered;
      if (scan.isRunning) continue;
      this.#delivered.splice(this.#delivered.indexOf(delivered), 1);
      // A message whose scan died or failed stays hidden until its visibility timeout.
      if (scan.status === 'died' || scan.status === 'threw') continue;
      const isRepeated = !this.#monitor.isQuiet && this.#random.chance(0.1);
      this.#queue.delete(received, isRepeated ? this.#clock.now + this.#random.between(0, 10_000) : null);
    }
  }

  #startPass(): SimulatedScan {
    return this.#startRun('pass', async (run) => {
      await this.#product.startPass(
        this.#passSetup(run, async () => {
          await this.#product.endPassBefore(this.#collectorSetup(this.#monitor, run));
        }),
      );
    });
  }

  #collect(): void {
    this.#nextCollectorAt = this.#clock.now + minute;
    const waiting = [...this.#shared.outbox.groups.keys()];
    const isPassOver = this.#shared.registry.pass?.endedAt === null && this.#shared.isPassOver();
    const isFree = this.#monitor.running.size === 0 && this.#isCollectorFree();
    this.#startRun('collector', async (run) => {
      await this.#collectNow(this.#monitor, run, 'all');
      if (isFree && !run.hasFaults && !run.hasOverlapped && run.hasSubscriber === true)
        this.#checkCollected(waiting, isPassOver);
    });
  }

  /** False if a message was published in the last minute, or if a run of the last 15 minutes failed and may still have the lease. */
  #isCollectorFree(): boolean {
    if (this.#clock.now - this.#shared.book.lastPublishedAt < minute) return false;
    const recent = this.#runs.filter(({ startedAt }) => startedAt > this.#clock.now - 15 * minute);
    return recent.every(({ status, hasFaults }) => status === 'returned' && !hasFaults);
  }

  /** `waiting`: the groups of the outbox when the collector began. */
  #checkCollected(waiting: readonly string[], isPassOver: boolean): void {
    const left = waiting.filter((key) => this.#shared.outbox.groups.has(key));
    const due = isPassOver ? left : left.filter((key) => key.startsWith('0#'));
    mustBe(due.length === 0, 'P3', () => `the collector left ${due.join(', ')} in the outbox`);
    this.events.add(isPassOver ? 'collected after the pass' : 'collected during the pass');
  }

  /** A run of the monitor itself. */
  #startRun(what: string, perform: (run: SimulatedScan) => Promise<unknown>): SimulatedScan {
    const scheduler = this.#monitor;
    const run = new SimulatedScan(1_000 + this.#runs.length, this.#clock.now, 0, 240_000);
    for (const other of scheduler.running) other.hasOverlapped = run.hasOverlapped = true;
    this.#runs.push(run);
    scheduler.running.add(run);
    scheduler.trace?.(`${what} ${run.id} begins`);
    const end = (status: SimulatedScan['status']) => {
      if (!run.isRunning) return;
      run.status = status;
      scheduler.running.delete(run);
      scheduler.trace?.(`${what} ${run.id} ${status}`);
    };
    perform(run).then(
      () => end('returned'),
      (error) => {
        // This happens outside of a turn, so the error is thrown in the next turn.
        if (error instanceof Violation || error.name === 'Violation') this.#violation ??= error;
        scheduler.trace?.(`    ${run.id} throws ${error}`);
        end('threw');
      },
    );
    return run;
  }

  #buildOutbox(run: SimulatedScan, account: SimulatedAccount): Pick<OutboxStore, 'putGroup'> {
    const { scheduler, setting } = account;
    return {
      putGroup: (group) =>
        this.#shared.call(
          { scheduler, run },
          'store',
          `putGroup of ${group.alerts.map(({ kind }) => kind).join(', ')}`,
          () => this.#shared.outbox.putGroup(group),
          (_, fate) => {
            this.#shared.book.onPut(account.account, group, this.#clock.now);
            setting.model.onAlerts(run, group.alerts.filter(isOfResource), fate);
          },
        ),
    };
  }

  #accountScanSetup(run: SimulatedScan, account: SimulatedAccount, deps: ScanSetup): AccountScanSetup {
    const { scheduler } = account;
    const { outbox, publisher, observe, clock, settings, tableName } = deps;
    if (outbox === null) throw new Error('an account scan has an outbox');
    return {
      settings: { ...settings, account: monitorAccount, name: 'monitor', accounts: this.#configured },
      tableName,
      homeRegion: 'eu-west-1',
      accounts: this.#shared.buildRegistry({ scheduler, run }),
      outbox,
      publisher,
      observe,
      clock,
      enter: (id, name) =>
        this.#shared.call({ scheduler, run }, 'reader', `enter ${id}`, async () => {
          const reason = this.#blocked.get(id);
          if (reason !== undefined) throw new this.#product.ReadError(reason, 'as things are');
          mustBe(id === account.account, 'P4', () => `the message of ${account.account} entered ${id}`);
          return {
            ...this.#ofAccount(deps, run, account),
            settings: { ...deps.settings, accounts: this.#configured, name },
          };
        }),
    };
  }

  #ofAccount(deps: ScanSetup, run: SimulatedScan, { setting }: SimulatedAccount): ScanSetup {
    let isStarted = false;
    const takeLease: ScanSetup['store']['takeLease'] = (lease) => {
      // The full scan begins after the account was entered.
      if (!isStarted) setting.model.onStart(run, new Date(lease.now).toISOString());
      isStarted = true;
      return deps.store.takeLease(lease);
    };
    return {
      ...deps,
      store: { ...deps.store, takeLease },
      settings: { ...deps.settings, accounts: this.#configured },
    };
  }

  #passSetup(run: SimulatedScan, endPass: () => Promise<void>): PassSetup {
    const scheduler = this.#monitor;
    return {
      ...this.#monitorSetup(scheduler, run),
      configured: this.#configured,
      outbox: {
        putGroup: (group) =>
          this.#shared.call(
            { scheduler, run },
            'store',
            `putGroup of ${group.account}`,
            () => this.#shared.outbox.putGroup(group),
            () => this.#shared.book.onPut(group.account, group, this.#clock.now),
          ),
      },
      lister: { listAccounts: async () => [] },
      queue: {
        send: (messages) =>
          this.#shared.call({ scheduler, run }, 'store', `send ${messages.length} messages`, async () => {
            for (const message of messages) this.#send(message);
            return { notSent: [] };
          }),
      },
      endPass,
      timeout: (ms) => run.timeout(this.#clock.now, ms),
    };
  }

  #send(message: AccountMessage): void {
    this.#queue.send(message, this.#clock.now, this.#monitor.isQuiet ? 0 : 7 * minute);
    if (!this.#monitor.isQuiet && this.#random.chance(0.05)) this.#queue.send(message, this.#clock.now, 7 * minute);
  }

  #collectorSetup(scheduler: Scheduler, run: SimulatedScan): CollectorSetup {
    return {
      ...this.#monitorSetup(scheduler, run),
      outbox: this.#shared.buildCollectedOutbox({ scheduler, run }),
      passes: this.#shared.buildPasses({ scheduler, run }),
      newId: () => {
        this.#ids += 1;
        return `collector-${this.#ids}`;
      },
    };
  }

  /** The settings and interfaces that a pass and a run of the collector need. */
  #monitorSetup(scheduler: Scheduler, run: SimulatedScan) {
    const observe: ScanSetup['observe'] = (event) => scheduler.trace?.(`    ${run.id} says ${JSON.stringify(event)}`);
    return {
      settings: { ...defaultSettings(), account: monitorAccount, name: 'monitor', accounts: this.#configured },
      tableName: 'Snapshots',
      homeRegion: 'eu-west-1',
      accounts: this.#shared.buildRegistry({ scheduler, run }),
      publisher: this.#shared.buildPublisher({ scheduler, run }),
      observe,
      clock: () => this.#clock.now,
    };
  }

  async #collectNow(scheduler: Scheduler, run: SimulatedScan, scope: 'all' | 'critical'): Promise<void> {
    await this.#product.runCollector(this.#collectorSetup(scheduler, run), scope, this.#clock.now + 60_000);
  }

  /** The faults end. One account may stay closed for some more passes, which must delay no other account. */
  async #comeToRest(): Promise<void> {
    const random = this.#random;
    for (const account of this.#accounts) account.becomeQuiet();
    this.#monitor.isQuiet = true;
    this.#monitor.isTopicDown = false;
    this.#monitor.isAnybodyListening = true;
    this.#configured = this.#accounts.map(({ account }) => account);
    const closed = random.chance(0.5) ? random.pick(this.#configured) : null;
    this.#blocked.clear();
    if (closed !== null) this.#blocked.set(closed, 'access-denied');
    // Earlier runs end, leases expire, and earlier messages become too old.
    await this.#runUntil(this.#clock.now + 20 * minute);
    await this.#passQuietly(3);
    for (const account of this.#accounts) if (account.account !== closed) await this.#checkAccount(account);
    this.#checkPublished();
    if (closed === null) return;
    const failure = this.#shared.registry.accounts.get(closed)?.failure;
    const isPut = failure && this.#shared.book.isPutSince('account-unreadable', closed, Date.parse(failure.since));
    mustBe(
      isPut === true && failure?.isAlerted === true,
      'P5',
      () => `${closed} can't be entered, and nobody was alerted`,
    );
    this.#blocked.clear();
    await this.#passQuietly(3);
    for (const account of this.#accounts) await this.#checkAccount(account);
    this.#checkPublished();
  }

  async #passQuietly(count: number): Promise<void> {
    for (let pass = 1; pass <= count; pass += 1) {
      const run = this.#startPass();
      await this.#runUntil(this.#clock.now + passEveryMs + 1_000);
      mustBe(run.status === 'returned', 'P5', () => `a pass ${run.status}, though nothing was wrong`);
      // A region that was always denied is requested once an hour.
      this.#monitor.pass(61 * minute);
    }
  }

  async #checkAccount({ setting, rates }: SimulatedAccount): Promise<void> {
    checkAllAlerted(setting.model);
    await checkFinalStates(setting.model, setting.scheduler.world);
    await checkHistories(setting, rates);
  }

  #checkPublished(): void {
    this.#shared.book.checkAllPublished();
    const left = [...this.#shared.outbox.groups.keys()];
    mustBe(left.length === 0, 'P3', () => `the outbox still has ${left.join(', ')}`);
    mustBe(this.#shared.registry.pass?.complete !== undefined, 'P5', () => 'there was no pass');
    const { pass } = this.#shared.registry;
    mustBe(pass?.endedAt !== null, 'P5', () => 'the last pass did not end');
    const isComplete = this.#blocked.size === 0;
    mustBe(pass?.complete === isComplete, 'P5', () => `the last pass is ${pass?.complete ? '' : 'not '}complete`);
  }

  #schedulers(): Scheduler[] {
    return [...this.#accounts.map(({ scheduler }) => scheduler), this.#monitor];
  }

  #accountOf(id: string): SimulatedAccount {
    const found = this.#accounts.find(({ account }) => account === id);
    mustBe(found !== undefined, 'P4', () => `there is no account ${id}`);
    return found;
  }
}

const nameOf = (account: string): string => `name of ${account}`;

/** Alerts about a whole account have no history entry. */
const isOfResource = ({ kind }: { kind: string }): boolean => !kind.startsWith('account-');
