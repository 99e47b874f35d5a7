/** Prints intervals of addresses as the fewest CIDRs that cover exactly them, in canonical text (RFC 5952 for IPv6). */

import { ipv6Size } from './ip-address.ts';

/** The half-open interval as CIDRs, ascending. */
export function renderCidrs4(start: number, end: number): string[] {
  const cidrs: string[] = [];
  for (let at = start; at < end; ) {
    let hostBits = 32;
    while (at % 2 ** hostBits !== 0 || at + 2 ** hostBits > end) hostBits -= 1;
    cidrs.push(`${renderIpv4(at)}/${32 - hostBits}`);
    at += 2 ** hostBits;
  }
  return cidrs;
}

/** The half-open interval as CIDRs, ascending. */
export function renderCidrs6(start: bigint, end: bigint): string[] {
  const cidrs: string[] = [];
  for (let at = start; at < end; ) {
    let size = at === 0n ? ipv6Size : at & -at;
    while (at + size > end) size >>= 1n;
    cidrs.push(`${renderIpv6(at)}/${129 - size.toString(2).length}`);
    at += size;
  }
  return cidrs;
}

function renderIpv4(value: number): string {
  const byte = (shift: number) => Math.floor(value / 2 ** shift) % 256;
  return `${byte(24)}.${byte(16)}.${byte(8)}.${byte(0)}`;
}

/** Lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as "::"; never an embedded IPv4. */
function renderIpv6(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0');
  const groups = Array.from({ length: 8 }, (_, i) => Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16));
  const zeros = longestZeroRun(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (zeros.length < 2) return text(groups);
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i + 1 - length, length };
  });
  return best;
}
