/**
 * Counts changes for which no event arrived, in regions whose events reach the monitor. Such changes are a sign that no CloudTrail trail
 * logs the API calls of the region.
 */
import { hasEffect } from '../firewall/sets/reach.ts';
import { causedKinds, type Resource } from '../history/entry.ts';
import type { FleetStore, TimelineEntry } from './interfaces.ts';

/** Only the newest changes are checked, because each check costs a request and the result is one line in a mail. */
const mostChecked = 200;

/** `regions`: the regions whose events reach the monitor. Throws if the table fails, or if an entry or attribution cannot be read. */
export async function countChangesWithoutEvent(
  account: string,
  entries: readonly TimelineEntry[],
  regions: readonly string[],
  store: Pick<FleetStore, 'loadEntry' | 'loadAttribution'>,
): Promise<number> {
  const changes = entries.filter((entry) => isMadeByCall(entry) && regions.includes(entry.region)).slice(-mostChecked);
  let unannounced = 0;
  for (const { region, instanceName, at } of changes) {
    if (!(await isAnnounced({ account, region, instanceName }, at, store))) unannounced += 1;
  }
  return unannounced;
}

/**
 * True for a new, changed or deleted instance: an API call caused the entry. False for all other kinds of entries, and for rules that were
 * rewritten without effect.
 */
export function isMadeByCall(entry: Pick<TimelineEntry, 'kind' | 'verdict' | 'instanceName'>): boolean {
  const { kind, verdict, instanceName } = entry;
  return instanceName !== null && causedKinds.includes(kind) && (kind !== 'changed' || hasEffect(verdict));
}

/** True if an event delivered an API call of the change. The attribution of an event that came after the scan is loaded separately. */
async function isAnnounced(
  resource: Resource,
  at: string,
  store: Pick<FleetStore, 'loadEntry' | 'loadAttribution'>,
): Promise<boolean> {
  const entry = await store.loadEntry(resource, at);
  // An expired entry does not show whether there was an event, so it is not counted.
  if (entry === null) return true;
  const changedBy = entry.changedBy ?? (await store.loadAttribution(resource, at));
  return changedBy?.foundBy === 'event';
}
