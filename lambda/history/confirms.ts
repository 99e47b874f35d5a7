import type { Resource } from './entry.ts';
import { resourceKey } from './latest-state.ts';
import type { ScanNote } from './scan-note.ts';

/** True if the scan read the instance, or found that it does not exist. */
export function confirms(
  { regionsListed, notRead }: Pick<ScanNote, 'regionsListed' | 'notRead'>,
  resource: Pick<Resource, 'region' | 'instanceName'>,
): boolean {
  return regionsListed.includes(resource.region) && !notRead.includes(resourceKey(resource));
}
