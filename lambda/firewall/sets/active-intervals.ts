import type { Intervals, SidedInterval } from './intervals.ts';

/** An interval of sources. `end`: the port at which the rectangle of the interval ends, not included. */
interface ActiveInterval extends SidedInterval {
  end: number;
}

/** Up to this number of intervals, inserting each at its place is faster than sorting the whole list. */
const maxInsertions = 16;

/** The source intervals of the rectangles that contain the port that `sweepDifference` visits, sorted by `low`. The ports ascend. */
export class ActiveIntervals {
  readonly #intervals: ActiveInterval[] = [];

  get intervals(): readonly SidedInterval[] {
    return this.#intervals;
  }

  add(intervals: Intervals, sides: number, end: number): void {
    const isMany = intervals.length > 2 * maxInsertions;
    for (let i = 0; i < intervals.length; i += 2) {
      const interval = { low: intervals[i] ?? 0, high: intervals[i + 1] ?? 0, sides, end };
      if (isMany) this.#intervals.push(interval);
      else this.#intervals.splice(this.#findPlace(interval.low), 0, interval);
    }
    if (isMany) this.#intervals.sort((a, b) => a.low - b.low);
  }

  /** Removes the intervals that end at `port` or before. */
  removeEnded(port: number): void {
    let kept = 0;
    for (const interval of this.#intervals) {
      if (interval.end <= port) continue;
      this.#intervals[kept] = interval;
      kept += 1;
    }
    this.#intervals.length = kept;
  }

  #findPlace(value: number): number {
    let [low, high] = [0, this.#intervals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#intervals[middle]?.low ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
