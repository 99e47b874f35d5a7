import { defaultLimits } from '../../lambda/scan/scan-limits.ts';
import { computeScanFloorMs } from '../scan-time/compute-scan-floor.ts';
import type { Measured } from './tables.ts';

export interface Lightsail {
  latencyMs: number;
  /** Requests that a region accepts in any one second; `null`: no limit. */
  requestsPerSecond: number | null;
}

export interface FleetSize {
  instances: number;
  instancesByRegion: readonly number[];
}

/** A request in the log of the stand-in. */
export interface LightsailCall {
  operation: string;
  /** ISO-8601 UTC: the arrival of the request. */
  at: string;
  /** The HTTP status of the answer, or the name of the fault that the stand-in simulated. `null`: the request was not answered. */
  outcome: number | string | null;
}

/** Instances on a page: the default of the stand-in. Lightsail does not document its page size. */
export const pageSize = 5;

export function factsOf(
  calls: readonly LightsailCall[],
  { instances, instancesByRegion }: FleetSize,
  { latencyMs, requestsPerSecond }: Lightsail,
  isListingOnly: boolean,
): Pick<Measured, 'calls' | 'floorMs' | 'instances' | 'readingMs' | 'throttled'> {
  const starts = calls.map(({ at }) => Date.parse(at));
  const { readsPerRegion, regionsAtOnce } = defaultLimits;
  return {
    calls: calls.length,
    throttled: calls.filter(({ outcome }) => outcome !== 200).length,
    readingMs: Math.max(...starts) - Math.min(...starts) + latencyMs,
    instances,
    floorMs: computeScanFloorMs({
      instancesByRegion,
      pageSize,
      latencyMs,
      requestsPerSecond,
      readsPerRegion: isListingOnly ? null : readsPerRegion,
      regionsAtOnce,
    }),
  };
}
