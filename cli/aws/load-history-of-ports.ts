/**
 * Loads the entries and scans that are needed to answer a port query for the whole fleet over a span. For most instances, one Query of two
 * items reads the state at the start of the span. The timeline index has the later entries. An entry is read in full only if its change is
 * about the ports of the query. If the index lacks entries of an instance, all entries of the instance are read from the table.
 */

import pLimit from 'p-limit';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { fillEntries, type LightEntry, mustReadFullEntry } from '../questions/choose-full-entries.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { PortQuery } from '../questions/port-query.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { loadTimelineEntries, queriesAtOnce } from './load-history-at-instant.ts';
import { HistoryLoader, type HistorySource, type LoadedSpan, loadFromState } from './load-instance-history.ts';

export type PortHistorySource = HistorySource & Pick<DynamoDbHistoryReader, 'readSteps' | 'loadEntries'>;

/** Returns slices for `query` only; attributions can be missing. `resources`, `states`: the instances and latest states of the fleet. */
export async function loadHistoryOfPorts(
  reader: PortHistorySource,
  {
    resources,
    states,
  }: { resources: readonly Resource[]; states: readonly Pick<LatestState, 'resource' | 'lastAt'>[] },
  span: LoadedSpan,
  query: PortQuery,
): Promise<HistorySlice[]> {
  const loader = new HistoryLoader(reader, span);
  const limit = pLimit(queriesAtOnce);
  const [stepsOf, starts] = await Promise.all([
    loadTimelineEntries(reader, span.from, loader.lookUntil),
    limit.map(resources, (resource) => loadFromState(reader, resource, { from: span.from, until: span.from }, 2)),
  ]);
  const listSteps = (resource: Resource) => stepsOf.get(resourceKey(resource))?.toReversed() ?? [];
  const fullOf = await loadFull(reader, resources.flatMap(listSteps), query);
  const lastAtOf = new Map(states.map(({ resource, lastAt }) => [resourceKey(resource), lastAt]));
  const load = async (resource: Resource, start: HistoryEntry[]): Promise<HistorySlice> => {
    const key = resourceKey(resource);
    const since = fillEntries(start, listSteps(resource), fullOf.get(key) ?? new Map());
    if (since === null) return loader.load(resource);
    const known = [...start, ...since];
    const newest = known.at(-1) ?? null;
    const coverage = decideCoverage(newest, lastAtOf.get(key), loader.lookUntil);
    if (coverage === 'incomplete') return loader.load(resource);
    const later = coverage === 'newest' ? Promise.resolve([]) : loader.loadLater(resource, known);
    const own = later.then((after) => [...known, ...after]);
    return loader.build(resource, own);
  };
  return limit.map(resources, (resource, i) => load(resource, starts[i] ?? []));
}

/** Loads the full entries of the changes about the ports of the query. The keys are from `resourceKey`, then the instants. */
async function loadFull(reader: PortHistorySource, steps: readonly LightEntry[], query: PortQuery) {
  const entries = await reader.loadEntries(steps.filter((step) => mustReadFullEntry(step, query)));
  const byResource = Map.groupBy(entries, ({ resource }) => resourceKey(resource));
  return new Map([...byResource].map(([key, own]) => [key, new Map(own.map((entry) => [entry.at, entry]))]));
}

/**
 * Decides if `newest`, the last entry that was found, is the newest entry of the instance. `later`: entries after `lookUntil` can exist.
 * `incomplete`: the timeline index lacks entries, because DynamoDB updates the index after the table. `lastAt`: the instant of the newest
 * entry in the latest state; `null`: it has none. `undefined`: the instance is deleted and has no latest state.
 */
function decideCoverage(
  newest: HistoryEntry | null,
  lastAt: string | null | undefined,
  lookUntil: string,
): 'newest' | 'later' | 'incomplete' {
  if (lastAt === undefined) return newest?.kind === 'gone' ? 'newest' : 'later';
  if (lastAt !== null && lastAt > lookUntil) return 'later';
  return lastAt === (newest?.at ?? null) ? 'newest' : 'incomplete';
}
