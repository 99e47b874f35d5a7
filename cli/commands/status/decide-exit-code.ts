import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { FleetStatus } from '../../questions/fleet-status.ts';
import { isAtLeastAs, type StatusOptions } from './choose-shown.ts';

/**
 * An instance that cannot be read counts as a match, because its severity is not known. A region that cannot be listed counts if `--region`
 * names the region. Without `--region` and `--instance`, the region counts only if it was listed before, because most accounts have regions
 * that are not enabled.
 */
export function decideExitCode({ instances, regions }: FleetStatus, options: StatusOptions): ExitCode {
  const { exitCode: threshold, region, instance } = options;
  const isAboutAll = region === undefined && instance === undefined;
  if (threshold === undefined) return exitCodes.fine;
  const isFound =
    instances.some((each) => each.gap !== null || isAtLeastAs(each, threshold)) ||
    regions.some(
      ({ gap, baselinedAt }) => gap !== null && (region !== undefined || (isAboutAll && baselinedAt !== null)),
    );
  return isFound ? exitCodes.found : exitCodes.fine;
}
