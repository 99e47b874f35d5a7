/**
 * The scheduler. Every call of a scan to an interface waits here for its turn. The seed decides which call is next, how it ends, and
 * whether its answer is late. Between two turns only the code of the scans runs, until it waits again.
 */

import type { Random } from '../support/random.ts';
import type { FaultRates } from './fault-rates.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { TrueWorld } from './true-world.ts';

export type Fate = 'well' | 'fails' | 'answer-lost' | 'retried' | 'dies-before' | 'dies-after';

export interface Call<T> {
  role: 'reader' | 'store' | 'publisher';
  /** The name of the call, for the trace. */
  name: string;
  /** Performs the effect. Throws if the table or the service refuses the effect. */
  effect: () => Promise<T>;
  /** Checks the effect each time it happens; an error ends the run. */
  check?: (answer: T, fate: Fate) => Promise<void> | void;
  /** The error for the caller if the call fails, or if its answer is lost. */
  error: () => Error;
  /** Called when the answer reaches the caller. */
  onAnswer?: (answer: T) => void;
  onError?: (error: unknown) => void;
}

interface Turn {
  scan: SimulatedScan;
  take: () => Promise<void>;
}

export class Scheduler {
  readonly world: TrueWorld;
  readonly running = new Set<SimulatedScan>();
  readonly trace: ((line: string) => void) | null;
  isTopicDown = false;
  isAnybodyListening = true;
  isTrailDenied = false;
  /** True: nothing fails and nothing changes any more, and the remaining work must end correctly. */
  isQuiet = false;
  /** Names of the events of the run, to check that the seeds cover what they should. */
  readonly events = new Set<string>();
  /** The number of effects so far. */
  order = 0;
  readonly #rates: FaultRates;
  readonly #random: Random;
  readonly #waiting: Turn[] = [];
  readonly #beside = new Set<Promise<unknown>>();

  constructor(world: TrueWorld, rates: FaultRates, random: Random, trace: ((line: string) => void) | null) {
    this.world = world;
    this.#rates = rates;
    this.#random = random;
    this.trace = trace;
  }

  /** A call of a scan to an interface. A crashed scan never receives an answer. */
  call<T>(scan: SimulatedScan, call: Call<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (scan.isRunning) this.#waiting.push({ scan, take: () => this.#perform(scan, call, resolve, reject) });
    });
  }

  /** Work on the table without a turn of its own, because a turn would use a random number. The present turn waits for this work. */
  async beside(work: Promise<void>): Promise<void> {
    this.#beside.add(work);
    try {
      await work;
    } finally {
      this.#beside.delete(work);
    }
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** One turn: one call, or one late answer. */
  async turn(): Promise<void> {
    const index = this.#waiting.length === 1 ? 0 : this.#random.between(0, this.#waiting.length - 1);
    const [turn] = this.#waiting.splice(index, 1);
    if (turn === undefined) return;
    this.pass(this.#random.between(1, 40));
    if (turn.scan.isRunning) await turn.take();
    await allIdle();
    while (this.#beside.size > 0) {
      await Promise.allSettled(this.#beside);
      await allIdle();
    }
  }

  /** World time passes, and scans reach their deadlines. */
  pass(ms: number): void {
    this.world.now += ms;
    for (const scan of this.running) {
      scan.passTime(this.world.now);
      if (!scan.isRunning) this.bury(scan);
    }
  }

  bury(scan: SimulatedScan): void {
    scan.status = 'died';
    this.events.add('scan died');
    this.trace?.(`scan ${scan.id} is dead`);
    this.running.delete(scan);
    for (let index = this.#waiting.length - 1; index >= 0; index -= 1) {
      if (this.#waiting[index]?.scan === scan) this.#waiting.splice(index, 1);
    }
  }

  async #perform<T>(
    scan: SimulatedScan,
    call: Call<T>,
    resolve: (answer: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const fate = this.#fateOf(call.role);
    if (!this.isQuiet && this.#random.chance(this.#rates.slow)) this.pass(this.#random.between(10_000, 400_000));
    if (!scan.isRunning) return;
    this.trace?.(`scan ${scan.id} ${call.name}${fate === 'well' ? '' : `   <- ${fate}`}`);
    if (fate !== 'well' && call.role !== 'reader') scan.hasFaults = true;
    if (fate === 'dies-before') return this.bury(scan);
    let answer: { value: T } | { error: unknown } = { error: null };
    for (let times = fate === 'retried' ? 2 : 1; times > 0 && fate !== 'fails'; times -= 1) {
      answer = await this.#happen(call, fate);
    }
    if (fate === 'dies-after') return this.bury(scan);
    const deliver = () => {
      if (fate === 'fails' || fate === 'answer-lost') answer = { error: call.error() };
      if ('error' in answer) {
        call.onError?.(answer.error);
        reject(answer.error);
      } else {
        call.onAnswer?.(answer.value);
        resolve(answer.value);
      }
    };
    if (!this.#random.chance(this.#rates.late)) deliver();
    else this.#waiting.push({ scan, take: async () => deliver() });
  }

  async #happen<T>(call: Call<T>, fate: Fate): Promise<{ value: T } | { error: unknown }> {
    this.order += 1;
    let value: T;
    try {
      value = await call.effect();
    } catch (error) {
      this.trace?.(`    refused: ${error}`);
      return { error };
    }
    await call.check?.(value, fate);
    return { value };
  }

  #fateOf(role: Call<unknown>['role']): Fate {
    const { failing, losingAnswers, dying } = this.#rates;
    if (this.isQuiet) return 'well';
    if (role === 'publisher' && this.isTopicDown) return 'fails';
    if (this.#random.chance(failing)) return 'fails';
    if (this.#random.chance(losingAnswers)) return this.#random.pick(['answer-lost', 'retried']);
    if (this.#random.chance(dying)) return this.#random.pick(['dies-before', 'dies-after']);
    return 'well';
  }
}

/** Resolves when everything that can run without another turn has run: Node runs ticks when no promise is left. */
function allIdle(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
