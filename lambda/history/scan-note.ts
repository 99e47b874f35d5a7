/** The record of one scan. Instants in ISO-8601 UTC with milliseconds, by the clock of the scan. */
export interface ScanNote {
  startedAt: string;
  endedAt: string;
  complete: boolean;
  regionsListed: string[];
  /** `<region>#<instanceName>` of each instance that was listed and not read. */
  notRead: string[];
  /** The interval between scans that was configured. Notes of earlier versions lack it. */
  scanEveryMinutes?: number | undefined;
}
