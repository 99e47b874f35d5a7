import { isWatched, type ScanSettings } from '../contract/settings.ts';
import type { LatestState } from '../history/latest-state.ts';
import { ReadError, toReadError } from './interfaces.ts';
import type { Fleet, Run } from './scan-run.ts';

/** A watched region that Lightsail does not return must not be lost, so the regions of the latest states are scanned as well. */
export async function listWatchedRegions({ states }: Fleet, run: Run): Promise<string[]> {
  const { settings, reader, readSignal, grant, observe } = run;
  let regions = [...new Set(settings.regions)];
  if (settings.regions === null) {
    try {
      regions = await reader.listRegions(readSignal);
    } catch (error) {
      const { reason, message } = toReadError(error, readSignal);
      throw new ReadError(reason, `No scan: the regions of Lightsail could not be listed (${reason}: ${message}).`, {
        cause: error,
      });
    }
    regions = [...new Set([...regions, ...[...states.values()].map(({ resource }) => resource.region)])];
  }
  // Regions that the last scan did not list come first.
  const listed = new Set(grant.lastScan?.regionsListed);
  regions.sort((a, b) => Number(listed.has(a)) - Number(listed.has(b)) || (a < b ? -1 : 1));
  observe({ event: 'regions', regions });
  return regions;
}

/** The latest states without those of regions that were removed from the configuration. */
export function listWatched({ states }: Pick<Fleet, 'states'>, settings: ScanSettings): LatestState[] {
  return [...states.values()].filter(({ resource }) => isWatched(settings, resource.region));
}
