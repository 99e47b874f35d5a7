/** Applies calls in sequence and decides if the result is a firewall that was read. */
import { exposureOf, type Firewall } from '../firewall/index.ts';
import { encodeReach } from '../firewall/sets/reach.ts';
import type { ApiCall } from './api-call.ts';
import { applyCall } from './apply-call.ts';
import { type CallInterpretation, possibleInterpretations } from './call-interpretations.ts';

export interface Replay {
  /** The firewall after each call. */
  states: Firewall[];
  interpretation: CallInterpretation;
}

/**
 * One replay for each interpretation under which the calls turn `before` into `after`. `none`: no interpretation does. `not-told`: no
 * interpretation does, but the records lack data that the replay needs.
 */
export function replayCalls(
  before: Firewall,
  after: Firewall,
  calls: readonly ApiCall[],
): Replay[] | 'none' | 'not-told' {
  const end = exposureText(after);
  const replays: Replay[] = [];
  let isComplete = true;
  for (const interpretation of possibleInterpretations) {
    const states = replayWith(before, calls, interpretation);
    if (states === null) isComplete = false;
    else if (exposureText(states.at(-1) ?? before) === end) replays.push({ states, interpretation });
  }
  if (replays.length > 0) return replays;
  return isComplete ? 'none' : 'not-told';
}

function replayWith(
  before: Firewall,
  calls: readonly ApiCall[],
  interpretation: CallInterpretation,
): Firewall[] | null {
  const states: Firewall[] = [];
  let state = before;
  for (const call of calls) {
    const next = applyCall(state.rules, state.ipAddressType ?? null, call, interpretation);
    if (next === null) return null;
    states.push(next);
    state = next;
  }
  return states;
}

/** Returns a text that is equal for two firewalls if and only if they have the same exposure, live and dormant. */
export function exposureText(firewall: Firewall): string {
  const { reach, dormant } = exposureOf(firewall);
  return `${encodeReach(reach)} ${encodeReach(dormant)}`;
}
