/**
 * The snapshot table for whoever asks about the past: the command line, the report. It reads, and never writes; every question is put
 * by key. What was put beside an entry (who did it) and what an entry left out come back as part of it.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { lastScanSchema } from '../../lambda/adapters/item-schemas.ts';
import { fromEntryItem, fromStateItem, type Item, toRefusedItem } from '../../lambda/adapters/table-items.ts';
import {
  attributionKey,
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
  monthsBetween,
  scansPartition,
  tableNames,
  timelinePartition,
} from '../../lambda/contract/table-keys.ts';
import { completeEntry, rulesBeforeAt } from '../../lambda/history/complete-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { type Departed, ItemError, type LastScan, type RefusedItem } from '../../lambda/scan/interfaces.ts';
import type { LatestState } from '../../lambda/scan/latest-state.ts';
import {
  fromAttributionItem,
  fromDepartedItem,
  fromScanItem,
  fromTimelineItem,
  type NotedScan,
  type TimelineStep,
} from './history-items.ts';
import { type Consumed, endOfKey, TableReader } from './table-reader.ts';

/** Instants, ISO-8601 UTC with milliseconds, both included; `null`: without end on that side. */
export interface Span {
  from: string | null;
  until: string | null;
}

export interface Fleet {
  states: LatestState[];
  /** What this version can't read. */
  refused: RefusedItem[];
  /** `null`: no scan has ended yet. */
  lastScan: LastScan | null;
}

/** An entry that this version can't read: written by a newer one, or damaged. */
export interface RefusedEntry {
  /** Its instant. */
  at: string;
  problem: string;
}

/** After the entry of an instant and all that lies beside it, and before the next instant. */
const endOfInstant = (at: string) => `${at}#${endOfKey}`;

/** Steps of the timeline a page: a second request or two ask who did them. */
const stepsAtOnce = 200;

/** Methods throw ItemError for an item of a newer version, and for one that is damaged; else what the SDK throws. */
export class DynamoDbHistoryReader {
  readonly account: string;
  readonly #table: TableReader;

  /** Every read ends with an error once `signal` is aborted. */
  constructor(client: DynamoDBClient, tableName: string, account: string, signal: AbortSignal) {
    this.account = account;
    this.#table = new TableReader(client, tableName, signal);
  }

  /** What all reads of this reader have cost. */
  get consumed(): Consumed {
    return this.#table.consumed;
  }

  /** Everything that is known now: one Query. */
  async loadFleet(): Promise<Fleet> {
    const fleet: Fleet = { states: [], refused: [], lastScan: null };
    for await (const page of this.#table.queryPages({ partition: fleetPartition(this.account), oldestFirst: true }))
      for (const item of page) this.#addToFleet(fleet, item);
    return fleet;
  }

  /** Every instance that is gone, by region and name; of one name the earlier first. */
  async loadDeparted(): Promise<Departed[]> {
    const departed: Departed[] = [];
    for await (const page of this.#table.queryPages({ partition: departedPartition(this.account), oldestFirst: true }))
      departed.push(...page.map((item) => fromDepartedItem(this.account, item)));
    return departed;
  }

  /** The entry in force at an instant: the newest one at or before it. `null`: there was none yet. One Query of one item. */
  async loadEntryAt(resource: Resource, at: string): Promise<HistoryEntry | null> {
    const [newest] = await this.#firstItems(resource, { from: null, until: at }, false, 1);
    if (newest === undefined) return null;
    if (isEntry(newest)) return this.#toEntry(newest, null);
    return this.loadEntry(resource, instantOf(newest));
  }

  /** The same, without what was found later of who did it: always one request, of two items. */
  async loadBareEntryAt(resource: Resource, at: string): Promise<HistoryEntry | null> {
    const items = await this.#firstItems(resource, { from: null, until: at }, false, 2);
    const entry = items.find((item) => isEntry(item));
    return entry === undefined ? null : this.#toEntry(entry, null);
  }

  /** The entry of exactly this instant. */
  async loadEntry(resource: Resource, at: string): Promise<HistoryEntry | null> {
    const items = await this.#firstItems(resource, { from: at, until: at }, true, 2);
    const item = items.find((found) => found[tableNames.sortKey] === at);
    const beside = items.find((found) => isAttribution(found));
    return item === undefined ? null : this.#toEntry(item, beside ?? null);
  }

  /** The entries at these places that there are, in no order, without what was found later of who did it; a hundred a request. */
  async loadEntries(places: readonly Pick<HistoryEntry, 'resource' | 'at'>[]): Promise<HistoryEntry[]> {
    const keys = places.map(({ resource, at }) => entryKey(resource, at));
    const items = await this.#table.getItems(keys, true);
    return Promise.all(items.map((item) => this.#toEntry(item, null)));
  }

  /** Is there any entry of it? */
  async hasHistory(resource: Resource): Promise<boolean> {
    return (await this.#table.queryFirst({ partition: historyPartition(resource) }, 1)).length > 0;
  }

  /** The first entries later than an instant, oldest first: at most so many, one Query of twice as many items. */
  async loadEntriesAfter(resource: Resource, at: string, count: number): Promise<HistoryEntry[]> {
    const key = { partition: historyPartition(resource), from: endOfInstant(at), oldestFirst: true };
    const items = await this.#table.queryFirst(key, count * 2);
    const beside = new Map(items.filter(isAttribution).map((item) => [instantOf(item), item]));
    const own = items.filter((item) => isEntry(item)).slice(0, count);
    return Promise.all(own.map((item) => this.#toEntry(item, beside.get(instantOf(item)) ?? null)));
  }

  /** The entries of one resource, newest first, page by page as they are read; so many items a page, or what a megabyte holds. */
  async *readEntries(
    resource: Resource,
    { from, until }: Span,
    pageSize?: number,
    refuse?: (refused: RefusedEntry) => void,
  ): AsyncGenerator<HistoryEntry[]> {
    const key = { partition: historyPartition(resource), ...toKeys(from, until), ...(pageSize && { pageSize }) };
    // Newest first, what lies beside an entry comes before it; a page may end between the two.
    let beside: Item | null = null;
    for await (const page of this.#table.queryPages(key)) {
      const entries: HistoryEntry[] = [];
      for (const item of page) {
        if (isAttribution(item)) beside = item;
        if (!isEntry(item)) continue;
        const own = beside !== null && instantOf(beside) === instantOf(item) ? beside : null;
        beside = null;
        const entry = await this.#toEntry(item, own).catch((error: unknown) => {
          if (refuse === undefined || !(error instanceof ItemError)) throw error;
          refuse({ at: instantOf(item), problem: error.message });
          return null;
        });
        if (entry !== null) entries.push(entry);
      }
      if (entries.length > 0) yield entries;
    }
  }

  /** The history of all resources, newest first: month by month, page by page. An index answers: it may lack the last moments. */
  async *readTimeline(span: { from: string; until: string }): AsyncGenerator<TimelineStep[]> {
    for await (const steps of this.readSteps(span)) yield await this.addAttributions(steps);
  }

  /** The same, without what was found later of who did it: no further reads. */
  async *readSteps({ from, until }: { from: string; until: string }): AsyncGenerator<TimelineStep[]> {
    for (const month of monthsBetween(from, until).toReversed()) {
      const key = { partition: timelinePartition(this.account, month), ...toKeys(from, until), pageSize: stepsAtOnce };
      for await (const page of this.#table.timelinePages(key))
        if (page.length > 0) yield page.map((item) => fromTimelineItem(this.account, item));
    }
  }

  /**
   * The same, each with what was found later of who did it. That lies in the table, not in the index; a hundred a request, and none for
   * those that say it themselves. Like the index it may lack the last moments: most changes have none, and each costs as much as one.
   */
  async addAttributions<S extends Pick<TimelineStep, 'resource' | 'at' | 'kind' | 'changedBy'>>(
    steps: readonly S[],
  ): Promise<S[]> {
    const asked = steps.filter(({ kind, changedBy }) => !changedBy && attributedKinds.has(kind));
    const keys = asked.map(({ resource, at }) => attributionKey(resource, at));
    const items = await this.#table.getItems(keys, false);
    const found = new Map(items.map((item) => [keyText(item), item]));
    return steps.map((step) => {
      const { pk, sk } = attributionKey(step.resource, step.at);
      const item = found.get(keyText({ pk, sk }));
      return item === undefined ? step : { ...step, changedBy: fromAttributionItem(item) };
    });
  }

  /** The first so many scans that began in a span, newest or oldest first, by one Query. */
  async loadScans({ from, until }: Span, count: number, oldestFirst: boolean): Promise<NotedScan[]> {
    const key = { partition: this.#scans(), ...toKeys(from, until), oldestFirst };
    return (await this.#table.queryFirst(key, count)).map(fromScanItem);
  }

  /** The scans that began in a span, newest first, page by page. */
  async *readScans({ from, until }: Span): AsyncGenerator<NotedScan[]> {
    for await (const page of this.#table.queryPages({ partition: this.#scans(), ...toKeys(from, until) }))
      if (page.length > 0) yield page.map(fromScanItem);
  }

  #scans(): string {
    return scansPartition(this.account);
  }

  #addToFleet(fleet: Fleet, item: Item): void {
    if (item[tableNames.sortKey] === leaseKey(this.account).sk) {
      const lastScan = lastScanSchema.safeParse(item['lastScan']);
      fleet.lastScan = lastScan.success ? lastScan.data : null;
      return;
    }
    if (isMonitorRecord(item)) return;
    try {
      fleet.states.push(fromStateItem(this.account, item));
    } catch (error) {
      fleet.refused.push(toRefusedItem(item, error));
    }
  }

  #firstItems(resource: Resource, span: Span, oldestFirst: boolean, count: number): Promise<Item[]> {
    const key = { partition: historyPartition(resource), ...toKeys(span.from, span.until), oldestFirst };
    return this.#table.queryFirst(key, count);
  }

  async #toEntry(item: Item, beside: Item | null): Promise<HistoryEntry> {
    const stored = fromEntryItem(item);
    const entry = beside === null ? stored : { ...stored, changedBy: fromAttributionItem(beside) };
    if (!entry.differenceLeftOut) return entry;
    const beforeAt = rulesBeforeAt(entry);
    const [before] =
      beforeAt === null ? [] : await this.#firstItems(entry.resource, { from: beforeAt, until: beforeAt }, true, 1);
    return completeEntry(entry, before === undefined ? null : fromEntryItem(before));
  }
}

/** What somebody may have done by a call. */
const attributedKinds: ReadonlySet<string> = new Set(['changed', 'appeared', 'gone', 'flapped']);

const keyText = (item: Item | Key): string => `${String(item['pk'])}\n${String(item['sk'])}`;

function toKeys(from: string | null, until: string | null): { from: string; until: string } {
  return { from: from ?? ' ', until: until === null ? endOfKey : endOfInstant(until) };
}
