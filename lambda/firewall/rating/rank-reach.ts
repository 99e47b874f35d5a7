/**
 * Ranks the elements of a reach, so that lists for people begin with the most severe element. Each element is rated as if it were a change.
 */

import type { Exposure } from '../exposure.ts';
import { hasNote, unknownField, unknownFieldOpened } from '../rules/rule-notes.ts';
import { subtractReach } from '../sets/canonical-reach.ts';
import { areEqualLists } from '../sets/intervals.ts';
import type { Note, Reach, ReachProtocol } from '../sets/reach.ts';
import { rateClosed } from './rate-closed.ts';
import { findNewWholes, rateOpened } from './rate-opened.ts';
import type { RatingPolicy } from './rating-policy.ts';
import { severities, worstSeverity } from './severity.ts';

export interface Ranking {
  /** `open`: the elements are open, or were opened. `closed`: they were closed. */
  list: 'open' | 'closed';
  /** The exposure before and after the change, as far as the ranking needs it. */
  before: readonly Reach[];
  after: readonly Reach[];
  /** True if a rule has a field that is not known: every element of `after` then counts as open to the world. */
  hasUnknownField: boolean;
  policy: RatingPolicy;
}

/** The ranking of a list of open ports, at present or at an earlier time. */
export function rankOpen({ reach, notes }: Pick<Exposure, 'reach' | 'notes'>, policy: RatingPolicy): Ranking {
  return { list: 'open', before: [], after: reach, hasUnknownField: hasNote(notes, unknownField), policy };
}

/** The ranking of the opened part of a change. `after`: the whole exposure after the change; `null`: not known. */
export function rankOpened(
  { opened, after, notes }: { opened: readonly Reach[]; after: readonly Reach[] | null; notes: readonly Note[] },
  policy: RatingPolicy,
): Ranking {
  const before = after === null ? [] : subtractReach(leaveOutEqual(after, opened), opened);
  return { list: 'open', before, after: after ?? opened, hasUnknownField: hasNote(notes, unknownFieldOpened), policy };
}

/**
 * Leaves out the elements of `after` that `opened` also has. Subtracting `opened` would remove them too, but slowly with thousands of
 * sources.
 */
function leaveOutEqual(after: readonly Reach[], opened: readonly Reach[]): Reach[] {
  const known = new Map(opened.map((one) => [`${one.protocol} ${one.from} ${one.to}`, one.sources]));
  return after.filter(({ protocol, from, to, sources }) => {
    const same = known.get(`${protocol} ${from} ${to}`);
    return same === undefined || !areEqualLists(same, sources);
  });
}

/** The ranking of the closed part of a change. `after`: the whole exposure after the change; `null`: not known. */
export function rankClosed(
  { closed, after }: { closed: readonly Reach[]; after: readonly Reach[] | null },
  policy: RatingPolicy,
): Ranking {
  return { list: 'closed', before: closed, after: after ?? [], hasUnknownField: false, policy };
}

/** Returns a function that ranks the elements that one line of text describes. A smaller number is more severe. */
export function buildRankOf(ranking: Ranking): (elements: readonly Reach[]) => number {
  return ranking.list === 'open' ? rankAsOpen(ranking) : rankAsClosed(ranking);
}

function rankAsOpen({ before, after, hasUnknownField, policy }: Ranking) {
  const wholes: readonly ReachProtocol[] = findNewWholes(before, after);
  const isPartOfWhole = ({ protocol }: Reach) => wholes.includes('other') || wholes.includes(protocol);
  return (elements: readonly Reach[]): number => {
    if (elements.some(isPartOfWhole)) return severities.indexOf('critical');
    const around = (reach: readonly Reach[]) => reach.filter((one) => elements.some((each) => overlaps(one, each)));
    const opening = {
      opened: elements,
      before: around(before),
      after: around(after),
      hasUnknownField,
      verb: 'is',
    } as const;
    return severities.indexOf(worstSeverity(rateOpened(opening, policy).map(({ severity }) => severity)));
  };
}

/** Ranks first by the severity of the closing, then by the severity that the closed exposure had while it was open. */
function rankAsClosed({ before, after, policy }: Ranking) {
  const rankOf = rankAsOpen({ list: 'open', before: [], after: before, hasUnknownField: false, policy });
  return (elements: readonly Reach[]): number => {
    const [closing] = rateClosed(elements, after);
    return severities.indexOf(closing?.severity ?? 'info') * severities.length + rankOf(elements);
  };
}

function overlaps(a: Reach, b: Reach): boolean {
  return a.protocol === b.protocol && a.from <= b.to && a.to >= b.from;
}

/** Sorts by ascending rank, so the most severe element is first. Elements of the same rank keep their order. */
export function sortByRank<T>(list: readonly T[], rankOf: (one: T) => number): T[] {
  if (list.length < 2) return [...list];
  return list
    .map((one) => ({ one, rank: rankOf(one) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
