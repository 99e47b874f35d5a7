import { describePorts } from './describe-ports.ts';
import { cutPieces } from './port-pieces.ts';
import { ratePiece } from './rate-opened.ts';
import { defaultRatingPolicy, type Rating, type RatingPolicy } from './rating-policy.ts';
import type { Note, Reach } from './reach.ts';
import { unknownFieldOpened } from './reading-notes.ts';
import { isAtLeast } from './severity.ts';

export interface RatedChange {
  opened: readonly Reach[];
  closed: readonly Reach[];
  /** The exposure on each side. */
  before: readonly Reach[];
  after: readonly Reach[];
  /** Those of the difference: they tell whether a rule that is not fully understood came along. */
  notes?: readonly Note[];
}

/** The worse of what opened and what closed; `info` where neither did. */
export function rateChange(change: RatedChange, policy: RatingPolicy = defaultRatingPolicy): Rating {
  const ratings = [...rateOpened(change, policy), ...rateClosed(change.closed, change.after)];
  return (
    pickWorst(ratings) ?? { severity: 'info', reason: 'the rules were rewritten and let the same through as before' }
  );
}

/** The rating of each piece that was opened, in the order of protocols and ports. */
export function rateOpened(change: Omit<RatedChange, 'closed'>, policy: RatingPolicy): Rating[] {
  const isNotUnderstood = (change.notes ?? []).some(({ code }) => code === unknownFieldOpened);
  return cutPieces(change.opened, change.before, change.after).map((piece) =>
    ratePiece(piece, policy, isNotUnderstood),
  );
}

/** Medium where tcp 80 or 443 lost its last source, else low. At most one. */
export function rateClosed(closed: readonly Reach[], after: readonly Reach[]): Rating[] {
  if (closed.length === 0) return [];
  const port = [80, 443].find((one) => hasPort(closed, one) && !hasPort(after, one));
  if (port === undefined) return [{ severity: 'low', reason: 'something that could be reached no longer can' }];
  const what = describePorts('tcp', port, port);
  return [{ severity: 'medium', reason: `${what} lost its last source: a site may be down` }];
}

function hasPort(reach: readonly Reach[], port: number): boolean {
  return reach.some(({ protocol, from, to }) => protocol === 'tcp' && from <= port && to >= port);
}

/** The first of the worst; `null` of none. */
export function pickWorst(ratings: readonly Rating[]): Rating | null {
  let worst: Rating | null = null;
  for (const rating of ratings) if (worst === null || !isAtLeast(worst.severity, rating.severity)) worst = rating;
  return worst;
}
