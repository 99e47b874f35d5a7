/**
 * Groups reach by source instead of by port. A run is the longest range of ports that the same sources can reach. The runs of a firewall
 * are usually fewer and easier to read than separate ranges of ports, each with all its sources. For example, `tcp 22 from anywhere` and
 * `all tcp ports from the office` are two runs, in place of three ranges that each list the office.
 */

import { type Intervals, intersectIntervals, subtractIntervals } from './intervals.ts';
import { SourceNumbers } from './number-sources.ts';
import { compareProtocols, type Rectangle } from './rectangle.ts';

/**
 * A range of ports that some sources can reach; `end` is not included. `exact`: the sources that can reach this range, but neither the port
 * before the range nor the port after the range. `widest`: all sources that can reach every port of the range.
 */
export interface PortRun {
  protocol: Rectangle['protocol'];
  from: number;
  end: number;
  exact: Intervals;
  widest: Intervals;
}

/** Ports, and the sources that can reach each of them. */
interface Slab {
  from: number;
  end: number;
  intervals: Intervals;
}

/** `rectangles` must be canonical. The runs are sorted by protocol, then by first port, then by length, the longest first. */
export function findPortRuns(rectangles: readonly Rectangle[]): { numbers: SourceNumbers; runs: PortRun[] } {
  const numbers = new SourceNumbers(rectangles.map(({ sources }) => sources));
  const byProtocol = Map.groupBy(rectangles, ({ protocol }) => protocol);
  const runs = [...byProtocol].flatMap(([protocol, ofProtocol]) => {
    const slabs = ofProtocol.map(
      ({ from, end, sources }): Slab => ({ from, end, intervals: numbers.toIntervals(sources) }),
    );
    return findRuns(slabs).map(({ from, end, intervals }): PortRun => {
      return { protocol, from, end, exact: intervals, widest: intersectSlabs(slabs, from, end) };
    });
  });
  const order = (a: PortRun, b: PortRun) =>
    compareProtocols(a.protocol, b.protocol) || a.from - b.from || b.end - a.end;
  return { numbers, runs: runs.sort(order) };
}

/**
 * Visits the slabs (ranges of ports with their sources) by ascending port. Keeps for each group of sources the port at which the access of
 * the group began.
 */
function findRuns(slabs: readonly Slab[]): Slab[] {
  const ended: Slab[] = [];
  let active: { from: number; intervals: Intervals }[] = [];
  let at = -1;
  for (const slab of [...slabs, { from: Number.POSITIVE_INFINITY, end: 0, intervals: [] }]) {
    const staying = slab.from === at ? slab.intervals : [];
    let fresh = slab.intervals;
    for (const { from, intervals } of active) {
      ended.push({ from, end: at, intervals: subtractIntervals(intervals, staying) });
      if (staying.length > 0) fresh = subtractIntervals(fresh, intervals);
    }
    active = active.map(({ from, intervals }) => ({ from, intervals: intersectIntervals(intervals, staying) }));
    active = [...active, { from: slab.from, intervals: fresh }].filter(({ intervals }) => intervals.length > 0);
    at = slab.end;
  }
  return ended.filter(({ intervals }) => intervals.length > 0);
}

function intersectSlabs(slabs: readonly Slab[], from: number, end: number): Intervals {
  const inside = slabs.filter((slab) => slab.from < end && slab.end > from).map(({ intervals }) => intervals);
  return inside.reduce((all, intervals) => intersectIntervals(all, intervals));
}
