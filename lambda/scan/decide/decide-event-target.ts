/** Decides whether an instance that events named is to be looked at. Pure. */

import type { NamedTarget } from '../event-scan.ts';
import type { EventGrant } from '../interfaces.ts';
import { type LatestState, resourceKey } from '../latest-state.ts';
import { latestUntil } from '../moment.ts';

/**
 * A look that began so long after a call shows what came of it. CloudTrail knows whole seconds only, clocks differ, and how long
 * Lightsail takes to answer with what was just changed is not documented.
 */
const settledAfterMs = 10_000;

/** Creating and deleting take Lightsail their time: so long their events come again, until what they say is so. */
const showsWithinMs = 15 * 60_000;

interface Known {
  states: ReadonlyMap<string, LatestState>;
  refused: ReadonlySet<string>;
}

/**
 * `not-watched`: not in a watched region, in one without its first complete listing (which is for a scan to make), or its item can't be
 * read. `seen`: it was looked at since the last of its calls.
 */
export function decideNeed(
  target: NamedTarget,
  { states, refused }: Known,
  grant: EventGrant,
  regions: readonly string[] | null,
): 'look' | 'seen' | 'not-watched' {
  const { region } = target;
  if (regions !== null && !regions.includes(region)) return 'not-watched';
  const key = resourceKey(target);
  const isBaselined = states.get(resourceKey({ region, instanceName: null }))?.baselinedAt != null;
  if (!isBaselined || refused.has(key)) return 'not-watched';
  const seenAt = lastSeenAt(key, region, states.get(key) ?? null, grant);
  const lastCallMs = Math.max(...target.calls.map(({ at }) => Date.parse(at)));
  return seenAt !== null && Date.parse(seenAt) >= lastCallMs + settledAfterMs ? 'seen' : 'look';
}

/** Start of the last scan, or run for events, that saw how it stands. */
function lastSeenAt(key: string, region: string, latest: LatestState | null, grant: EventGrant): string | null {
  const { lastScan, lastEventRun } = grant;
  const isConfirmed = lastScan?.regionsListed.includes(region) && !lastScan.notRead.includes(key);
  return latestUntil('9', [
    isConfirmed ? lastScan?.startedAt : null,
    lastEventRun?.settled.includes(key) ? lastEventRun.startedAt : null,
    latest?.failure === null ? latest.seenAt : null,
  ]);
}

/** Does the listing not say yet what the last creation or deletion among the calls brought? */
export function isYetToShow({ calls }: NamedTarget, isListed: boolean, now: number): boolean {
  const last = calls
    .filter(({ name }) => name === 'DeleteInstance' || name.startsWith('CreateInstances'))
    .reduce<NamedTarget['calls'][number] | null>(
      (latest, call) => (latest && latest.at > call.at ? latest : call),
      null,
    );
  if (last === null || now - Date.parse(last.at) > showsWithinMs) return false;
  return (last.name === 'DeleteInstance') === isListed;
}
