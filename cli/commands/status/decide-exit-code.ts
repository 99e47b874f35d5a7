import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { FleetStatus } from '../../questions/fleet-status.ts';
import { isAtLeastAs, type StatusOptions } from './choose-shown.ts';

/**
 * An instance with a gap counts as a match, because its severity is not known. A gap of a whole region counts if `--region` names the
 * region, or if the question is about all instances. In the second case, regions that could never be listed are left out, because most
 * accounts have some that are not enabled.
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
