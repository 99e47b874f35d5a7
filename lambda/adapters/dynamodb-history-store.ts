/**
 * The history: entries and their attributions, deleted instances, full scans and settings. An entry is never rewritten; only its time to
 * live is set later.
 */
import { effectiveSettings } from '../contract/settings-schema.ts';
import {
  attributionKey,
  entryKey,
  historyPartition,
  instantOf,
  isAttribution,
  isEntry,
  type Key,
  scansPartition,
  tableNames,
} from '../contract/table-keys.ts';
import { type Attribution, attributionSchema } from '../history/attribution.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { FleetStore } from '../scan/interfaces.ts';
import { type Condition, type DynamoDbTable, endOfKey, isAbsent } from './dynamodb-table.ts';
import { toDepartedItem } from './items/departed-item.ts';
import { fromEntryItem, toEntryItem } from './items/entry-item.ts';
import { type Item, readItem, readOrNull, toItem } from './items/read-item.ts';
import { fromScanItem, toScanItem } from './items/scan-item.ts';
import { toSettingsItem } from './items/settings-item.ts';

/** The number of items on the first page of `loadEntriesSince`. */
const sincePageSize = 40;

export function buildHistoryStore(table: DynamoDbTable) {
  /**
   * Reads from the newest entry back, and stops before the first entry that `isEnd` accepts. Returns the entries oldest first, each with
   * its attribution.
   */
  const loadEntriesUntil = async (resource: Resource, pageSize: number, isEnd: (item: Item) => boolean) => {
    const entries: HistoryEntry[] = [];
    // From newest to oldest, the attribution of an entry comes before the entry.
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

  /** Sets only the attribute for DynamoDB's time to live. An instant that is already set stays. */
  const expire = (key: Key, expiresAtSeconds: number) => {
    const { partitionKey, timeToLive } = tableNames;
    return table.update(key, {
      set: { [timeToLive]: expiresAtSeconds },
      condition: `attribute_exists(${partitionKey}) AND attribute_not_exists(${timeToLive})`,
    });
  };

  return {
    putEntry: async (entry) => (await table.put(toEntryItem(entry), isAbsent)).written,

    async expireEntry(resource, at, expiresAtSeconds) {
      // Sets the time to live of the entry before that of the attribution. `putAttribution` reads the entry after its own write, so an
      // attribution that is stored at the same time expires, too.
      for (const key of [entryKey(resource, at), attributionKey(resource, at)]) await expire(key, expiresAtSeconds);
    },

    async putAttribution(resource, at, found, known) {
      const { written } = await table.put(toItem(attributionKey(resource, at), found), isAbsentOr(known));
      const entry = written ? await table.get(entryKey(resource, at)) : null;
      const expiresAtSeconds = entry?.[tableNames.timeToLive];
      if (typeof expiresAtSeconds === 'number') await expire(attributionKey(resource, at), expiresAtSeconds);
      return written;
    },

    async loadAttribution(resource, at) {
      const item = await table.get(attributionKey(resource, at));
      return item === null ? null : readItem(item, attributionSchema);
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
  } satisfies Partial<FleetStore>;
}

function isAbsentOr(known: Attribution | null): Condition {
  if (known === null) return isAbsent;
  return { condition: `${isAbsent.condition} OR foundAt = :known`, values: { ':known': known.foundAt } };
}

/** An attribution that cannot be read is left out, so that the alert is still sent. */
function withAttribution(entry: HistoryEntry, item: Item | null): HistoryEntry {
  if (item === null) return entry;
  const changedBy = readOrNull(() => readItem(item, attributionSchema));
  return changedBy === null ? entry : { ...entry, changedBy };
}
