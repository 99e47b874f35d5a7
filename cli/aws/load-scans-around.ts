/**
 * Loads the scans before, in and after a span, for all instances of one command. Most scans confirm every instance, so the first read
 * before the span and the first read after the span return one scan each. More scans are read only if a search needs them.
 */
import pLimit from 'p-limit';
import { findConfirmedAt } from '../../lambda/history/find-confirmation.ts';
import type { LastScan, NotedScan } from '../../lambda/history/scan-note.ts';
import { listExpiredScans } from '../questions/expired-scans.ts';
import type { ExpiredScans } from '../questions/history-slice.ts';
import { collectPages } from './collect-pages.ts';
import type { DynamoDbHistoryReader, Fleet } from './history-reader.ts';

/**
 * The number of scans in the first, second and third read before the span, and in the same reads after the span. The sum of 111 scans
 * covers nine hours with a scan every five minutes.
 */
const readSizes = [1, 10, 100];

type ScanSource = Pick<DynamoDbHistoryReader, 'loadScans' | 'readScans' | 'loadKeptDays' | 'readNow'>;

export class ScansAround {
  readonly #reader: ScanSource;
  /** The scans before the span are sorted newest first, and the scans after the span oldest first: the nearest scan is always the first. */
  readonly #before: NotedScan[] = [];
  readonly #after: NotedScan[] = [];
  #within: Promise<NotedScan[]> | undefined;
  readonly #sizesLeft = { before: [...readSizes], after: [...readSizes] };
  readonly #limit = pLimit(1);
  readonly #span: { from: string; until: string };

  constructor(reader: ScanSource, span: { from: string; until: string }) {
    this.#reader = reader;
    this.#span = span;
  }

  /** Every scan that was read, and the scans that began within the span, oldest first. */
  async load(): Promise<NotedScan[]> {
    this.#within ??= this.#loadWithin();
    return [...this.#before.toReversed(), ...(await this.#within), ...this.#after];
  }

  /** Returns the times until the end of `#span` whose scan items have expired. */
  async loadExpired(): Promise<ExpiredScans[]> {
    return listExpiredScans(await this.#reader.loadKeptDays(this.#span.until), this.#reader.readNow());
  }

  /** The last scan that had ended at the start of the span and for which `confirms` is true; `null`: none of the nearest 111 scans. */
  findBefore(confirms: (scan: NotedScan) => boolean): Promise<NotedScan | null> {
    const isBefore = (scan: NotedScan) => scan.endedAt <= this.#span.from && confirms(scan);
    return this.#limit(() => this.#find('before', this.#before, isBefore));
  }

  /** The first scan that began after the span and for which `confirms` is true; `null`: none of the nearest 111 scans. */
  findAfter(confirms: (scan: NotedScan) => boolean): Promise<NotedScan | null> {
    return this.#limit(() => this.#find('after', this.#after, confirms));
  }

  /** Loads the scans that began after `from`, until `until`. Empty if `from` equals `until`: `#before` has a scan that began at `from`. */
  async #loadWithin(): Promise<NotedScan[]> {
    const { from, until } = this.#span;
    if (from === until) return [];
    return (await collectPages(this.#reader.readScans({ from: shift(from, 1), until }))).reverse();
  }

  async #find(
    side: 'before' | 'after',
    known: NotedScan[],
    confirms: (scan: NotedScan) => boolean,
  ): Promise<NotedScan | null> {
    for (;;) {
      const found = known.find(confirms);
      if (found !== undefined) return found;
      const count = this.#sizesLeft[side].shift();
      if (count === undefined) return null;
      const more = await this.#read(side, known.at(-1)?.startedAt ?? null, count);
      known.push(...more);
      if (more.length < count) this.#sizesLeft[side] = [];
    }
  }

  /** Reads the next `count` scans on this side of the span. `last`: the start of the farthest known scan; `null`: no scan is known. */
  #read(side: 'before' | 'after', last: string | null, count: number): Promise<NotedScan[]> {
    const { from, until } = this.#span;
    return side === 'before'
      ? this.#reader.loadScans({ from: null, until: last === null ? from : shift(last, -1) }, count, false)
      : this.#reader.loadScans({ from: shift(last ?? until, 1), until: null }, count, true);
  }
}

/**
 * Returns the last scan; an empty list if no scan has ended. If the last scan did not confirm some instances, also returns earlier scans,
 * back to the scans that confirmed these instances. Reads at most 111 scans until `at`. The result is sorted oldest first.
 */
export async function loadScansBack(
  reader: ScanSource,
  { states, lastScan }: Pick<Fleet, 'states' | 'lastScan'>,
  at: string,
): Promise<LastScan[]> {
  if (lastScan === null) return [];
  const present = states.filter(({ resource, status }) => resource.instanceName !== null && status !== 'gone');
  const missed = present.filter(({ resource }) => findConfirmedAt(lastScan, resource) === null);
  if (missed.length === 0) return [lastScan];
  const near = new ScansAround(reader, { from: at, until: at });
  await Promise.all(missed.map(({ resource }) => near.findBefore((scan) => findConfirmedAt(scan, resource) !== null)));
  return [...(await near.load()).filter(({ startedAt }) => startedAt < lastScan.startedAt), lastScan];
}

const shift = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();
