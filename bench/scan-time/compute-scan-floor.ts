/** The properties of a fleet that decide the time of a scan. */
interface ScanShape {
  instancesByRegion: readonly number[];
  /** Instances on a page of a listing. */
  pageSize: number;
  /** Latency of every request to Lightsail, in milliseconds. */
  latencyMs: number;
  /** Reads at the same time in one region; `null`: instances are only listed. */
  readsPerRegion: number | null;
  regionsAtOnce: number;
  /** Requests that a region accepts in any one second; `null`: no limit. */
  requestsPerSecond: number | null;
}

/**
 * The lower limit of a scan's time in milliseconds. The pages of a listing come one after another, because each page names the next one.
 * Then the instances are read with limited concurrency. Up to `regionsAtOnce` regions run in parallel. If the rate limit of a region takes
 * longer than the latencies, the rate limit counts. Only requests to Lightsail count, not the table and not computing.
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
