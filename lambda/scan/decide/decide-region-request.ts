/**
 * Decides which regions a scan does not list. A region that was denied in every scan is requested less and less often. An empty region is
 * requested every `emptyRegionsEveryMinutes`.
 */
import { findConfirmedAt } from '../../history/find-confirmation.ts';
import type { LatestState } from '../../history/latest-state.ts';
import { regionOfKey, resourceKey } from '../../history/resource-key.ts';
import type { ScanNote } from '../../history/scan-note.ts';
import { isNeverReadable } from './decide-region.ts';
import type { DecisionContext } from './decision.ts';

/**
 * True if this scan does not request the region. The conditions: access was denied in every scan, the `gap` entry exists, and the last scan
 * could list another region. Each denied request is a record in CloudTrail, which costs money and can start alarms. So such a region is due
 * 1, 2, 4, 8, 16 and 32 minutes after its first failure, and then every hour. The first scan after each of these instants requests the
 * region.
 */
export function isPaused(latest: LatestState | null, { startedAt, grant }: DecisionContext): boolean {
  const failure = latest?.failure;
  if (failure?.reason !== 'access-denied' || failure.gapAt === null || !isNeverReadable(latest, failure.reason))
    return false;
  if (grant.lastScan === null || !hasListing(grant.lastScan)) return false;
  const dueBy = (instant: string) => countRequests((Date.parse(instant) - Date.parse(failure.since)) / 60_000);
  return dueBy(startedAt) === dueBy(grant.lastScan.startedAt);
}

/** True if the scan listed a region, or left out a region as not due. */
export function hasListing({
  regionsListed,
  regionsNotDue,
}: Pick<ScanNote, 'regionsListed' | 'regionsNotDue'>): boolean {
  return regionsListed.length > 0 || regionsNotDue !== undefined;
}

/** Scans begin some seconds late. Without this tolerance, an empty region would be listed one scan too early. */
const toleranceMs = 30_000;

/**
 * If this scan leaves the region out, returns the start of the last scan that listed the region. `null`: this scan lists the region. An
 * empty region is left out if the next scan can still list it within `emptyRegionsEveryMinutes` after the last listing.
 */
export function findNotDue(
  region: string,
  { states, refused }: { states: ReadonlyMap<string, LatestState>; refused: ReadonlySet<string> },
  { startedAt, grant: { lastScan }, settings }: DecisionContext,
): string | null {
  const { emptyRegionsEveryMinutes, scanEveryMinutes } = settings;
  const listedAt = lastScan && findConfirmedAt(lastScan, { region, instanceName: null });
  if (emptyRegionsEveryMinutes === 0 || listedAt === null) return null;
  const sinceMs = Date.parse(startedAt) - Date.parse(listedAt);
  const isInTime = sinceMs + scanEveryMinutes * 60_000 <= emptyRegionsEveryMinutes * 60_000 + toleranceMs;
  // A `listedAt` in the future comes from a wrong clock.
  if (sinceMs < 0 || !isInTime) return null;
  const latest = states.get(resourceKey({ region, instanceName: null }));
  if (latest?.baselinedAt == null || latest.failure !== null) return null;
  const hasRegion = (key: string) => regionOfKey(key) === region;
  if (lastScan?.notRead.some(hasRegion) || [...refused].some(hasRegion)) return null;
  const isThere = ({ resource, status, failure }: LatestState) =>
    resource.instanceName !== null && resource.region === region && (status !== 'gone' || failure !== null);
  return [...states.values()].some(isThere) ? null : listedAt;
}

/** How many times the region became due in the first `minutes` after its first failure. */
function countRequests(minutes: number): number {
  if (minutes < 1) return 0;
  return minutes < 60 ? 1 + Math.floor(Math.log2(minutes)) : 6 + Math.floor(minutes / 60);
}
