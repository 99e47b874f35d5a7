import type { DigestContext } from '../alerts/build-digest.ts';
import type { Coverage } from '../contract/json-event.ts';
import { ratingPolicy } from '../firewall/index.ts';
import type { Run } from './scan-run.ts';

/** `startedAt`: start of the scan, or of the run of the collector. */
export function buildDigestContext(
  { settings, startedAt, tableName, tableRegion }: Pick<Run, 'settings' | 'startedAt' | 'tableName' | 'tableRegion'>,
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
