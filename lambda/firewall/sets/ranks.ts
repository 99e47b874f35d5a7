/** Sets of small integers as flat lists of half-open intervals, `[start, end, start, end, …]`, ascending, disjoint, not touching. */

export type Ranks = number[];

/** One interval on its way through the sweep. */
export interface Span {
  low: number;
  high: number;
  /** Which sides it belongs to: bit 1 before, bit 2 after. */
  sides: number;
}

/** The union of the spans that belong to `side`. `spans` is sorted by `low`. */
export function mergeSpans(spans: readonly Span[], side: number): Ranks {
  const merged: Ranks = [];
  let end = -1;
  for (const span of spans) {
    if ((span.sides & side) === 0) continue;
    if (span.low > end) {
      merged.push(span.low, span.high);
      end = span.high;
    } else if (span.high > end) {
      merged[merged.length - 1] = span.high;
      end = span.high;
    }
  }
  return merged;
}

/** What is in `minuend` and not in `subtrahend`. */
export function subtractRanks(minuend: Ranks, subtrahend: Ranks): Ranks {
  const rest: Ranks = [];
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

export function areEqualRanks(a: Ranks, b: Ranks): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
