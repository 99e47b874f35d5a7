/** Decides which regions forward their events to the region of the monitor. */
import type { Config } from './parse-config.ts';

export function findForwardingProblems({ eventRegions }: Config, homeRegion: string | undefined): string[] {
  if (eventRegions.length === 0 || homeRegion) return [];
  return [
    'eventRegions: the region of the monitor, to which events are forwarded, is not known. Set AWS_REGION, or a region in the profile.',
  ];
}

export function decideForwarding(
  { eventRegions }: Config,
  homeRegion: string | undefined,
): { region: string; to: string }[] {
  if (!homeRegion) return [];
  return eventRegions.filter((region) => region !== homeRegion).map((region) => ({ region, to: homeRegion }));
}
