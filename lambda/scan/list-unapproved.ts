/** Lists the open and unapproved exposure of the instances of the account, worst severity first. Pure. */
import { type ApprovableInstance, type Approval, isAbout, listApprovalsFor } from '../approvals/approval.ts';
import { unapprovedExposure } from '../approvals/unapproved-exposure.ts';
import type { StillOpen } from '../contract/json-event.ts';
import { isWatched, type ScanSettings } from '../contract/settings-schema.ts';
import { type Exposure, intersectReach, rateExposure, ratingPolicy } from '../firewall/index.ts';
import { bySeverity } from '../firewall/rating/severity.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { LatestState } from '../history/latest-state.ts';

export interface OpenContext {
  approvals: readonly Approval[];
  settings: ScanSettings;
  /** The instant at which approvals must be in force. In a scan, this is the start of the scan. */
  at: string;
}

/** Only the settings that are needed to list and rate. For an earlier instant, the command line has no other settings. */
type RatedContext = Omit<OpenContext, 'settings'> & { settings: Pick<ScanSettings, 'regions' | 'highRiskPorts'> };

/** The instances with exposure that no approval covers, each with this exposure and its severity. */
export function listUnapproved(states: readonly LatestState[], context: RatedContext): StillOpen[] {
  return listOpen(states, context, (exposure) => exposure);
}

/** As `listUnapproved`, but only the exposure that an ended approval covered. */
export function listUncovered(states: readonly LatestState[], approval: Approval, context: OpenContext): StillOpen[] {
  const about = states.filter((latest) => isAbout(approval, instanceOf(latest)));
  return listOpen(about, context, ({ reach, notes, dormant }) => {
    return { reach: intersectReach(reach, approval.exposure), dormant, notes };
  });
}

function listOpen(
  states: readonly LatestState[],
  { approvals, settings, at }: RatedContext,
  select: (unapproved: Exposure) => Exposure,
): StillOpen[] {
  const policy = ratingPolicy(settings.highRiskPorts);
  const watched = states.filter(({ resource }) => isWatched(settings, resource.region));
  const lost = new Set(watched.filter(isLostRegion).map(({ resource }) => resource.region));
  const open = watched.flatMap((latest): StillOpen[] => {
    const { resource, status, rulesAt, failure } = latest;
    const firewall = firewallOf(latest);
    if (resource.instanceName === null || firewall === null || status === 'gone') return [];
    const exposure = select(unapprovedExposure(firewall, listApprovalsFor(instanceOf(latest), approvals, at)));
    if (exposure.reach.length === 0) return [];
    const { severity, reason } = rateExposure({ ...exposure, dormant: [] }, policy);
    const { region, instanceName } = resource;
    const isLastKnown = failure !== null || lost.has(region);
    return [{ instanceName, region, severity, reason, since: rulesAt, isLastKnown, reach: exposure.reach }];
  });
  return open.sort(bySeverity);
}

function instanceOf({ resource, instance }: LatestState): ApprovableInstance {
  return { ...resource, arn: instance?.arn ?? null };
}

function isLostRegion({ resource, failure }: LatestState): boolean {
  return resource.instanceName === null && failure !== null;
}
