/**
 * The rate of the requests to one region. Lightsail does not publish its limits, so there is no limit until a request is throttled. Each
 * throttled request makes the interval between two requests longer by a factor, and each answer makes it shorter by the same factor: at
 * the limit of the service, about every second request is throttled. Pure; times are in milliseconds.
 */

export interface RequestRate {
  /** Milliseconds between the starts of two requests; 0: no limit. */
  intervalMs: number;
  /** Milliseconds since the epoch: the earliest start of the next request. */
  nextAt: number;
  /** Milliseconds since the epoch: when the rate was lowered last. Results of requests that started earlier do not change the rate. */
  loweredAt: number;
}

export const unlimitedRate: RequestRate = { intervalMs: 0, nextAt: 0, loweredAt: 0 };

const factor = 1.5;
const firstIntervalMs = 100;
/** A region that throttles every request is still tried this often, so that a scan notices when the region answers again. */
const longestIntervalMs = 2_000;
/** A shorter interval limits nothing: a request itself takes longer. */
const shortestIntervalMs = 50;
/** After this time without a request a rate is no longer used, so the next scan starts without a limit. */
const validForMs = 10_000;

/** Waiting time until the next request may start. */
export function waitBeforeRequest(rate: RequestRate, now: number): number {
  return isValid(rate, now) ? Math.max(0, rate.nextAt - now) : 0;
}

/** The rate after a request has started. */
export function startRequest(rate: RequestRate, now: number): RequestRate {
  return isValid(rate, now) ? { ...rate, nextAt: now + rate.intervalMs } : unlimitedRate;
}

/** A request that started at `startedAt` was throttled. Requests of one burst lower the rate once. */
export function lowerRate(rate: RequestRate, startedAt: number, now: number): RequestRate {
  if (startedAt <= rate.loweredAt) return rate;
  const intervalMs = Math.min(longestIntervalMs, Math.max(firstIntervalMs, rate.intervalMs * factor));
  return { intervalMs, nextAt: now + intervalMs, loweredAt: now };
}

/** A request that started at `startedAt` was not throttled. */
export function raiseRate(rate: RequestRate, startedAt: number): RequestRate {
  if (rate.intervalMs === 0 || startedAt <= rate.loweredAt) return rate;
  const intervalMs = rate.intervalMs / factor;
  return { ...rate, intervalMs: intervalMs < shortestIntervalMs ? 0 : intervalMs };
}

/** If the next start is further in the future than the longest interval, it was computed before the clock was set back. */
function isValid({ intervalMs, nextAt }: RequestRate, now: number): boolean {
  return intervalMs > 0 && nextAt - now <= longestIntervalMs && now - nextAt <= validForMs;
}
