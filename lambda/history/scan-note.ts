/** The record of one scan. Instants in ISO-8601 UTC with milliseconds, by the clock of the scan. */
export interface ScanNote {
  startedAt: string;
  endedAt: string;
  complete: boolean;
  regionsListed: string[];
  /**
   * The empty regions that the scan left out (`emptyRegionsEveryMinutes`), by the start of the last scan that listed them. Missing if the
   * scan left none out.
   */
  regionsNotDue?: Record<string, string[]> | undefined;
  /** `<region>#<instanceName>` of each instance that was listed and not read. */
  notRead: string[];
  /** The configured interval between scans at that time. Notes of earlier versions lack this field. */
  scanEveryMinutes?: number | undefined;
}
