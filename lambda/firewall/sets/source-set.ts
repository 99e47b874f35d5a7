import { parseNetwork } from '../rules/parse-network.ts';
import { isNamedSource } from '../rules/source-names.ts';
import { areEqualLists } from './intervals.ts';

/**
 * Sources as half-open intervals of addresses, flat (`[start, end, start, end, …]`), and names. Canonical: sorted, the intervals
 * apart from each other, no name twice. A set that was just read from a rule is not canonical yet.
 */
export interface SourceSet {
  v4: number[];
  v6: bigint[];
  names: string[];
}

/** A text that is neither a network nor a known name is kept as a name. */
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

export function canonicaliseSources({ v4, v6, names }: SourceSet): SourceSet {
  return { v4: joinIntervals(v4), v6: joinIntervals(v6), names: [...new Set(names)].sort() };
}

/** Both sets must be canonical. */
export function areEqualSources(a: SourceSet, b: SourceSet): boolean {
  return areEqualLists(a.v4, b.v4) && areEqualLists(a.v6, b.v6) && areEqualLists(a.names, b.names);
}

/** The number of intervals and names. */
export function countIntervals({ v4, v6, names }: SourceSet): number {
  return (v4.length + v6.length) / 2 + names.length;
}

function joinIntervals<Bound extends NonNullable<unknown>>(flat: readonly Bound[]): Bound[] {
  const joined: Bound[] = [];
  for (const [start, end] of listAscending(flat)) {
    const last = joined.at(-1);
    if (last === undefined || start > last) joined.push(start, end);
    else if (end > last) joined[joined.length - 1] = end;
  }
  return joined;
}

function listAscending<Bound extends NonNullable<unknown>>(flat: readonly Bound[]): [Bound, Bound][] {
  const pairs: [Bound, Bound][] = [];
  let isAscending = true;
  for (let i = 1; i < flat.length; i += 2) {
    const [start, end] = [flat[i - 1], flat[i]];
    if (start === undefined || end === undefined) continue;
    const last = pairs.at(-1);
    if (last !== undefined && last[0] > start) isAscending = false;
    pairs.push([start, end]);
  }
  // The sources of an exposure are sorted already, so the sort is usually left out.
  return isAscending ? pairs : pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
