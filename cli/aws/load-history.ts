/**
 * Brings what the history needs to answer about a span: for each instance its entries from the one in force at the start to those that
 * reach back into the span, the same of its region, and the scans around it. Everything by key, and few of it: an instant of one
 * instance takes four small reads.
 */

import type { NotedScan } from '../../lambda/adapters/items/scan-item.ts';
import { confirms } from '../../lambda/history/confirms.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { NearScans } from './near-scans.ts';

/**
 * What CloudTrail tells of a while between two scans is written down up to an hour later; changes are by the next scan that reads the
 * instance. What comes later than this is looked for where no scan confirmed the instance by then.
 */
export const readAheadMs = 3 * 3_600_000;

/**
 * Items a page: enough for an instance in which little happens, few enough to be a small read. Over a month of 20,000 changes of 200
 * instances a day brings five, with what lies beside them; pages of 60 took more than three times the read units for a day.
 */
const itemsAtOnce = { least: 6, moreADay: 6, most: 60 };

export type HistorySource = Pick<
  DynamoDbHistoryReader,
  'readEntries' | 'loadEntriesAfter' | 'loadEntry' | 'loadScans' | 'readScans'
>;

export class HistoryLoader {
  readonly #reader: HistorySource;
  readonly #span: { from: string; until: string };
  readonly #lookUntil: string;
  readonly #scans: NearScans;
  readonly #regions = new Map<string, Promise<HistoryEntry[]>>();

  /** One loader for one span, both ends included, and any number of instances. */
  constructor(reader: HistorySource, span: { from: string; until: string }) {
    this.#reader = reader;
    this.#span = span;
    this.#lookUntil = new Date(Date.parse(span.until) + readAheadMs).toISOString();
    this.#scans = new NearScans(reader, span);
  }

  /** Nothing later than this is looked at, unless no scan read the instance meanwhile. */
  get lookUntil(): string {
    return this.#lookUntil;
  }

  async load(resource: Resource): Promise<HistorySlice> {
    return this.build(resource, this.#loadEntries(resource));
  }

  /** The same of entries that are loaded elsewhere. */
  async build(resource: Resource, own: Promise<HistoryEntry[]>): Promise<HistorySlice> {
    const [entries, regionEntries] = await Promise.all([own, this.loadRegion(resource)]);
    const confirming = await Promise.all([this.#loadScanBeforeGap(entries), this.#loadScanBeforeGap(regionEntries)]);
    const scans = await this.#scans.load();
    const earlier = confirming.flat().filter(({ startedAt }) => startedAt < (scans[0]?.startedAt ?? '~'));
    return { resource, entries, regionEntries, scans: [...earlier, ...scans] };
  }

  /** The entries of the instance's region; asked for once. */
  loadRegion({ account, region }: Resource): Promise<HistoryEntry[]> {
    const known = this.#regions.get(region);
    if (known !== undefined) return known;
    const loading = this.#loadEntries({ account, region, instanceName: null });
    this.#regions.set(region, loading);
    return loading;
  }

  /** The scans that confirmed the resource, before the span and after it, and all that were looked at on the way. */
  async loadScans(
    resource: Resource,
  ): Promise<{ before: NotedScan | null; after: NotedScan | null; scans: NotedScan[] }> {
    const isConfirming = (scan: NotedScan) => confirms(scan, resource);
    const [before, after] = await Promise.all([
      this.#scans.findBefore(isConfirming),
      this.#scans.findAfter(isConfirming),
    ]);
    return { before, after, scans: await this.#scans.load() };
  }

  async #loadEntries(resource: Resource): Promise<HistoryEntry[]> {
    const [near, later] = await Promise.all([this.#loadNear(resource), this.loadLater(resource)]);
    return [...(await loadSnapshot(this.#reader, near[0])), ...near, ...later];
  }

  /** Where no scan read it for long: what it had become by then may have been so already. */
  async loadLater(resource: Resource): Promise<HistoryEntry[]> {
    const { after } = await this.loadScans(resource);
    const isReadSoon = after !== null && after.endedAt <= this.#lookUntil;
    return isReadSoon ? [] : this.#reader.loadEntriesAfter(resource, this.#lookUntil, 2);
  }

  /** A gap may have lasted for longer than scans are looked through: it says itself which one confirmed what was before it. */
  #loadScanBeforeGap(entries: readonly HistoryEntry[]): Promise<NotedScan[]> {
    const inForce = entries.findLast(({ at }) => at <= this.#span.from);
    if (inForce?.kind !== 'gap' || inForce.changedAfter === null) return Promise.resolve([]);
    return this.#reader.loadScans({ from: inForce.changedAfter, until: inForce.changedAfter }, 1, true);
  }

  /** From the entry in force at the start of the span to what was written soon after it, oldest first. */
  async #loadNear(resource: Resource): Promise<HistoryEntry[]> {
    const { from, until } = this.#span;
    const found: HistoryEntry[] = [];
    const pageSize = chooseItemsAtOnce(from, until);
    for await (const page of this.#reader.readEntries(resource, { from: null, until: this.#lookUntil }, pageSize)) {
      for (const entry of page) {
        found.push(entry);
        if (entry.at <= from) return found.reverse();
      }
    }
    return found.reverse();
  }
}

/** The entry that the first one's rules are to be taken from. */
export async function loadSnapshot(
  reader: Pick<HistorySource, 'loadEntry'>,
  first: HistoryEntry | null | undefined,
): Promise<HistoryEntry[]> {
  if (!first || first.rules !== null || first.previousRulesAt === null) return [];
  const snapshot = await reader.loadEntry(first.resource, first.previousRulesAt);
  return snapshot === null ? [] : [snapshot];
}

function chooseItemsAtOnce(from: string, until: string): number {
  const { least, moreADay, most } = itemsAtOnce;
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000;
  return Math.min(most, Math.ceil(least + days * moreADay));
}
