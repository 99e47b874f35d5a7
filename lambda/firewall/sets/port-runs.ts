/**
 * Turns reach round: by whom rather than by port. A run is a stretch of ports as long as it can be for those who may come; the runs of
 * a firewall read better than its slabs: `tcp 22 from anywhere` and `all tcp ports from the office`, not three slabs with the office
 * in each.
 */

import { toRectangle } from './canonical-reach.ts';
import { mergeSpans, type Ranks, type Span, subtractRanks } from './ranks.ts';
import type { Reach, ReachProtocol } from './reach.ts';
import { compareProtocols } from './rectangle.ts';
import { SourceAxis } from './source-axis.ts';

/** `exact`: those for whom this is the longest run. `widest`: everybody who may use all of it. Half-open, as ranks of the axis. */
export interface Run {
  protocol: ReachProtocol;
  from: number;
  end: number;
  exact: Ranks;
  widest: Ranks;
}

export interface Runs {
  axis: SourceAxis;
  runs: Run[];
}

interface Slab {
  from: number;
  end: number;
  ranks: Ranks;
}

/** `reach` is canonical. Sorted by protocol, then port, the longer run first. */
export function findRuns(reach: readonly Reach[]): Runs {
  const all = reach.map(toRectangle);
  const axis = new SourceAxis(all.map(({ sources }) => sources));
  const byProtocol = Map.groupBy(all, ({ protocol }) => protocol);
  const runs = [...byProtocol].flatMap(([protocol, rectangles]) => {
    const slabs = rectangles.map(
      ({ from, end, sources }): Slab => ({ from, end, ranks: joinRanks(axis.rank(sources)) }),
    );
    return findProtocolRuns(slabs).map((run) => ({
      protocol,
      ...run,
      widest: intersectSlabs(slabs, run.from, run.end),
    }));
  });
  const order = (a: Run, b: Run) => compareProtocols(a.protocol, b.protocol) || a.from - b.from || b.end - a.end;
  return { axis, runs: runs.map(({ ranks, ...run }) => ({ ...run, exact: ranks })).sort(order) };
}

/** Walks over the slabs, keeping for each group of sources the port from which on they may come. */
function findProtocolRuns(slabs: readonly Slab[]): Slab[] {
  const ended: Slab[] = [];
  let going: { from: number; ranks: Ranks }[] = [];
  let at = -1;
  for (const slab of [...slabs, { from: Number.POSITIVE_INFINITY, end: 0, ranks: [] }]) {
    const staying = slab.from === at ? slab.ranks : [];
    let fresh = slab.ranks;
    for (const { from, ranks } of going) {
      ended.push({ from, end: at, ranks: subtractRanks(ranks, staying) });
      if (staying.length > 0) fresh = subtractRanks(fresh, ranks);
    }
    going = going.map(({ from, ranks }) => ({ from, ranks: intersectRanks(ranks, staying) }));
    going = [...going, { from: slab.from, ranks: fresh }].filter(({ ranks }) => ranks.length > 0);
    at = slab.end;
  }
  return ended.filter(({ ranks }) => ranks.length > 0);
}

function intersectSlabs(slabs: readonly Slab[], from: number, end: number): Ranks {
  const inside = slabs.filter((slab) => slab.from < end && slab.end > from).map(({ ranks }) => ranks);
  return inside.reduce((all, ranks) => intersectRanks(all, ranks));
}

export function intersectRanks(a: Ranks, b: Ranks): Ranks {
  return subtractRanks(a, subtractRanks(a, b));
}

/** Networks that touch are one interval; they ascend already. */
function joinRanks(ranks: Ranks): Ranks {
  const spans: Span[] = [];
  for (let i = 0; i < ranks.length; i += 2) spans.push({ low: ranks[i] ?? 0, high: ranks[i + 1] ?? 0, sides: 1 });
  return mergeSpans(spans, 1);
}
