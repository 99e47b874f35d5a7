/** One seed from beginning to end: rounds with faults, then rounds without faults, after which everything must be right. */

import { defaultSettings } from '../../lambda/contract/settings.ts';
import type { NamedTarget } from '../../lambda/scan/event-scan.ts';
import type { ScanDeps } from '../../lambda/scan/full-scan.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import { type Climate, decideClimate, trailSeeds } from './climate.ts';
import { judgeFollowed } from './judge-followed.ts';
import { judgeHistories } from './judge-history.ts';
import { judgeAllTold, judgeScan } from './judge-scan.ts';
import { judgeTruth } from './judge-truth.ts';
import { Model, type SureOf } from './model.ts';
import { buildAging } from './older-algorithm.ts';
import { type Product, portwatch } from './product.ts';
import { Random } from './random.ts';
import type { Setting } from './setting.ts';
import { buildCallReader } from './simulated-call-reader.ts';
import { drawTargets } from './simulated-events.ts';
import { buildPublisher } from './simulated-publisher.ts';
import { buildReader } from './simulated-reader.ts';
import { SimulatedScan } from './simulated-scan.ts';
import { buildStore } from './simulated-store.ts';
import { Stage } from './stage.ts';
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
  disguise?: (deps: ScanDeps) => ScanDeps;
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
  return { violation, scans: run.scans, effects: run.stage.order, events: run.stage.events };
}

class SeedRun {
  readonly stage: Stage;
  scans = 0;
  readonly #random: Random;
  readonly #climate: Climate;
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
    this.#climate = decideClimate(seed, this.#random);
    this.#account = account;
    const world = new TrueWorld(this.#random, this.#climate.regions);
    const start = world.now;
    const timed =
      trace && ((line: string) => trace(`${((world.now - start) / 1000).toFixed(3).padStart(12)} s  ${line}`));
    this.stage = new Stage(world, this.#climate, this.#random, timed ?? null);
    const inner = table ?? new InMemoryFleetStore();
    this.#setting = {
      stage: this.stage,
      model: new Model(account, inner, this.stage.events, sureOf(this.#climate)),
      product,
      table: inner,
      trail: this.#climate.isFollowing ? new Trail(world, new Random(seed + trailSeeds), account) : null,
      age: buildAging(),
      isLeaseBroken: this.#climate.isLeaseBroken,
    };
    trace?.(`seed ${seed}: ${JSON.stringify(this.#climate)}`);
  }

  async play(): Promise<void> {
    for (this.#round = 1; this.#round <= this.#climate.rounds; this.#round += 1) {
      this.#changeTheWorld();
      if (this.#random.chance(this.#climate.eventful)) {
        this.#start(drawTargets(this.stage.world, this.#random, this.#account));
        // In parallel with a scan only if scans run in parallel, too.
        if (this.#climate.overlapping === 0 || this.#random.chance(0.5)) await this.#run();
      }
      this.#start();
      await this.#run();
    }
    await this.#comeToRest();
  }

  /** Runs turns until all scans are over, or until the next scan begins in parallel. */
  async #run(): Promise<void> {
    const { changing, overlapping } = this.#climate;
    while (this.stage.running.size > 0) {
      if (!this.stage.isQuiet && this.#random.chance(changing)) this.#note(this.stage.world.change());
      if (!this.stage.isQuiet && this.stage.running.size < 3 && this.#random.chance(overlapping)) return;
      await this.stage.turn();
      await this.#judgeEnded();
    }
    await this.#judgeEnded();
  }

  #changeTheWorld(): void {
    const { stage } = this;
    const { spoiling, mending, deaf, silent, idling } = this.#climate;
    const random = this.#random;
    const isAlone = stage.running.size === 0;
    stage.pass(isAlone ? random.pick([1_000, 5 * minute, 5 * minute, 5 * minute + 17]) : random.between(0, 20_000));
    if (isAlone && random.chance(idling)) stage.pass(random.between(1, 3) * day + random.between(0, day));
    removeExpired(this.#setting.table, this.#setting.model, stage.world.now);
    for (let changes = random.between(0, 2); changes > 0; changes -= 1) this.#note(stage.world.change());
    for (const line of stage.world.mend(mending)) this.#note(line);
    if (random.chance(spoiling)) this.#note(stage.world.spoil());
    stage.isTopicDown = stage.isTopicDown ? !random.chance(mending) : random.chance(silent);
    stage.isAnybodyListening = stage.isAnybodyListening ? !random.chance(deaf) : random.chance(mending);
    stage.isTrailDenied = random.chance(this.#climate.denying);
    if (random.chance(this.#climate.flapping)) this.#transient();
    if (stage.isTopicDown) this.#note('the topic is down');
    if (!stage.isAnybodyListening) this.#note('nobody listens');
    if (random.chance(0.2)) for (const scan of stage.running) scan.skewMs = this.#skew();
  }

  /** Some instance gets another firewall for a while; a running scan may or may not observe a part of that. */
  #transient(): void {
    const { stage } = this;
    const transient = stage.world.beginFlap();
    if (transient === null) return;
    this.#note(transient.said);
    stage.pass(this.#random.between(1_000, 120_000));
    this.#note(transient.end());
    stage.events.add('world flapped');
    if (this.#random.chance(0.8)) stage.pass(this.#random.between(10_000, 60_000));
  }

  #skew(): number {
    const { clockSkewMs } = this.#climate;
    return clockSkewMs === 0 || this.stage.isQuiet ? 0 : this.#random.between(-clockSkewMs, clockSkewMs);
  }

  /** `targets`: the instances of an event scan. */
  #start(targets: readonly NamedTarget[] | null = null): SimulatedScan {
    const { stage } = this;
    this.scans += 1;
    // The environment ends a scan some time after its deadline: at once, or so late that its lease has expired.
    const livesMs = targets === null ? this.#random.pick([250_000, 300_000, 900_000]) : 60_000;
    const scan = new SimulatedScan(this.scans, stage.world.now, this.#skew(), livesMs, targets);
    scan.startOrder = stage.order;
    scan.isOldAlgorithm = this.#round < this.#climate.newAlgorithmFrom;
    for (const other of stage.running) other.hasOverlapped = scan.hasOverlapped = true;
    if (scan.hasOverlapped) stage.events.add('scans at once');
    if (scan.isOldAlgorithm) stage.events.add('older algorithm');
    stage.running.add(scan);
    if (targets !== null) stage.events.add('run for events');
    stage.trace?.(
      `scan ${scan.id}${targets === null ? '' : ` for ${targets.length} named`} begins${scan.skewMs ? `, its clock off by ${scan.skewMs} ms` : ''}`,
    );
    const deps = this.#deps(scan);
    this.#setting.model.onStart(scan, new Date(deps.clock()).toISOString());
    this.#scan(scan, this.#options.disguise?.(deps) ?? deps).then(
      (isSkipped) => this.#end(scan, isSkipped ? 'skipped' : 'returned'),
      (error) => {
        stage.trace?.(`    ${scan.id} throws ${error}`);
        this.#end(scan, 'threw');
      },
    );
    return scan;
  }

  /** True if the scan was skipped. */
  async #scan(scan: SimulatedScan, deps: ScanDeps): Promise<boolean> {
    const { product } = this.#setting;
    const deadlineAt = deps.clock() + scan.deadlineAt - scan.startedAt;
    if (scan.targets === null) return (await product.scanFleet(deps, deadlineAt)).skipped;
    return (await product.scanNamed(deps, scan.targets, deadlineAt)).isBusy;
  }

  #end(scan: SimulatedScan, status: SimulatedScan['status']): void {
    if (!scan.isRunning) return;
    scan.status = status;
    this.stage.running.delete(scan);
    this.#ended.push(scan);
  }

  #deps(scan: SimulatedScan): ScanDeps {
    const { stage } = this;
    return {
      reader: buildReader(scan, this.#setting),
      store: buildStore(scan, this.#setting),
      publisher: buildPublisher(scan, this.#setting),
      observe: (event) => stage.trace?.(`    ${scan.id} says ${JSON.stringify(event, describeError)}`),
      settings: {
        ...defaultSettings(),
        account: this.#account,
        name: 'simulated',
        regions: this.#regions(),
        alertFrom: 'info',
        tellGapAfterScans: this.#climate.tellGapAfterScans,
        keepHistoryDays: this.#climate.keepHistoryDays,
      },
      tableName: 'Snapshots',
      clock: () => stage.world.now + scan.skewMs,
      timeout: (ms) => scan.timeout(stage.world.now, ms),
      newId: () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
      pause: (ms) => this.#pause(scan, ms),
      limits: { readsPerRegion: 2, regionsAtOnce: 2, reserveMs: 12_000 },
      calls: this.#setting.trail ? { reader: buildCallReader(scan, this.#setting.trail, this.#setting) } : undefined,
    };
  }

  /** A call like any other, but time passes whatever its result. */
  async #pause(scan: SimulatedScan, ms: number): Promise<void> {
    const { stage } = this;
    const effect = async () => stage.pass(ms);
    const error = () => new Error('no pause');
    await stage.call<void>(scan, { role: 'reader', name: `pause ${ms} ms`, effect, error }).catch(() => undefined);
  }

  #regions(): string[] | null {
    if (!this.#climate.isReconfigured || this.stage.isQuiet || this.#random.chance(0.5)) return null;
    return [...this.stage.world.regions.keys()].slice(1);
  }

  async #judgeEnded(): Promise<void> {
    for (let scan = this.#ended.shift(); scan; scan = this.#ended.shift()) {
      this.stage.trace?.(`scan ${scan.id} ${scan.status}`);
      if (scan.status !== 'returned') this.stage.events.add(`scan ${scan.status}`);
      if (scan.isOutOfTime) this.stage.events.add('scan out of time');
      await judgeScan(this.#setting.model, scan, this.#climate.tellGapAfterScans);
    }
  }

  /** The faults end; leases expire; a few scans later no work is left. */
  async #comeToRest(): Promise<void> {
    const { stage } = this;
    stage.isQuiet = true;
    stage.isTopicDown = false;
    stage.isAnybodyListening = true;
    stage.isTrailDenied = false;
    stage.world.mend(1);
    const quietAt = stage.world.now;
    stage.trace?.('quiet from here on');
    await this.#run();
    stage.pass(10 * minute + 2 * this.#climate.clockSkewMs);
    await this.#scanQuietly();
    // The records of calls become visible, and are old enough to be used.
    for (const waitMs of this.#setting.trail ? [75 * minute, 20 * minute] : []) {
      stage.pass(waitMs);
      await this.#scanQuietly();
    }
    const last = await this.#scanQuietly();
    mustBe(last.commits + last.publishes === 0, 'P2', () => 'nothing changes any more, and still something is told');
    judgeAllTold(this.#setting.model);
    await judgeTruth(this.#setting.model, stage.world);
    await judgeHistories(this.#setting, this.#climate);
    const { clockSkewMs, keepHistoryDays } = this.#climate;
    const { trail, model } = this.#setting;
    if (trail && clockSkewMs === 0 && keepHistoryDays === null) judgeFollowed(model, stage.world, trail, quietAt);
  }

  async #scanQuietly(): Promise<SimulatedScan> {
    const scan = this.#start();
    await this.#run();
    mustBe(scan.status === 'returned', 'P5', () => `scan ${scan.id} ${scan.status}, though nothing was wrong`);
    this.stage.pass(5 * minute);
    return scan;
  }

  #note(line: string): void {
    this.stage.trace?.(`* ${line}`);
  }
}

function sureOf(climate: Climate): SureOf {
  const { isLeaseBroken, clockSkewMs, failing, losingAnswers, dying, slow, overlapping } = climate;
  return {
    clocks: clockSkewMs === 0,
    lease: !isLeaseBroken && clockSkewMs === 0,
    windows: failing + losingAnswers + dying + slow + overlapping === 0,
  };
}

function describeError(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
