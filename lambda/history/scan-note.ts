/** A scan as its item in the table says it; instants in ISO-8601 UTC with milliseconds, by the scan's own clock. */
export interface ScanNote {
  startedAt: string;
  endedAt: string;
  complete: boolean;
  regionsListed: string[];
  /** `<region>#<instanceName>` of what was listed and not read. */
  notRead: string[];
}
