import type { Resource } from './entry.ts';

/** `<region>#<instanceName>`, or `<region>#` for a region: unique in an account; a region sorts before its instances. */
export function resourceKey(resource: Pick<Resource, 'region' | 'instanceName'>): string {
  return `${resource.region}#${resource.instanceName ?? ''}`;
}

/** Replaces the `resourceKey` of an instance that Lightsail lists without a name. */
export const namelessKey = (region: string): string => resourceKey({ region, instanceName: '?' });

/** Replaces the name of a region that Lightsail lists without a name. */
export const namelessRegion = '?';

export function regionOfKey(key: string): string {
  return key.slice(0, key.indexOf('#'));
}
