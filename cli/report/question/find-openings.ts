/** Finds the spans in which each lane was open, or perhaps open, to the queried address. */

import type { QueriedPorts } from '../../options/parse-port-query.ts';
import { type InstanceData, type LaneData, type LaneSpan, spanKinds } from '../data/report-data.ts';
import type { SourceMatch } from './match-sources.ts';
import { overlapsPortQuery } from './overlaps-port-query.ts';

export interface Question {
  /** `null`: every port. */
  portQuery: QueriedPorts | null;
  /** An address or a CIDR; `null`: any source. */
  address: string | null;
  /** Compares the source set of this index with the queried address. */
  matchSet: (set: number) => SourceMatch;
  /** True if at least one queried source is in each of these sets. */
  isShared: (sets: readonly number[]) => boolean;
  /** Milliseconds since the epoch; `from` equals `until` for one instant. */
  from: number;
  until: number;
  /** True if `until` is the end of the report. The spans that end there then include this instant. */
  isAtEnd: boolean;
}

/**
 * `open`: the port was open. `either`: the port was open before or after a change whose time is not exactly known. `last-known`: the
 * instance could not be read, and the port was open at the last read.
 */
type Certainty = 'open' | 'either' | 'last-known';

interface OpenPiece {
  from: number;
  until: number;
  certainty: Certainty;
}

/** An unbroken span in which a lane was open, or perhaps open, to the queried address. */
export interface Opening {
  lane: number;
  from: number;
  until: number;
  pieces: OpenPiece[];
  /** The best match that any source set reached during the opening: `all`, then `some`, then `maybe`. */
  match: SourceMatch;
  /** Indexes of the matching sets, in the order of their first appearance. */
  sets: number[];
}

const matches: readonly SourceMatch[] = ['none', 'maybe', 'some', 'all'];
const unknown = spanKinds.indexOf('unknown');

/** Returns the openings in the order of the lanes, oldest first in each lane, cut to the queried span. */
export function findOpenings({ lanes }: InstanceData, question: Question): Opening[] {
  return lanes.flatMap((lane, number) => (matchesQuestion(lane, question) ? findInLane(lane, number, question) : []));
}

function matchesQuestion({ ports }: LaneData, question: Pick<Question, 'portQuery'>): boolean {
  const { portQuery } = question;
  return portQuery === null || ports.some(([protocol, from, to]) => overlapsPortQuery(portQuery, protocol, from, to));
}

/** `lane`: the index of the lane in its instance. */
export function findInLane({ spans }: LaneData, lane: number, question: Question): Opening[] {
  const openings: Opening[] = [];
  for (const span of spans) {
    const [from, until] = [Math.max(span[0], question.from), Math.min(span[1], question.until)];
    if (!isWithin(span, question)) continue;
    const found = classifySpan(span, question);
    if (found === null) continue;
    const piece = { from, until, certainty: found.certainty };
    const last = openings.at(-1);
    if (last === undefined || last.until !== from || isMaybe(last) !== isMaybe(found))
      openings.push({ lane, from, until, pieces: [piece], match: found.match, sets: found.sets });
    else extend(last, piece, found);
  }
  return openings;
}

/** A span does not include its `until`, except the last span of the report. A query of one instant includes the instant. */
function isWithin([from, until]: LaneSpan, question: Question): boolean {
  if (question.from < question.until) return from < question.until && until > question.from;
  return from <= question.from && (question.from < until || (question.isAtEnd && question.from === until));
}

const isMaybe = ({ match }: Pick<Opening, 'match'>) => match === 'maybe';

type SpanClass = Pick<OpenPiece, 'certainty'> & Pick<Opening, 'match' | 'sets'>;

function classifySpan([, , kind, ...sets]: LaneSpan, { matchSet, isShared }: Question): SpanClass | null {
  const found = sets.map((set) => ({ set, rank: set < 0 ? 0 : matches.indexOf(matchSet(set)) }));
  const open = found.filter(({ rank }) => rank > 0);
  if (open.length === 0) return null;
  const match = matches[Math.max(...open.map(({ rank }) => rank))] ?? 'none';
  // `isSure`: at least one source had access in every possible state (`sets`). If `match` is `maybe`, every state perhaps gave access.
  const areAllOpen = open.length === found.length;
  const isSure = match === 'maybe' ? areAllOpen : isShared(sets);
  const certainty = kind === unknown ? 'last-known' : isSure ? 'open' : 'either';
  return { certainty, match, sets: open.map(({ set }) => set) };
}

function extend(opening: Opening, piece: OpenPiece, { match, sets }: SpanClass): void {
  opening.until = piece.until;
  const last = opening.pieces.at(-1);
  if (last?.certainty === piece.certainty) last.until = piece.until;
  else opening.pieces.push(piece);
  if (matches.indexOf(match) > matches.indexOf(opening.match)) opening.match = match;
  for (const set of sets) if (!opening.sets.includes(set)) opening.sets.push(set);
}

/** Returns the total length of the openings in milliseconds. With `certainty`, only pieces of this certainty are counted. */
export function sumMs(openings: readonly Opening[], certainty?: Certainty): number {
  const pieces = openings.flatMap((opening) => opening.pieces);
  const counted = certainty === undefined ? pieces : pieces.filter((piece) => piece.certainty === certainty);
  return counted.reduce((sum, { from, until }) => sum + until - from, 0);
}
