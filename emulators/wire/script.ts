/** What every stand-in has: a log of the calls it got, a latency, and faults to strike them with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Act, answer } from './answer.ts';
import type { ControlRoutes } from './control.ts';
import { type CallSubject, FaultPlan, type FaultRule } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';

export interface Call {
  operation: string;
  /** From the credential scope of the signature; null where the protocol has none. */
  region: string | null;
  params: unknown;
  /** ISO-8601 UTC with milliseconds. */
  at: string;
  /** How many calls were under way when this one came, itself included. */
  inFlight: number;
  /** HTTP status of what was answered, or the fault that left it without a whole answer; null while under way. */
  outcome: number | string | null;
}

/** The part of a stand-in that is the same in all of them; also under `/_emulator/` (see `scriptRoutes`). */
export interface Scripted {
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Every call since the start or the last `clearCalls`, oldest first. */
  calls(): Call[];
  clearCalls(): void;
  /** Every answer is held back by this long; 0 at first. */
  setLatency(options: { ms: number }): void;
}

export class Script implements Scripted {
  readonly #faults = new FaultPlan();
  readonly #now: () => number;
  #calls: Call[] = [];
  #inFlight = 0;
  #latencyMs = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  addFault(rule: FaultRule): void {
    this.#faults.add(rule);
  }

  /** The same for a rule that came from outside. */
  addUnknownFault(rule: unknown): void {
    this.#faults.add(rule);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  faults(): unknown[] {
    return this.#faults.list();
  }

  calls(): Call[] {
    return structuredClone(this.#calls);
  }

  clearCalls(): void {
    this.#calls = [];
  }

  setLatency(options: { ms: number }): void {
    this.#latencyMs = options.ms;
  }

  /** Logs the call, waits, lets a fault strike, or performs it. */
  async run(exchange: Exchange, subject: CallSubject, act: Act): Promise<void> {
    this.#inFlight += 1;
    const { operation, region, params } = subject;
    const at = new Date(this.#now()).toISOString();
    const call: Call = { operation, region, params, at, inFlight: this.#inFlight, outcome: null };
    this.#calls.push(call);
    try {
      const fault = this.#faults.take(subject);
      if (this.#latencyMs > 0) await sleep(this.#latencyMs, undefined, { ref: false });
      call.outcome = await answer(exchange, fault, act);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

/** What a stand-in shows of its script. */
export function scriptedBy(script: Script): Scripted {
  return {
    addFault: (rule) => script.addFault(rule),
    clearFaults: () => script.clearFaults(),
    calls: () => script.calls(),
    clearCalls: () => script.clearCalls(),
    setLatency: (latency) => script.setLatency(latency),
  };
}

/** `GET /_emulator/calls`, `GET …/faults`, and POST `add-fault`, `clear-faults`, `clear-calls`, `set-latency`. */
export function scriptRoutes(script: Script): ControlRoutes {
  return {
    get: { calls: () => script.calls(), faults: () => script.faults() },
    post: {
      'add-fault': (input) => script.addUnknownFault(input),
      'clear-faults': () => script.clearFaults(),
      'clear-calls': () => script.clearCalls(),
      'set-latency': (input) => script.setLatency(z.strictObject({ ms: z.number().nonnegative() }).parse(input)),
    },
  };
}
