/** The instance histories that an attribution pass has loaded, by `resourceKey`, and the attribution of their entries. */

import type { ApiCall } from '../attribution/api-call.ts';
import type { Attribution } from '../history/attribution.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import { type CallOrigin, decideAttribution } from './decide/decide-attribution.ts';
import type { InstanceHistory } from './decide/decide-instance-transients.ts';
import { attempt, type Run } from './scan-run.ts';

export interface FoundAttribution {
  /** The latest state, with the present mark `alerted`. */
  latest: LatestState;
  /** The entry, completed by `completeEntry` as far as possible. */
  entry: HistoryEntry;
  attribution: Attribution;
}

export type InstanceHistories = Map<string, InstanceHistory>;

/**
 * Loads the history from the entry that was in force at `from` on, or uses a loaded one that begins early enough. `undefined`: the history
 * could not be loaded, which is logged.
 */
export async function loadHistory(
  latest: LatestState,
  from: string,
  histories: InstanceHistories,
  run: Run,
): Promise<InstanceHistory | undefined> {
  const key = resourceKey(latest.resource);
  const loaded = histories.get(key);
  if (loaded !== undefined && (loaded.entries[0]?.at ?? '9') <= from) return loaded;
  const entries = await attempt(run, `load the history of ${key}`, () =>
    run.store.loadEntriesSince(latest.resource, from),
  );
  if (entries === undefined) return undefined;
  const history = { latest, entries };
  histories.set(key, history);
  return history;
}

/** The entry of the history at that instant; `at: null` gives `null`. Throws if the table fails. */
export async function findEntry(
  { latest, entries }: InstanceHistory,
  at: string | null,
  { store }: Run,
): Promise<HistoryEntry | null> {
  if (at === null) return null;
  return entries.find((entry) => entry.at === at) ?? (await store.loadEntry(latest.resource, at));
}

/** The attribution of one entry of the history to some of the calls; `null`: none is accepted. Throws if the table fails. */
export async function attributeEntry(
  history: InstanceHistory,
  entry: HistoryEntry,
  calls: readonly ApiCall[],
  origin: CallOrigin,
  nowMs: number,
  run: Run,
): Promise<FoundAttribution | null> {
  const before = await findEntry(history, rulesBeforeAt(entry), run);
  const attribution = decideAttribution(entry, firewallOf(before), calls, origin, nowMs);
  return attribution && { latest: history.latest, entry: completeEntry(entry, before), attribution };
}
