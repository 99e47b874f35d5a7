import { isWatched, type ScanSettings } from '../contract/settings-schema.ts';
import type { LatestState } from '../history/latest-state.ts';
import { ReadError, toReadError } from '../history/read-errors.ts';
import type { Fleet, Run } from './scan-run.ts';

/** `null`: Lightsail lists a region without a name. */
export type ListedRegions = readonly (string | null)[];

/**
 * The configured regions, or those of Lightsail. Never throws: an error is returned. The caller can list the regions and load the latest
 * states at the same time. Instances must be listed after the states are loaded. Otherwise a listing could be older than the state of a new
 * instance: it would not contain the instance, and the instance would count as deleted.
 */
export async function listRegions({ settings, reader, readSignal }: Run): Promise<ListedRegions | ReadError> {
  if (settings.regions !== null) return settings.regions;
  return reader.listRegions(readSignal).catch((error: unknown) => toReadError(error, readSignal));
}

/**
 * Unless regions are configured, adds the regions of the latest states. So a region that Lightsail leaves out, or lists without its name,
 * stays watched. Throws ReadError if the regions could not be listed.
 */
export function listWatchedRegions(found: ListedRegions | ReadError, { states }: Fleet, run: Run): ListedRegions {
  const { settings, grant, observe } = run;
  if (found instanceof ReadError)
    throw new ReadError(
      found.reason,
      `No scan: the regions of Lightsail could not be listed (${found.reason}: ${found.message}).`,
      { cause: found },
    );
  const known = settings.regions === null ? [...states.values()].map(({ resource }) => resource.region) : [];
  const regions = [...new Set([...found.filter((name) => name !== null), ...known])];
  // Regions that the last scan did not list come first.
  const listed = new Set(grant.lastScan?.regionsListed);
  regions.sort((a, b) => Number(listed.has(a)) - Number(listed.has(b)) || (a < b ? -1 : 1));
  observe({ event: 'regions', regions });
  return found.includes(null) ? [...regions, null] : regions;
}

/** The latest states without those of regions that were removed from the configuration. */
export function listWatched({ states }: Pick<Fleet, 'states'>, settings: ScanSettings): LatestState[] {
  return [...states.values()].filter(({ resource }) => isWatched(settings, resource.region));
}
