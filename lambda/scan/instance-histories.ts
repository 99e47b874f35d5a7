import type { ApiCall } from '../attribution/api-call.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import { type CallOrigin, decideAttribution, type FoundAttribution } from './decide/decide-attribution.ts';
import type { InstanceHistory } from './decide/decide-instance-transients.ts';
import { attempt, type Run } from './scan-run.ts';

/** The histories of instances, by `resourceKey`. */
export type InstanceHistories = Map<string, InstanceHistory>;

/**
 * Loads the newest entry at or before `from`, and every later entry. If `histories` already has a history that begins early enough,
 * returns this history. `undefined`: the history could not be loaded. The error is logged.
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

/**
 * Returns the entry of the instance at the instant `at`. `null`: `at` is `null`, or there is no such entry. Throws if the table fails, or
 * if the entry cannot be read.
 */
export async function findEntry(
  { latest, entries }: InstanceHistory,
  at: string | null,
  { store }: Run,
): Promise<HistoryEntry | null> {
  if (at === null) return null;
  return entries.find((entry) => entry.at === at) ?? (await store.loadEntry(latest.resource, at));
}

/**
 * Decides whether `calls` made the change of an entry. `null`: as in `decideAttribution`. Throws if the table fails, or if the entry with
 * the rules before the change cannot be read.
 */
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
