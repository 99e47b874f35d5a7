/** Which changes that scans found before their events came these calls account for: it is put beside the entry, which is never rewritten. */

import type { ApiCall } from '../attribution/api-call.ts';
import { attributeChange } from '../attribution/attribute-change.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { FleetStore } from './interfaces.ts';
import type { LatestState } from './latest-state.ts';
import type { FoundAttribution } from './settle-attributions.ts';

/** Events are late by minutes: a change further back than so many entries is left to looking it up. */
const mostEntries = 5;

/**
 * What calls that events brought say of the newest entries of `latest`. Where they do not account for a change nothing is said: the call
 * that is missing may still come, and what is put beside an entry stays. Throws where the table fails.
 */
export async function findAttributions(
  latest: LatestState,
  calls: readonly ApiCall[],
  foundAt: string,
  store: Pick<FleetStore, 'loadEntry' | 'loadEntriesAfter'>,
): Promise<FoundAttribution[]> {
  const isEarlier = (at: string | null) => at !== null && calls.some((call) => call.at <= at);
  // Nothing was written since the first of the calls: what they changed is not in the history yet.
  if (!isEarlier(latest.lastAt)) return [];
  const entries = await store.loadEntriesAfter(latest.resource, Math.max(0, latest.version - mostEntries));
  const found: FoundAttribution[] = [];
  for (const entry of entries) {
    if (entry.changedBy || !isEarlier(entry.changedBefore)) continue;
    const before = await loadBefore(entry, store);
    const attribution = attributeChange(entry, firewallOf(before), calls, { by: 'event', at: foundAt });
    if (attribution === null || attribution.fit === 'not-explained') continue;
    found.push({ latest, entry: completeEntry(entry, before), attribution });
  }
  return found;
}

async function loadBefore(entry: HistoryEntry, store: Pick<FleetStore, 'loadEntry'>): Promise<HistoryEntry | null> {
  const at = rulesBeforeAt(entry);
  return at === null ? null : store.loadEntry(entry.resource, at);
}
