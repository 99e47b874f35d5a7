/** What every stand-in has: a log of the calls it got, a latency, and faults to strike them with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ControlRoutes } from './control.ts';
import { type CallSubject, type Fault, FaultPlan, type FaultRule } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './reply.ts';
import { reset, send, sendHalfAndReset, sendSlowly } from './send.ts';

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

/** How one service performs a call and says an error. */
export interface Act {
  perform(): Reply | Promise<Reply>;
  renderError(answer: ErrorAnswer): Reply;
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

async function answer(exchange: Exchange, fault: Fault | undefined, act: Act): Promise<number | string> {
  const { response } = exchange;
  switch (fault?.kind) {
    case 'error':
      return sendWhole(exchange, act.renderError(fault));
    case 'raw':
      return sendWhole(exchange, { ...fault, headers: { 'content-type': fault.contentType, ...fault.headers } });
    case 'hang':
      return 'hang';
    case 'reset':
      reset(response);
      return 'reset';
    case 'lost-answer':
      await perform(act);
      reset(response);
      return 'lost-answer';
    case 'reset-mid-answer':
      await sendHalfAndReset(response, await perform(act));
      return 'reset-mid-answer';
    case 'slow':
      await sendSlowly(response, await perform(act), fault.overMs);
      return 'slow';
    case 'delay':
      await sleep(fault.delayMs, undefined, { ref: false });
      return sendWhole(exchange, await perform(act));
    case 'content-type': {
      const reply = await perform(act);
      return sendWhole(exchange, { ...reply, headers: { ...reply.headers, 'content-type': fault.contentType } });
    }
    case undefined:
      return sendWhole(exchange, await perform(act));
  }
}

function sendWhole(exchange: Exchange, reply: Reply): number {
  send(exchange.response, reply);
  return reply.status;
}

async function perform(act: Act): Promise<Reply> {
  try {
    return await act.perform();
  } catch (error) {
    if (error instanceof Refusal) return act.renderError(error.answer);
    throw error;
  }
}
