/** Renders a half-open interval of addresses as the fewest CIDRs that cover exactly the interval, ascending, in canonical text (RFC 5952). */

import { ipv6Size } from '../rules/parse-network.ts';

export function renderCidrs4(start: number, end: number): string[] {
  const cidrs: string[] = [];
  for (let at = start; at < end; ) {
    // The lowest bit that is set limits the size of a network that begins here.
    let hostBits = at === 0 ? 32 : 31 - Math.clz32(at & -at);
    while (at + 2 ** hostBits > end) hostBits -= 1;
    cidrs.push(`${renderIpv4(at)}/${32 - hostBits}`);
    at += 2 ** hostBits;
  }
  return cidrs;
}

export function renderCidrs6(start: bigint, end: bigint): string[] {
  return splitIntoBlocks(start, end).map((block) => `${renderIpv6(block.start)}/${128 - countHostBits(block.size)}`);
}

/** The fewest networks that cover exactly the half-open interval, ascending. `size`: the number of addresses. */
export function splitIntoBlocks(start: bigint, end: bigint): { start: bigint; size: bigint }[] {
  const blocks: { start: bigint; size: bigint }[] = [];
  for (let at = start; at < end; ) {
    let size = at === 0n ? ipv6Size : at & -at;
    while (at + size > end) size >>= 1n;
    blocks.push({ start: at, size });
    at += size;
  }
  return blocks;
}

/** The position of the highest bit of `size`, which must not be zero. */
export function countHostBits(size: bigint): number {
  const digits = size.toString(16);
  return 4 * (digits.length - 1) + 31 - Math.clz32(Number.parseInt(digits.charAt(0), 16));
}

function renderIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/**
 * Renders in lower case without leading zeros, and never with an embedded IPv4 address. `::` replaces the longest run of two or more zero
 * groups; of equally long runs, the first.
 */
function renderIpv6(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0');
  const groups: string[] = [];
  let [longestStart, longest, run] = [0, 1, 0];
  for (let i = 0; i < 8; i += 1) {
    const group = renderGroup(digits, 4 * i);
    groups.push(group);
    run = group === '0' ? run + 1 : 0;
    if (run > longest) [longestStart, longest] = [i + 1 - run, run];
  }
  if (longest < 2) return groups.join(':');
  return `${groups.slice(0, longestStart).join(':')}::${groups.slice(longestStart + longest).join(':')}`;
}

const zero = 48;

function renderGroup(digits: string, start: number): string {
  let first = start;
  while (first < start + 3 && digits.charCodeAt(first) === zero) first += 1;
  return digits.slice(first, start + 4);
}
