/** The instance histories that an attribution pass has loaded, by `resourceKey`; each from the instant that was asked for. */

import type { HistoryEntry } from '../history/entry.ts';
import { type LatestState, resourceKey } from '../history/latest-state.ts';
import type { InstanceHistory } from './decide/find-instance-transients.ts';
import { attempt, type Run } from './scan-run.ts';

export type InstanceHistories = Map<string, InstanceHistory>;

/** From the entry that was in force at `from`; `undefined`: it could not be loaded, which is logged. */
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
