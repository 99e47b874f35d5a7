import { hasNote, unknownFieldOpened } from '../rules/rule-notes.ts';
import type { Note, Reach } from '../sets/reach.ts';
import { rateClosed } from './rate-closed.ts';
import { rateOpened } from './rate-opened.ts';
import { pickWorst, type Rating } from './rating.ts';
import type { RatingPolicy } from './rating-policy.ts';

export interface RatedChange {
  opened: readonly Reach[];
  closed: readonly Reach[];
  /** The whole exposure before and after the change. */
  before: readonly Reach[];
  after: readonly Reach[];
  /** The notes of the comparison. A note about an unknown field makes everything that opened count as open to the world. */
  notes: readonly Note[];
}

/** Rates the opened and the closed exposure, and returns the more severe rating. Returns `info` if nothing opened or closed. */
export function rateChange(change: RatedChange, policy: RatingPolicy): Rating {
  const { opened, closed, before, after, notes } = change;
  const hasUnknownField = hasNote(notes, unknownFieldOpened);
  const ratings = rateOpened({ opened, before, after, hasUnknownField, verb: 'is now' }, policy);
  return (
    pickWorst([...ratings, ...rateClosed(closed, after)]) ?? {
      severity: 'info',
      reason: 'the rules were rewritten; the exposure is the same',
    }
  );
}
