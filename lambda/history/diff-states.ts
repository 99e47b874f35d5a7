import type { FirewallDiff } from '../firewall/index.ts';
import type { StateAt } from './state-at.ts';

export interface StatesDiff extends FirewallDiff {
  /** False where either state is unknown, may have been another, or was flapping: the difference is between what is known best. */
  isSure: boolean;
  /** Is it another instance of the same name (another ARN) on the two sides? */
  isOtherInstance: boolean;
}

/** From `a` to `b`. Gone and not seen yet count as nothing reachable, unknown as what was last known. */
export function diffStates(a: StateAt, b: StateAt): StatesDiff {
  throw new Error(`not written yet: ${a.at} ${b.at}`);
}
