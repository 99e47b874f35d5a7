/**
 * The scans around a span, loaded as far as somebody asks: most confirm everything, so one on either side is asked for first. Shared
 * by all instances of a question.
 */
import pLimit from 'p-limit';
import type { NotedScan } from '../../lambda/adapters/items/scan-item.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';

/** How many are asked for, one lot after the other: 111 scans are nine hours of them, at one in five minutes. */
const lots = [1, 10, 100];

type ScanSource = Pick<DynamoDbHistoryReader, 'loadScans' | 'readScans'>;

export class NearScans {
  readonly #reader: ScanSource;
  /** Outwards from the span: newest first, oldest first. */
  readonly #before: NotedScan[] = [];
  readonly #after: NotedScan[] = [];
  #within: Promise<NotedScan[]> | undefined;
  readonly #lotsLeft = { before: [...lots], after: [...lots] };
  readonly #limit = pLimit(1);
  readonly #span: { from: string; until: string };

  constructor(reader: ScanSource, span: { from: string; until: string }) {
    this.#reader = reader;
    this.#span = span;
  }

  /** All that were loaded, and those that began inside of the span, oldest first. */
  async load(): Promise<NotedScan[]> {
    this.#within ??= this.#loadWithin();
    return [...this.#before.toReversed(), ...(await this.#within), ...this.#after];
  }

  /** The last one of which `confirms` is true and that had begun and ended by the start of the span; `null`: none of those near. */
  findBefore(confirms: (scan: NotedScan) => boolean): Promise<NotedScan | null> {
    const isBefore = (scan: NotedScan) => scan.endedAt <= this.#span.from && confirms(scan);
    return this.#limit(() => this.#find('before', this.#before, isBefore));
  }

  /** The first one that began after the span. */
  findAfter(confirms: (scan: NotedScan) => boolean): Promise<NotedScan | null> {
    return this.#limit(() => this.#find('after', this.#after, confirms));
  }

  /** An instant has none: one that began just then is the first of those before. */
  async #loadWithin(): Promise<NotedScan[]> {
    const { from, until } = this.#span;
    if (from === until) return [];
    const found: NotedScan[] = [];
    const start = new Date(Date.parse(from) + 1).toISOString();
    for await (const page of this.#reader.readScans({ from: start, until })) found.push(...page);
    return found.reverse();
  }

  async #find(
    side: 'before' | 'after',
    known: NotedScan[],
    confirms: (scan: NotedScan) => boolean,
  ): Promise<NotedScan | null> {
    for (;;) {
      const found = known.find(confirms);
      if (found !== undefined) return found;
      const count = this.#lotsLeft[side].shift();
      if (count === undefined) return null;
      const more = await this.#load(side, known.at(-1)?.startedAt ?? null, count);
      known.push(...more);
      if (more.length < count) this.#lotsLeft[side] = [];
    }
  }

  #load(side: 'before' | 'after', last: string | null, count: number): Promise<NotedScan[]> {
    const step = side === 'before' ? -1 : 1;
    const next = last === null ? null : new Date(Date.parse(last) + step).toISOString();
    if (side === 'before') return this.#reader.loadScans({ from: null, until: next ?? this.#span.from }, count, false);
    const start = next ?? new Date(Date.parse(this.#span.until) + 1).toISOString();
    return this.#reader.loadScans({ from: start, until: null }, count, true);
  }
}
