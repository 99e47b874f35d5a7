/** What was open, or shut, on the way from one read to the next, and how bad that was. */

import {
  exposureOf,
  type Firewall,
  isAtLeast,
  type Note,
  type RatingPolicy,
  type Reach,
  rateChange,
  type Severity,
} from '../firewall/index.ts';
import { readRule } from '../firewall/rules/parse-rule.ts';
import { canonicaliseNotes, noteUnknownFieldChanged } from '../firewall/rules/rule-notes.ts';
import { canonicaliseReach, intersectReach, subtractReach } from '../firewall/sets/canonical-reach.ts';
import type { Attribution } from '../history/attribution.ts';
import type { ApiCall } from './api-call.ts';
import { maxCallsNamed } from './attribute-change.ts';
import type { Replay } from './replay-calls.ts';

export interface TracedChange {
  opened: Reach[];
  closed: Reach[];
  notes: Note[];
  severity: Severity;
  reason: string;
  /** From the one that began it to the one that ended it. */
  calls: ApiCall[];
}

/** `read`: the firewalls before, after, and perhaps on the way. `replays`: how the calls lead there; the first one is told. */
export function traceTransientChanges(
  read: readonly Firewall[],
  replays: readonly Replay[],
  calls: readonly ApiCall[],
  policy: RatingPolicy,
): TracedChange[] {
  const seen = describeSeen(read);
  const [runs, ...otherRuns] = replays.map(({ states }) => findRuns(states.map(reachOf), seen));
  if (runs === undefined) return [];
  const isCertain = otherRuns.every((other) => JSON.stringify(other) === JSON.stringify(runs));
  return runs.map(({ first, last, opened, closed }) => {
    const named = calls.slice(first, last + 2);
    const notes = opened.length > 0 ? noteUnknownFields(named) : [];
    const rating = rateTransientChange({ opened, closed, notes }, seen.before, secondsBetween(named), policy);
    return { opened, closed, notes: isCertain ? notes : [readingNote, ...notes], ...rating, calls: named };
  });
}

/** The replay leaves unknown fields out of the rules. What they mean is unknown, so what such a call opened is rated as open to the world. */
function noteUnknownFields(calls: readonly ApiCall[]): Note[] {
  const requested = calls
    .filter(({ name }) => name !== 'CloseInstancePublicPorts')
    .flatMap(({ portInfos }) => portInfos ?? []);
  const odd = requested.filter((info) => readRule(info).hasUnknownField);
  return canonicaliseNotes(odd.map((info) => noteUnknownFieldChanged(info, 'opened')));
}

const readingNote: Note = {
  code: 'call-reading-uncertain',
  text:
    'what the calls opened is taken by the letter: that they name no sources of one address family, or ports that were open already, ' +
    'may mean more, and is not documented',
};

/** What the reads found: all of it, and what all of them found. */
interface Seen {
  before: Reach[];
  any: Reach[];
  all: Reach[];
}

function describeSeen(read: readonly Firewall[]): Seen {
  const found = read.map(reachOf);
  const [before = []] = found;
  return { before, any: canonicaliseReach(found.flat()), all: found.reduce((all, one) => intersectReach(all, one)) };
}

function reachOf(firewall: Firewall): Reach[] {
  return exposureOf(firewall).reach;
}

/** Calls `first` to `last` led to firewalls of which some part was never read; the one after `last` ended it. */
interface Run {
  first: number;
  last: number;
  opened: Reach[];
  closed: Reach[];
}

function findRuns(states: readonly Reach[][], seen: Seen): Run[] {
  const runs: Run[] = [];
  for (const [index, reach] of states.entries()) {
    const opened = subtractReach(reach, seen.any);
    const closed = subtractReach(seen.all, reach);
    if (opened.length + closed.length === 0) continue;
    const run = runs.at(-1);
    if (run === undefined || run.last !== index - 1 || index - run.first >= maxCallsNamed - 1) {
      runs.push({ first: index, last: index, opened, closed });
      continue;
    }
    run.last = index;
    run.opened = canonicaliseReach([...run.opened, ...opened]);
    run.closed = canonicaliseReach([...run.closed, ...closed]);
  }
  return runs;
}

type Rated = Pick<TracedChange, 'severity' | 'reason'>;

/** As bad as a change that did it and stayed. */
function rateTransientChange(
  { opened, closed, notes }: Pick<TracedChange, 'opened' | 'closed' | 'notes'>,
  before: readonly Reach[],
  seconds: number,
  policy: RatingPolicy,
): Rated {
  const opening = { opened, closed: [], notes, before, after: canonicaliseReach([...before, ...opened]) };
  const closing = { opened: [], closed, notes: [], before, after: subtractReach(before, closed) };
  const [a, b] = [rateChange(opening, policy), rateChange(closing, policy)];
  const { severity, reason } = closed.length === 0 || (opened.length > 0 && isAtLeast(a.severity, b.severity)) ? a : b;
  return { severity, reason: `${putInPast(reason)}, for ${sayDuration(seconds)}` };
}

function putInPast(reason: string): string {
  return reason
    .replace(/\bis now\b/, 'was')
    .replace(/\bare now\b/, 'were')
    .replace(/a site may be down$/, 'a site may have been down');
}

function secondsBetween(calls: readonly ApiCall[]): number {
  return (Date.parse(calls.at(-1)?.at ?? '') - Date.parse(calls.at(0)?.at ?? '')) / 1_000;
}

function sayDuration(seconds: number): string {
  if (seconds < 2) return 'about a second';
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`;
}

/** Medium, as of a firewall that can't be read: it may have been anything. */
export function describeUntold(count: number, fit: Attribution['fit']): Rated {
  const [what, they, their] =
    count === 1 ? ['1 call', 'it does', 'its record leaves'] : [`${count} calls`, 'they do', 'their records leave'];
  const why =
    fit === 'not-told'
      ? `${their} out what was asked for`
      : `${they} not lead from what the first one found to what the second one found`;
  return {
    severity: 'medium',
    reason: `${what} to its firewall between two reads: ${why}, so what was open in between can not be told`,
  };
}
