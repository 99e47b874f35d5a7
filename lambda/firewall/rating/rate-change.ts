import { unknownFieldOpened } from '../rules/rule-notes.ts';
import type { Note, Reach } from '../sets/reach.ts';
import { describePorts, isPlural } from '../wording/describe-ports.ts';
import { rateOpened } from './rate-opened.ts';
import type { Rating, RatingPolicy } from './rating-policy.ts';
import { isAtLeast } from './severity.ts';

export interface RatedChange {
  opened: readonly Reach[];
  closed: readonly Reach[];
  /** The exposure on each side. */
  before: readonly Reach[];
  after: readonly Reach[];
  /** The notes of the comparison. A note about an unknown field makes everything that opened count as open to the world. */
  notes: readonly Note[];
}

/** The worse of what opened and what closed; `info` where neither did. */
export function rateChange(change: RatedChange, policy: RatingPolicy): Rating {
  const { opened, closed, before, after, notes } = change;
  const isNotUnderstood = notes.some(({ code }) => code === unknownFieldOpened);
  const ratings = rateOpened({ opened, before, after, isNotUnderstood, verb: 'is now' }, policy);
  return (
    pickWorst([...ratings, ...rateClosed(closed, after)]) ?? {
      severity: 'info',
      reason: 'the rules were rewritten; what they let through is the same',
    }
  );
}

/** Medium where tcp 80 or 443 lost its last source, else low. One at most. */
export function rateClosed(closed: readonly Reach[], after: readonly Reach[]): Rating[] {
  const [first] = closed;
  if (first === undefined) return [];
  const port = [80, 443].find((one) => hasTcpPort(closed, one) && !hasTcpPort(after, one));
  if (port !== undefined) {
    const what = describePorts('tcp', port, port);
    return [{ severity: 'medium', reason: `${what} is now closed to everyone: a site may be down` }];
  }
  const what = describePorts(first.protocol, first.from, first.to);
  const isLeft = after.some(
    ({ protocol, from, to }) => protocol === first.protocol && from <= first.to && to >= first.from,
  );
  const whom = isLeft ? ' to some who could reach it' : '';
  const more = closed.length > 1 ? `, and ${closed.length - 1} more` : '';
  return [{ severity: 'low', reason: `${what} ${isPlural(what) ? 'are' : 'is'} now closed${whom}${more}` }];
}

function hasTcpPort(reach: readonly Reach[], port: number): boolean {
  return reach.some(({ protocol, from, to }) => protocol === 'tcp' && from <= port && to >= port);
}

/** The first of the worst; `null` of none. */
export function pickWorst(ratings: readonly Rating[]): Rating | null {
  let worst: Rating | null = null;
  for (const rating of ratings) if (worst === null || !isAtLeast(worst.severity, rating.severity)) worst = rating;
  return worst;
}
