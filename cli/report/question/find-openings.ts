/** When a door was open to somebody, or may have been: the answer to what is asked of the page, lane by lane. */

import type { DoorPorts } from '../../commands/exposed/parse-door.ts';
import { type InstanceData, type LaneData, type LaneSpan, spanKinds } from '../data/report-data.ts';
import type { SourceMatch } from './match-sources.ts';
import { meetsDoor } from './meets-door.ts';

export interface Question {
  /** `null`: any. */
  door: DoorPorts | null;
  /** An address or a CIDR; `null`: anybody. */
  address: string | null;
  /** How the numbered set of sources answers to the address that is asked about. */
  matchSet: (set: number) => SourceMatch;
  /** Is there anybody among those asked about whom each of these sets lets in? */
  isShared: (sets: readonly number[]) => boolean;
  /** Milliseconds since the epoch; equal: one instant. */
  from: number;
  until: number;
  /** Does `until` lie at the end of the report, whose last spans hold that instant? */
  isAtEnd: boolean;
}

/**
 * `open`: it stood open. `either`: in the window of a change. `last-known`: it could not be read, and was open
 * when it last was.
 */
export type Certainty = 'open' | 'either' | 'last-known';

export interface OpenPiece {
  from: number;
  until: number;
  certainty: Certainty;
}

/** A while in which a lane was open, or may have been, without a break; `match` `maybe`: to whom can't be told, all the while. */
export interface Opening {
  lane: number;
  from: number;
  until: number;
  pieces: OpenPiece[];
  /** The best match in it. */
  match: SourceMatch;
  /** Numbers of the matching sets, in the order of their first appearance. */
  sets: number[];
}

const matches: readonly SourceMatch[] = ['none', 'maybe', 'some', 'all'];
const maybe = matches.indexOf('maybe');
const unknown = spanKinds.indexOf('unknown');

/** In the order of the lanes, oldest first in each. Cut at the ends of the question's span. */
export function findOpenings({ lanes }: InstanceData, question: Question): Opening[] {
  return lanes.flatMap((lane, number) => (isAskedAbout(lane, question) ? findInLane(lane, number, question) : []));
}

export function isAskedAbout({ doors }: LaneData, question: Pick<Question, 'door'>): boolean {
  const { door } = question;
  return door === null || doors.some(([protocol, from, to]) => meetsDoor(door, protocol, from, to));
}

/** `lane`: its number, for the openings to name it. */
export function findInLane({ spans }: LaneData, lane: number, question: Question): Opening[] {
  const openings: Opening[] = [];
  for (const span of spans) {
    const [from, until] = [Math.max(span[0], question.from), Math.min(span[1], question.until)];
    if (!isWithin(span, question)) continue;
    const found = judgeSpan(span, question);
    if (found === null) continue;
    const piece = { from, until, certainty: found.certainty };
    const last = openings.at(-1);
    if (last === undefined || last.until !== from || isMaybe(last) !== isMaybe(found))
      openings.push({ lane, from, until, pieces: [piece], match: found.match, sets: found.sets });
    else extend(last, piece, found);
  }
  return openings;
}

/** A span ends just before its `until`; a question of one instant is about that instant. The report's last instant is its last span's. */
function isWithin([from, until]: LaneSpan, question: Question): boolean {
  if (question.from < question.until) return from < question.until && until > question.from;
  return from <= question.from && (question.from < until || (question.isAtEnd && question.from === until));
}

const isMaybe = ({ match }: Pick<Opening, 'match'>) => match === 'maybe';

interface Judgement {
  certainty: Certainty;
  match: SourceMatch;
  sets: number[];
}

function judgeSpan([, , kind, ...sets]: LaneSpan, { matchSet, isShared }: Question): Judgement | null {
  const found = sets.map((set) => ({ set, rank: set < 0 ? 0 : matches.indexOf(matchSet(set)) }));
  const open = found.filter(({ rank }) => rank > 0);
  if (open.length === 0) return null;
  const match = matches[Math.max(...open.map(({ rank }) => rank))] ?? 'none';
  // Whatever state it was in, somebody was let in all the while; of whom nothing can be told, `match` says so.
  const areAllOpen = open.length === found.length;
  const isSure = match === 'maybe' ? areAllOpen : found.every(({ rank }) => rank > maybe) && isShared(sets);
  const certainty = kind === unknown ? 'last-known' : isSure ? 'open' : 'either';
  return { certainty, match, sets: open.map(({ set }) => set) };
}

function extend(opening: Opening, piece: OpenPiece, { match, sets }: Judgement): void {
  opening.until = piece.until;
  const last = opening.pieces.at(-1);
  if (last?.certainty === piece.certainty) last.until = piece.until;
  else opening.pieces.push(piece);
  if (matches.indexOf(match) > matches.indexOf(opening.match)) opening.match = match;
  for (const set of sets) if (!opening.sets.includes(set)) opening.sets.push(set);
}

/** Of a certainty, or of all. */
export function sumMs(openings: readonly Opening[], certainty?: Certainty): number {
  const pieces = openings.flatMap((opening) => opening.pieces);
  const counted = certainty === undefined ? pieces : pieces.filter((piece) => piece.certainty === certainty);
  return counted.reduce((sum, { from, until }) => sum + until - from, 0);
}
