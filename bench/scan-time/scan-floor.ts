/** The properties of a fleet that the time of a scan depends on. */
export interface ScanShape {
  instancesByRegion: readonly number[];
  /** Instances a page of a listing. */
  pageSize: number;
  /** Milliseconds of every request to Lightsail. */
  latencyMs: number;
  /** Reads at once in one region; `null`: instances are listed only. */
  readsPerRegion: number | null;
  regionsAtOnce: number;
  /** Requests that a region accepts in any one second; `null`: no limit. */
  requestsPerSecond: number | null;
}

/**
 * The lower limit of a scan's time in milliseconds. The pages of a listing come one after another, because each one names the next; the
 * instances follow with limited concurrency; regions run in parallel. Where the rate limit of a region takes longer than the latencies,
 * the rate limit counts. Only Lightsail counts, no table and no computing.
 */
export function computeScanFloorMs(shape: ScanShape): number {
  const lanes = new Array<number>(shape.regionsAtOnce).fill(0);
  for (const instances of shape.instancesByRegion) {
    lanes.sort((a, b) => a - b);
    lanes[0] = (lanes[0] ?? 0) + regionFloorMs(instances, shape);
  }
  return Math.max(...lanes);
}

function regionFloorMs(
  instances: number,
  { pageSize, latencyMs, readsPerRegion, requestsPerSecond }: ScanShape,
): number {
  const pages = Math.max(1, Math.ceil(instances / pageSize));
  const reads = readsPerRegion === null ? 0 : instances;
  const byLatencyMs = (pages + Math.ceil(reads / (readsPerRegion ?? 1))) * latencyMs;
  if (requestsPerSecond === null) return byLatencyMs;
  // The requests of the first second are sent at its start, and the last ones need one latency.
  const fullSeconds = Math.ceil((pages + reads) / requestsPerSecond) - 1;
  return Math.max(byLatencyMs, fullSeconds * 1000 + latencyMs);
}
