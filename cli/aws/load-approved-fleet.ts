import type { LatestState } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { RatedBy } from '../questions/choose-rating-settings.ts';
import { fleetStatus, type InstanceStatus } from '../questions/fleet-status.ts';
import type { Fleet } from './history-reader.ts';
import { type KnownApprovals, loadApprovals } from './load-approvals.ts';
import { loadScansBack } from './load-scans-around.ts';
import type { AccountRecords } from './open-deployment.ts';

/** The latest state of an existing instance, its gap, and when a scan last confirmed it. */
export type FleetInstance = LatestState & Pick<InstanceStatus, 'gap' | 'confirmedAt'>;

interface ApprovedFleet extends KnownApprovals {
  instances: FleetInstance[];
  ratedBy: RatedBy;
  /** The latest states and the last scan, from which `instances` was computed. */
  fleet: Fleet;
}

export async function loadApprovedFleet(
  { reader, loadRatedBy }: Pick<AccountRecords, 'reader' | 'loadRatedBy'>,
  at: string,
): Promise<ApprovedFleet> {
  // The loads run one after another, so that no request still runs after an error.
  const fleet = await reader.loadFleet();
  const approvals = await loadApprovals(reader, at);
  const ratedBy = await loadRatedBy(at);
  const status = fleetStatus(fleet.states, await loadScansBack(reader, fleet, at), ratedBy);
  const stateOf = new Map(fleet.states.map((state) => [resourceKey(state.resource), state]));
  const instances = status.instances.flatMap(({ resource, gap, confirmedAt }) => {
    const state = stateOf.get(resourceKey(resource));
    return state === undefined ? [] : [{ ...state, gap, confirmedAt }];
  });
  return { ...approvals, instances, ratedBy, fleet };
}
