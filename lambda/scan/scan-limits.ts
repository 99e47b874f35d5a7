/** How many requests to Lightsail a scan makes at the same time, and how much time it keeps for its alerts. */
export interface ScanLimits {
  /** Requests to Lightsail at the same time in one region: the reader's limit. */
  readsPerRegion: number;
  /** The default is more than the number of Lightsail's regions: a throttled region must not delay another one. */
  regionsAtOnce: number;
  /** Time at the end of the scan in which nothing is read, so that alerts can be published. */
  reserveMs: number;
}

export const defaultLimits: ScanLimits = { readsPerRegion: 5, regionsAtOnce: 40, reserveMs: 12_000 };
