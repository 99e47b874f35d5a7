import { setTimeout as wait } from 'node:timers/promises';

/** Tests replace both functions. */
export interface Pace {
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** Rejects when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

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
