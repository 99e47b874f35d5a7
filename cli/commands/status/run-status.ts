import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import { emptyTable } from '../../aws/find-instance.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { chooseZone, type DeploymentOptions, type ZoneOptions } from '../../options/deployment-options.ts';
import { type FleetStatus, fleetStatus, type InstanceStatus } from '../../questions/fleet-status.ts';
import type { RatedBy } from '../../questions/rated-by.ts';
import { renderJson } from '../../text/render-json.ts';
import { buildRenderTime } from '../../text/render-time.ts';
import { renderStatus } from './render-status.ts';
import { toStatusDocument } from './to-status-document.ts';

export interface StatusOptions extends DeploymentOptions, ZoneOptions {
  severity?: Severity;
  region?: string;
  instance?: string;
  exitCode?: Severity;
}

/** What is shown, and what it was chosen from. */
export interface StatusView extends FleetStatus {
  account: string;
  now: number;
  lastScan: Fleet['lastScan'];
  /** Number of existing instances, shown or not. */
  instancesKnown: number;
  ratedBy: RatedBy;
}

export function runStatus(options: StatusOptions, context: CommandContext): Promise<void> {
  const { terminal, endWith } = context;
  return withDeployment(options, context, async ({ reader, account, tableName, ask, loadRatedBy }) => {
    const now = Date.now();
    const [fleet, ratedBy] = await Promise.all([ask(reader.loadFleet()), loadRatedBy(new Date(now).toISOString())]);
    const { states, refused, lastScan } = fleet;
    if (states.length === 0 && refused.length === 0 && lastScan === null) throw emptyTable({ tableName, account });
    const whole = fleetStatus(states, lastScan, ratedBy);
    const shown = chooseShown(whole, options);
    const view = { ...shown, account, now, lastScan, instancesKnown: whole.instances.length, ratedBy };
    if (options.json) terminal.out.print(renderJson(toStatusDocument(view)));
    else terminal.out.print(renderStatus(view, buildRenderTime(chooseZone(options)), terminal));
    if (refused.length > 0) throw describeRefused(refused);
    endWith(decideExitCode(shown.instances, options.exitCode ?? null));
  });
}

/** A gap is shown whatever the severity: how bad it is behind it nobody knows. */
export function chooseShown({ instances, regions }: FleetStatus, options: StatusOptions): FleetStatus {
  const { severity, region, instance } = options;
  const isHere = (name: string) => region === undefined || matchesGlob(region, name);
  return {
    regions: regions.filter((each) => isHere(each.region)),
    instances: instances.filter(
      (each) =>
        isHere(each.resource.region) &&
        (instance === undefined || matchesGlob(instance, each.resource.instanceName ?? '')) &&
        (severity === undefined || each.gap !== null || isThatBad(each, severity)),
    ),
  };
}

export function decideExitCode(instances: readonly InstanceStatus[], threshold: Severity | null): ExitCode {
  if (threshold === null) return exitCodes.fine;
  const isFound = instances.some((each) => each.gap !== null || isThatBad(each, threshold));
  return isFound ? exitCodes.found : exitCodes.fine;
}

function isThatBad({ severity }: InstanceStatus, threshold: Severity): boolean {
  return severity === null || isAtLeast(severity, threshold);
}

function describeRefused(refused: Fleet['refused']): CommandError {
  const names = refused.slice(0, 3).map(({ key }) => renderPlain(key, 80));
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : '';
  return new CommandError(
    `What the table says of ${names.join(', ')}${more} can not be read by this version of Portwatch: ${refused[0]?.problem}.`,
  );
}
