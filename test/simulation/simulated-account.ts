/** One account of a run: its world, its table and its scans. The run decides when the world changes and when scans begin. */

import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import type { AlertOutbox, FleetStore } from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { Random } from '../support/random.ts';
import { ApprovalBook } from './approval-book.ts';
import { checkAnswers } from './check-answers.ts';
import { checkScan } from './check-scan.ts';
import { type FaultRates, trailSeeds } from './fault-rates.ts';
import { Model, type SureOf } from './model.ts';
import { buildAging } from './older-algorithm.ts';
import type { Product } from './product.ts';
import { Scheduler } from './scheduler.ts';
import type { Setting } from './setting.ts';
import { buildCallReader } from './simulated-call-reader.ts';
import { buildPublisher } from './simulated-publisher.ts';
import { buildReader } from './simulated-reader.ts';
import { SimulatedScan } from './simulated-scan.ts';
import { buildStore } from './simulated-store.ts';
import { removeExpired } from './time-to-live.ts';
import { Trail } from './trail.ts';
import type { TrueWorld } from './true-world.ts';

interface AccountParts {
  seed: number;
  random: Random;
  rates: FaultRates;
  account: string;
  name?: string;
  world: TrueWorld;
  product: Product;
  /** A table without any item of this account. */
  table: FleetStore;
  /** The outbox of a scan; `null`: its alerts are published at once. */
  buildOutbox: ((scan: SimulatedScan, setting: Setting) => AlertOutbox) | null;
  /** Changes the interfaces of each scan. */
  disguise?: ((deps: ScanSetup) => ScanSetup) | undefined;
  trace?: ((line: string) => void) | undefined;
}

/** Runs one scan. Returns true if it did nothing because another scan has the lease. */
type RunScan = (scan: SimulatedScan, deps: ScanSetup, deadlineAt: number) => Promise<boolean>;

const minute = 60_000;
const day = 24 * 60 * minute;

export class SimulatedAccount {
  readonly account: string;
  readonly scheduler: Scheduler;
  readonly setting: Setting;
  readonly rates: FaultRates;
  scans = 0;
  /** The number of the round. From a certain round on, scans have the newer algorithm. */
  round = 0;
  readonly #parts: AccountParts;
  readonly #random: Random;
  readonly #ended: SimulatedScan[] = [];
  #ids = 0;

  constructor(parts: AccountParts) {
    const { seed, random, rates, account, world, product, table, trace } = parts;
    this.#parts = parts;
    this.#random = random;
    this.rates = rates;
    this.account = account;
    const start = world.now;
    const timed =
      trace && ((line: string) => trace(`${((world.now - start) / 1000).toFixed(3).padStart(12)} s  ${line}`));
    this.scheduler = new Scheduler(world, rates, random, timed ?? null);
    // Separate random numbers, so that approvals change nothing else in a seed.
    const approvals = new ApprovalBook(new Random(seed + 7 * trailSeeds));
    this.setting = {
      scheduler: this.scheduler,
      model: new Model(account, table, this.scheduler.events, sureOf(rates), approvals),
      approvals,
      product,
      table,
      trail: rates.isFollowing ? buildTrail(parts) : null,
      age: buildAging(),
      isLeaseBroken: rates.isLeaseBroken,
    };
  }

  /** Time passes between two rounds. */
  passTime(): void {
    const { scheduler } = this;
    const random = this.#random;
    const isAlone = scheduler.running.size === 0;
    scheduler.pass(isAlone ? random.pick([1_000, 5 * minute, 5 * minute, 5 * minute + 17]) : random.between(0, 20_000));
    if (isAlone && random.chance(this.rates.idling))
      scheduler.pass(random.between(1, 3) * day + random.between(0, day));
  }

  changeTheWorld(): void {
    const { scheduler } = this;
    const { spoiling, mending, deaf, silent } = this.rates;
    const random = this.#random;
    removeExpired(this.setting.table, this.setting.model, scheduler.world.now);
    for (let changes = random.between(0, 2); changes > 0; changes -= 1) this.note(scheduler.world.change());
    for (const line of this.setting.approvals.change(scheduler.world)) this.note(line);
    for (const line of scheduler.world.mend(mending)) this.note(line);
    if (random.chance(spoiling)) this.note(scheduler.world.spoil());
    scheduler.isTopicDown = scheduler.isTopicDown ? !random.chance(mending) : random.chance(silent);
    scheduler.isAnybodyListening = scheduler.isAnybodyListening ? !random.chance(deaf) : random.chance(mending);
    scheduler.isTrailDenied = random.chance(this.rates.denying);
    if (random.chance(this.rates.flapping)) this.#transient();
    if (scheduler.isTopicDown) this.note('the topic is down');
    if (!scheduler.isAnybodyListening) this.note('nobody listens');
    if (random.chance(0.2)) for (const scan of scheduler.running) scan.skewMs = this.#skew();
  }

  /** An instance gets another firewall for a while. A running scan may observe it, or a part of it. */
  #transient(): void {
    const { scheduler } = this;
    const transient = scheduler.world.beginFlap();
    if (transient === null) return;
    this.note(transient.said);
    scheduler.pass(this.#random.between(1_000, 120_000));
    this.note(transient.end());
    scheduler.events.add('transient change');
    if (this.#random.chance(0.8)) scheduler.pass(this.#random.between(10_000, 60_000));
  }

  #skew(): number {
    const { clockSkewMs } = this.rates;
    return clockSkewMs === 0 || this.scheduler.isQuiet ? 0 : this.#random.between(-clockSkewMs, clockSkewMs);
  }

  /** `targets`: the instances of an event scan. */
  start(targets: readonly EventInstance[] | null, runScan: RunScan): SimulatedScan {
    const { scheduler } = this;
    this.scans += 1;
    // The environment ends a scan some time after its deadline: immediately, or so late that its lease has expired.
    const livesMs = targets === null ? this.#random.pick([250_000, 300_000, 900_000]) : 60_000;
    const scan = new SimulatedScan(this.scans, scheduler.world.now, this.#skew(), livesMs, targets);
    scan.startOrder = scheduler.order;
    scan.isOldAlgorithm = this.round < this.rates.newAlgorithmFrom;
    for (const other of scheduler.running) other.hasOverlapped = scan.hasOverlapped = true;
    if (scan.hasOverlapped) scheduler.events.add('parallel scans');
    if (scan.isOldAlgorithm) scheduler.events.add('older algorithm');
    scheduler.running.add(scan);
    if (targets !== null) scheduler.events.add('event scan');
    scheduler.trace?.(
      `scan ${scan.id}${targets === null ? '' : ` for ${targets.length} named`} begins${scan.skewMs ? `, its clock off by ${scan.skewMs} ms` : ''}`,
    );
    const deps = this.#deps(scan);
    this.setting.model.onStart(scan, new Date(deps.clock()).toISOString());
    const deadlineAt = deps.clock() + scan.deadlineAt - scan.startedAt;
    runScan(scan, this.#parts.disguise?.(deps) ?? deps, deadlineAt).then(
      (isSkipped) => this.#end(scan, isSkipped ? 'skipped' : 'returned'),
      (error) => {
        scheduler.trace?.(`    ${scan.id} throws ${error}`);
        this.#end(scan, 'threw');
      },
    );
    return scan;
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
      reader: buildReader(scan, this.setting),
      store: buildStore(scan, this.setting),
      publisher: buildPublisher(scan, this.setting),
      outbox: this.#parts.buildOutbox?.(scan, this.setting) ?? null,
      observe: (event) => scheduler.trace?.(`    ${scan.id} says ${JSON.stringify(event, describeError)}`),
      settings: {
        ...defaultSettings(),
        account: this.account,
        name: this.#parts.name ?? 'simulated',
        regions: this.#regions(),
        alertFrom: 'info',
        tellGapAfterScans: this.rates.tellGapAfterScans,
        keepHistoryDays: this.rates.keepHistoryDays,
        emptyRegionsEveryMinutes: this.rates.emptyRegionsEveryMinutes,
        approvedClosingAlerts: this.setting.approvals.alertClosings,
        // Off, because a reminder could become due in the last scan, which must publish nothing.
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
      calls: this.setting.trail ? buildCallReader(scan, this.setting.trail, this.setting) : null,
      weekly: null,
    };
  }

  /** A wait of a scan, as a call that has its turn in the scheduler. Never throws. */
  async #pause(scan: SimulatedScan, ms: number): Promise<void> {
    const { scheduler } = this;
    const effect = async () => scheduler.pass(ms);
    const error = () => new Error('no pause');
    await scheduler.call<void>(scan, { role: 'reader', name: `pause ${ms} ms`, effect, error }).catch(() => undefined);
  }

  #regions(): string[] | null {
    if (!this.rates.isReconfigured || this.scheduler.isQuiet || this.#random.chance(0.5)) return null;
    return [...this.scheduler.world.regions.keys()].slice(1);
  }

  async checkEnded(): Promise<void> {
    for (let scan = this.#ended.shift(); scan; scan = this.#ended.shift()) {
      this.scheduler.trace?.(`scan ${scan.id} ${scan.status}`);
      if (scan.status !== 'returned') this.scheduler.events.add(`scan ${scan.status}`);
      if (scan.isOutOfTime) this.scheduler.events.add('scan out of time');
      await checkScan(this.setting.model, scan, this.rates.tellGapAfterScans);
      const note = this.setting.model.notes.find((one) => one.scan === scan);
      if (note && !scan.hasOverlapped && this.rates.clockSkewMs === 0) await checkAnswers(this.setting, note.record);
    }
  }

  /** The faults end. */
  becomeQuiet(): void {
    const { scheduler } = this;
    scheduler.isQuiet = true;
    scheduler.isTopicDown = false;
    scheduler.isAnybodyListening = true;
    scheduler.isTrailDenied = false;
    if (this.setting.trail) this.setting.trail.cutShare = 0;
    scheduler.world.mend(1);
    scheduler.trace?.('quiet from here on');
  }

  note(line: string): void {
    this.scheduler.trace?.(`* ${line}`);
  }
}

function buildTrail({ seed, rates, world, account }: AccountParts): Trail {
  const trail = new Trail(world, new Random(seed + trailSeeds), account, new Random(seed + 9 * trailSeeds));
  trail.cutShare = rates.cutting;
  return trail;
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
