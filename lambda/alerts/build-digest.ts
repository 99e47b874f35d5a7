import type { Alert, Coverage, Digest } from '../contract/json-event.ts';

/** The values that all messages of one scan, or of one run of the collector, share. */
export interface DigestContext {
  account: string;
  /** The name of the account in the configuration or in the organisation; by default the account id. */
  name: string;
  scannedAt: string;
  highRiskPorts: readonly number[];
  coverage: Coverage;
  tableName: string;
  /** The region of the table, for the commands in the alerts. If missing, the commands use the default region of the AWS CLI. */
  tableRegion?: string;
}

export interface DigestContent {
  alerts: readonly Alert[];
  counted?: Digest['counted'];
  countedQuery?: string | undefined;
}

/** `alerts` must be in the order of `sortWorstFirst`. */
export function buildDigest(
  { alerts, counted = [], countedQuery }: DigestContent,
  { account, name, scannedAt, highRiskPorts, coverage }: DigestContext,
  digestId: string,
  part: Digest['part'],
): Digest {
  return {
    schema: coverage.accounts === undefined ? 'portwatch.digest/1' : 'portwatch.digest/2',
    digestId,
    account,
    name,
    scannedAt,
    highRiskPorts: [...highRiskPorts],
    part,
    coverage,
    alerts: [...alerts],
    ...(counted.length > 0 && { counted, ...(countedQuery !== undefined && { countedQuery }) }),
  };
}
