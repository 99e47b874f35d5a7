/** The fewest words for a set of addresses: networks, and networks with exceptions where these are fewer. */

import { ipv4Size, ipv6Size } from '../rules/ip-address.ts';
import { renderCidrs4, renderCidrs6 } from '../sets/cidr-text.ts';
import type { SourceSet } from '../sets/rectangle.ts';

/** `base` except `exceptions`; all are CIDRs. */
export interface SourceTerm {
  base: string;
  exceptions: string[];
}

/** Beyond so many intervals nobody reads the sentence anyway: they are listed. */
const maxIntervals = 300;

/** The IPv4 part, then the IPv6 part. The set is canonical. Names are not in it. */
export function findSourceTerms({ v4, v6 }: SourceSet): SourceTerm[] {
  const terms4 = solve({ start: 0n, end: BigInt(ipv4Size) }, v4.map(BigInt), (start, end) =>
    renderCidrs4(Number(start), Number(end)),
  );
  return [...terms4, ...solve({ start: 0n, end: ipv6Size }, v6, renderCidrs6)];
}

type Render = (start: bigint, end: bigint) => string[];

interface Node {
  start: bigint;
  end: bigint;
}

/** What covers the rest of a network, beside the set, and the fewest terms for the set. */
interface Solution {
  outside: string[];
  terms: SourceTerm[];
  cost: number;
}

function solve(root: Node, intervals: readonly bigint[], render: Render): SourceTerm[] {
  if (intervals.length > 2 * maxIntervals) return toTerms(listCidrs(intervals, render));
  return solveNode(root, intervals, render).terms;
}

/** Down the tree of networks; each is either said by its halves, or as a whole with exceptions, whichever is shorter. */
function solveNode(node: Node, intervals: readonly bigint[], render: Render): Solution {
  const within = clip(intervals, node);
  if (within.length === 0) return { outside: render(node.start, node.end), terms: [], cost: 0 };
  const [low, high] = within;
  if (low === node.start && high === node.end)
    return { outside: [], terms: toTerms(render(node.start, node.end)), cost: 1 };
  const middle = (node.start + node.end) / 2n;
  const left = solveNode({ start: node.start, end: middle }, within, render);
  const right = solveNode({ start: middle, end: node.end }, within, render);
  const outside = [...left.outside, ...right.outside];
  const cost = left.cost + right.cost;
  if (1 + outside.length >= cost) return { outside, terms: [...left.terms, ...right.terms], cost };
  const terms = render(node.start, node.end).map((base) => ({ base, exceptions: outside }));
  return { outside, terms, cost: 1 + outside.length };
}

function clip(intervals: readonly bigint[], { start, end }: Node): bigint[] {
  const within: bigint[] = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const [low = 0n, high = 0n] = [intervals[i], intervals[i + 1]];
    if (low < end && high > start) within.push(low > start ? low : start, high < end ? high : end);
  }
  return within;
}

function listCidrs(intervals: readonly bigint[], render: Render): string[] {
  const cidrs: string[] = [];
  for (let i = 0; i < intervals.length; i += 2) cidrs.push(...render(intervals[i] ?? 0n, intervals[i + 1] ?? 0n));
  return cidrs;
}

function toTerms(cidrs: readonly string[]): SourceTerm[] {
  return cidrs.map((base) => ({ base, exceptions: [] }));
}
