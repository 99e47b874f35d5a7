/** A fleet as far as the time of a scan depends on it. */
export interface ScanShape {
  instancesByRegion: readonly number[];
  /** Instances a page of a listing. */
  pageSize: number;
  /** Of every call to Lightsail. */
  latencyMs: number;
  /** Reads under way at once in one region. */
  readsPerRegion: number;
  regionsAtOnce: number;
}

/**
 * Milliseconds below which no scan can be: a listing's pages come one after another, since each names the next; then the instances,
 * so many at once; regions side by side. Nothing but waiting for Lightsail is counted: no table, no computing.
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
