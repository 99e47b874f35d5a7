/**
 * Publishes an alert when access to CloudTrail is denied in a region. A further alert about the same region is published only if a lookup
 * in the region has succeeded since the last alert.
 */
import { buildAttributionDeniedAlert } from '../alerts/attribution-denied-alert.ts';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { RegionCalls } from './find-region-calls.ts';
import type { CallState } from './interfaces.ts';
import { publishGroups } from './publish-groups.ts';
import type { Run } from './scan-run.ts';

interface PublishedDenials {
  alerts: number;
  /** Regions with denied access whose alert was sent. */
  toldDenied: string[];
}

/** Never throws: the next attribution pass tries again. */
export async function publishLookupDenied(
  lookups: readonly RegionCalls[],
  state: CallState | null,
  digest: DigestContext,
  run: Run,
): Promise<PublishedDenials> {
  // A lookup that failed for a reason other than denied access, such as throttling, does not show whether access is still denied.
  const succeeded = new Set(lookups.filter(({ calls }) => calls !== null).map(({ region }) => region));
  const known = (state?.toldDenied ?? []).filter((region) => !succeeded.has(region));
  const denied = lookups.filter(({ isDenied }) => isDenied).map(({ region }) => region);
  const fresh = denied.filter((region) => !known.includes(region));
  const groups = fresh.map((region) => {
    const denial = { region, doneUntil: state?.doneUntil[region] ?? null, at: digest.scannedAt };
    return { alerts: [buildAttributionDeniedAlert(denial, digest)] };
  });
  const outcome = await publishGroups(groups, digest, async () => undefined, run);
  if (outcome !== 'published') return { alerts: 0, toldDenied: known };
  return { alerts: fresh.length, toldDenied: [...known, ...fresh].sort() };
}
