/**
 * The kernel: two piles of rectangles in, what only one of them covers out, canonical within each space. Ports are swept from left to
 * right; between two successive ends of rectangles (a slab) the sources are the same, and the difference is one of sorted intervals.
 */

import { ActiveSpans } from './active-spans.ts';
import { areEqualRanks, mergeSpans, type Ranks, subtractRanks } from './ranks.ts';
import type { Rectangle } from './rectangle.ts';
import { SourceAxis } from './source-axis.ts';

export const beforeSide = 1;
export const afterSide = 2;
const bothSides = beforeSide + afterSide;

/** A rectangle, and which sides it belongs to: `beforeSide`, `afterSide`, or both added up. */
export interface SidedRectangle {
  rectangle: Rectangle;
  sides: number;
}

export interface Difference {
  opened: Rectangle[];
  closed: Rectangle[];
}

/** Within each space: sorted by port, disjoint, as wide in ports as can be. Spaces in the order of their first appearance. */
export function sweepDifference(sided: readonly SidedRectangle[]): Difference {
  const spaces = new Map<string, SidedRectangle[]>();
  for (const one of sided) {
    const pile = spaces.get(one.rectangle.space);
    if (pile === undefined) spaces.set(one.rectangle.space, [one]);
    else pile.push(one);
  }
  const difference: Difference = { opened: [], closed: [] };
  for (const pile of spaces.values()) {
    // What is on both sides opens and closes nothing; it only hides what else changed.
    if (pile.some(({ sides }) => sides !== bothSides)) sweepSpace(pile, difference);
  }
  return difference;
}

function sweepSpace(pile: readonly SidedRectangle[], difference: Difference): void {
  const [sample] = pile;
  if (sample === undefined) return;
  const axis = new SourceAxis(pile.map(({ rectangle }) => rectangle.sources));
  const opened = new SlabPile(axis);
  const closed = new SlabPile(axis);
  const arriving = pile.toSorted((a, b) => a.rectangle.from - b.rectangle.from);
  const active = new ActiveSpans();
  let next = 0;
  let from = -1;
  for (const end of listCuts(pile)) {
    // Between two cuts nothing begins and nothing ends.
    if (active.spans.some(({ sides }) => sides !== bothSides)) {
      const before = mergeSpans(active.spans, beforeSide);
      const after = mergeSpans(active.spans, afterSide);
      opened.add(from, end, subtractRanks(after, before));
      closed.add(from, end, subtractRanks(before, after));
    }
    from = end;
    active.removeEnded(from);
    for (let one = arriving[next]; one?.rectangle.from === from; one = arriving[next]) {
      active.add(axis.rank(one.rectangle.sources), one.sides, one.rectangle.end);
      next += 1;
    }
  }
  for (const rectangle of opened.toRectangles(sample.rectangle)) difference.opened.push(rectangle);
  for (const rectangle of closed.toRectangles(sample.rectangle)) difference.closed.push(rectangle);
}

/** Being members of a set, all are plain: there is no -0 in it, which JSON can hold. */
function listCuts(pile: readonly SidedRectangle[]): number[] {
  const cuts = new Set<number>();
  for (const { rectangle } of pile) cuts.add(rectangle.from).add(rectangle.end);
  return [...cuts].sort((a, b) => a - b);
}

/** Slabs one after another; neighbours with the same sources become one. */
class SlabPile {
  readonly #axis: SourceAxis;
  readonly #slabs: { from: number; end: number; ranks: Ranks }[] = [];

  constructor(axis: SourceAxis) {
    this.#axis = axis;
  }

  add(from: number, end: number, ranks: Ranks): void {
    if (ranks.length === 0) return;
    const last = this.#slabs.at(-1);
    if (last !== undefined && last.end === from && areEqualRanks(last.ranks, ranks)) last.end = end;
    else this.#slabs.push({ from, end, ranks });
  }

  toRectangles({ space, protocol }: Pick<Rectangle, 'space' | 'protocol'>): Rectangle[] {
    return this.#slabs.map(({ from, end, ranks }) => {
      return { space, protocol, from, end, sources: this.#axis.unrank(ranks) };
    });
  }
}
