/** Decides which approvals an instance had at an instant, and which exposure was not approved. Pure. */
import type { Approval } from '../../lambda/approvals/approval.ts';
import { approvableReach, unapprovedExposure } from '../../lambda/approvals/unapproved-exposure.ts';
import {
  type Exposure,
  intersectReach,
  type Rating,
  type RatingPolicy,
  type Reach,
  rateExposure,
} from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { firewallOf } from '../../lambda/history/firewall-of.ts';
import { listHeld } from './approved-fleet.ts';
import type { StateAt } from './state-at.ts';

export interface ApprovalsAt {
  /** The approvals in force for the instance at that instant, each with the part of the exposure that it covers. */
  held: { approval: Approval; covers: Reach[] }[];
  /** The open exposure that was not approved; `null`: the firewall is not known, or the instance did not exist. */
  unapproved: (Rating & Pick<Exposure, 'reach' | 'notes'>) | null;
}

/**
 * `approvals`: those of the account that the settings in effect at `at` allow. If the instance could not be read then, the last known
 * firewall is used.
 */
export function approvalsAt(
  { snapshot, at, exposure }: Pick<StateAt, 'snapshot' | 'at' | 'exposure'>,
  resource: Resource,
  approvals: readonly Approval[],
  policy: RatingPolicy,
): ApprovalsAt {
  const instance = { resource, rules: snapshot?.rules ?? null, instance: snapshot?.instance ?? null };
  const held = listHeld(instance, approvals, at);
  const firewall = firewallOf(instance);
  if (firewall === null || exposure === null)
    return { held: held.map((approval) => ({ approval, covers: [] })), unapproved: null };
  const open = approvableReach(firewall);
  const { reach, notes } = unapprovedExposure(firewall, held);
  return {
    held: held.map((approval) => ({ approval, covers: intersectReach(open, approval.exposure) })),
    unapproved: { ...rateExposure({ reach, dormant: [], notes }, policy), reach, notes },
  };
}
