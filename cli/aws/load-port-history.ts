/**
 * What the history needs to answer about a door over a span, of the whole fleet. The state at the start is one Query of one item for each
 * instance, what happened since is in the timeline; of that only what concerns the door is read whole.
 */

import pLimit from 'p-limit';
import { resourceKey } from '../../lambda/contract/table-keys.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { LightEntry } from '../questions/fill-entries.ts';
import { concernsPorts, fillEntries } from '../questions/fill-entries.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { PortQuery } from '../questions/open-spans.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { loadChanges, queriesAtOnce } from './load-fleet-history.ts';
import { HistoryLoader, type HistorySource, loadSnapshot } from './load-history.ts';

export type PortHistorySource = HistorySource &
  Pick<DynamoDbHistoryReader, 'readSteps' | 'loadBareEntryAt' | 'loadEntries'>;

/** What the table holds of instances now: `lastAt` is the instant of the newest entry. */
export interface NewestOf {
  resource: Resource;
  lastAt: string | null;
}

/**
 * Good for questions about that door, and for nothing else. What was found later of who did it is left out. `resources`, `states`: all that
 * there are.
 */
export async function loadPortHistory(
  reader: PortHistorySource,
  { resources, states }: { resources: readonly Resource[]; states: readonly NewestOf[] },
  span: { from: string; until: string },
  door: PortQuery,
): Promise<HistorySlice[]> {
  const loader = new HistoryLoader(reader, span);
  const limit = pLimit(queriesAtOnce);
  const [stepsOf, starts] = await Promise.all([
    loadChanges(reader, span.from, loader.lookUntil),
    Promise.all(resources.map((resource) => limit(() => loadStart(reader, resource, span.from)))),
  ]);
  const listSteps = (resource: Resource) => stepsOf.get(resourceKey(resource))?.toReversed() ?? [];
  const wholeOf = await loadWhole(reader, resources.flatMap(listSteps), door);
  const lastAtOf = new Map(states.map(({ resource, lastAt }) => [resourceKey(resource), lastAt]));
  const load = async (resource: Resource, start: HistoryEntry[]): Promise<HistorySlice> => {
    const [key, steps] = [resourceKey(resource), listSteps(resource)];
    const since = fillEntries(start, steps, wholeOf.get(key) ?? new Map());
    const newest = since?.at(-1) ?? start.at(-1) ?? null;
    const standing = since === null ? 'incomplete' : decideStanding(newest, lastAtOf.get(key), loader.lookUntil);
    if (since === null || standing === 'incomplete') return loader.load(resource);
    const later = standing === 'newest' ? Promise.resolve([]) : loader.loadLater(resource);
    return loader.build(
      resource,
      later.then((after) => [...start, ...since, ...after]),
    );
  };
  return Promise.all(resources.map((resource, i) => limit(() => load(resource, starts[i] ?? []))));
}

/** The entry in force at the start, and before it the one that its rules are to be taken from. */
async function loadStart(reader: PortHistorySource, resource: Resource, from: string): Promise<HistoryEntry[]> {
  const entry = await reader.loadBareEntryAt(resource, from);
  return entry === null ? [] : [...(await loadSnapshot(reader, entry)), entry];
}

/** By instance and instant. */
async function loadWhole(reader: PortHistorySource, steps: readonly LightEntry[], door: PortQuery) {
  const wholeOf = new Map<string, Map<string, HistoryEntry>>();
  for (const entry of await reader.loadEntries(steps.filter((step) => concernsPorts(step, door)))) {
    const key = resourceKey(entry.resource);
    wholeOf.set(key, (wholeOf.get(key) ?? new Map<string, HistoryEntry>()).set(entry.at, entry));
  }
  return wholeOf;
}

/**
 * Is the last entry that was found the newest one that there is? `later`: there may be more after the time that was looked at.
 * `incomplete`: the index, which may lack the last moments, has not all. `lastAt`: `undefined`: there is no latest state any more; then what is
 * gone was never seen again.
 */
function decideStanding(
  newest: HistoryEntry | null,
  lastAt: string | null | undefined,
  lookUntil: string,
): 'newest' | 'later' | 'incomplete' {
  if (lastAt === undefined) return newest?.kind === 'gone' ? 'newest' : 'later';
  if (lastAt !== null && lastAt > lookUntil) return 'later';
  return lastAt === (newest?.at ?? null) ? 'newest' : 'incomplete';
}
