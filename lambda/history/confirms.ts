import type { Subject } from './entry.ts';
import type { ScanNote } from './evidence.ts';

/** Did the scan read the instance, or find that it is not there? */
export function confirms(
  { regionsListed, notRead }: Pick<ScanNote, 'regionsListed' | 'notRead'>,
  { region, instanceName }: Subject,
): boolean {
  return regionsListed.includes(region) && !notRead.includes(`${region}#${instanceName ?? ''}`);
}
