/** Sets of small integers as flat lists of half-open intervals, `[start, end, start, end, …]`, ascending, disjoint, not touching. */

export type Intervals = number[];

/** An interval of sources during the sweep of `sweep-difference.ts`. */
export interface SidedInterval {
  low: number;
  high: number;
  /** The sides of the comparison that contain the interval: 1 for before, 2 for after, 3 for both. */
  sides: number;
}

/** The union of the intervals that belong to `side`. `intervals` is sorted by `low`. */
export function mergeIntervals(intervals: readonly SidedInterval[], side: number): Intervals {
  const merged: Intervals = [];
  let end = -1;
  for (const interval of intervals) {
    if ((interval.sides & side) === 0) continue;
    if (interval.low > end) {
      merged.push(interval.low, interval.high);
      end = interval.high;
    } else if (interval.high > end) {
      merged[merged.length - 1] = interval.high;
      end = interval.high;
    }
  }
  return merged;
}

export function subtractIntervals(minuend: Intervals, subtrahend: Intervals): Intervals {
  const rest: Intervals = [];
  let j = 0;
  for (let i = 0; i < minuend.length; i += 2) {
    let low = minuend[i] ?? 0;
    const high = minuend[i + 1] ?? 0;
    while (j < subtrahend.length && (subtrahend[j + 1] ?? 0) <= low) j += 2;
    for (let k = j; k < subtrahend.length && (subtrahend[k] ?? 0) < high; k += 2) {
      if ((subtrahend[k] ?? 0) > low) rest.push(low, subtrahend[k] ?? 0);
      low = subtrahend[k + 1] ?? 0;
    }
    if (low < high) rest.push(low, high);
  }
  return rest;
}

export function intersectIntervals(a: Intervals, b: Intervals): Intervals {
  if (a.length === 0 || b.length === 0) return [];
  return areEqualLists(a, b) ? a : subtractIntervals(a, subtractIntervals(a, b));
}

export function areEqualLists<Value>(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
