import type { DigestContext } from '../alerts/build-digest.ts';
import type { Coverage } from '../contract/json-event.ts';
import { ratingPolicy } from '../firewall/index.ts';
import type { Run } from './scan-run.ts';

/** The facts that every message of a scan holds. */
export function buildDigestContext(
  { settings, startedAt, tableName, tableRegion }: Run,
  coverage: Coverage,
): DigestContext {
  const { account, name, highRiskPorts } = settings;
  return {
    account,
    name,
    scannedAt: startedAt,
    ...ratingPolicy(highRiskPorts),
    coverage,
    tableName,
    ...(tableRegion !== null && { tableRegion }),
  };
}
