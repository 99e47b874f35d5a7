/** Applies API calls to the firewall of one read, and decides if the result is the firewall of a later read. */
import { exposureOf, type Firewall } from '../firewall/index.ts';
import { encodeReach } from '../firewall/sets/reach.ts';
import type { ApiCall } from './api-call.ts';
import { applyCall } from './apply-call.ts';
import { type CallInterpretation, possibleInterpretations } from './call-interpretations.ts';

/** The firewall after each call, in the order of the calls. */
export type Replay = Firewall[];

/**
 * Returns one replay for each interpretation (possible effects of undocumented calls) under which the calls turn `before` into `after`. If
 * there is no replay: `not-told` if the records lack data that a replay needs, else `not-explained`.
 */
export function replayCalls(
  before: Firewall,
  after: Firewall,
  calls: readonly ApiCall[],
): Replay[] | 'not-explained' | 'not-told' {
  const end = exposureText(after);
  const replays: Replay[] = [];
  let isComplete = true;
  for (const interpretation of possibleInterpretations) {
    const replay = replayWith(before, calls, interpretation);
    if (replay === null) isComplete = false;
    else if (exposureText(replay.at(-1) ?? before) === end) replays.push(replay);
  }
  if (replays.length > 0) return replays;
  return isComplete ? 'not-explained' : 'not-told';
}

function replayWith(before: Firewall, calls: readonly ApiCall[], interpretation: CallInterpretation): Replay | null {
  const replay: Replay = [];
  for (const call of calls) {
    const next = applyCall(replay.at(-1) ?? before, call, interpretation);
    if (next === null) return null;
    replay.push(next);
  }
  return replay;
}

/**
 * Returns equal texts for two firewalls if and only if their exposures are equal. The dormant exposure (of the address family that the
 * instance lacks) must be equal, too.
 */
export function exposureText(firewall: Firewall): string {
  const { reach, dormant } = exposureOf(firewall);
  return `${encodeReach(reach)} ${encodeReach(dormant)}`;
}
