/** The properties of a fleet that the time of a scan depends on. */
export interface ScanShape {
  instancesByRegion: readonly number[];
  /** Instances a page of a listing. */
  pageSize: number;
  /** Milliseconds of every request to Lightsail. */
  latencyMs: number;
  /** Reads at once in one region. */
  readsPerRegion: number;
  regionsAtOnce: number;
}

/**
 * The lower limit of a scan's time in milliseconds. The pages of a listing come one after another, because each one names the next; the
 * instances follow with limited concurrency; regions run in parallel. Only the latency of Lightsail counts, no table and no computing.
 */
export function computeScanFloorMs(shape: ScanShape): number {
  const { instancesByRegion, pageSize, latencyMs, readsPerRegion, regionsAtOnce } = shape;
  const lanes = new Array<number>(regionsAtOnce).fill(0);
  for (const instances of instancesByRegion) {
    const rounds = Math.max(1, Math.ceil(instances / pageSize)) + Math.ceil(instances / readsPerRegion);
    lanes.sort((a, b) => a - b);
    lanes[0] = (lanes[0] ?? 0) + rounds * latencyMs;
  }
  return Math.max(...lanes);
}
