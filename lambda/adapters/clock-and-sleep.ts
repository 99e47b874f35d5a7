import { setTimeout as wait } from 'node:timers/promises';

/** The clock of an adapter, and how it waits. Tests replace both. */
export interface Pace {
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** Rejects when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The time of a whole scan. */
export interface ScanTime extends Pace {
  /** Returns a signal that aborts after `ms` milliseconds. */
  timeout: (ms: number) => AbortSignal;
}

export const realTime: ScanTime = {
  clock: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
  timeout: (ms) => AbortSignal.timeout(ms),
};
