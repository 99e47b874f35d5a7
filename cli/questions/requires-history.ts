/**
 * Decides from the latest states alone for which instances the answer about one instant needs no history. If the instant is after the last
 * scan, the latest state of a confirmed instance is the whole answer. It shows for most instances that the queried ports are closed.
 */
import { exposureOf } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { confirms } from '../../lambda/history/find-confirmation.ts';
import { firewallOf } from '../../lambda/history/firewall-of.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { LastScan } from '../../lambda/history/scan-note.ts';
import type { Departed } from '../../lambda/scan/interfaces.ts';
import { filterReach, type PortQuery } from './port-query.ts';

export interface PresentFleet {
  states: readonly LatestState[];
  departed: readonly Departed[];
  lastScan: LastScan | null;
}

/**
 * The returned function returns false for an instance on which the ports of the query were certainly closed at `at`. It throws RangeError if
 * the source of the query is not a valid network.
 */
export function requiresHistory(fleet: PresentFleet, at: string, query: PortQuery): (resource: Resource) => boolean {
  const { lastScan } = fleet;
  if (lastScan === null || lastScan.startedAt > at) return () => true;
  const stateOf = new Map(fleet.states.map((state) => [resourceKey(state.resource), state]));
  const goneAtOf = new Map(fleet.departed.map(({ resource, goneAt }) => [resourceKey(resource), goneAt]));
  return (resource) => {
    const key = resourceKey(resource);
    const region = stateOf.get(resourceKey({ ...resource, instanceName: null }));
    // A newer entry of the region can end a gap that contains `at`.
    const isRegionSure = region === undefined || (region.failure === null && (region.lastAt ?? '') < at);
    if (!confirms(lastScan, resource) || !isRegionSure) return true;
    const state = stateOf.get(key);
    if (state === undefined) return (goneAtOf.get(key) ?? at) >= at;
    return !isSure(state, at) || (state.status === 'known' && mayMatch(state, query));
  };
}

/** True if the newest entry is recorded, is before `at`, and has the rules of the latest state or the end of the instance. */
function isSure({ status, failure, pending, lastAt, rulesAt }: LatestState, at: string): boolean {
  if (failure !== null || pending !== null || lastAt === null || lastAt >= at) return false;
  return status === 'gone' || (status === 'known' && rulesAt === lastAt);
}

/** A firewall that is not fully understood can match any query. */
function mayMatch(state: LatestState, query: PortQuery): boolean {
  const firewall = firewallOf(state);
  if (firewall === null) return true;
  const { reach, notes } = exposureOf(firewall);
  return notes.length > 0 || filterReach(reach, query).length > 0;
}
