/**
 * Groups reach by source instead of by port. A run is the longest stretch of ports that the same sources can reach. The runs of a
 * firewall are fewer and easier to read than its rectangles: `tcp 22 from anywhere` and `all tcp ports from the office`, not three
 * rectangles that each list the office.
 */

import { areEqualRanks, type Ranks, subtractRanks } from './ranks.ts';
import { compareProtocols, type Rectangle } from './rectangle.ts';
import { SourceAxis } from './source-axis.ts';

/** Half-open. `exact`: the sources for which this is the longest run. `widest`: all sources that can reach every port of the run. */
export interface PortRun {
  protocol: Rectangle['protocol'];
  from: number;
  end: number;
  exact: Ranks;
  widest: Ranks;
}

interface Slab {
  from: number;
  end: number;
  ranks: Ranks;
}

/** `rectangles` are canonical. The runs are sorted by protocol, then port, the longer run first. */
export function findPortRuns(rectangles: readonly Rectangle[]): { axis: SourceAxis; runs: PortRun[] } {
  const axis = new SourceAxis(rectangles.map(({ sources }) => sources));
  const byProtocol = Map.groupBy(rectangles, ({ protocol }) => protocol);
  const runs = [...byProtocol].flatMap(([protocol, ofProtocol]) => {
    const slabs = ofProtocol.map(({ from, end, sources }): Slab => ({ from, end, ranks: axis.rank(sources) }));
    return findRuns(slabs).map(({ from, end, ranks }): PortRun => {
      return { protocol, from, end, exact: ranks, widest: intersectSlabs(slabs, from, end) };
    });
  });
  const order = (a: PortRun, b: PortRun) =>
    compareProtocols(a.protocol, b.protocol) || a.from - b.from || b.end - a.end;
  return { axis, runs: runs.sort(order) };
}

/** Goes through the slabs in the order of their ports and keeps, for each group of sources, the port from which it has had access. */
function findRuns(slabs: readonly Slab[]): Slab[] {
  const ended: Slab[] = [];
  let active: { from: number; ranks: Ranks }[] = [];
  let at = -1;
  for (const slab of [...slabs, { from: Number.POSITIVE_INFINITY, end: 0, ranks: [] }]) {
    const staying = slab.from === at ? slab.ranks : [];
    let fresh = slab.ranks;
    for (const { from, ranks } of active) {
      ended.push({ from, end: at, ranks: subtractRanks(ranks, staying) });
      if (staying.length > 0) fresh = subtractRanks(fresh, ranks);
    }
    active = active.map(({ from, ranks }) => ({ from, ranks: intersectRanks(ranks, staying) }));
    active = [...active, { from: slab.from, ranks: fresh }].filter(({ ranks }) => ranks.length > 0);
    at = slab.end;
  }
  return ended.filter(({ ranks }) => ranks.length > 0);
}

function intersectSlabs(slabs: readonly Slab[], from: number, end: number): Ranks {
  const inside = slabs.filter((slab) => slab.from < end && slab.end > from).map(({ ranks }) => ranks);
  return inside.reduce((all, ranks) => intersectRanks(all, ranks));
}

export function intersectRanks(a: Ranks, b: Ranks): Ranks {
  if (a.length === 0 || b.length === 0) return [];
  return areEqualRanks(a, b) ? a : subtractRanks(a, subtractRanks(a, b));
}
