import { checkSchemaVersion, type Item, readItem } from '../../lambda/adapters/items/read-item.ts';
import { attributionKey, entryKey, tableNames } from '../../lambda/contract/table-keys.ts';
import {
  monthsBetween,
  parseTimelineSortKey,
  timelineIndex,
  timelinePartition,
} from '../../lambda/contract/timeline-index.ts';
import { attributionSchema } from '../../lambda/history/attribution.ts';
import { causedKinds, type HistoryEntry } from '../../lambda/history/entry.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';
import { toKeys } from './entry-span.ts';
import { type HistoryTable, keyText } from './history-table.ts';
import { fromTimelineItem, lacksAttributes } from './timeline-item.ts';

export type EntryPlace = Pick<HistoryEntry, 'resource' | 'at'>;

/** Entries on one page. At most two further requests read their attributions. */
const stepsPerPage = 200;

interface TimelineReads {
  /** Returns the items of the index `timeline` whose entries this version of Portwatch can read. */
  keepReadable: (page: Item[]) => Promise<Item[]>;
  /** False if the index lacks data of the entry. The entry is then read from the table. */
  isEnough: (step: LightEntry) => boolean;
  loadEntries: (places: readonly EntryPlace[]) => Promise<HistoryEntry[]>;
}

/** Yields the entries newest first, page by page, without attributions. */
export async function* readTimelinePages(
  table: HistoryTable,
  account: string,
  { from, until }: { from: string; until: string },
  { keepReadable, isEnough, loadEntries }: TimelineReads,
): AsyncGenerator<LightEntry[]> {
  for (const month of monthsBetween(from, until).toReversed()) {
    const partition = timelinePartition(account, month);
    const span = { partition, ...toKeys({ from, until }), oldestFirst: false, pageSize: stepsPerPage };
    for await (const page of table.timelinePages(span)) {
      if (page.length === 0) continue;
      const found = (await keepReadable(page)).map((item) => toStep(account, item));
      const lacking = found.filter(({ step }) => step === null || !isEnough(step)).map(({ place }) => place);
      const entries = new Map((await loadEntries(lacking)).map((entry) => [placeText(entry), entry]));
      // An entry that has expired in the table stays in the index for some moments, and its `step` is then used.
      yield found.flatMap(({ place, step }) => entries.get(placeText(place)) ?? step ?? []);
    }
  }
}

/**
 * Returns the items of the index `timeline` whose entries this version of Portwatch can read. The index does not hold the schema version of
 * an entry. So the schema versions are read from the table, 100 in each request. `refuse` receives each entry that this version cannot
 * read.
 */
export async function keepReadableEntries(
  table: HistoryTable,
  account: string,
  page: readonly Item[],
  refuse: (refused: EntryPlace & { problem: string }) => void,
): Promise<Item[]> {
  const placed = page.map((item) => ({
    item,
    place: parseTimelineSortKey(account, String(item[timelineIndex.sortKey])),
  }));
  const keys = placed.map(({ place }) => entryKey(place.resource, place.at));
  const { partitionKey, sortKey } = tableNames;
  const versions = await table.getItems(keys, false, [partitionKey, sortKey, 'schema']);
  const problems = new Map(versions.map((item) => [keyText(item), findSchemaProblem(item)]));
  return placed.flatMap(({ item, place }) => {
    const problem = problems.get(placeText(place)) ?? null;
    if (problem === null) return [item];
    refuse({ ...place, problem });
    return [];
  });
}

function findSchemaProblem(item: Item): string | null {
  try {
    checkSchemaVersion(item);
    return null;
  } catch (error) {
    if (error instanceof ItemError) return error.message;
    throw error;
  }
}

/** `step` is `null` if the index lacks fields of the entry. */
function toStep(account: string, item: Item): { place: EntryPlace; step: LightEntry | null } {
  const place = parseTimelineSortKey(account, String(item[timelineIndex.sortKey]));
  return { place, step: lacksAttributes(item) ? null : fromTimelineItem(account, item) };
}

/**
 * Reads attributions from the table and adds them to the entries, because the index can lack an attribution. Entries of a kind without
 * attributions stay as they are. The reads are eventually consistent, which halves their cost.
 */
export async function addAttributions<S extends Pick<LightEntry, 'resource' | 'at' | 'kind'>>(
  table: HistoryTable,
  steps: readonly S[],
): Promise<S[]> {
  const open = steps.filter(({ kind }) => causedKinds.includes(kind));
  const items = await table.getItems(
    open.map(({ resource, at }) => attributionKey(resource, at)),
    false,
  );
  const found = new Map(items.map((item) => [keyText(item), item]));
  return steps.map((step) => {
    const item = found.get(keyText(attributionKey(step.resource, step.at)));
    return item === undefined ? step : { ...step, changedBy: readItem(item, attributionSchema) };
  });
}

const placeText = ({ resource, at }: EntryPlace) => keyText(entryKey(resource, at));
