import pLimit, { type LimitFunction } from 'p-limit';
import { ReadError, toReadError } from '../history/read-errors.ts';
import type { Pace } from './clock-and-sleep.ts';
import {
  lowerRate,
  type RequestRate,
  raiseRate,
  startRequest,
  unlimitedRate,
  waitBeforeRequest,
} from './request-rate.ts';

interface RegionRate {
  rate: RequestRate;
  /**
   * Limits the number of concurrent requests, in the order of arrival. A throttled request goes to the end, so that it does not delay other
   * requests.
   */
  queue: LimitFunction;
  /** Starts requests in the order of arrival: otherwise new requests could always overtake a waiting request. */
  starts: LimitFunction;
}

/** Sends requests to each region as fast as the region accepts them. */
export class RegionalRates {
  readonly #regions = new Map<string, RegionRate>();
  readonly #atOnce: number;
  readonly #pace: Pace;

  /** `atOnce`: the maximum number of concurrent requests in one region. */
  constructor(atOnce: number, pace: Pace) {
    this.#atOnce = atOnce;
    this.#pace = pace;
  }

  /**
   * Repeats a request until the region does not throttle it, or `signal` aborts. `request` must throw ReadErrors. When `signal` aborts, a
   * request that was throttled before fails as `throttled`. Otherwise throws the error of the last attempt.
   */
  async send<T>(region: string, request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const known = this.#regions.get(region) ?? { rate: unlimitedRate, queue: pLimit(this.#atOnce), starts: pLimit(1) };
    this.#regions.set(region, known);
    let throttled: ReadError | null = null;
    for (;;) {
      try {
        return await known.queue(() => this.#sendOnce(known, request, signal));
      } catch (error) {
        const failure = toReadError(error, signal);
        if (failure.reason !== 'throttled') throw signal.aborted ? (throttled ?? failure) : failure;
        throttled = failure;
      }
    }
  }

  async #sendOnce<T>(known: RegionRate, request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const startedAt = await known.starts(() => this.#start(known, signal));
    try {
      const answer = await request();
      known.rate = raiseRate(known.rate, startedAt);
      return answer;
    } catch (error) {
      const isThrottled = error instanceof ReadError && error.reason === 'throttled';
      known.rate = isThrottled
        ? lowerRate(known.rate, startedAt, this.#pace.clock())
        : raiseRate(known.rate, startedAt);
      throw error;
    }
  }

  /** Waits until the rate allows a request. Returns the start, in ms since the epoch. Throws when `signal` aborts. */
  async #start(known: RegionRate, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#pace.clock();
      const waitMs = waitBeforeRequest(known.rate, now);
      if (waitMs === 0) {
        known.rate = startRequest(known.rate, now);
        return now;
      }
      await this.#pace.sleep(waitMs, signal);
    }
  }
}
