import type { Resource } from './entry.ts';
import { resourceKey } from './resource-key.ts';
import type { ScanNote } from './scan-note.ts';

type Listings = Pick<ScanNote, 'regionsListed' | 'regionsNotDue' | 'notRead'>;
type Place = Pick<Resource, 'region' | 'instanceName'>;

/** True if the scan listed the region and, for an instance, read the instance or found that the instance does not exist. */
export function confirms({ regionsListed, notRead }: Listings, resource: Place): boolean {
  return regionsListed.includes(resource.region) && !notRead.includes(resourceKey(resource));
}

/** True if the scan left the region out, because the region was empty and not due. */
export function isNotDue({ regionsNotDue = {} }: Pick<ScanNote, 'regionsNotDue'>, region: string): boolean {
  return Object.values(regionsNotDue).some((regions) => regions.includes(region));
}

/**
 * Returns the start of the last scan that confirmed the resource, from the note of one scan. If the noted scan left the region out as empty
 * and not due, returns the start of the last scan that listed the region. `null`: the note shows no scan that confirmed the resource.
 */
export function findConfirmedAt(scan: Listings & Pick<ScanNote, 'startedAt'>, resource: Place): string | null {
  if (confirms(scan, resource)) return scan.startedAt;
  const earlier = Object.entries(scan.regionsNotDue ?? {}).find(([, regions]) => regions.includes(resource.region));
  return earlier?.[0] ?? null;
}

/**
 * Returns the start of the last scan that confirmed the resource, from the notes of several scans; `null`: no scan confirmed the resource.
 * `scans`: oldest first.
 */
export function findLastConfirmation(
  scans: readonly (Listings & Pick<ScanNote, 'startedAt'>)[],
  resource: Place,
): string | null {
  const last = scans.findLast((scan) => findConfirmedAt(scan, resource) !== null);
  return last === undefined ? null : findConfirmedAt(last, resource);
}
