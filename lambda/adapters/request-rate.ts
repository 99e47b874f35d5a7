/**
 * The rate of the requests to one region. Lightsail does not publish its limits, so the rate is unlimited until a request is throttled. A
 * throttled request multiplies the interval between two requests by a factor, and an answer divides the interval by the same factor. At the
 * limit of the service, about every second request is throttled. Pure; times are in milliseconds.
 */
export interface RequestRate {
  /** The time between the starts of two requests; 0: no limit. */
  intervalMs: number;
  /** Milliseconds since the epoch: the earliest start of the next request. */
  nextAt: number;
  /**
   * Milliseconds since the epoch: when the rate was last lowered. A request that started at this instant or before it does not change the
   * rate.
   */
  loweredAt: number;
}

export const unlimitedRate: RequestRate = { intervalMs: 0, nextAt: 0, loweredAt: 0 };

const factor = 1.5;
const firstIntervalMs = 100;
/**
 * The interval never exceeds this limit, even if the region throttles every request. So a scan soon notices when the region answers again.
 */
const longestIntervalMs = 2_000;
/** Below this interval, the rate is unlimited again. */
const shortestIntervalMs = 50;
/** After this time without a request, the rate is unlimited again. So the next full scan starts without a limit. */
const validForMs = 10_000;

export function waitBeforeRequest(rate: RequestRate, now: number): number {
  return isValid(rate, now) ? Math.max(0, rate.nextAt - now) : 0;
}

export function startRequest(rate: RequestRate, now: number): RequestRate {
  return isValid(rate, now) ? { ...rate, nextAt: now + rate.intervalMs } : unlimitedRate;
}

/** Returns the rate after a throttled request that started at `startedAt`. Several throttled requests of one burst lower the rate once. */
export function lowerRate(rate: RequestRate, startedAt: number, now: number): RequestRate {
  if (startedAt <= rate.loweredAt) return rate;
  const intervalMs = Math.min(longestIntervalMs, Math.max(firstIntervalMs, rate.intervalMs * factor));
  return { intervalMs, nextAt: now + intervalMs, loweredAt: now };
}

/** Returns the rate after a request that started at `startedAt` and was not throttled. */
export function raiseRate(rate: RequestRate, startedAt: number): RequestRate {
  if (rate.intervalMs === 0 || startedAt <= rate.loweredAt) return rate;
  const intervalMs = rate.intervalMs / factor;
  return { ...rate, intervalMs: intervalMs < shortestIntervalMs ? 0 : intervalMs };
}

/** Also false if the clock was set back, so that `nextAt` is too far ahead. */
function isValid({ intervalMs, nextAt }: RequestRate, now: number): boolean {
  return intervalMs > 0 && nextAt - now <= longestIntervalMs && now - nextAt <= validForMs;
}
