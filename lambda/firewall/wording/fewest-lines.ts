/** Decides the fewest lines that describe a reach. Lines can overlap if this gives fewer lines. */

import { areEqualLists, type Intervals, intersectIntervals, subtractIntervals } from '../sets/intervals.ts';
import { findPortRuns, type PortRun } from '../sets/port-runs.ts';
import type { ReachProtocol } from '../sets/reach.ts';
import { allProtocols, axisSize, type Rectangle } from '../sets/rectangle.ts';
import type { SourceSet } from '../sets/source-set.ts';
import { countSources } from './describe-sources.ts';

/** One line about reach, before it is put into words. The ports are inclusive; `all` means every port of every protocol. */
export interface ReachLine {
  protocol: ReachProtocol | 'all';
  from: number;
  to: number;
  sources: SourceSet;
}

/** The result covers exactly the same ports and sources as `rectangles`, which must be canonical. */
export function findFewestLines(rectangles: readonly Rectangle[]): ReachLine[] {
  if (!rectangles.some(touchesNext) && !hasEveryPort(rectangles)) return rectangles.map(toReachLine);
  const { numbers, runs } = findPortRuns(rectangles);
  const toLine = (
    { protocol, from, end }: Pick<PortRun, 'from' | 'end'> & Pick<ReachLine, 'protocol'>,
    intervals: Intervals,
  ) => {
    return { protocol, from, to: end - 1, sources: numbers.toSources(intervals) };
  };
  const everywhere = findEveryPortSources(runs);
  const all = everywhere.length > 0 ? [toLine({ protocol: 'all', from: 0, end: axisSize }, everywhere)] : [];
  const lines = runs.flatMap((run) => {
    const exact = isWholeAxis(run) ? subtractIntervals(run.exact, everywhere) : run.exact;
    if (exact.length === 0) return [];
    const short = toLine(run, exact);
    if (areEqualLists(exact, run.widest)) return [short];
    const wide = toLine(run, run.widest);
    return [countSources(wide.sources) < countSources(short.sources) ? wide : short];
  });
  return [...all, ...lines];
}

export function toReachLine({ protocol, from, end, sources }: Rectangle): ReachLine {
  return { protocol, from, to: end - 1, sources };
}

/** Returns one rectangle for each protocol of the line. */
export function expandLine({ protocol, from, to, sources }: ReachLine): Rectangle[] {
  const protocols = protocol === 'all' ? allProtocols : [protocol];
  return protocols.map((one) => ({ space: one, protocol: one, from, end: to + 1, sources }));
}

function touchesNext({ protocol, end }: Rectangle, index: number, all: readonly Rectangle[]): boolean {
  const next = all[index + 1];
  return next?.protocol === protocol && next.from === end;
}

function hasEveryPort(rectangles: readonly Rectangle[]): boolean {
  return allProtocols.every((protocol) => rectangles.some((one) => one.protocol === protocol && isWholeAxis(one)));
}

/** The sources that can reach every port of every protocol. */
function findEveryPortSources(runs: readonly PortRun[]): Intervals {
  const wholes = allProtocols.map(
    (protocol) => runs.find((run) => run.protocol === protocol && isWholeAxis(run))?.exact ?? [],
  );
  return wholes.reduce((all, intervals) => intersectIntervals(all, intervals));
}

function isWholeAxis({ from, end }: Pick<Rectangle, 'from' | 'end'>): boolean {
  return from === 0 && end === axisSize;
}
