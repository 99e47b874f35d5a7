import type { Ranks, Span } from './ranks.ts';

/** A span of sources, as long as its rectangle lasts: up to the port `end`. */
interface ActiveSpan extends Span {
  end: number;
}

/** So many spans at once are sorted together with the rest; fewer are put in their places one by one. */
const maxInsertions = 16;

/** The spans of all rectangles that reach over the port at which the sweep stands, sorted by where they begin. */
export class ActiveSpans {
  readonly #spans: ActiveSpan[] = [];

  get spans(): readonly Span[] {
    return this.#spans;
  }

  add(ranks: Ranks, sides: number, end: number): void {
    const isMany = ranks.length > 2 * maxInsertions;
    for (let i = 0; i < ranks.length; i += 2) {
      const span = { low: ranks[i] ?? 0, high: ranks[i + 1] ?? 0, sides, end };
      if (isMany) this.#spans.push(span);
      else this.#spans.splice(this.#findPlace(span.low), 0, span);
    }
    if (isMany) this.#spans.sort((a, b) => a.low - b.low);
  }

  /** Takes out those that end at the port or before it. */
  removeEnded(port: number): void {
    let kept = 0;
    for (const span of this.#spans) {
      if (span.end <= port) continue;
      this.#spans[kept] = span;
      kept += 1;
    }
    this.#spans.length = kept;
  }

  #findPlace(rank: number): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.low ?? 0) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
