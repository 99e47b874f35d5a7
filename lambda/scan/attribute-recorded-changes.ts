/** Finds recorded changes that the calls of an event explain: the full scan found the change before the event came. */

import type { ApiCall } from '../attribution/api-call.ts';
import type { LatestState } from '../history/latest-state.ts';
import type { FoundAttribution } from './decide/decide-attribution.ts';
import { attributeEntry } from './instance-histories.ts';
import type { Run } from './scan-run.ts';

/**
 * Events are minutes late, so only the newest entries are checked. For older entries, an attribution pass looks up the calls in CloudTrail.
 */
const mostEntries = 5;

/** Throws if the table fails, or if an entry cannot be read. */
export async function attributeRecordedChanges(
  latest: LatestState,
  calls: readonly ApiCall[],
  run: Run,
): Promise<FoundAttribution[]> {
  const isEarlier = (at: string | null) => at !== null && calls.some((call) => call.at <= at);
  // Nothing was recorded since the first of the calls, so the history does not show their effect yet.
  if (!isEarlier(latest.lastAt)) return [];
  const entries = await run.store.loadEntriesAfter(latest.resource, Math.max(0, latest.version - mostEntries));
  const found: FoundAttribution[] = [];
  for (const entry of entries) {
    if (!isEarlier(entry.changedBefore)) continue;
    const attributed = await attributeEntry({ latest, entries }, entry, calls, 'event', run.clock(), run);
    if (attributed !== null) found.push(attributed);
  }
  return found;
}
