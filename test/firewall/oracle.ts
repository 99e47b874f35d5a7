/**
 * A second implementation of exposure, by brute force. It never parses a CIDR: rules are drawn as numbers, and this file prints them as
 * text for the tested code, computes the sets from the numbers, and prints the expected result. Between two neighbouring ends of ports and
 * of addresses the set is constant, so one point in each cell is enough.
 */

import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { Reach, ReachProtocol } from '../../lambda/firewall/sets/reach.ts';

export type ModelSource = { family: 4 | 6; bits: bigint; length: number } | { family: 'name'; name: string };

export interface ModelRule {
  protocols: readonly ReachProtocol[];
  from: number;
  to: number;
  sources: readonly ModelSource[];
  /** The same rule in the form of an answer. */
  text: PortState;
}

interface Cell {
  family: 4 | 6 | 'name';
  /** The first address of the cell. For a name: its index in the list of names. */
  low: bigint;
  high: bigint;
  name: string;
}

const width = { 4: 32n, 6: 128n } as const;

export function firstAddress({ bits, length }: { bits: bigint; length: number }, family: 4 | 6): bigint {
  return bits << (width[family] - BigInt(length));
}

function endAddress({ bits, length }: { bits: bigint; length: number }, family: 4 | 6): bigint {
  return (bits + 1n) << (width[family] - BigInt(length));
}

/** Every interval of addresses, and every name, that some rule distinguishes. */
function listCells(rules: readonly ModelRule[]): Cell[] {
  const cells: Cell[] = [];
  for (const family of [4, 6] as const) {
    const cuts = new Set<bigint>();
    for (const rule of rules) {
      for (const source of rule.sources) {
        if (source.family === family) cuts.add(firstAddress(source, family)).add(endAddress(source, family));
      }
    }
    const sorted = [...cuts].sort((a, b) => (a < b ? -1 : 1));
    for (let i = 0; i + 1 < sorted.length; i += 1)
      cells.push({ family, low: sorted[i]!, high: sorted[i + 1]!, name: '' });
  }
  const names = new Set(rules.flatMap(({ sources }) => sources.flatMap((s) => (s.family === 'name' ? [s.name] : []))));
  for (const name of [...names].sort()) cells.push({ family: 'name', low: 0n, high: 0n, name });
  return cells;
}

function admits(source: ModelSource, cell: Cell): boolean {
  if (source.family === 'name') return cell.family === 'name' && cell.name === source.name;
  if (source.family !== cell.family) return false;
  return firstAddress(source, source.family) <= cell.low && cell.low < endAddress(source, source.family);
}

/** The result of brute force for two firewalls, as canonical reach. */
export interface Opinion {
  before: Reach[];
  after: Reach[];
  opened: Reach[];
  closed: Reach[];
}

/** A set of cells is a number with one bit for each cell. There is one set for each side, at each port where a rule begins or ends. */
export function findOpinion(before: readonly ModelRule[], after: readonly ModelRule[]): Opinion {
  const cells = listCells([...before, ...after]);
  const cuts = [...new Set([...before, ...after].flatMap(({ from, to }) => [from, to + 1]))].sort((x, y) => x - y);
  const masksBefore = before.map((rule) => maskOf(rule, cells));
  const masksAfter = after.map((rule) => maskOf(rule, cells));
  const printMask = memoise((mask: bigint) => printCells(cells.filter((_, i) => (mask >> BigInt(i)) & 1n)));
  const piles = {
    before: new Pile(printMask),
    after: new Pile(printMask),
    opened: new Pile(printMask),
    closed: new Pile(printMask),
  };
  for (const protocol of listProtocols([...before, ...after])) {
    for (let c = 0; c + 1 < cuts.length; c += 1) {
      const slab = { protocol, from: cuts[c]!, to: cuts[c + 1]! - 1 };
      const was = admitted(before, masksBefore, protocol, slab.from);
      const is = admitted(after, masksAfter, protocol, slab.from);
      piles.before.add(slab, was);
      piles.after.add(slab, is);
      piles.opened.add(slab, is & ~was);
      piles.closed.add(slab, was & ~is);
    }
  }
  return {
    before: piles.before.reach,
    after: piles.after.reach,
    opened: piles.opened.reach,
    closed: piles.closed.reach,
  };
}

function maskOf(rule: ModelRule, cells: readonly Cell[]): bigint {
  let mask = 0n;
  cells.forEach((cell, i) => {
    if (rule.sources.some((source) => admits(source, cell))) mask |= 1n << BigInt(i);
  });
  return mask;
}

function admitted(
  rules: readonly ModelRule[],
  masks: readonly bigint[],
  protocol: ReachProtocol,
  port: number,
): bigint {
  let mask = 0n;
  rules.forEach((rule, r) => {
    if (rule.from <= port && port <= rule.to && rule.protocols.includes(protocol)) mask |= masks[r]!;
  });
  return mask;
}

/** One element for each range of ports. Neighbouring ranges with the same cells become one range. */
class Pile {
  readonly reach: Reach[] = [];
  #mask = 0n;
  readonly #printMask: (mask: bigint) => string[];

  constructor(printMask: (mask: bigint) => string[]) {
    this.#printMask = printMask;
  }

  add(slab: { protocol: ReachProtocol; from: number; to: number }, mask: bigint): void {
    if (mask === 0n) return;
    const last = this.reach.at(-1);
    if (last !== undefined && last.protocol === slab.protocol && last.to === slab.from - 1 && this.#mask === mask)
      last.to = slab.to;
    else this.reach.push({ ...slab, sources: this.#printMask(mask) });
    this.#mask = mask;
  }
}

function memoise<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

function listProtocols(rules: readonly ModelRule[]): ReachProtocol[] {
  const used = new Set(rules.flatMap(({ protocols }) => protocols));
  const known = (['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const).filter((protocol) => used.delete(protocol));
  return [...known, ...[...used].sort()];
}

function printCells(cells: readonly Cell[]): string[] {
  const texts: string[] = [];
  for (const family of [4, 6] as const) {
    const intervals: [bigint, bigint][] = [];
    for (const { low, high } of cells.filter((cell) => cell.family === family)) {
      const last = intervals.at(-1);
      if (last !== undefined && last[1] === low) last[1] = high;
      else intervals.push([low, high]);
    }
    for (const [low, high] of intervals) texts.push(...printWhole(family, low, high));
  }
  return [...texts, ...cells.filter((cell) => cell.family === 'name').map(({ name }) => name)];
}

/** Visits the tree of prefixes: a node inside the interval is printed, a node that is partly inside is divided. */
function printInterval(family: 4 | 6, low: bigint, high: bigint, bits: bigint, length: number): string[] {
  const [first, end] = [firstAddress({ bits, length }, family), endAddress({ bits, length }, family)];
  if (end <= low || high <= first) return [];
  if (low <= first && end <= high) return [`${printAddress(family, first)}/${length}`];
  return [0n, 1n].flatMap((bit) => printInterval(family, low, high, bits * 2n + bit, length + 1));
}

const printedIntervals = new Map<string, string[]>();

function printWhole(family: 4 | 6, low: bigint, high: bigint): string[] {
  const key = `${family} ${low} ${high}`;
  const texts = printedIntervals.get(key) ?? printInterval(family, low, high, 0n, 0);
  if (printedIntervals.size < 100_000) printedIntervals.set(key, texts);
  return texts;
}

const printed = new Map<string, string>();

/** Prints IPv6 with the serialiser of the URL standard, which compresses as RFC 5952 requires. */
export function printAddress(family: 4 | 6, address: bigint): string {
  const key = `${family} ${address}`;
  const known = printed.get(key);
  if (known !== undefined) return known;
  const text = family === 4 ? printIpv4(address) : new URL(`http://[${spellOut(address)}]`).hostname.slice(1, -1);
  if (printed.size < 100_000) printed.set(key, text);
  return text;
}

export function printIpv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}

/** Prints all eight groups with all digits. */
export function spellOut(address: bigint): string {
  return (address.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':');
}
