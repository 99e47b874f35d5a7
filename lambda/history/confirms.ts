import type { Resource } from './entry.ts';
import type { ScanNote } from './scan-note.ts';

/** Did the scan read the instance, or find that it is not there? */
export function confirms(
  { regionsListed, notRead }: Pick<ScanNote, 'regionsListed' | 'notRead'>,
  { region, instanceName }: Resource,
): boolean {
  return regionsListed.includes(region) && !notRead.includes(`${region}#${instanceName ?? ''}`);
}
