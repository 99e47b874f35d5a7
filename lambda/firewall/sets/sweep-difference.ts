/**
 * Computes the parts that only one of two lists of rectangles (ranges of ports with their sources) covers. Only rectangles of the same
 * `space` are compared. The result is canonical within each space. The sweep visits the ports in ascending order. A slab is the interval
 * between two ports at which a rectangle begins or ends. Within a slab the sources stay the same, so their sorted intervals are compared
 * once.
 */

import { ActiveIntervals } from './active-intervals.ts';
import { areEqualLists, type Intervals, mergeIntervals, subtractIntervals } from './intervals.ts';
import { SourceNumbers } from './number-sources.ts';
import type { Rectangle } from './rectangle.ts';
import { areEqualSources } from './source-set.ts';

export const beforeSide = 1;
export const afterSide = 2;
export const bothSides = beforeSide + afterSide;

/** A rectangle, and the sides that contain it: `beforeSide`, `afterSide` or `bothSides`. */
export interface SidedRectangle {
  rectangle: Rectangle;
  sides: number;
}

interface Difference {
  opened: Rectangle[];
  closed: Rectangle[];
}

/**
 * Compares only rectangles of the same `space`. Within each space, the result is sorted by port and disjoint, and each rectangle covers as
 * many ports as possible. The spaces keep the order of their first appearance.
 */
export function sweepDifference(sided: readonly SidedRectangle[]): Difference {
  const spaces = Map.groupBy(sided, ({ rectangle }) => rectangle.space);
  const difference: Difference = { opened: [], closed: [] };
  for (const pile of spaces.values()) {
    for (const cluster of splitByPorts(pile)) {
      // A rectangle on both sides adds nothing to the difference. So a cluster in which every rectangle is on both sides is skipped.
      if (cluster.some(({ sides }) => sides !== bothSides)) sweepCluster(cluster, difference);
    }
  }
  return difference;
}

/**
 * Divides the rectangles into groups, by ascending ports. No port is in two groups, so each group is compared with its own sources only.
 */
function splitByPorts(pile: readonly SidedRectangle[]): SidedRectangle[][] {
  const clusters: SidedRectangle[][] = [];
  let end = -1;
  for (const one of pile.toSorted((a, b) => a.rectangle.from - b.rectangle.from)) {
    if (one.rectangle.from < end) clusters.at(-1)?.push(one);
    else clusters.push([one]);
    end = Math.max(end, one.rectangle.end);
  }
  return clusters;
}

/** `pile` must be sorted by port. */
function sweepCluster(pile: readonly SidedRectangle[], difference: Difference): void {
  const [sample] = pile;
  if (sample === undefined) return;
  const numbers = new SourceNumbers(pile.map(({ rectangle }) => rectangle.sources));
  const opened = new SlabPile(numbers);
  const closed = new SlabPile(numbers);
  const active = new ActiveIntervals();
  let next = 0;
  let from = -1;
  for (const end of listCuts(pile)) {
    if (active.intervals.some(({ sides }) => sides !== bothSides)) {
      const before = mergeIntervals(active.intervals, beforeSide);
      const after = mergeIntervals(active.intervals, afterSide);
      opened.add(from, end, subtractIntervals(after, before));
      closed.add(from, end, subtractIntervals(before, after));
    }
    from = end;
    active.removeEnded(from);
    for (let one = pile[next]; one?.rectangle.from === from; one = pile[next]) {
      active.add(numbers.toIntervals(one.rectangle.sources), one.sides, one.rectangle.end);
      next += 1;
    }
  }
  for (const rectangle of opened.toRectangles(sample.rectangle)) append(difference.opened, rectangle);
  for (const rectangle of closed.toRectangles(sample.rectangle)) append(difference.closed, rectangle);
}

/** Adds a rectangle to the list. If the last rectangle ends where `next` begins and has the same sources, both become one rectangle. */
function append(rectangles: Rectangle[], next: Rectangle): void {
  const last = rectangles.at(-1);
  const touches = last?.space === next.space && last.end === next.from;
  if (touches && areEqualSources(last.sources, next.sources)) last.end = next.end;
  else rectangles.push(next);
}

/** A Set turns -0, which JSON can hold, into 0. */
function listCuts(pile: readonly SidedRectangle[]): number[] {
  const cuts = new Set<number>();
  for (const { rectangle } of pile) cuts.add(rectangle.from).add(rectangle.end);
  return [...cuts].sort((a, b) => a - b);
}

/** A list of slabs (ranges of ports, each with its sources). Neighbours with the same sources become one slab. */
class SlabPile {
  readonly #numbers: SourceNumbers;
  readonly #slabs: { from: number; end: number; intervals: Intervals }[] = [];

  constructor(numbers: SourceNumbers) {
    this.#numbers = numbers;
  }

  add(from: number, end: number, intervals: Intervals): void {
    if (intervals.length === 0) return;
    const last = this.#slabs.at(-1);
    if (last !== undefined && last.end === from && areEqualLists(last.intervals, intervals)) last.end = end;
    else this.#slabs.push({ from, end, intervals });
  }

  toRectangles({ space, protocol }: Pick<Rectangle, 'space' | 'protocol'>): Rectangle[] {
    return this.#slabs.map(({ from, end, intervals }) => {
      return { space, protocol, from, end, sources: this.#numbers.toSources(intervals) };
    });
  }
}
