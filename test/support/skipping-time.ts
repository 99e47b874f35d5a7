/**
 * Time for a scan on the stand-ins: like real time, but waits are short. A few real milliseconds after a wait has begun, the clock moves to
 * the end of the earliest wait, and this wait ends. In these milliseconds the stand-ins answer requests.
 */
import type { ScanTime } from '../../lambda/adapters/clock-and-sleep.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

export class SkippingTime implements ScanTime {
  #aheadMs: number;
  #sleepers: Sleeper[] = [];
  #isWaking = false;
  #timeouts: { at: number; controller: AbortController }[] = [];

  /** `aheadMs`: how far the clock is ahead of the real clock at the start. */
  constructor(aheadMs = 0) {
    this.#aheadMs = aheadMs;
  }

  readonly clock = (): number => Date.now() + this.#aheadMs;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const fail = () => reject(signal.reason);
      signal.addEventListener('abort', fail, { once: true });
      const wake = () => {
        signal.removeEventListener('abort', fail);
        resolve();
      };
      this.#sleepers.push({ at: this.clock() + ms, wake });
      void this.#wakeAll();
    });

  readonly timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    this.#timeouts.push({ at: this.clock() + ms, controller });
    return AbortSignal.any([controller.signal, AbortSignal.timeout(ms)]);
  };

  /** Moves the clock on. */
  skip(ms: number): void {
    this.#aheadMs += Math.max(0, ms);
    const now = this.clock();
    for (const { at, controller } of this.#timeouts) if (at <= now) controller.abort();
    this.#timeouts = this.#timeouts.filter(({ at }) => at > now);
  }

  async #wakeAll(): Promise<void> {
    if (this.#isWaking) return;
    this.#isWaking = true;
    while (this.#sleepers.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 4));
      this.#wakeEarliest();
    }
    this.#isWaking = false;
  }

  #wakeEarliest(): void {
    this.#sleepers.sort((a, b) => a.at - b.at);
    const earliest = this.#sleepers.shift();
    if (earliest === undefined) return;
    this.skip(earliest.at - this.clock());
    earliest.wake();
  }
}
