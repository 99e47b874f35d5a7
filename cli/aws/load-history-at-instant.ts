/**
 * Loads the entries and scans that are needed to answer a question about the whole fleet at one instant. For most instances, one Query
 * reads one item: the newest entry at the instant. One read of the timeline index, for all instances, shows which instances have later
 * entries that can change the answer.
 */

import pLimit from 'p-limit';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { NotedScan } from '../../lambda/history/scan-note.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import { collectPages } from './collect-pages.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { HistoryLoader, loadFromState } from './load-instance-history.ts';

export const queriesAtOnce = 16;

export async function loadHistoryAtInstant(
  reader: DynamoDbHistoryReader,
  resources: readonly Resource[],
  at: string,
): Promise<HistorySlice[]> {
  // An account without instances, which is frequent with many accounts, needs no read of the timeline index.
  if (resources.length === 0) return [];
  const loader = new HistoryLoader(reader, { from: at, until: at });
  const stepsOf = await loadTimelineEntries(reader, at, loader.lookUntil);
  const loadOwn = async (resource: Resource): Promise<HistoryEntry[]> => {
    const [known, after] = await Promise.all([
      loadFromState(reader, resource, { from: at, until: at }, 1),
      loader.loadScans(resource),
    ]);
    const later = stepsOf.get(resourceKey(resource)) ?? [];
    const count = countLater(later, at, after, loader.lookUntil);
    // Versions are consecutive. A missing version before the next entry means that an entry has expired.
    const next = later.at(-1);
    const isHole = known.length === 0 || (next !== undefined && next.version !== (known.at(-1)?.version ?? 0) + 1);
    const needed = isHole ? Math.max(1, count) : count;
    return needed === 0 ? known : [...known, ...(await reader.loadEntriesAfter(resource, at, needed))];
  };
  return pLimit(queriesAtOnce).map(resources, (resource) => loader.build(resource, loadOwn(resource)));
}

/**
 * Returns how many of the entries `steps`, which are after `at`, must be loaded: all, or 0 if none can change the answer about `at`.
 * `after`: the first scan after `at` that confirmed the instance. If no scan confirmed the instance until `lookUntil`, returns at least 2.
 */
function countLater(steps: readonly LightEntry[], at: string, after: NotedScan | null, lookUntil: string): number {
  // No scan confirmed the instance until `lookUntil`, so perhaps a change that was found later happened before `at`.
  if (after === null || after.endedAt > lookUntil) return Math.max(2, steps.length);
  const reachesBack = ({ at: entryAt, changedAfter }: LightEntry) =>
    entryAt <= after.endedAt || changedAfter === null || changedAfter <= at;
  return steps.some(reachesBack) ? steps.length : 0;
}

/** Loads the entries after `at` until `until` from the timeline index. The keys are from `resourceKey`; the entries are newest first. */
export async function loadTimelineEntries(
  reader: Pick<DynamoDbHistoryReader, 'readSteps'>,
  at: string,
  until: string,
): Promise<ReadonlyMap<string, LightEntry[]>> {
  const from = new Date(Date.parse(at) + 1).toISOString();
  return Map.groupBy(await collectPages(reader.readSteps({ from, until })), ({ resource }) => resourceKey(resource));
}
