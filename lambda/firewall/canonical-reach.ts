/** The canonical form of reach, and the algebra on it: disjoint, maximal, sorted, equal if and only if the sets are. */

import { renderCidrs4, renderCidrs6 } from './cidr-text.ts';
import { parseNetwork } from './ip-address.ts';
import type { Reach } from './reach.ts';
import { compareProtocols, type Rectangle, type SourceSet } from './rectangle.ts';
import { isNamedSource } from './source-names.ts';
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

/** Canonical rectangles as reach, sorted. The same sources are printed once, however many ports have them. */
export function toReach(rectangles: readonly Rectangle[]): Reach[] {
  const printer = new SourcePrinter();
  return rectangles
    .map(({ protocol, from, end, sources }): Reach => {
      return { protocol, from, to: end - 1, sources: printer.render(sources) };
    })
    .sort((a, b) => compareProtocols(a.protocol, b.protocol) || a.from - b.from);
}

class SourcePrinter {
  readonly #cidrs = new Map<string, string[]>();

  render({ v4, v6, names }: SourceSet): string[] {
    const sources: string[] = [];
    for (let i = 0; i < v4.length; i += 2) this.#push(sources, v4[i] ?? 0, v4[i + 1] ?? 0, renderCidrs4);
    for (let i = 0; i < v6.length; i += 2) this.#push(sources, v6[i] ?? 0n, v6[i + 1] ?? 0n, renderCidrs6);
    for (const name of names) sources.push(name);
    return sources;
  }

  #push<Bound extends number | bigint>(
    sources: string[],
    start: Bound,
    end: Bound,
    renderCidrs: (start: Bound, end: Bound) => string[],
  ): void {
    const key = `${typeof start}${start}-${end}`;
    const cidrs = this.#cidrs.get(key) ?? renderCidrs(start, end);
    this.#cidrs.set(key, cidrs);
    for (const cidr of cidrs) sources.push(cidr);
  }
}
