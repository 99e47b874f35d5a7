/** One seed from beginning to end: rounds with faults, then rounds without faults, after which everything must be right. */

import { defaultSettings } from '../../lambda/contract/settings.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import { Random } from '../support/random.ts';
import { ApprovalBook } from './approval-book.ts';
import { checkAnswers } from './check-answers.ts';
import { checkAllNews } from './check-approvals.ts';
import { checkAttributions } from './check-attributions.ts';
import { checkFinalStates } from './check-final-states.ts';
import { checkHistories } from './check-history.ts';
import { checkQuietTransient } from './check-quiet-calls.ts';
import { checkAllAlerted, checkScan } from './check-scan.ts';
import { drawFaultRates, type FaultRates, trailSeeds } from './fault-rates.ts';
import { Model, type SureOf } from './model.ts';
import { buildAging } from './older-algorithm.ts';
import { type Product, portwatch } from './product.ts';
import { drawQuietCalls, eventOfFirst, type QuietCalls } from './quiet-calls.ts';
import { Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';
import { buildCallReader } from './simulated-call-reader.ts';
import { drawEventInstances } from './simulated-events.ts';
import { buildPublisher } from './simulated-publisher.ts';
import { buildReader } from './simulated-reader.ts';
import { SimulatedScan } from './simulated-scan.ts';
import { buildStore } from './simulated-store.ts';
import { removeExpired } from './time-to-live.ts';
import { Trail } from './trail.ts';
import { TrueWorld } from './true-world.ts';
import { mustBe, Violation } from './violation.ts';

export interface SeedOptions {
  product?: Product;
  /** A table without any item of this account. */
  table?: FleetStore;
  account?: string;
  /** Changes the interfaces of each scan: this is how an interface is made to misbehave. */
  disguise?: (deps: ScanSetup) => ScanSetup;
  trace?: (line: string) => void;
}

export interface SeedResult {
  /** `null`: every promise was kept. */
  violation: Violation | null;
  scans: number;
  effects: number;
  /** What happened in the run, to check that the seeds try what they should. */
  events: ReadonlySet<string>;
}

const minute = 60_000;
const day = 24 * 60 * minute;

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const run = new SeedRun(seed, options);
  let violation: Violation | null = null;
  try {
    await run.play();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
    options.trace?.(`VIOLATED ${error.message}`);
  }
  return { violation, scans: run.scans, effects: run.scheduler.order, events: run.scheduler.events };
}

class SeedRun {
  readonly scheduler: Scheduler;
  scans = 0;
  readonly #random: Random;
  readonly #rates: FaultRates;
  /** Separate random numbers, so that these calls change nothing else in a seed. */
  readonly #callsRandom: Random;
  readonly #setting: Setting;
  readonly #account: string;
  readonly #options: SeedOptions;
  readonly #ended: SimulatedScan[] = [];
  #round = 0;
  #ids = 0;

  constructor(seed: number, options: SeedOptions) {
    const { product = portwatch, table, account = '111122223333', trace } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#callsRandom = new Random(seed + 2 * trailSeeds);
    this.#rates = drawFaultRates(seed, this.#random);
    this.#account = account;
    const world = new TrueWorld(this.#random, this.#rates.regions);
    const start = world.now;
    const timed =
      trace && ((line: string) => trace(`${((world.now - start) / 1000).toFixed(3).padStart(12)} s  ${line}`));
    this.scheduler = new Scheduler(world, this.#rates, this.#random, timed ?? null);
    const inner = table ?? new InMemoryFleetStore();
    // 7: the seeds of known-faults.ts have no approvals, and stay as they are.
    const approvals = new ApprovalBook(new Random(seed + 7 * trailSeeds));
    this.#setting = {
      scheduler: this.scheduler,
      model: new Model(account, inner, this.scheduler.events, sureOf(this.#rates), approvals),
      approvals,
      product,
      table: inner,
      trail: this.#rates.isFollowing ? new Trail(world, new Random(seed + trailSeeds), account) : null,
      age: buildAging(),
      isLeaseBroken: this.#rates.isLeaseBroken,
    };
    trace?.(`seed ${seed}: ${JSON.stringify(this.#rates)}`);
  }

  async play(): Promise<void> {
    for (this.#round = 1; this.#round <= this.#rates.rounds; this.#round += 1) {
      this.#changeTheWorld();
      if (this.#random.chance(this.#rates.eventful)) {
        this.#start(drawEventInstances(this.scheduler.world, this.#random, this.#account));
        // In parallel with a scan only if scans run in parallel, too.
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
      if (!this.scheduler.isQuiet && this.#random.chance(changing)) this.#note(this.scheduler.world.change());
      if (!this.scheduler.isQuiet && this.scheduler.running.size < 3 && this.#random.chance(overlapping)) return;
      await this.scheduler.turn();
      await this.#checkEnded();
    }
    await this.#checkEnded();
  }

  #changeTheWorld(): void {
    const { scheduler } = this;
    const { spoiling, mending, deaf, silent, idling } = this.#rates;
    const random = this.#random;
    const isAlone = scheduler.running.size === 0;
    scheduler.pass(isAlone ? random.pick([1_000, 5 * minute, 5 * minute, 5 * minute + 17]) : random.between(0, 20_000));
    if (isAlone && random.chance(idling)) scheduler.pass(random.between(1, 3) * day + random.between(0, day));
    removeExpired(this.#setting.table, this.#setting.model, scheduler.world.now);
    for (let changes = random.between(0, 2); changes > 0; changes -= 1) this.#note(scheduler.world.change());
    for (const line of this.#setting.approvals.change(scheduler.world)) this.#note(line);
    for (const line of scheduler.world.mend(mending)) this.#note(line);
    if (random.chance(spoiling)) this.#note(scheduler.world.spoil());
    scheduler.isTopicDown = scheduler.isTopicDown ? !random.chance(mending) : random.chance(silent);
    scheduler.isAnybodyListening = scheduler.isAnybodyListening ? !random.chance(deaf) : random.chance(mending);
    scheduler.isTrailDenied = random.chance(this.#rates.denying);
    if (random.chance(this.#rates.flapping)) this.#transient();
    if (scheduler.isTopicDown) this.#note('the topic is down');
    if (!scheduler.isAnybodyListening) this.#note('nobody listens');
    if (random.chance(0.2)) for (const scan of scheduler.running) scan.skewMs = this.#skew();
  }

  /** Some instance gets another firewall for a while; a running scan may or may not observe a part of that. */
  #transient(): void {
    const { scheduler } = this;
    const transient = scheduler.world.beginFlap();
    if (transient === null) return;
    this.#note(transient.said);
    scheduler.pass(this.#random.between(1_000, 120_000));
    this.#note(transient.end());
    scheduler.events.add('transient change');
    if (this.#random.chance(0.8)) scheduler.pass(this.#random.between(10_000, 60_000));
  }

  #skew(): number {
    const { clockSkewMs } = this.#rates;
    return clockSkewMs === 0 || this.scheduler.isQuiet ? 0 : this.#random.between(-clockSkewMs, clockSkewMs);
  }

  /** `targets`: the instances of an event scan. */
  #start(targets: readonly EventInstance[] | null = null): SimulatedScan {
    const { scheduler } = this;
    this.scans += 1;
    // The environment ends a scan some time after its deadline: at once, or so late that its lease has expired.
    const livesMs = targets === null ? this.#random.pick([250_000, 300_000, 900_000]) : 60_000;
    const scan = new SimulatedScan(this.scans, scheduler.world.now, this.#skew(), livesMs, targets);
    scan.startOrder = scheduler.order;
    scan.isOldAlgorithm = this.#round < this.#rates.newAlgorithmFrom;
    for (const other of scheduler.running) other.hasOverlapped = scan.hasOverlapped = true;
    if (scan.hasOverlapped) scheduler.events.add('parallel scans');
    if (scan.isOldAlgorithm) scheduler.events.add('older algorithm');
    scheduler.running.add(scan);
    if (targets !== null) scheduler.events.add('event scan');
    scheduler.trace?.(
      `scan ${scan.id}${targets === null ? '' : ` for ${targets.length} named`} begins${scan.skewMs ? `, its clock off by ${scan.skewMs} ms` : ''}`,
    );
    const deps = this.#deps(scan);
    this.#setting.model.onStart(scan, new Date(deps.clock()).toISOString());
    this.#scan(scan, this.#options.disguise?.(deps) ?? deps).then(
      (isSkipped) => this.#end(scan, isSkipped ? 'skipped' : 'returned'),
      (error) => {
        scheduler.trace?.(`    ${scan.id} throws ${error}`);
        this.#end(scan, 'threw');
      },
    );
    return scan;
  }

  /** True if the scan was skipped. */
  async #scan(scan: SimulatedScan, deps: ScanSetup): Promise<boolean> {
    const { product } = this.#setting;
    const deadlineAt = deps.clock() + scan.deadlineAt - scan.startedAt;
    if (scan.targets === null) return (await product.runFullScan(deps, deadlineAt)).skipped;
    return (await product.runEventScan(deps, scan.targets, deadlineAt)).isBusy;
  }

  #end(scan: SimulatedScan, status: SimulatedScan['status']): void {
    if (!scan.isRunning) return;
    scan.status = status;
    this.scheduler.running.delete(scan);
    this.#ended.push(scan);
  }

  #deps(scan: SimulatedScan): ScanSetup {
    const { scheduler } = this;
    return {
      reader: buildReader(scan, this.#setting),
      store: buildStore(scan, this.#setting),
      publisher: buildPublisher(scan, this.#setting),
      outbox: null,
      observe: (event) => scheduler.trace?.(`    ${scan.id} says ${JSON.stringify(event, describeError)}`),
      settings: {
        ...defaultSettings(),
        account: this.#account,
        name: 'simulated',
        regions: this.#regions(),
        alertFrom: 'info',
        tellGapAfterScans: this.#rates.tellGapAfterScans,
        keepHistoryDays: this.#rates.keepHistoryDays,
        emptyRegionsEveryMinutes: this.#rates.emptyRegionsEveryMinutes,
        approvedClosingAlerts: this.#setting.approvals.alertClosings,
        // A reminder may become due in the last scan, which must be silent.
        reminders: 'off',
      },
      tableName: 'Snapshots',
      clock: () => scheduler.world.now + scan.skewMs,
      timeout: (ms) => scan.timeout(scheduler.world.now, ms),
      newId: () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
      pause: (ms) => this.#pause(scan, ms),
      limits: { readsPerRegion: 2, regionsAtOnce: 2, reserveMs: 12_000 },
      tableRegion: null,
      calls: this.#setting.trail ? buildCallReader(scan, this.#setting.trail, this.#setting) : null,
      weekly: null,
    };
  }

  /** A call like any other, but time passes whatever its result. */
  async #pause(scan: SimulatedScan, ms: number): Promise<void> {
    const { scheduler } = this;
    const effect = async () => scheduler.pass(ms);
    const error = () => new Error('no pause');
    await scheduler.call<void>(scan, { role: 'reader', name: `pause ${ms} ms`, effect, error }).catch(() => undefined);
  }

  #regions(): string[] | null {
    if (!this.#rates.isReconfigured || this.scheduler.isQuiet || this.#random.chance(0.5)) return null;
    return [...this.scheduler.world.regions.keys()].slice(1);
  }

  async #checkEnded(): Promise<void> {
    for (let scan = this.#ended.shift(); scan; scan = this.#ended.shift()) {
      this.scheduler.trace?.(`scan ${scan.id} ${scan.status}`);
      if (scan.status !== 'returned') this.scheduler.events.add(`scan ${scan.status}`);
      if (scan.isOutOfTime) this.scheduler.events.add('scan out of time');
      await checkScan(this.#setting.model, scan, this.#rates.tellGapAfterScans);
      const note = this.#setting.model.notes.find((one) => one.scan === scan);
      if (note && !scan.hasOverlapped && this.#rates.clockSkewMs === 0) await checkAnswers(this.#setting, note.record);
    }
  }

  /** The faults end; leases expire; a few scans later no work is left. */
  async #comeToRest(): Promise<void> {
    const { scheduler } = this;
    scheduler.isQuiet = true;
    scheduler.isTopicDown = false;
    scheduler.isAnybodyListening = true;
    scheduler.isTrailDenied = false;
    scheduler.world.mend(1);
    const quietAt = scheduler.world.now;
    scheduler.trace?.('quiet from here on');
    await this.#run();
    scheduler.pass(10 * minute + 2 * this.#rates.clockSkewMs);
    await this.#scanQuietly();
    if (this.#rates.emptyRegionsEveryMinutes > 0) {
      // Each instance is known before the calls.
      scheduler.pass(this.#rates.emptyRegionsEveryMinutes * minute);
      await this.#scanQuietly();
    }
    const quietCalls = this.#setting.trail && (await this.#makeCallsQuietly());
    // The records of calls become visible, and are old enough to be used; a region that was always denied is requested once an hour.
    for (const waitMs of this.#setting.trail ? [75 * minute, 20 * minute] : [61 * minute]) {
      scheduler.pass(waitMs);
      await this.#scanQuietly();
    }
    const last = await this.#scanQuietly();
    mustBe(last.commits + last.publishes === 0, 'P2', () => 'nothing changes any more, and still something is told');
    checkAllAlerted(this.#setting.model);
    checkAllNews(this.#setting.approvals, new Date(last.startedAt).toISOString());
    await checkFinalStates(this.#setting.model, scheduler.world);
    await checkHistories(this.#setting, this.#rates);
    const { trail, model } = this.#setting;
    if (trail === null || this.#rates.clockSkewMs > 0) return;
    checkAttributions(model, scheduler.world, trail, quietAt);
    const chronicle = quietCalls && model.chronicles.get(quietCalls.key);
    if (chronicle && quietCalls.kind === 'transient')
      checkQuietTransient(quietCalls, chronicle, scheduler.world, trail);
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
      this.#note(scheduler.world.setFirewall(region, name, firewall));
    }
    scheduler.pass(random.between(12_000, 90_000));
    scheduler.events.add(calls.kind);
    if (calls.kind === 'event of the first call alone') {
      this.#start([eventOfFirst(calls, scheduler.world, this.#account)]);
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

  #note(line: string): void {
    this.scheduler.trace?.(`* ${line}`);
  }
}

function sureOf(rates: FaultRates): SureOf {
  const { isLeaseBroken, clockSkewMs, failing, losingAnswers, dying, slow, overlapping } = rates;
  return {
    clocks: clockSkewMs === 0,
    lease: !isLeaseBroken && clockSkewMs === 0,
    windows: failing + losingAnswers + dying + slow + overlapping === 0,
  };
}

function describeError(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
