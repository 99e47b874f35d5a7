import { compareFirewalls, type Firewall, type FirewallDiff, type Reach } from '../../lambda/firewall/index.ts';
import { firewallOf } from '../../lambda/history/firewall-of.ts';
import type { StateAt } from './state-at.ts';

export interface StatesDiff extends FirewallDiff {
  /** Of `b`. */
  dormant: Reach[];
  /** False where either state is unknown, may have been another, or was flapping: the difference is between what is known best. */
  isSure: boolean;
  /** Is it another instance of the same name (another ARN) on the two sides? */
  isOtherInstance: boolean;
}

/** From `a` to `b`. Gone and not seen yet count as nothing reachable, unknown as what was last known. */
export function diffStates(a: StateAt, b: StateAt): StatesDiff {
  return {
    ...compareFirewalls(firewallOf(a.snapshot) ?? nothing, firewallOf(b.snapshot) ?? nothing),
    isSure: isSure(a) && isSure(b),
    isOtherInstance: isOther(a, b),
  };
}

const nothing: Firewall = { rules: [] };

function isSure({ status, either, transients }: StateAt): boolean {
  return status !== 'unknown' && either.length === 0 && transients.length === 0;
}

function isOther(a: StateAt, b: StateAt): boolean {
  const [arnA, arnB] = [a.snapshot?.instance?.arn ?? null, b.snapshot?.instance?.arn ?? null];
  return arnA !== null && arnB !== null && arnA !== arnB;
}
