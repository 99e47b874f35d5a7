/** The request log, the latency and the planned faults that every stand-in has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Act, answer } from './answer.ts';
import type { ControlRoutes } from './control.ts';
import { FaultPlan, type FaultRule, type RequestFacts } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';

interface Call extends Pick<RequestFacts, 'operation' | 'region' | 'account' | 'params'> {
  /** ISO-8601 UTC with milliseconds. */
  at: string;
  /** The number of requests in flight when this request arrived, including this request. */
  inFlight: number;
  /**
   * The HTTP status of the answer, or the kind of the fault that replaced the answer (see `answer`). `null`: the request is in flight, or
   * the stand-in failed.
   */
  outcome: number | string | null;
}

/** The functions that control every stand-in. Each function also has a route under `/_emulator/` (see `scriptRoutes`). */
export interface Scripted {
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Every request since the start or the last `clearCalls`, oldest first. */
  calls(): Call[];
  clearCalls(): void;
  /** Every answer is delayed by this time; 0 at the start. */
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

  /** Throws ZodError for a rule of another shape. */
  addFault(rule: unknown): void {
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

  /** Logs the request, waits for the latency, then applies a fault or performs the operation. */
  async run(exchange: Exchange, facts: RequestFacts, act: Act): Promise<void> {
    this.#inFlight += 1;
    const { operation, region, account, params } = facts;
    const at = new Date(this.#now()).toISOString();
    const call: Call = {
      operation,
      region,
      ...(account !== undefined && { account }),
      params,
      at,
      inFlight: this.#inFlight,
      outcome: null,
    };
    this.#calls.push(call);
    try {
      const fault = this.#faults.use(facts);
      if (this.#latencyMs > 0) await sleep(this.#latencyMs, undefined, { ref: false });
      call.outcome = await answer(exchange, fault, act);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

export function scriptedBy(script: Script): Scripted {
  return {
    addFault: (rule) => script.addFault(rule),
    clearFaults: () => script.clearFaults(),
    calls: () => script.calls(),
    clearCalls: () => script.clearCalls(),
    setLatency: (latency) => script.setLatency(latency),
  };
}

/** GET `/_emulator/calls`, `/_emulator/faults`; POST `add-fault`, `clear-faults`, `clear-calls`, `set-latency`. */
export function scriptRoutes(script: Script): ControlRoutes {
  return {
    get: { calls: () => script.calls(), faults: () => script.faults() },
    post: {
      'add-fault': (input) => script.addFault(input),
      'clear-faults': () => script.clearFaults(),
      'clear-calls': () => script.clearCalls(),
      'set-latency': (input) => script.setLatency(z.strictObject({ ms: z.number().nonnegative() }).parse(input)),
    },
  };
}
