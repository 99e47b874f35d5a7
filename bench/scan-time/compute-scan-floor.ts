/** The properties of a fleet that decide the time of a scan. */
interface ScanShape {
  instancesByRegion: readonly number[];
  /** Instances on a page of a listing. */
  pageSize: number;
  /** Latency of every request to Lightsail, in milliseconds. */
  latencyMs: number;
  /** Instances that are read at the same time in one region; `null`: instances are listed, and not read. */
  readsPerRegion: number | null;
  regionsAtOnce: number;
  /** Requests that a region accepts in any one second; `null`: no limit. */
  requestsPerSecond: number | null;
}

/**
 * The lower limit of a scan's time in milliseconds. The pages of a listing come one after another, because each page names the next one.
 * Then up to `readsPerRegion` instances are read at the same time. Up to `regionsAtOnce` regions run in parallel. In each region, either
 * the latencies or the rate limit decide the time: the larger of the two. Requests to the table and computing are not included.
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
  // The requests of each second are sent at its start. The requests of the last second take one latency.
  const fullSeconds = Math.ceil((pages + reads) / requestsPerSecond) - 1;
  return Math.max(byLatencyMs, fullSeconds * 1000 + latencyMs);
}
