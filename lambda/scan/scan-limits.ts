export interface ScanLimits {
  /** Maximum number of concurrent requests to Lightsail in one region. `LightsailReader` enforces this limit. */
  readsPerRegion: number;
  /** The default is more than the number of Lightsail's regions, so that a throttled region does not delay another region. */
  regionsAtOnce: number;
  /** No read is allowed in this time before the deadline, so that alerts can be published. */
  reserveMs: number;
}

export const defaultLimits: ScanLimits = { readsPerRegion: 5, regionsAtOnce: 40, reserveMs: 12_000 };
