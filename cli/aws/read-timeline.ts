import { type Item, readItem } from '../../lambda/adapters/items/read-item.ts';
import { attributionKey, entryKey } from '../../lambda/contract/table-keys.ts';
import {
  monthsBetween,
  parseTimelineSortKey,
  timelineIndex,
  timelinePartition,
} from '../../lambda/contract/timeline-index.ts';
import { attributionSchema } from '../../lambda/history/attribution.ts';
import { causedKinds, type HistoryEntry } from '../../lambda/history/entry.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';
import { toKeys } from './entry-span.ts';
import { type HistoryTable, keyText } from './history-table.ts';
import { fromTimelineItem, lacksAttributes } from './timeline-item.ts';

type Place = Pick<HistoryEntry, 'resource' | 'at'>;

/** Entries on one page. One or two further requests read their attributions. */
const stepsPerPage = 200;

/**
 * Newest first, page by page, without attributions. `isEnough`: false for an entry that must be read from the table. `loadEntries` reads
 * these entries.
 */
export async function* readTimelinePages(
  table: HistoryTable,
  account: string,
  { from, until }: { from: string; until: string },
  isEnough: (step: LightEntry) => boolean,
  loadEntries: (places: readonly Place[]) => Promise<HistoryEntry[]>,
): AsyncGenerator<LightEntry[]> {
  for (const month of monthsBetween(from, until).toReversed()) {
    const partition = timelinePartition(account, month);
    const span = { partition, ...toKeys({ from, until }), oldestFirst: false, pageSize: stepsPerPage };
    for await (const page of table.timelinePages(span)) {
      if (page.length === 0) continue;
      const found = page.map((item) => toStep(account, item));
      const lacking = found.filter(({ step }) => step === null || !isEnough(step)).map(({ place }) => place);
      const entries = new Map((await loadEntries(lacking)).map((entry) => [placeText(entry), entry]));
      // An expired entry is no longer in the table, but stays in the index for some moments.
      yield found.flatMap(({ place, step }) => entries.get(placeText(place)) ?? step ?? []);
    }
  }
}

/** `step`: `null` if the index lacks fields of the entry. */
function toStep(account: string, item: Item): { place: Place; step: LightEntry | null } {
  const place = parseTimelineSortKey(account, String(item[timelineIndex.sortKey]));
  return { place, step: lacksAttributes(item) ? null : fromTimelineItem(account, item) };
}

/**
 * Reads the attributions of the entries that can have one, because the index lacks them. The reads are not consistent, like those of the
 * index; this halves their cost.
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

const placeText = ({ resource, at }: Place) => keyText(entryKey(resource, at));
