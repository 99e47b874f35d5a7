/** The canonical form of reach, and the algebra on it: disjoint, maximal, sorted, equal if and only if the sets are. */

import { parseNetwork } from '../rules/ip-address.ts';
import { isNamedSource } from '../rules/source-names.ts';
import { renderCidrs4, renderCidrs6 } from './cidr-text.ts';
import type { Reach } from './reach.ts';
import { compareProtocols, type Rectangle, type SourceSet } from './rectangle.ts';
import { afterSide, beforeSide, type SidedRectangle, sweepDifference } from './sweep.ts';

/** Idempotent. Sources that are neither networks nor named stay as they are, as points of their own. */
export function canonicaliseReach(reach: readonly Reach[]): Reach[] {
  return toReach(mergeRectangles(reach.map(toRectangle)));
}

/** What is in `minuend` and not in `subtrahend`; canonical. */
export function subtractReach(minuend: readonly Reach[], subtrahend: readonly Reach[]): Reach[] {
  return toReach(subtractRectangles(minuend.map(toRectangle), subtrahend.map(toRectangle)));
}

/** What is in both; canonical. */
export function intersectReach(a: readonly Reach[], b: readonly Reach[]): Reach[] {
  const rectangles = a.map(toRectangle);
  return toReach(subtractRectangles(rectangles, subtractRectangles(rectangles, b.map(toRectangle))));
}

export function subtractRectangles(minuend: readonly Rectangle[], subtrahend: readonly Rectangle[]): Rectangle[] {
  return sweepDifference([...side(subtrahend, beforeSide), ...side(minuend, afterSide)]).opened;
}

/** The union, canonical within each protocol: the spaces of rules that are not fully understood are joined to their protocol's. */
export function mergeRectangles(rectangles: readonly Rectangle[]): Rectangle[] {
  const joined = rectangles.map((one) => (one.space === one.protocol ? one : { ...one, space: one.protocol }));
  return sweepDifference(side(joined, afterSide)).opened;
}

function side(rectangles: readonly Rectangle[], sides: number): SidedRectangle[] {
  return rectangles.map((rectangle) => ({ rectangle, sides }));
}

export function toRectangle({ protocol, from, to, sources }: Reach): Rectangle {
  return { space: protocol, protocol, from, end: to + 1, sources: toSourceSet(sources) };
}

export function toSourceSet(sources: readonly string[]): SourceSet {
  const set: SourceSet = { v4: [], v6: [], names: [] };
  for (const source of sources) {
    const network = isNamedSource(source) ? null : parseNetwork(source);
    if (network === null) set.names.push(source);
    else if (network.family === 4) set.v4.push(network.start, network.end);
    else set.v6.push(network.start, network.end);
  }
  return set;
}

/** Canonical rectangles as reach, sorted (the ports of each protocol are so already). The same sources are printed once, however many ports have them. */
export function toReach(rectangles: readonly Rectangle[]): Reach[] {
  const printer = new SourcePrinter();
  return rectangles
    .map(({ protocol, from, end, sources }): Reach => {
      return { protocol, from, to: end - 1, sources: printer.render(sources) };
    })
    .sort((a, b) => compareProtocols(a.protocol, b.protocol));
}

/** An interval printed once; the next slab mostly has it again. By where it starts: the last one that did. */
type Printed<Bound> = Map<Bound, { end: Bound; cidrs: string[] }>;

class SourcePrinter {
  readonly #printed4: Printed<number> = new Map();
  readonly #printed6: Printed<bigint> = new Map();

  render({ v4, v6, names }: SourceSet): string[] {
    const sources: string[] = [];
    printIntervals(v4, renderCidrs4, this.#printed4, sources);
    printIntervals(v6, renderCidrs6, this.#printed6, sources);
    for (const name of names) sources.push(name);
    return sources;
  }
}

function printIntervals<Bound>(
  intervals: readonly Bound[],
  renderCidrs: (start: Bound, end: Bound) => string[],
  printed: Printed<Bound>,
  sources: string[],
): void {
  for (let i = 0; i < intervals.length; i += 2) {
    const [start, end] = [intervals[i], intervals[i + 1]];
    if (start === undefined || end === undefined) continue;
    let last = printed.get(start);
    if (last === undefined || last.end !== end) {
      last = { end, cidrs: renderCidrs(start, end) };
      printed.set(start, last);
    }
    for (const cidr of last.cidrs) sources.push(cidr);
  }
}
