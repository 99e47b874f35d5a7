/** One seed from beginning to end: rounds with faults, then rounds without faults, after which everything must be correct. */

import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import { Random } from '../support/random.ts';
import { checkAllNews } from './check-approvals.ts';
import { checkAttributions } from './check-attributions.ts';
import { checkFinalStates } from './check-final-states.ts';
import { checkHistories } from './check-history.ts';
import { checkQuietTransient } from './check-quiet-calls.ts';
import { checkAllAlerted } from './check-scan.ts';
import { drawFaultRates, type FaultRates, trailSeeds } from './fault-rates.ts';
import { type Product, portwatch } from './product.ts';
import { drawQuietCalls, eventOfFirst, type QuietCalls } from './quiet-calls.ts';
import type { Scheduler } from './scheduler.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { drawEventInstances } from './simulated-events.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { TrueWorld } from './true-world.ts';
import { findViolation, mustBe, type Violation } from './violation.ts';

export interface SeedOptions {
  product?: Product;
  /** A table without any item of this account. */
  table?: FleetStore;
  account?: string;
  /** Changes the interfaces of each scan, to give an interface wrong behaviour. */
  disguise?: (deps: ScanSetup) => ScanSetup;
  trace?: (line: string) => void;
}

export interface SeedResult {
  /** `null`: every promise was kept. */
  violation: Violation | null;
  scans: number;
  effects: number;
  /** Names of the events of the run, to check that the seeds cover what they should. */
  events: ReadonlySet<string>;
}

const minute = 60_000;

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const run = new SeedRun(seed, options);
  const violation = await findViolation(() => run.play(), options.trace);
  return { violation, scans: run.scans, effects: run.scheduler.order, events: run.scheduler.events };
}

class SeedRun {
  readonly scheduler: Scheduler;
  readonly #account: SimulatedAccount;
  readonly #random: Random;
  readonly #rates: FaultRates;
  /** Separate random numbers, so that these calls change nothing else in a seed. */
  readonly #callsRandom: Random;

  constructor(seed: number, options: SeedOptions) {
    const {
      product = portwatch,
      table = new InMemoryFleetStore(),
      account = '111122223333',
      disguise,
      trace,
    } = options;
    this.#random = new Random(seed);
    this.#callsRandom = new Random(seed + 2 * trailSeeds);
    this.#rates = drawFaultRates(seed, this.#random);
    const world = new TrueWorld(this.#random, this.#rates.regions);
    const parts = { seed, random: this.#random, rates: this.#rates, account, world, product, table, disguise, trace };
    this.#account = new SimulatedAccount({ ...parts, buildOutbox: null });
    this.scheduler = this.#account.scheduler;
    trace?.(`seed ${seed}: ${JSON.stringify(this.#rates)}`);
  }

  get scans(): number {
    return this.#account.scans;
  }

  async play(): Promise<void> {
    for (this.#account.round = 1; this.#account.round <= this.#rates.rounds; this.#account.round += 1) {
      this.#account.passTime();
      this.#account.changeTheWorld();
      if (this.#random.chance(this.#rates.eventful)) {
        this.#start(drawEventInstances(this.scheduler.world, this.#random, this.#account.account));
        // In seeds without parallel scans, the event scan ends before the full scan begins.
        if (this.#rates.overlapping === 0 || this.#random.chance(0.5)) await this.#run();
      }
      this.#start();
      await this.#run();
    }
    await this.#comeToRest();
  }

  /** Runs turns until all scans are over, or until the next scan begins in parallel. */
  async #run(): Promise<void> {
    const { changing, overlapping } = this.#rates;
    while (this.scheduler.running.size > 0) {
      if (!this.scheduler.isQuiet && this.#random.chance(changing)) this.#account.note(this.scheduler.world.change());
      if (!this.scheduler.isQuiet && this.scheduler.running.size < 3 && this.#random.chance(overlapping)) return;
      await this.scheduler.turn();
      await this.#account.checkEnded();
    }
    await this.#account.checkEnded();
  }

  /** `targets`: the instances of an event scan. */
  #start(targets: readonly EventInstance[] | null = null): SimulatedScan {
    return this.#account.start(targets, async (_, deps, deadlineAt) => {
      const { product } = this.#account.setting;
      if (targets === null) return (await product.runFullScan(deps, deadlineAt)).skipped;
      return (await product.runEventScan(deps, targets, deadlineAt)).isBusy;
    });
  }

  /** The faults end; leases expire; a few scans later no work is left. */
  async #comeToRest(): Promise<void> {
    const { scheduler } = this;
    const { setting } = this.#account;
    const quietAt = scheduler.world.now;
    this.#account.becomeQuiet();
    await this.#run();
    scheduler.pass(10 * minute + 2 * this.#rates.clockSkewMs);
    await this.#scanQuietly();
    if (this.#rates.emptyRegionsEveryMinutes > 0) {
      // First, each instance becomes known.
      scheduler.pass(this.#rates.emptyRegionsEveryMinutes * minute);
      await this.#scanQuietly();
    }
    const quietCalls = setting.trail && (await this.#makeCallsQuietly());
    // After these waits the records of calls are visible and old enough to be used. A region that was always denied is requested once an
    // hour.
    for (const waitMs of this.#listLastWaits()) {
      scheduler.pass(waitMs);
      // The next pass must continue where the lookup of this pass ends.
      if (setting.trail && this.#rates.cutting > 0) setting.trail.cutShare = waitMs === 75 * minute ? 1 : 0;
      await this.#scanQuietly();
    }
    const last = await this.#scanQuietly();
    mustBe(last.commits + last.publishes === 0, 'P2', () => 'nothing changes any more, and still something is told');
    checkAllAlerted(setting.model);
    checkAllNews(setting.approvals, new Date(last.startedAt).toISOString());
    await checkFinalStates(setting.model, scheduler.world);
    await checkHistories(setting, this.#rates);
    const { trail, model } = setting;
    if (trail === null || this.#rates.clockSkewMs > 0) return;
    checkAttributions(model, scheduler.world, trail, quietAt);
    const chronicle = quietCalls && model.chronicles.get(quietCalls.key);
    if (chronicle && quietCalls.kind === 'transient')
      checkQuietTransient(quietCalls, chronicle, scheduler.world, trail);
  }

  /**
   * Which calls a lookup finds decides which reads are compared: a read during a call is not. After a cut, spans begin elsewhere, so a transient
   * change can be found one pass later.
   */
  #listLastWaits(): number[] {
    if (this.#account.setting.trail === null) return [61 * minute];
    return [75 * minute, 20 * minute, ...(this.#rates.cutting > 0 ? [20 * minute] : [])];
  }

  /** Two calls of different callers before the next full scan. */
  async #makeCallsQuietly(): Promise<QuietCalls | null> {
    const { scheduler } = this;
    const random = this.#callsRandom;
    const calls = drawQuietCalls(scheduler.world, random);
    if (calls === null) return null;
    const [region = '', name = ''] = calls.key.split('#');
    for (const firewall of calls.firewalls) {
      scheduler.pass(random.between(12_000, 90_000));
      this.#account.note(scheduler.world.setFirewall(region, name, firewall));
    }
    scheduler.pass(random.between(12_000, 90_000));
    scheduler.events.add(calls.kind);
    if (calls.kind === 'event of the first call alone') {
      this.#start([eventOfFirst(calls, scheduler.world, this.#account.account)]);
      await this.#run();
    }
    await this.#scanQuietly();
    return calls;
  }

  async #scanQuietly(): Promise<SimulatedScan> {
    const scan = this.#start();
    await this.#run();
    mustBe(scan.status === 'returned', 'P5', () => `scan ${scan.id} ${scan.status}, though nothing was wrong`);
    this.scheduler.pass(5 * minute);
    return scan;
  }
}
