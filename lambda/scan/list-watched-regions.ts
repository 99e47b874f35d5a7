import { isWatched, type ScanSettings } from '../contract/settings-schema.ts';
import type { LatestState } from '../history/latest-state.ts';
import { ReadError, toReadError } from '../history/read-errors.ts';
import type { Fleet, Run } from './scan-run.ts';

/** `null`: Lightsail lists a region without a name. */
export type ListedRegions = readonly (string | null)[];

/**
 * Lists the regions of the configuration, or the regions that Lightsail lists. Never throws: an error is returned.
 *
 * The caller can list the regions while the latest states are loaded. The caller must list the instances after the latest states are
 * loaded. Otherwise the list could be older than the latest state of a new instance. The instance would be missing in the list and count as
 * deleted.
 */
export async function listRegions({ settings, reader, readSignal }: Run): Promise<ListedRegions | ReadError> {
  if (settings.regions !== null) return settings.regions;
  return reader.listRegions(readSignal).catch((error: unknown) => toReadError(error, readSignal));
}

/**
 * Adds to `found` the regions of the latest states, unless regions are configured. So a region that Lightsail leaves out, or lists without
 * its name, stays watched. Throws ReadError if `found` is an error.
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

/** Selects the latest states whose region is watched. A region that was removed from the configuration is not watched. */
export function listWatched({ states }: Pick<Fleet, 'states'>, settings: ScanSettings): LatestState[] {
  return [...states.values()].filter(({ resource }) => isWatched(settings, resource.region));
}
