/**
 * Loads the part of the history that is needed to answer a question about a span, with few reads by key. Loads entries of an instance and
 * of its region: the entry that describes the state at the start of the span, and the later entries that can be about the span. Also loads
 * the scans in the span, and scans before and after it.
 */

import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { confirms, findConfirmedAt } from '../../lambda/history/find-confirmation.ts';
import type { NotedScan } from '../../lambda/history/scan-note.ts';
import { cacheByKey } from '../questions/cache-by-key.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import { leavesStateUnchanged } from '../questions/leaves-state-unchanged.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { ScansAround } from './load-scans-around.ts';

/**
 * Entries up to this time after the span are always read, because a change is recorded later than it happens. A transient change is
 * recorded up to an hour late (CloudTrail's delay), and any other change by the next scan that reads the instance. Later entries are read
 * if no scan after the span confirmed the instance until then.
 */
export const readAheadMs = 3 * 3_600_000;

/**
 * The number of items that the first Query reads: `least`, plus `moreADay` for each day of the span, at most `most`. An instance with many
 * changes has about five items a day. For a span of one day, pages of 60 items took more than three times the read units of these pages.
 */
const pageItems = { least: 6, moreADay: 6, most: 60 };

/** Both ends are included; an instant is a span whose ends are equal. */
export interface LoadedSpan {
  from: string;
  until: string;
}

export type HistorySource = Pick<
  DynamoDbHistoryReader,
  'readEntries' | 'loadEntriesAfter' | 'loadEntry' | 'loadScans' | 'readScans' | 'loadKeptDays' | 'readNow'
>;

/** Loads the histories of any number of instances for one span. Reads each region and each scan once. */
export class HistoryLoader {
  readonly #reader: HistorySource;
  readonly #span: LoadedSpan;
  readonly #scans: ScansAround;
  readonly #scansBeforeGaps = new Map<string, Promise<NotedScan[]>>();
  readonly #loadRegion: (instance: Resource) => Promise<HistoryEntry[]>;
  /** The instant `readAheadMs` after the end of the span. */
  readonly lookUntil: string;

  constructor(reader: HistorySource, span: LoadedSpan) {
    this.#reader = reader;
    this.#span = span;
    this.lookUntil = new Date(Date.parse(span.until) + readAheadMs).toISOString();
    this.#scans = new ScansAround(reader, span);
    this.#loadRegion = oncePerRegion((region) => this.#loadEntries(region));
  }

  async load(resource: Resource): Promise<HistorySlice> {
    return this.build(resource, this.#loadEntries(resource));
  }

  /** `own`: the entries of the instance, which the caller loads. */
  async build(resource: Resource, own: Promise<HistoryEntry[]>): Promise<HistorySlice> {
    const [entries, regionEntries] = await Promise.all([own, this.#loadRegion(resource), this.loadScans(resource)]);
    const confirming = await Promise.all([this.#loadScanBeforeGap(entries), this.#loadScanBeforeGap(regionEntries)]);
    const [scans, expiredScans] = await Promise.all([this.#scans.load(), this.#scans.loadExpired()]);
    const earlier = confirming.flat().filter(({ startedAt }) => startedAt < (scans[0]?.startedAt ?? '~'));
    return { resource, entries, regionEntries, scans: [...earlier, ...scans], expiredScans };
  }

  /**
   * Searches for the last scan before the span, and for the first scan after the span, that confirmed the resource. Returns the scan after
   * the span; `null`: none of the nearest 111 scans confirmed it.
   */
  async loadScans(resource: Resource): Promise<NotedScan | null> {
    const [, after] = await Promise.all([
      this.#scans.findBefore((scan) => findConfirmedAt(scan, resource) !== null),
      this.#scans.findAfter((scan) => confirms(scan, resource)),
    ]);
    return after;
  }

  /**
   * `known`: the entries until `lookUntil`. If no scan after the span confirmed the instance until `lookUntil`, returns the first two
   * entries after `lookUntil`, because their changes perhaps happened in the span. Otherwise, if `known` is empty, returns the first entry
   * after the span, because its version shows whether an earlier entry has expired.
   * If `lookUntil` is in the future, returns none: no entry after `lookUntil` can exist yet.
   */
  async loadLater(resource: Resource, known: readonly HistoryEntry[]): Promise<HistoryEntry[]> {
    if (Date.parse(this.lookUntil) > this.#reader.readNow()) return [];
    const after = await this.loadScans(resource);
    if (after === null || after.endedAt > this.lookUntil)
      return this.#reader.loadEntriesAfter(resource, this.lookUntil, 2);
    return known.length > 0 ? [] : this.#reader.loadEntriesAfter(resource, this.#span.until, 1);
  }

  async #loadEntries(resource: Resource): Promise<HistoryEntry[]> {
    const { from, until } = this.#span;
    const loading = loadFromState(this.#reader, resource, { from, until: this.lookUntil }, choosePageSize(from, until));
    const [near] = await Promise.all([loading, this.loadScans(resource)]);
    return [...near, ...(await this.loadLater(resource, near))];
  }

  /**
   * If the instance was in a gap at the start of the span, loads the last scan that confirmed the state before the gap. `ScansAround` can
   * miss this scan, because a gap can be long. The entry of the gap has the start of this scan in `changedAfter`.
   */
  async #loadScanBeforeGap(entries: readonly HistoryEntry[]): Promise<NotedScan[]> {
    const inForce = entries.findLast(isStateBy(this.#span.from));
    if (inForce?.kind !== 'gap' || inForce.changedAfter === null) return [];
    const { changedAfter } = inForce;
    const loading =
      this.#scansBeforeGaps.get(changedAfter) ??
      this.#reader.loadScans({ from: changedAfter, until: changedAfter }, 1, true);
    this.#scansBeforeGaps.set(changedAfter, loading);
    return loading;
  }
}

function choosePageSize(from: string, until: string): number {
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000;
  return Math.min(pageItems.most, Math.ceil(pageItems.least + days * pageItems.moreADay));
}

/**
 * Returns the entry that describes the state at `from`, and every later entry until `until`, oldest first. If the first of these entries
 * holds no rules, also returns the earlier entry with its rules, unless the earlier entry has expired. The entry of a transient change
 * describes no state, so an entry before it comes first. `pageSize`: the number of items that the first Query reads.
 */
export async function loadFromState(
  reader: Pick<HistorySource, 'readEntries' | 'loadEntry'>,
  resource: Resource,
  { from, until }: LoadedSpan,
  pageSize: number,
): Promise<HistoryEntry[]> {
  return startInForce(
    reader,
    await readBackTo(from, reader.readEntries(resource, { from: null, until }, pageSize)),
    from,
  );
}

const isStateBy =
  (from: string) =>
  (entry: HistoryEntry): boolean =>
    entry.at <= from && !leavesStateUnchanged(entry);

/**
 * Reads pages, newest entry first, back to the page with the entry that describes the state at `from`. Returns the entries oldest first.
 * `standIns`: a list to which the reader of the pages adds a placeholder for each entry that cannot be read. The result includes them.
 */
export async function readBackTo(
  from: string,
  pages: AsyncIterable<HistoryEntry[]>,
  standIns: readonly HistoryEntry[] = [],
): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for await (const page of pages) {
    found.push(...page);
    if (page.some(isStateBy(from))) break;
  }
  return [...found, ...standIns].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/**
 * Leaves out the entries before the entry that describes the state at `from`. If the first remaining entry holds no rules, adds the earlier
 * entry with its rules, unless the earlier entry has expired. `entries`: oldest first.
 */
export async function startInForce(
  reader: Pick<HistorySource, 'loadEntry'>,
  entries: readonly HistoryEntry[],
  from: string,
): Promise<HistoryEntry[]> {
  const own = entries.slice(Math.max(0, entries.findLastIndex(isStateBy(from))));
  const [first] = own;
  if (first === undefined || first.rules !== null || first.previousRulesAt === null) return own;
  const snapshot = await reader.loadEntry(first.resource, first.previousRulesAt);
  return snapshot === null ? own : [snapshot, ...own];
}

/** Returns a function that loads the entries of an instance's region, once per region. All instances must be of one account. */
export function oncePerRegion(load: (region: Resource) => Promise<HistoryEntry[]>) {
  return cacheByKey(
    ({ account, region }: Resource) => load({ account, region, instanceName: null }),
    ({ region }) => region,
  );
}
