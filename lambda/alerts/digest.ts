import type { Alert, Digest, DigestContext } from './alert.ts';

export interface DigestContent {
  alerts: readonly Alert[];
  counted?: Digest['counted'];
  countedQuery?: string;
}

/** The JSON event. `alerts` come as they are to be read: worst first. */
export function buildDigest(
  { alerts, counted, countedQuery }: DigestContent,
  { account, name, scannedAt, coverage }: DigestContext,
  digestId: string,
  part: Digest['part'],
): Digest {
  const digest: Digest = {
    schema: 'portwatch.digest/1',
    digestId,
    account,
    name,
    scannedAt,
    part,
    coverage,
    alerts: [...alerts],
  };
  if (counted !== undefined && counted.length > 0) {
    digest.counted = counted;
    if (countedQuery !== undefined) digest.countedQuery = countedQuery;
  }
  return digest;
}
