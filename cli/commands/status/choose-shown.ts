import type { AccountFailure } from '../../../lambda/accounts/watched-account.ts';
import type { StillOpen } from '../../../lambda/contract/json-event.ts';
import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import type { Pass } from '../../../lambda/pass/interfaces.ts';
import type { Listeners } from '../../aws/load-listeners.ts';
import type { UnapprovedInstance } from '../../aws/load-open-since.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import type { AccountSpot } from '../../questions/blind-spots.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import type { AccountsStatus, InstanceStatus } from '../../questions/fleet-status.ts';
import type { WaitingAlerts } from '../../questions/waiting-alerts.ts';
import type { ZoneOptions } from '../../time/zone.ts';

export interface StatusOptions extends DeploymentOptions, ZoneOptions {
  severity?: Severity;
  region?: string;
  instance?: string;
  exitCode?: Severity;
}

export interface StatusView extends AccountsStatus {
  account: string;
  now: number;
  lastScan: LastScan | null;
  /** Number of existing instances, shown or not. */
  instancesKnown: number;
  ratedBy: RatedBy;
  listeners: Listeners;
  /** Open exposure that is not approved, highest severity first; `null`: nothing was ever approved in any account. */
  unapproved: readonly UnapprovedInstance[] | null;
  /** Alerts that are recorded and not sent; `null`: none. */
  waitingAlerts: WaitingAlerts | null;
  names: AccountNames;
  /** The newest pass (round of scans over all accounts); `null`: no pass has begun, or the monitor watches only its own account. */
  pass: Pass | null;
  accounts: readonly AccountSummary[];
  /** Accounts that cannot be read now, an organisation that cannot be listed, and regions or instances without a name. */
  hidden: readonly AccountSpot[];
}

interface AccountSummary {
  account: string;
  accountName: string;
  status: 'watched' | 'removed';
  lastScan: { startedAt: string; complete: boolean } | null;
  failure: AccountFailure | null;
  instances: number;
}

/** `severity` never hides an instance with a gap, because its current severity is unknown. */
export function chooseShown({ instances, regions }: AccountsStatus, options: StatusOptions): AccountsStatus {
  const { severity } = options;
  return {
    regions: regions.filter(({ region }) => isInRegion(region, options)),
    instances: instances.filter(
      (each) =>
        isChosen(each.resource, options) &&
        (severity === undefined || each.gap !== null || isAtLeastAs(each, severity)),
    ),
  };
}

/** `severity`: the minimum severity of the unapproved exposure. */
export function chooseUnapproved(open: readonly StillOpen[], options: StatusOptions): StillOpen[] {
  const { severity } = options;
  return open.filter(
    (each) => isChosen(each, options) && (severity === undefined || isAtLeast(each.severity, severity)),
  );
}

const isInRegion = (name: string, { region }: StatusOptions) => region === undefined || matchesGlob(region, name);

const isChosen = ({ region, instanceName }: Pick<Resource, 'region' | 'instanceName'>, options: StatusOptions) =>
  isInRegion(region, options) && (options.instance === undefined || matchesGlob(options.instance, instanceName ?? ''));

export function listResources({ instances, regions }: AccountsStatus): Resource[] {
  return [
    ...regions.map(({ account, region }) => ({ account, region, instanceName: null })),
    ...instances.map(({ resource }) => resource),
  ];
}

/**
 * Returns the blind spots that count for the exit code: those of the whole account, and those in the regions of `--region`. `--instance`
 * leaves out no region, because a region that could not be listed can have an instance of any name.
 */
export function chooseSpots(spots: readonly AccountSpot[], options: StatusOptions): AccountSpot[] {
  return spots.filter((spot) => !('region' in spot) || isInRegion(spot.region, options));
}

/** Also true for an instance whose severity is not known, because it can be any severity. */
export function isAtLeastAs({ severity }: InstanceStatus, threshold: Severity): boolean {
  return severity === null || isAtLeast(severity, threshold);
}
