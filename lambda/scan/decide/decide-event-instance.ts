/** Decides whether an event scan reads an instance, and whether a listing already shows the effect of the API calls. Pure. */

import type { ApiCall } from '../../attribution/api-call.ts';
import { isWatched, type ScanSettings } from '../../contract/settings-schema.ts';
import { findConfirmedAt } from '../../history/find-confirmation.ts';
import { latestUntil } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';
import { resourceKey } from '../../history/resource-key.ts';
import type { LastScan } from '../../history/scan-note.ts';
import type { LastEventRun } from '../interfaces.ts';

/** An instance that events name. */
export interface EventInstance {
  region: string;
  instanceName: string;
  /** At least one. */
  calls: readonly ApiCall[];
}

/**
 * A read this long after a call shows the effect of the call. CloudTrail's instants are whole seconds, clocks differ, and AWS does not
 * document how soon Lightsail returns a change.
 */
const visibleAfterMs = 10_000;

/**
 * Lightsail needs time to create and delete instances. For this long after a creation or deletion, the event goes back to the queue until
 * the listing shows the effect.
 */
const longestCreationMs = 15 * 60_000;

interface Known {
  states: ReadonlyMap<string, LatestState>;
  refused: ReadonlySet<string>;
}

interface EarlierScans {
  lastScan: LastScan | null;
  lastEventRun: LastEventRun | null;
}

/**
 * `not-watched`: the settings exclude the region, the region waits for its first listing by a full scan, or the item of the instance cannot
 * be read. `confirmed`: a scan that began ten seconds or more after the instance's last API call has read the instance, or found that the
 * instance is deleted.
 */
export function decideEventInstance(
  instance: EventInstance,
  { states, refused }: Known,
  earlier: EarlierScans,
  settings: Pick<ScanSettings, 'regions'>,
): 'read' | 'confirmed' | 'not-watched' {
  const { region, calls } = instance;
  if (!isWatched(settings, region)) return 'not-watched';
  const key = resourceKey(instance);
  const isBaselined = states.get(resourceKey({ region, instanceName: null }))?.baselinedAt != null;
  if (!isBaselined || refused.has(key)) return 'not-watched';
  const readAt = lastReadAt(instance, states.get(key) ?? null, earlier);
  const lastCallMs = Math.max(...calls.map(({ at }) => Date.parse(at)));
  if (readAt === null || Date.parse(readAt) < lastCallMs + visibleAfterMs) return 'read';
  // The last scan was perhaps too early to list a new instance. The next full scan that lists an empty region can be much later, so this
  // scan lists the region.
  const isListed = (states.get(key)?.status ?? 'gone') !== 'gone';
  return !isListed && isYetToShow(instance, false, Date.parse(readAt)) ? 'read' : 'confirmed';
}

/** The start of the last scan that read the instance, or found that the instance is deleted; `null`: there was no such scan. */
function lastReadAt(
  instance: EventInstance,
  latest: LatestState | null,
  { lastScan, lastEventRun }: EarlierScans,
): string | null {
  return latestUntil('9', [
    lastScan && findConfirmedAt(lastScan, instance),
    lastEventRun?.settled.includes(resourceKey(instance)) ? lastEventRun.startedAt : null,
    latest?.failure === null ? latest.seenAt : null,
  ]);
}

/**
 * True if the listing does not show the last creation or deletion of the instance yet. Always false later than 15 minutes after the API
 * call of this creation or deletion. `now`: ms since the epoch.
 */
export function isYetToShow({ calls }: EventInstance, isListed: boolean, now: number): boolean {
  const last = calls
    .filter(({ name }) => name === 'DeleteInstance' || name.startsWith('CreateInstances'))
    .reduce<ApiCall | null>((latest, call) => (latest && latest.at > call.at ? latest : call), null);
  if (last === null || now - Date.parse(last.at) > longestCreationMs) return false;
  return (last.name === 'DeleteInstance') === isListed;
}
