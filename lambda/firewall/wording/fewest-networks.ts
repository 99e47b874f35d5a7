/** Decides the fewest networks that describe a set of addresses: CIDRs, or a CIDR with exceptions if that needs fewer CIDRs. */

import { ipv4Size, ipv6Size } from '../rules/parse-network.ts';
import { countHostBits, renderCidrs4, renderCidrs6, splitIntoBlocks } from '../sets/render-cidrs.ts';
import type { SourceSet } from '../sets/source-set.ts';

/** One network, as a half-open interval of addresses that one CIDR names. */
export interface AddressBlock {
  family: 4 | 6;
  start: bigint;
  end: bigint;
}

/** All addresses of `base`, except those of `exceptions`. */
interface NetworkTerm {
  base: AddressBlock;
  exceptions: AddressBlock[];
}

export function renderBlock({ family, start, end }: AddressBlock): string {
  return (family === 4 ? renderCidrs4(Number(start), Number(end)) : renderCidrs6(start, end)).join();
}

export function isWholeFamily({ family, start, end }: AddressBlock): boolean {
  return end - start === (family === 4 ? BigInt(ipv4Size) : ipv6Size);
}

/** First the IPv4 networks, then the IPv6 networks, each ascending. `sources` must be canonical; names in it are ignored. */
export function findFewestNetworks({ v4, v6 }: SourceSet): NetworkTerm[] {
  const find = (family: 4 | 6, intervals: readonly bigint[], bits: number) => {
    const blocks = listBlocks(family, intervals);
    // Each interval is one CIDR here. A network that contains k of these intervals has at least k - 1 gaps between them. So the network
    // with its exceptions names at least k CIDRs, and is not shorter.
    if (2 * blocks.length === intervals.length || intervals.length > 2 * maxIntervals) return blocks.map(toTerm);
    return new TermSearch(family, intervals).find({ start: 0n, bits, first: 0, last: intervals.length / 2 - 1 }).terms;
  };
  return [...find(4, v4.map(BigInt), 32), ...find(6, v6, 128)];
}

/** More intervals than this are described by CIDRs alone, because the search for exceptions takes too long. */
const maxIntervals = 300;

const toTerm = (base: AddressBlock): NetworkTerm => ({ base, exceptions: [] });

/** The fewest CIDRs that cover the intervals and nothing else. */
function listBlocks(family: 4 | 6, intervals: readonly bigint[]): AddressBlock[] {
  const blocks: AddressBlock[] = [];
  for (let i = 0; i < intervals.length; i += 2)
    for (const { start, size } of splitIntoBlocks(intervals[i] ?? 0n, intervals[i + 1] ?? 0n))
      blocks.push({ family, start, end: start + size });
  return blocks;
}

/** A node of the binary tree of networks, and the intervals of the set that overlap the node. */
interface TreeNode {
  start: bigint;
  bits: number;
  first: number;
  last: number;
}

interface Solution {
  terms: NetworkTerm[];
  /** The number of CIDRs that the terms name. */
  cost: number;
  /** The number of CIDRs that cover the addresses of the node that are not in the set. */
  outside: number;
}

/** Each network is described by its two halves, or as a whole with exceptions, whichever names fewer CIDRs. */
class TermSearch {
  readonly #family: 4 | 6;
  readonly #intervals: readonly bigint[];

  constructor(family: 4 | 6, intervals: readonly bigint[]) {
    this.#family = family;
    this.#intervals = intervals;
  }

  find(node: TreeNode): Solution {
    const end = node.start + (1n << BigInt(node.bits));
    const low = this.#clip(2 * node.first, node.start, end);
    const high = this.#clip(2 * node.last + 1, node.start, end);
    if (node.first === node.last && low === node.start && high === end)
      return { terms: [toTerm({ family: this.#family, start: low, end })], cost: 1, outside: 0 };
    // The smallest network that contains all intervals. Each larger network needs at least one more exception, so it does not give a
    // shorter description.
    const bits = countBits(low ^ (high - 1n));
    if (bits < node.bits) {
      const inner = this.find({ ...node, start: (low >> BigInt(bits)) << BigInt(bits), bits });
      return { ...inner, outside: inner.outside + node.bits - bits };
    }
    return this.#divide(node, end);
  }

  #divide({ start, bits, first, last }: TreeNode, end: bigint): Solution {
    const middle = start + (1n << BigInt(bits - 1));
    let split = first;
    while (split < last && this.#at(2 * split + 1) < middle) split += 1;
    const left = this.find({ start, bits: bits - 1, first, last: this.#at(2 * split) < middle ? split : split - 1 });
    const right = this.find({
      start: middle,
      bits: bits - 1,
      first: this.#at(2 * split + 1) > middle ? split : split + 1,
      last,
    });
    const cost = left.cost + right.cost;
    const outside = left.outside + right.outside;
    if (1 + outside >= cost) return { terms: [...left.terms, ...right.terms], cost, outside };
    const exceptions = this.#listOutside(start, end, first, last);
    return { terms: [{ base: { family: this.#family, start, end }, exceptions }], cost: 1 + outside, outside };
  }

  /** The parts of a node that no interval covers. */
  #listOutside(start: bigint, end: bigint, first: number, last: number): AddressBlock[] {
    const gaps = [start];
    for (let i = 2 * first; i <= 2 * last + 1; i += 1) gaps.push(this.#clip(i, start, end));
    gaps.push(end);
    return listBlocks(this.#family, gaps);
  }

  #at(index: number): bigint {
    return this.#intervals[index] ?? 0n;
  }

  #clip(index: number, start: bigint, end: bigint): bigint {
    const bound = this.#at(index);
    if (bound < start) return start;
    return bound > end ? end : bound;
  }
}

function countBits(value: bigint): number {
  return value === 0n ? 0 : countHostBits(value) + 1;
}
