/**
 * Reads the snapshot table for the command line and the report, by key only. The item of an entry lacks the lists of what opened and
 * closed if these lists were too large. The reader then computes the lists from the rules, except in `readSteps`.
 */

import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import type { Consumed } from '../../lambda/adapters/dynamodb-table.ts';
import { fromDepartedItem } from '../../lambda/adapters/items/departed-item.ts';
import { fromEntryItem } from '../../lambda/adapters/items/entry-item.ts';
import { readLastScan } from '../../lambda/adapters/items/lease-item.ts';
import { type Item, readEach, readItem, readOrNull } from '../../lambda/adapters/items/read-item.ts';
import { fromScanItem } from '../../lambda/adapters/items/scan-item.ts';
import { fromSettingsItem, type RecordedSettings } from '../../lambda/adapters/items/settings-item.ts';
import { fromStateItem } from '../../lambda/adapters/items/state-item.ts';
import { type ApprovalMarks, approvalMarksSchema, noMarks } from '../../lambda/approvals/account-approvals.ts';
import {
  approvalMarksKey,
  departedPartition,
  entryKey,
  fleetPartition,
  historyPartition,
  instantOf,
  isAttribution,
  isEntry,
  isMonitorRecord,
  type Key,
  leaseKey,
  scansPartition,
  settingsPartition,
  tableNames,
} from '../../lambda/contract/table-keys.ts';
import { attributionSchema } from '../../lambda/history/attribution.ts';
import { completeEntry, rulesBeforeAt } from '../../lambda/history/complete-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import type { LastScan, NotedScan } from '../../lambda/history/scan-note.ts';
import type { Departed, LoadedApprovals, RefusedItem } from '../../lambda/scan/interfaces.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';
import type { KeptDays } from '../questions/expired-scans.ts';
import { endOfInstant, type Span, toKeys } from './entry-span.ts';
import { type HistoryTable, keyText } from './history-table.ts';
import { addAttributions, type EntryPlace, keepReadableEntries, readTimelinePages } from './read-timeline.ts';
import { isWhole } from './timeline-item.ts';

export interface Fleet {
  states: LatestState[];
  /** Items that this version cannot read. */
  refused: RefusedItem[];
  /** `null`: no scan has ended yet. */
  lastScan: LastScan | null;
  /** Which alerts about approvals were sent. Empty if no alert was sent, or if the item cannot be read. */
  approvalMarks: ApprovalMarks;
}

/** An entry that this version cannot read: a later version wrote it, or it is damaged. */
export interface RefusedEntry {
  at: string;
  problem: string;
}

function throwProblem({ problem }: RefusedEntry): never {
  throw new ItemError(problem);
}

/**
 * Reads the records of one account. Methods throw ItemError for a damaged item and for an item of a later version, unless the method
 * returns or reports the items that it cannot read. All other errors are errors of the SDK.
 */
export class DynamoDbHistoryReader {
  readonly account: string;
  /** The present time by the clock of AWS, in ms since the epoch. */
  readonly readNow: () => number;
  readonly #table: HistoryTable;
  /** The items of the settings that were recorded until `until`, oldest first. */
  #settings: { until: string; items: Promise<Item[]> } | null = null;

  constructor(table: HistoryTable, account: string, readNow: () => number) {
    this.account = account;
    this.readNow = readNow;
    this.#table = table;
  }

  /** The requests and read units of all reads of the table so far, for all accounts. */
  get consumed(): Consumed {
    return this.#table.consumed;
  }

  /** True if the table has a latest state, a lease item or an item with approval marks of the account. Reads one item. */
  async hasRecords(): Promise<boolean> {
    const first = { partition: fleetPartition(this.account), oldestFirst: true };
    return (await this.#table.queryFirst(first, 1)).length > 0;
  }

  /** The last full scan; `null`: no scan has ended yet. Reads one item. */
  async loadLastScan(): Promise<LastScan | null> {
    const { pk: partition, sk } = leaseKey(this.account);
    const [lease] = await this.#table.queryFirst({ partition, from: sk, until: sk, oldestFirst: true }, 1);
    return lease === undefined ? null : readLastScan(lease);
  }

  /** Loads the latest states, the last scan and the approval marks of the account with one Query. */
  async loadFleet(): Promise<Fleet> {
    const items = await this.#table.queryAll({ partition: fleetPartition(this.account), oldestFirst: true });
    const lease = items.find((item) => isSameKey(item, leaseKey(this.account)));
    const marks = items.find((item) => isSameKey(item, approvalMarksKey(this.account)));
    const { found, refused } = readEach(
      items.filter((item) => !isMonitorRecord(item)),
      (item) => fromStateItem(this.account, item),
    );
    return {
      states: found,
      refused,
      lastScan: lease === undefined ? null : readLastScan(lease),
      approvalMarks: (marks && readOrNull(() => readItem(marks, approvalMarksSchema))) ?? noMarks,
    };
  }

  /** The deleted instances, sorted by region and name. Instances with the same name are sorted oldest first. */
  async loadDeparted(): Promise<Departed[]> {
    const items = await this.#table.queryAll({ partition: departedPartition(this.account), oldestFirst: true });
    return items.map((item) => fromDepartedItem(this.account, item));
  }

  /** `null`: no entry has exactly this instant. */
  async loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null> {
    const items = await this.#loadItems(resource, { from: at, until: at }, true, 2);
    const entry = items.find((item) => isSameKey(item, entryKey(resource, at)));
    return entry === undefined ? null : this.#toEntry(entry, items.find(isAttribution) ?? null);
  }

  /** Returns the entries that exist, in any order and without attributions. One request reads up to 100 entries. */
  async loadEntries(places: readonly Pick<HistoryEntry, 'resource' | 'at'>[]): Promise<HistoryEntry[]> {
    const keys = places.map(({ resource, at }) => entryKey(resource, at));
    const items = await this.#table.getItems(keys, true);
    return Promise.all(items.map((item) => this.#toEntry(item, null)));
  }

  async hasHistory(resource: Resource): Promise<boolean> {
    return (await this.#loadItems(resource, { from: null, until: null }, false, 1)).length > 0;
  }

  /**
   * Returns the first `count` entries after `at`, oldest first. One Query reads up to twice `count` items, because each entry can have an
   * attribution.
   */
  async loadEntriesAfter(resource: Resource, at: string, count: number): Promise<HistoryEntry[]> {
    const span = { partition: historyPartition(resource), from: endOfInstant(at), oldestFirst: true };
    const items = await this.#table.queryFirst(span, count * 2);
    const attributionOf = new Map(items.filter(isAttribution).map((item) => [instantOf(item), item]));
    const entries = items.filter(isEntry).slice(0, count);
    return Promise.all(entries.map((item) => this.#toEntry(item, attributionOf.get(instantOf(item)) ?? null)));
  }

  /**
   * The entries of one resource with their attributions, newest first, page by page. `pageSize`: items of the first page. `refuse` receives
   * the entries that cannot be read; without `refuse`, such an entry is an error.
   */
  async *readEntries(
    resource: Resource,
    span: Span,
    pageSize?: number,
    refuse?: (refused: RefusedEntry) => void,
  ): AsyncGenerator<HistoryEntry[]> {
    const keys = { partition: historyPartition(resource), ...toKeys(span), oldestFirst: false };
    // If the newest item comes first, the attribution of an entry comes before the entry, perhaps on the previous page.
    let attribution: Item | null = null;
    for await (const page of this.#table.queryPages({ ...keys, ...(pageSize && { pageSize }) })) {
      const entries: HistoryEntry[] = [];
      for (const item of page) {
        if (isAttribution(item)) attribution = item;
        if (!isEntry(item)) continue;
        const own = attribution !== null && instantOf(attribution) === instantOf(item) ? attribution : null;
        attribution = null;
        try {
          entries.push(await this.#toEntry(item, own));
        } catch (error) {
          if (refuse === undefined || !(error instanceof ItemError)) {
            // A caller that needs only the entries before the error does not see the error.
            if (entries.length > 0) yield entries;
            throw error;
          }
          refuse({ at: instantOf(item), problem: error.message });
        }
      }
      if (entries.length > 0) yield entries;
    }
  }

  /**
   * Reads the entries of all resources of the account from the timeline index, newest first, page by page, with attributions. Reads fields
   * that the index lacks from the table. DynamoDB updates the index after the table, so the newest entries can be missing. `refuse`
   * receives each entry that a later version wrote; without `refuse`, such an entry causes an ItemError.
   */
  async *readTimeline(
    span: { from: string; until: string },
    refuse: (refused: RefusedEntry & { resource: Resource }) => void = throwProblem,
  ): AsyncGenerator<LightEntry[]> {
    const keepReadable = (page: Item[]) => keepReadableEntries(this.#table, this.account, page, refuse);
    for await (const steps of this.#readPages(span, keepReadable, isWhole)) yield await this.addAttributions(steps);
  }

  /**
   * Like `readTimeline`, with fewer reads. The entries have no attributions, and `null` in place of lists of reach that the index lacks.
   * Does not check whether a later version wrote an entry.
   */
  readSteps(span: { from: string; until: string }): AsyncGenerator<LightEntry[]> {
    return this.#readPages(
      span,
      async (page) => page,
      () => true,
    );
  }

  #readPages(
    span: { from: string; until: string },
    keepReadable: (page: Item[]) => Promise<Item[]>,
    isEnough: (step: LightEntry) => boolean,
  ) {
    const reads = { keepReadable, isEnough, loadEntries: (places: readonly EntryPlace[]) => this.loadEntries(places) };
    return readTimelinePages(this.#table, this.account, span, reads);
  }

  addAttributions<S extends Pick<LightEntry, 'resource' | 'at' | 'kind'>>(steps: readonly S[]): Promise<S[]> {
    return addAttributions(this.#table, steps);
  }

  /** The first `count` scans that began in a span, newest or oldest first: one Query. */
  async loadScans(span: Span, count: number, oldestFirst: boolean): Promise<NotedScan[]> {
    const keys = { partition: scansPartition(this.account), ...toKeys(span), oldestFirst };
    return (await this.#table.queryFirst(keys, count)).map(fromScanItem);
  }

  async *readScans(span: Span): AsyncGenerator<NotedScan[]> {
    const keys = { partition: scansPartition(this.account), ...toKeys(span), oldestFirst: false };
    for await (const page of this.#table.queryPages(keys)) if (page.length > 0) yield page.map(fromScanItem);
  }

  /** The newest settings that were recorded until `at`; `null`: none were recorded. */
  async loadSettingsAt(at: string): Promise<RecordedSettings | null> {
    const newest = (await this.#loadSettingsUntil(at)).at(-1);
    return newest === undefined ? null : fromSettingsItem(newest);
  }

  /** Every approval that was made by command: one Query. */
  loadApprovals(): Promise<LoadedApprovals> {
    return buildApprovalStore(this.#table).loadApprovals(this.account);
  }

  /**
   * `keepHistoryDays` of all settings that were recorded until `until`, oldest first. Settings that cannot be read count as 0 days, the
   * shortest time, because their number of days is unknown.
   */
  async loadKeptDays(until: string): Promise<KeptDays[]> {
    return (await this.#loadSettingsUntil(until)).map((item) => {
      try {
        const { at, settings } = fromSettingsItem(item);
        return { from: at, days: settings.keepHistoryDays };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        return { from: String(item[tableNames.sortKey]), days: 0 };
      }
    });
  }

  /** The items of the settings, oldest first. The first Query reads them until now, which is enough for every earlier instant. */
  async #loadSettingsUntil(at: string): Promise<Item[]> {
    if (this.#settings === null || at > this.#settings.until) {
      const now = toInstant(this.readNow());
      const until = at > now ? at : now;
      const keys = toKeys({ from: null, until });
      const partition = settingsPartition(this.account);
      this.#settings = { until, items: this.#table.queryAll({ partition, ...keys, oldestFirst: true }) };
    }
    return (await this.#settings.items).filter((item) => instantOf(item) <= at);
  }

  #loadItems(resource: Resource, span: Span, oldestFirst: boolean, count: number): Promise<Item[]> {
    return this.#table.queryFirst({ partition: historyPartition(resource), ...toKeys(span), oldestFirst }, count);
  }

  async #toEntry(item: Item, attribution: Item | null): Promise<HistoryEntry> {
    const stored = fromEntryItem(item);
    const entry = attribution === null ? stored : { ...stored, changedBy: readItem(attribution, attributionSchema) };
    if (!entry.differenceLeftOut) return entry;
    const beforeAt = rulesBeforeAt(entry);
    const [before] =
      beforeAt === null ? [] : await this.#loadItems(entry.resource, { from: beforeAt, until: beforeAt }, true, 1);
    return completeEntry(entry, before === undefined ? null : fromEntryItem(before));
  }
}

const isSameKey = (item: Item, key: Key): boolean => keyText(item) === keyText(key);
