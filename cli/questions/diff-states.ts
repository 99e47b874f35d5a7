import { compareFirewalls, type Firewall, type FirewallDiff, type Reach } from '../../lambda/firewall/index.ts';
import { firewallOf } from '../../lambda/history/firewall-of.ts';
import type { StateAt } from './state-at.ts';

export interface StatesDiff extends Omit<FirewallDiff, 'verdict'> {
  /** `unknown`: one of the firewalls was never read, or the instance was not watched at that time. `opened` and `closed` are then empty. */
  verdict: FirewallDiff['verdict'] | 'unknown';
  /** The dormant reach at `b`: rules that have no effect with the addresses that the instance then had. */
  dormant: Reach[];
  /** False if one of the states is unknown or uncertain, or had a transient change. The last known states are then compared. */
  isSure: boolean;
  /** True if the ARNs show two instances with the same name. */
  isOtherInstance: boolean;
}

/**
 * Compares the firewalls of `a` and `b`. An instance that is gone, or that no scan had found yet, has nothing open. In a gap, the last
 * known firewall is compared.
 */
export function diffStates(a: StateAt, b: StateAt): StatesDiff {
  const isKnown = a.exposure !== null && b.exposure !== null;
  return {
    ...(isKnown ? compareFirewalls(firewallOf(a.snapshot) ?? closed, firewallOf(b.snapshot) ?? closed) : unknown),
    isSure: isSure(a) && isSure(b),
    isOtherInstance: isOther(a, b),
  };
}

const closed: Firewall = { rules: [] };

const unknown = { verdict: 'unknown', opened: [], closed: [], dormant: [], notes: [] } satisfies Partial<StatesDiff>;

function isSure({ exposure, status, either, transients }: StateAt): boolean {
  return exposure !== null && status !== 'unknown' && either.length === 0 && transients.length === 0;
}

function isOther(a: StateAt, b: StateAt): boolean {
  const [arnA, arnB] = [a.snapshot?.instance?.arn ?? null, b.snapshot?.instance?.arn ?? null];
  return arnA !== null && arnB !== null && arnA !== arnB;
}
