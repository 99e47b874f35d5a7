/** Limits of a scan: its concurrent requests to Lightsail, and the time that it keeps for its alerts. */
export interface ScanLimits {
  /** Maximum number of concurrent requests to Lightsail in one region. `LightsailReader` enforces this limit. */
  readsPerRegion: number;
  /**
   * Maximum number of regions that are read at the same time. The default is more than the number of Lightsail's regions, so that a
   * throttled region does not delay another region.
   */
  regionsAtOnce: number;
  /** Time at the end of the scan in which nothing is read, so that alerts can be published. */
  reserveMs: number;
}

export const defaultLimits: ScanLimits = { readsPerRegion: 5, regionsAtOnce: 40, reserveMs: 12_000 };
