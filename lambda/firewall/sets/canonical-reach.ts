/** The canonical form of reach, and its set algebra. Canonical reach is disjoint, maximal and sorted, so equal sets have equal forms. */

import type { Reach } from './reach.ts';
import { compareProtocols, type Rectangle } from './rectangle.ts';
import { renderCidrs4, renderCidrs6 } from './render-cidrs.ts';
import { areEqualSources, canonicaliseSources, countIntervals, toSourceSet } from './source-set.ts';
import { afterSide, beforeSide, type SidedRectangle, sweepDifference } from './sweep-difference.ts';

/** Returns the canonical form of `reach`. A source that is neither a network nor a known name stays in the result, as a name. */
export function canonicaliseReach(reach: readonly Reach[]): Reach[] {
  return toReach(mergeRectangles(reach.map(toRectangle)));
}

/**
 * Returns elements sorted by protocol and port, with no port of a protocol in two elements. If elements overlap, the result is canonical.
 * If no elements overlap, the elements are only sorted, which is much faster, and their sources stay unchanged.
 */
export function separatePorts(reach: readonly Reach[]): Reach[] {
  const sorted = reach.toSorted((a, b) => compareByProtocol(a, b) || a.from - b.from);
  const overlaps = sorted.some(({ protocol, from }, i) => {
    const last = sorted[i - 1];
    return last?.protocol === protocol && last.to >= from;
  });
  return overlaps ? canonicaliseReach(reach) : sorted;
}

/** The part of `minuend` that is not in `subtrahend`; canonical. */
export function subtractReach(minuend: readonly Reach[], subtrahend: readonly Reach[]): Reach[] {
  return toReach(subtractRectangles(minuend.map(toRectangle), subtrahend.map(toRectangle)));
}

/** True if `inner` has no part outside of `outer`. Renders no CIDRs, because that is slow for thousands of sources. */
export function includesReach(outer: readonly Reach[], inner: readonly Reach[]): boolean {
  return subtractRectangles(inner.map(toRectangle), outer.map(toRectangle)).length === 0;
}

/** The part that is in both arguments; canonical. */
export function intersectReach(a: readonly Reach[], b: readonly Reach[]): Reach[] {
  return toReach(intersectRectangles(a.map(toRectangle), b.map(toRectangle)));
}

export function intersectRectangles(a: readonly Rectangle[], b: readonly Rectangle[]): Rectangle[] {
  return subtractRectangles(a, subtractRectangles(a, b));
}

export function subtractRectangles(minuend: readonly Rectangle[], subtrahend: readonly Rectangle[]): Rectangle[] {
  return sweepDifference([...side(subtrahend, beforeSide), ...side(minuend, afterSide)]).opened;
}

/**
 * Returns the canonical union, sorted by protocol and port. The rectangles of a rule with an unknown field are merged with the other
 * rectangles of their protocol.
 */
export function mergeRectangles(rectangles: readonly Rectangle[]): Rectangle[] {
  const joined = rectangles.map((one) => (one.space === one.protocol ? one : { ...one, space: one.protocol }));
  return mergeApart(joined) ?? sweepDifference(side(joined, afterSide)).opened.sort(compareByProtocol);
}

/** The common case: no two rectangles share a port, so only sources have to be merged. `null`: some rectangles share a port. */
function mergeApart(rectangles: readonly Rectangle[]): Rectangle[] | null {
  const sorted = rectangles.toSorted((a, b) => compareByProtocol(a, b) || a.from - b.from);
  const merged: Rectangle[] = [];
  for (const rectangle of sorted) {
    const last = merged.at(-1);
    if (last?.protocol === rectangle.protocol && last.end > rectangle.from) return null;
    const sources = canonicaliseSources(rectangle.sources);
    const isNext = last?.protocol === rectangle.protocol && last.end === rectangle.from;
    if (isNext && areEqualSources(last.sources, sources)) last.end = rectangle.end;
    // JSON can hold -0, which is not equal to 0 for every comparison.
    else if (countIntervals(sources) > 0 && rectangle.from < rectangle.end)
      merged.push({ ...rectangle, from: rectangle.from || 0, sources });
  }
  return merged;
}

function compareByProtocol(a: Pick<Reach, 'protocol'>, b: Pick<Reach, 'protocol'>): number {
  return compareProtocols(a.protocol, b.protocol);
}

function side(rectangles: readonly Rectangle[], sides: number): SidedRectangle[] {
  return rectangles.map((rectangle) => ({ rectangle, sides }));
}

export function toRectangle({ protocol, from, to, sources }: Reach): Rectangle {
  return { space: protocol, protocol, from, end: to + 1, sources: toSourceSet(sources) };
}

/** Converts canonical rectangles, whose ports ascend within each protocol. */
export function toReach(rectangles: readonly Rectangle[]): Reach[] {
  const rendered4: Rendered<number> = new Map();
  const rendered6: Rendered<bigint> = new Map();
  return rectangles
    .map(({ protocol, from, end, sources: { v4, v6, names } }): Reach => {
      const sources: string[] = [];
      renderIntervals(v4, renderCidrs4, rendered4, sources);
      renderIntervals(v6, renderCidrs6, rendered6, sources);
      for (const name of names) sources.push(name);
      return { protocol, from, to: end - 1, sources };
    })
    .sort(compareByProtocol);
}

/** A cache of the rendered CIDRs, by the start of their interval, because neighbouring rectangles often have the same sources. */
type Rendered<Bound> = Map<Bound, { end: Bound; cidrs: string[] }>;

function renderIntervals<Bound>(
  intervals: readonly Bound[],
  renderCidrs: (start: Bound, end: Bound) => string[],
  rendered: Rendered<Bound>,
  sources: string[],
): void {
  for (let i = 0; i < intervals.length; i += 2) {
    const [start, end] = [intervals[i], intervals[i + 1]];
    if (start === undefined || end === undefined) continue;
    let last = rendered.get(start);
    if (last === undefined || last.end !== end) {
      last = { end, cidrs: renderCidrs(start, end) };
      rendered.set(start, last);
    }
    for (const cidr of last.cidrs) sources.push(cidr);
  }
}
