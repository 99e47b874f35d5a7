/** Finds the exposure that was temporarily open or closed between two reads. */

import {
  exposureOf,
  type Firewall,
  type Note,
  type PortState,
  type RatingPolicy,
  type Reach,
} from '../firewall/index.ts';
import type { Rating } from '../firewall/rating/rating.ts';
import { parseRule } from '../firewall/rules/parse-rule.ts';
import { canonicaliseNotes, noteUnknownFieldChanged } from '../firewall/rules/rule-notes.ts';
import { canonicaliseReach, intersectReach, subtractReach } from '../firewall/sets/canonical-reach.ts';
import type { ApiCall } from './api-call.ts';
import { maxCallsNamed } from './attribute-change.ts';
import { type ReachAround, rateTransientChange } from './rate-transient-change.ts';
import type { Replay } from './replay-calls.ts';

export interface TransientExposure extends Rating {
  /**
   * The reach that was open only during this change, and the reach of new rules with unknown fields. Empty if the exposure between the two
   * reads is unknown.
   */
  opened: Reach[];
  /** The reach that was open before and after this change, but not during the change. */
  closed: Reach[];
  notes: Note[];
  /** The whole exposure before and during this change. `before` and `during` are empty if the exposure between the two reads is unknown. */
  reach: ReachAround;
  /** From the call that began the change to the call that ended it. */
  calls: ApiCall[];
}

/**
 * `read`: the firewall of the first read, then of the second read, then of each read whose position among the calls is not known.
 * `replays`: the possible replays of the calls. The result comes from the first replay, with a note if another replay gives another result.
 * `reported`: for each call, the firewall that an earlier report describes, or `null`. The exposure of that firewall is not reported again.
 */
export function findTransientExposure(
  read: readonly Firewall[],
  replays: readonly Replay[],
  calls: readonly ApiCall[],
  reported: readonly (Firewall | null)[],
  policy: RatingPolicy,
): TransientExposure[] {
  const found = combineReads(read);
  const odd = listOddReach(read, calls);
  const known = reported.map((firewall) => firewall && reachOf(firewall));
  const [runs, ...otherRuns] = replays.map((replay) => findRuns(replay.map(reachOf), odd, known, found));
  if (runs === undefined) return [];
  const isCertain = otherRuns.every((other) => JSON.stringify(other) === JSON.stringify(runs));
  return runs.map(({ first, last, opened, closed }) => {
    const named = calls.slice(first, last + 2);
    const notes = opened.length > 0 ? noteUnknownFields(named) : [];
    const { before } = found;
    const reach = { before, during: canonicaliseReach([...subtractReach(before, closed), ...opened]) };
    const rating = rateTransientChange({ opened, closed, notes }, reach, before, secondsBetween(named), policy);
    return { opened, closed, notes: isCertain ? notes : [readingNote, ...notes], ...rating, reach, calls: named };
  });
}

/**
 * A replay ignores the unknown fields of a requested rule. The meaning of an unknown field is not known, so the returned notes make the
 * opened exposure count as open to the world.
 */
function noteUnknownFields(calls: readonly ApiCall[]): Note[] {
  const requested = calls
    .filter(({ name }) => name !== 'CloseInstancePublicPorts')
    .flatMap(({ portInfos }) => portInfos ?? []);
  return canonicaliseNotes(requested.filter(isOdd).map((info) => noteUnknownFieldChanged(info, 'opened')));
}

/**
 * Returns for each call the reach of rules with unknown fields: rules that the calls requested and that no read contains. This reach counts
 * as opened even if its ports were already open, because an unknown field can widen the sources. The list of the last call is empty,
 * because the next read shows the rules themselves.
 */
function listOddReach(read: readonly Firewall[], calls: readonly ApiCall[]): Reach[][] {
  const known = read.flatMap(({ rules }) => rules).filter(isOdd);
  let inForce: PortState[] = [];
  return calls.map(({ name, portInfos }, i) => {
    const requested = portInfos ?? [];
    const isReplaced = (rule: PortState) => requested.some((other) => hasSamePorts(rule, other));
    inForce = name === 'PutInstancePublicPorts' ? [] : inForce.filter((rule) => !isReplaced(rule));
    if (name !== 'CloseInstancePublicPorts')
      inForce.push(...requested.filter((rule) => isOdd(rule) && !known.some((other) => hasSamePorts(rule, other))));
    return i === calls.length - 1 ? [] : reachOf({ ...read[0], rules: inForce });
  });
}

const isOdd = (rule: PortState): boolean => parseRule(rule).hasUnknownField;

function hasSamePorts(a: PortState, b: PortState): boolean {
  return a.protocol === b.protocol && a.fromPort === b.fromPort && a.toPort === b.toPort;
}

const readingNote: Note = {
  code: 'call-reading-uncertain',
  text:
    'the calls name sources of one address family only, or ports that were open already. Lightsail does not document the result, ' +
    'so only what the calls name counts as opened',
};

/** The reach of the first read (`before`), the reach in at least one read (`any`), and the reach in every read (`all`). */
interface ReadReach {
  before: Reach[];
  any: Reach[];
  all: Reach[];
}

function combineReads(read: readonly Firewall[]): ReadReach {
  const reaches = read.map(reachOf);
  const [before = []] = reaches;
  return {
    before,
    any: canonicaliseReach(reaches.flat()),
    all: reaches.reduce((all, one) => intersectReach(all, one)),
  };
}

function reachOf(firewall: Firewall): Reach[] {
  return exposureOf(firewall).reach;
}

/**
 * A run is a sequence of calls, from index `first` to index `last`. After each of these calls, the firewall had exposure that no read
 * shows, or lacked exposure that every read shows. The next call ended the run, or the run was split at `maxCallsNamed` calls.
 */
interface Run {
  first: number;
  last: number;
  opened: Reach[];
  closed: Reach[];
}

function findRuns(
  states: readonly Reach[][],
  odd: readonly Reach[][],
  reported: readonly (Reach[] | null)[],
  found: ReadReach,
): Run[] {
  const runs: Run[] = [];
  for (const [index, reach] of states.entries()) {
    const known = reported[index] ?? null;
    const any = known === null ? found.any : canonicaliseReach([...found.any, ...known]);
    const all = known === null ? found.all : intersectReach(found.all, known);
    const opened = canonicaliseReach([...subtractReach(reach, any), ...(odd[index] ?? [])]);
    const closed = subtractReach(all, reach);
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

function secondsBetween(calls: readonly ApiCall[]): number {
  return (Date.parse(calls.at(-1)?.at ?? '') - Date.parse(calls.at(0)?.at ?? '')) / 1_000;
}
