/** Counts the changes that scans found and no event brought, though events are listened to there: a sign that there is no trail. */
import type { Resource } from '../history/entry.ts';
import type { FleetStore } from './interfaces.ts';
import type { HistoryStep } from './weekly-roles.ts';

/** Of more changes than so many the newest are looked at: it is one line in a mail. */
const mostLookedAt = 200;

/** `regions`: those whose events reach the monitor. Throws where the table fails. */
export async function countUnannounced(
  account: string,
  steps: readonly HistoryStep[],
  regions: readonly string[],
  store: Pick<FleetStore, 'loadEntry' | 'loadAttribution'>,
): Promise<number> {
  const changes = steps.filter((step) => isMadeByCall(step) && regions.includes(step.region)).slice(-mostLookedAt);
  let unannounced = 0;
  for (const { region, instanceName, at } of changes) {
    if (!(await isAnnounced({ account, region, instanceName }, at, store))) unannounced += 1;
  }
  return unannounced;
}

/** A first listing, a gap, and rules that were written anew without effect are no changes that anybody waits for. */
function isMadeByCall({ kind, verdict, instanceName }: HistoryStep): boolean {
  if (instanceName === null) return false;
  return (
    kind === 'appeared' || kind === 'gone' || (kind === 'changed' && verdict !== 'rewritten' && verdict !== 'identical')
  );
}

/** An event may come after the scan: then it lies beside the entry. */
async function isAnnounced(
  resource: Resource,
  at: string,
  store: Pick<FleetStore, 'loadEntry' | 'loadAttribution'>,
): Promise<boolean> {
  const entry = await store.loadEntry(resource, at);
  // It expired: nothing is known of it any more.
  if (entry === null) return true;
  const changedBy = entry.changedBy ?? (await store.loadAttribution(resource, at));
  return changedBy?.foundBy === 'event';
}
