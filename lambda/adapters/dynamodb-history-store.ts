/** The history: entries and their attributions, deleted instances, full scans and settings. An entry is put once and never rewritten. */
import { effectiveSettings } from '../contract/settings.ts';
import {
  attributionKey,
  entryKey,
  historyPartition,
  instantOf,
  isAttribution,
  isEntry,
  scansPartition,
  tableNames,
} from '../contract/table-keys.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { FleetStore } from '../scan/interfaces.ts';
import { type DynamoDbTable, endOfKey, isAbsent } from './dynamodb-table.ts';
import { fromAttributionItem, toAttributionItem } from './items/attribution-item.ts';
import { toDepartedItem } from './items/departed-item.ts';
import { fromEntryItem, toEntryItem } from './items/entry-item.ts';
import { type Item, readOrNull } from './items/read-item.ts';
import { fromScanItem, toScanItem } from './items/scan-item.ts';
import { toSettingsItem } from './items/settings-item.ts';

export type HistoryStore = Pick<
  FleetStore,
  | 'putEntry'
  | 'expireEntry'
  | 'putAttribution'
  | 'loadAttribution'
  | 'putDeparted'
  | 'loadEntry'
  | 'loadEntriesAfter'
  | 'loadEntriesSince'
  | 'loadNewestEntry'
  | 'putScan'
  | 'loadScansSince'
  | 'recordSettings'
>;

/** Items of the first page of a history that is read back to an instant. */
const sincePageSize = 40;

export function buildHistoryStore(table: DynamoDbTable): HistoryStore {
  /** Newest first until `isEnd`; returned oldest first, each with its attribution. */
  const loadEntriesUntil = async (resource: Resource, pageSize: number, isEnd: (item: Item) => boolean) => {
    const entries: HistoryEntry[] = [];
    // Newest first, the attribution of an entry comes before the entry.
    let attribution: Item | null = null;
    for await (const item of table.query({ partition: historyPartition(resource), oldestFirst: false, pageSize })) {
      if (!isEntry(item)) {
        attribution = isAttribution(item) ? item : null;
        continue;
      }
      if (isEnd(item)) break;
      const own = attribution !== null && instantOf(attribution) === instantOf(item) ? attribution : null;
      entries.push(withAttribution(fromEntryItem(item), own));
      attribution = null;
    }
    return entries.reverse();
  };

  return {
    putEntry: async (entry) => (await table.put(toEntryItem(entry), isAbsent)).written,

    async expireEntry(resource, at, expiresAtSeconds) {
      // This is no rewriting of the entry: the attribute belongs to DynamoDB's time to live. An earlier instant stays.
      const { partitionKey, timeToLive } = tableNames;
      for (const key of [attributionKey(resource, at), entryKey(resource, at)]) {
        await table.update(key, {
          set: { [timeToLive]: expiresAtSeconds },
          condition: `attribute_exists(${partitionKey}) AND attribute_not_exists(${timeToLive})`,
        });
      }
    },

    putAttribution: async (resource, at, attribution) =>
      (await table.put(toAttributionItem(resource, at, attribution), isAbsent)).written,

    async loadAttribution(resource, at) {
      const item = await table.get(attributionKey(resource, at));
      return item === null ? null : fromAttributionItem(item);
    },

    putDeparted: async (departed) => void (await table.put(toDepartedItem(departed), null)),

    async loadEntry(resource, at) {
      const item = await table.get(entryKey(resource, at));
      return item === null ? null : fromEntryItem(item);
    },

    loadEntriesAfter: (resource, version) =>
      loadEntriesUntil(resource, 10, (item) => typeof item['version'] === 'number' && item['version'] <= version),

    loadEntriesSince(resource, from) {
      let isReached = false;
      let count = 0;
      return loadEntriesUntil(resource, sincePageSize, (item) => {
        if (isReached && count >= sincePageSize / 2) return true;
        count += 1;
        isReached ||= instantOf(item) <= from;
        return false;
      });
    },

    async loadNewestEntry(resource) {
      const span = { partition: historyPartition(resource), oldestFirst: false, pageSize: 2 };
      for await (const item of table.query(span)) if (isEntry(item)) return fromEntryItem(item);
      return null;
    },

    putScan: async (scan, expiresAtSeconds) => void (await table.put(toScanItem(scan, expiresAtSeconds), null)),

    async loadScansSince(account, from) {
      const scans: ScanNote[] = [];
      const span = { partition: scansPartition(account), from, until: endOfKey, oldestFirst: true };
      for await (const item of table.query(span)) {
        const scan = readOrNull(() => fromScanItem(item));
        if (scan !== null) scans.push(scan);
      }
      return scans;
    },

    async recordSettings(settings, at, hash) {
      await table.put(toSettingsItem(settings.account, { at, hash, settings: effectiveSettings(settings) }), null);
    },
  };
}

/** An attribution that this version can not read is left out: the alert about the entry is sent without it. */
function withAttribution(entry: HistoryEntry, item: Item | null): HistoryEntry {
  if (item === null || entry.changedBy) return entry;
  const changedBy = readOrNull(() => fromAttributionItem(item));
  return changedBy === null ? entry : { ...entry, changedBy };
}
