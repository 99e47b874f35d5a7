/**
 * Decides the lanes of an instance's timeline. At every instant, all ports of a lane had equal sources. A single port has its own lane;
 * port ranges that always had equal sources share one. The lanes are disjoint and cover every open port.
 */

import {
  type Exposure,
  type RatingPolicy,
  type Reach,
  type ReachProtocol,
  rateExposure,
  type Severity,
  worstSeverity,
} from '../../../lambda/firewall/index.ts';
import { unparsedPrefix } from '../../../lambda/firewall/rules/source-names.ts';
import { canonicaliseReach, subtractReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { compareProtocols } from '../../../lambda/firewall/sets/rectangle.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import type { ExposureSpan } from '../../questions/exposure-spans.ts';
import { listOddReach } from '../../questions/unknown-field-reach.ts';
import { type LaneData, type LaneSpan, spanKinds, type Width } from './report-data.ts';
import type { SharedValues } from './shared-values.ts';

/** A range of ports of one protocol, both ends included. At every time, all ports of the range had the same sources. */
interface Piece {
  protocol: ReachProtocol;
  from: number;
  to: number;
  spans: LaneSpan[];
  /** The spans as text, to compare pieces. */
  life: string;
}

const closed = -1;

/**
 * Returns the lanes, those with the widest sources first, then by protocol and port. `spans` must cover the span of the report without
 * overlap.
 */
export function buildLanes(spans: readonly ExposureSpan[], policy: RatingPolicy, shared: SharedValues): LaneData[] {
  const rate = (reach: Reach[]) => rateExposure({ reach, dormant: [], notes: [] }, policy).severity;
  const states = spans.map((span) => {
    const alternatives = listStates(span).map((reach) => new PortIndex(reach, shared));
    const [from, until] = [Date.parse(span.from), Date.parse(span.until)];
    return { from, until, kind: spanKinds.indexOf(span.kind), alternatives };
  });
  const pieces = cutPieces(states.flatMap(({ alternatives }) => alternatives)).map((interval): Piece => {
    const all = states.map(({ from, until, kind, alternatives }): LaneSpan => {
      const sets = alternatives.map((index) => index.setAt(interval.protocol, interval.from));
      return toLaneSpan(from, until, kind, sets);
    });
    const open = joinSpans(all).filter(([, , , ...sets]) => sets.some((set) => set !== closed));
    return { ...interval, spans: open, life: JSON.stringify(open) };
  });
  const until = states.at(-1)?.until ?? 0;
  return groupByLife(pieces.filter((piece) => piece.spans.length > 0))
    .map((group) => toLane(group, until, rate, shared))
    .sort(compareLanes)
    .map(({ lane }) => lane);
}

/** A source that counts as anywhere. It is added to the sources of a rule that has an unknown field. */
const anySource = `${unparsedPrefix}a rule with an unknown field`;

function markOdd(reach: Reach[], exposure: Exposure | null, entry: HistoryEntry | null): Reach[] {
  const odd = listOddReach(exposure, entry);
  if (odd.length === 0) return reach;
  return canonicaliseReach([...reach, ...odd.map((one) => ({ ...one, sources: [anySource] }))]);
}

/** Every exposure that is possible in the span; exactly one if the exposure is known. */
function listStates({ reach, notes, snapshot, flapped, either, transients }: ExposureSpan): Reach[][] {
  const own = markOdd(reach, { reach, dormant: [], notes }, snapshot);
  const now = flapped.length === 0 ? own : canonicaliseReach([...own, ...flapped]);
  const shut = transients.flatMap(({ closed: reachShut }) => reachShut);
  const whileShut = shut.length === 0 ? [] : [subtractReach(now, shut)];
  return [now, ...whileShut, ...either.map(({ exposure, entry }) => markOdd(exposure?.reach ?? [], exposure, entry))];
}

/** The state is `known` if the instance could be read, and all possible exposures are equal on these ports. */
function toLaneSpan(from: number, until: number, kind: number, sets: readonly number[]): LaneSpan {
  const distinct = [...new Set(sets)];
  const name = spanKinds[kind] === 'unknown' ? 'unknown' : distinct.length === 1 ? 'known' : 'either';
  return [from, until, spanKinds.indexOf(name), ...distinct];
}

function joinSpans(spans: readonly LaneSpan[]): LaneSpan[] {
  const joined: LaneSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last[1] === span[0] && last.slice(2).join() === span.slice(2).join()) last[1] = span[1];
    else joined.push([...span]);
  }
  return joined;
}

/** Finds the sources of a port in a canonical list of reaches. */
class PortIndex {
  readonly intervals: ReadonlyMap<ReachProtocol, { from: number; to: number; set: number }[]>;

  constructor(reach: readonly Reach[], shared: SharedValues) {
    const numbered = reach.map(({ protocol, from, to, sources }) => {
      return { protocol, from, to, set: shared.sourceSet(protocol, sources) };
    });
    this.intervals = Map.groupBy(numbered, ({ protocol }) => protocol);
  }

  setAt(protocol: ReachProtocol, port: number): number {
    const intervals = this.intervals.get(protocol) ?? [];
    let [low, high] = [0, intervals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((intervals[middle]?.to ?? 0) < port) low = middle + 1;
      else high = middle;
    }
    const found = intervals[low];
    return found !== undefined && found.from <= port ? found.set : closed;
  }
}

/** Cuts the ports of each protocol wherever a reach begins or ends. Returns the ranges between these cuts. */
function cutPieces(indexes: readonly PortIndex[]): Pick<Piece, 'protocol' | 'from' | 'to'>[] {
  const cuts = new Map<ReachProtocol, Set<number>>();
  for (const { intervals } of indexes) {
    for (const [protocol, list] of intervals) {
      const known = cuts.get(protocol) ?? new Set<number>();
      cuts.set(protocol, known);
      for (const { from, to } of list) known.add(from).add(to + 1);
    }
  }
  return [...cuts].flatMap(([protocol, found]) => {
    const sorted = [...found].sort((a, b) => a - b);
    return sorted.slice(0, -1).map((from, i) => ({ protocol, from, to: (sorted[i + 1] ?? 0) - 1 }));
  });
}

/** Joins neighbouring pieces with equal spans. Pieces of more than one port with equal spans then share a lane. */
function groupByLife(pieces: readonly Piece[]): Piece[][] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isNext = last !== undefined && last.protocol === piece.protocol && last.to + 1 === piece.from;
    if (isNext && last.life === piece.life) last.to = piece.to;
    else joined.push({ ...piece });
  }
  const groups = Map.groupBy(joined, (piece) =>
    piece.from === piece.to ? `${piece.protocol} ${piece.from}` : piece.life,
  );
  return [...groups.values()];
}

interface PlacedLane {
  lane: LaneData;
  width: number;
  first: Piece;
}

const widths: readonly Width[] = ['world', 'wide', 'narrow'];

function compareLanes(a: PlacedLane, b: PlacedLane): number {
  return a.width - b.width || compareProtocols(a.first.protocol, b.first.protocol) || a.first.from - b.first.from;
}

function toLane(
  group: readonly Piece[],
  until: number,
  rate: (reach: Reach[]) => Severity,
  shared: SharedValues,
): PlacedLane {
  const pieces = group.toSorted((a, b) => compareProtocols(a.protocol, b.protocol) || a.from - b.from);
  const [first] = pieces;
  if (first === undefined) throw new RangeError('expected a lane of at least one piece');
  const { spans } = first;
  const sets = spans.flatMap(([, , , ...all]) => all).filter((set) => set !== closed);
  const width = Math.min(...sets.map((set) => widths.indexOf(shared.sourceSets.values[set]?.width ?? 'world')));
  const lane: LaneData = {
    label: renderLabel(pieces),
    ports: pieces.map(({ protocol, from, to }) => [protocol, from, to]),
    severity: rateLane(pieces, until, rate, shared),
    spans,
  };
  return { lane, width, first };
}

/** A label of more than four port ranges names this number of ranges, and counts the rest. */
const maxNamed = 3;

function renderLabel(pieces: readonly Piece[]): string {
  const names = pieces.map(({ protocol, from, to }) => describePorts(protocol, from, to));
  const more = names.length - maxNamed;
  return more > 1 ? `${names.slice(0, maxNamed).join(', ')} and ${more} more` : names.join(', ');
}

/** The highest severity of the possible exposures of the lane at the end of the span; `null`: the ports are closed. */
function rateLane(
  pieces: readonly Piece[],
  until: number,
  rate: (reach: Reach[]) => Severity,
  shared: SharedValues,
): Severity | null {
  const [, lastUntil, , ...sets] = pieces[0]?.spans.at(-1) ?? [];
  const open = sets.flatMap((set) => shared.sourceSets.values[set] ?? []);
  if (lastUntil !== until || open.length === 0) return null;
  const reachFrom = (sources: string[]) => pieces.map(({ protocol, from, to }) => ({ protocol, from, to, sources }));
  return worstSeverity(open.map(({ sources }) => rate(reachFrom(sources))));
}
