/**
 * What the history needs to answer about one instant of the whole fleet. It costs one Query of one item for each instance; what was
 * written after the instant and reaches back to it is found for all of them at once, by the timeline.
 */

import pLimit from 'p-limit';
import type { NotedScan } from '../../lambda/adapters/items/scan-item.ts';
import { resourceKey } from '../../lambda/contract/table-keys.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import type { LightEntry } from '../questions/fill-entries.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { HistoryLoader, loadSnapshot, readAheadMs } from './load-history.ts';

/** Queries under way at once. */
export const queriesAtOnce = 16;

export async function loadFleetHistory(
  reader: DynamoDbHistoryReader,
  resources: readonly Resource[],
  at: string,
): Promise<HistorySlice[]> {
  const loader = new HistoryLoader(reader, { from: at, until: at });
  const lookUntil = new Date(Date.parse(at) + readAheadMs).toISOString();
  const stepsOf = await loadChanges(reader, at, lookUntil);
  const limit = pLimit(queriesAtOnce);
  const load = async (resource: Resource): Promise<HistorySlice> => {
    const [entry, regionEntries, { after, scans }] = await Promise.all([
      reader.loadEntryAt(resource, at),
      loader.loadRegion(resource),
      loader.loadScans(resource),
    ]);
    const count = countLater(stepsOf.get(resourceKey(resource)) ?? [], at, after, lookUntil);
    const later = count === 0 ? [] : await reader.loadEntriesAfter(resource, at, count);
    const own = entry === null ? [] : [...(await loadSnapshot(reader, entry)), entry];
    return { resource, entries: [...own, ...later], regionEntries, scans };
  };
  return Promise.all(resources.map((resource) => limit(() => load(resource))));
}

/** How many of the entries after the instant may say something about it. */
function countLater(steps: readonly LightEntry[], at: string, after: NotedScan | null, lookUntil: string): number {
  // Nobody read it for long: what it had become by then may have been so already.
  if (after === null || after.endedAt > lookUntil) return Math.max(2, steps.length);
  const reachesBack = ({ at: entryAt, changedAfter }: LightEntry) =>
    entryAt <= after.endedAt || changedAfter === null || changedAfter <= at;
  return steps.some(reachesBack) ? steps.length : 0;
}

/** What the index has from after an instant until another, newest first, by `resourceKey`. */
export async function loadChanges(
  reader: Pick<DynamoDbHistoryReader, 'readSteps'>,
  at: string,
  until: string,
): Promise<ReadonlyMap<string, LightEntry[]>> {
  const stepsOf = new Map<string, LightEntry[]>();
  const from = new Date(Date.parse(at) + 1).toISOString();
  for await (const page of reader.readSteps({ from, until }))
    for (const step of page) {
      const key = resourceKey(step.resource);
      const known = stepsOf.get(key);
      if (known === undefined) stepsOf.set(key, [step]);
      else known.push(step);
    }
  return stepsOf;
}

/** Every instance that there is, or was, one for each name in a region; by region and name. */
export function listInstances(
  states: readonly { resource: Resource }[],
  departed: readonly { resource: Resource }[],
): Resource[] {
  const all = new Map([...states, ...departed].map(({ resource }) => [resourceKey(resource), resource]));
  return [...all.values()]
    .filter(({ instanceName }) => instanceName !== null)
    .sort((a, b) => (resourceKey(a) < resourceKey(b) ? -1 : 1));
}
