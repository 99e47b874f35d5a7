import { separatePorts } from '../sets/canonical-reach.ts';
import type { Reach, ReachProtocol } from '../sets/reach.ts';

/** An inclusive interval of ports. `opened`, `before` and `after` are the sources of every port of the interval. */
export interface PortPiece {
  protocol: ReachProtocol;
  from: number;
  to: number;
  opened: readonly string[];
  before: readonly string[];
  after: readonly string[];
}

/** Cuts the opened reach at every port at which `before` or `after` begins, ends or changes. */
export function cutPieces(opened: readonly Reach[], before: readonly Reach[], after: readonly Reach[]): PortPiece[] {
  const indexBefore = indexByProtocol(before);
  const indexAfter = indexByProtocol(after);
  return separatePorts(opened).flatMap(({ protocol, from, to, sources }) => {
    const around = [
      ...findOverlapping(indexBefore, protocol, from, to),
      ...findOverlapping(indexAfter, protocol, from, to),
    ];
    const starts = new Set([from]);
    for (const one of around) for (const cut of [one.from, one.to + 1]) if (cut > from && cut <= to) starts.add(cut);
    const sorted = [...starts].sort((a, b) => a - b);
    return sorted.map((start, i): PortPiece => {
      const end = (sorted[i + 1] ?? to + 1) - 1;
      const [was] = findOverlapping(indexBefore, protocol, start, end);
      const [is] = findOverlapping(indexAfter, protocol, start, end);
      return { protocol, from: start, to: end, opened: sources, before: was?.sources ?? [], after: is?.sources ?? [] };
    });
  });
}

type Index = ReadonlyMap<ReachProtocol, Reach[]>;

function indexByProtocol(reach: readonly Reach[]): Index {
  return Map.groupBy(separatePorts(reach), ({ protocol }) => protocol);
}

/**
 * Finds the elements of one protocol that overlap the ports `from` to `to`. The elements are sorted and no port is in two elements, so both
 * the first and the last ports ascend. Therefore a binary search finds the first element that overlaps.
 */
function findOverlapping(index: Index, protocol: ReachProtocol, from: number, to: number): Reach[] {
  const list = index.get(protocol) ?? [];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.to ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const found: Reach[] = [];
  for (let one = list[low]; one !== undefined && one.from <= to; one = list[low]) {
    found.push(one);
    low += 1;
  }
  return found;
}
