/** Finds recorded changes that the calls of an event explain: the full scan found the change before the event came. */

import type { ApiCall } from '../attribution/api-call.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { LatestState } from '../history/latest-state.ts';
import { decideAttribution } from './decide/decide-attribution.ts';
import type { FoundAttribution } from './publish-attributions.ts';
import type { Run } from './scan-run.ts';

/** The number of newest entries that are checked, because events are minutes late. Older changes wait for an attribution pass. */
const mostEntries = 5;

/** Throws if the table fails. */
export async function findAttributions(
  latest: LatestState,
  calls: readonly ApiCall[],
  { store, clock }: Run,
): Promise<FoundAttribution[]> {
  const isEarlier = (at: string | null) => at !== null && calls.some((call) => call.at <= at);
  // Nothing was recorded since the first of the calls, so the history does not show their effect yet.
  if (!isEarlier(latest.lastAt)) return [];
  const entries = await store.loadEntriesAfter(latest.resource, Math.max(0, latest.version - mostEntries));
  const found: FoundAttribution[] = [];
  for (const entry of entries) {
    if (entry.changedBy || !isEarlier(entry.changedBefore)) continue;
    const at = rulesBeforeAt(entry);
    const before = at === null ? null : await store.loadEntry(entry.resource, at);
    const attribution = decideAttribution(entry, firewallOf(before), calls, 'event', clock());
    if (attribution !== null) found.push({ latest, entry: completeEntry(entry, before), attribution });
  }
  return found;
}
