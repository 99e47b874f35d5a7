/** Decides which instances and regions `portwatch status` shows, and its exit code. */
import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import type { LastScan } from '../../../lambda/scan/interfaces.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { DeploymentOptions, ZoneOptions } from '../../options/deployment-options.ts';
import type { FleetStatus, InstanceStatus } from '../../questions/fleet-status.ts';
import type { RatedBy } from '../../questions/rated-by.ts';

export interface StatusOptions extends DeploymentOptions, ZoneOptions {
  severity?: Severity;
  region?: string;
  instance?: string;
  exitCode?: Severity;
}

/** The instances and regions that are shown, and facts about the whole fleet. */
export interface StatusView extends FleetStatus {
  account: string;
  now: number;
  lastScan: LastScan | null;
  /** Number of existing instances, shown or not. */
  instancesKnown: number;
  ratedBy: RatedBy;
}

/** A gap is always shown: the current severity of its instance is unknown. */
export function chooseShown({ instances, regions }: FleetStatus, options: StatusOptions): FleetStatus {
  const { severity, region, instance } = options;
  const isInRegion = (name: string) => region === undefined || matchesGlob(region, name);
  return {
    regions: regions.filter((each) => isInRegion(each.region)),
    instances: instances.filter(
      (each) =>
        isInRegion(each.resource.region) &&
        (instance === undefined || matchesGlob(instance, each.resource.instanceName ?? '')) &&
        (severity === undefined || each.gap !== null || isAtLeastAs(each, severity)),
    ),
  };
}

export function decideExitCode(instances: readonly InstanceStatus[], threshold: Severity | null): ExitCode {
  if (threshold === null) return exitCodes.fine;
  const isFound = instances.some((each) => each.gap !== null || isAtLeastAs(each, threshold));
  return isFound ? exitCodes.found : exitCodes.fine;
}

function isAtLeastAs({ severity }: InstanceStatus, threshold: Severity): boolean {
  return severity === null || isAtLeast(severity, threshold);
}
