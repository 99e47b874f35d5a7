/** Applies calls one after the other, and says whether they lead to a firewall that was read. */
import { exposureOf, type Firewall, type Reach } from '../firewall/index.ts';
import type { ApiCall } from './api-call.ts';
import { applyCall } from './apply-call.ts';
import { type CallReading, callReadings } from './call-reading.ts';

export interface Replay {
  /** The firewall after each call. */
  states: Firewall[];
  reading: CallReading;
}

/**
 * The calls as they lead from the one firewall to the other, under each reading that does; `none`: under no reading; `not-told`: under
 * none, and the records leave out what would tell.
 */
export function replayCalls(
  before: Firewall,
  after: Firewall,
  calls: readonly ApiCall[],
): Replay[] | 'none' | 'not-told' {
  const end = exposureText(after);
  const replays: Replay[] = [];
  let isComplete = true;
  for (const reading of callReadings) {
    const states = replayUnder(before, calls, reading);
    if (states === null) isComplete = false;
    else if (exposureText(states.at(-1) ?? before) === end) replays.push({ states, reading });
  }
  if (replays.length > 0) return replays;
  return isComplete ? 'none' : 'not-told';
}

function replayUnder(before: Firewall, calls: readonly ApiCall[], reading: CallReading): Firewall[] | null {
  const states: Firewall[] = [];
  let state = before;
  for (const call of calls) {
    const next = applyCall(state.rules, state.ipAddressType ?? null, call, reading);
    if (next === null) return null;
    states.push(next);
    state = next;
  }
  return states;
}

/** Equal if and only if two firewalls let the same through, now and with other addresses. */
export function exposureText(firewall: Firewall): string {
  const { reach, dormant } = exposureOf(firewall);
  return JSON.stringify([reach, dormant].map((list) => list.map(spellReach)));
}

function spellReach({ protocol, from, to, sources }: Reach): unknown[] {
  return [protocol, from, to, sources];
}
