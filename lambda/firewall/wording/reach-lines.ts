import { toSourceSet } from '../sets/canonical-reach.ts';
import { findRuns, intersectRanks, type Run } from '../sets/port-runs.ts';
import { type Ranks, subtractRanks } from '../sets/ranks.ts';
import type { Reach, ReachProtocol } from '../sets/reach.ts';
import { allProtocols, axisSize, type SourceSet } from '../sets/rectangle.ts';
import type { SourceAxis } from '../sets/source-axis.ts';
import { countSources } from './describe-sources.ts';

/** One line about reach, before it is put into words: inclusive ports of a protocol, or everything (`all`). */
export interface ReachLine {
  protocol: ReachProtocol | 'all';
  from: number;
  to: number;
  sources: SourceSet;
}

/** Lines that together say exactly `reach`, which is canonical; they may overlap where that is shorter. */
export function findReachLines(reach: readonly Reach[]): ReachLine[] {
  const { axis, runs } = findRuns(reach);
  const everybody = findAllProtocols(runs);
  const all = everybody.length > 0 ? [toLine('all', 0, axisSize, everybody, axis)] : [];
  const lines = runs.flatMap((run) => {
    const exact = isWhole(run) ? subtractRanks(run.exact, everybody) : run.exact;
    if (exact.length === 0) return [];
    const short = toLine(run.protocol, run.from, run.end, exact, axis);
    const wide = toLine(run.protocol, run.from, run.end, run.widest, axis);
    return [countSources(wide.sources) < countSources(short.sources) ? wide : short];
  });
  return [...all, ...lines];
}

/** Those who may use every port of every protocol. */
function findAllProtocols(runs: readonly Run[]): Ranks {
  const wholes = allProtocols.map(
    (protocol) => runs.find((run) => run.protocol === protocol && isWhole(run))?.exact ?? [],
  );
  return wholes.reduce((all, ranks) => intersectRanks(all, ranks));
}

function isWhole({ from, end }: Run): boolean {
  return from === 0 && end === axisSize;
}

function toLine(protocol: ReachLine['protocol'], from: number, end: number, ranks: Ranks, axis: SourceAxis): ReachLine {
  return { protocol, from, to: end - 1, sources: axis.unrank(ranks) };
}

/** A slab as it is. */
export function toReachLine({ protocol, from, to, sources }: Reach): ReachLine {
  return { protocol, from, to, sources: toSourceSet(sources) };
}
