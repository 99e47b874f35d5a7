/** Decides which parts of the exposure of the fleet are approved, and which open parts are not approved. */
import { type ApprovableInstance, type Approval, isAbout, phaseOf } from '../../lambda/approvals/approval.ts';
import { approvableReach, subtractApproved } from '../../lambda/approvals/unapproved-exposure.ts';
import { intersectReach, type Reach } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { firewallOf, type WithRules } from '../../lambda/history/firewall-of.ts';

/** An instance with its last known firewall. */
export type KnownInstance = { resource: Resource } & WithRules & { instance: { arn: string | null } | null };

export interface InstanceReach {
  resource: Resource;
  /** Never empty. */
  reach: Reach[];
}

export function approvableInstance({ resource, instance }: KnownInstance): ApprovableInstance {
  const { account, region, instanceName } = resource;
  return { account, region, instanceName: instanceName ?? '', arn: instance?.arn ?? null };
}

export function listHeld(instance: KnownInstance, approvals: readonly Approval[], at: string): Approval[] {
  const facts = approvableInstance(instance);
  return approvals.filter((approval) => phaseOf(approval, at) === 'in-force' && isAbout(approval, facts));
}

/**
 * Returns the open exposure that the approval covers or would cover: the approval can be planned, in force, ended or revoked. Exposure that
 * cannot be approved is left out.
 */
export function listCovered(approval: Approval, fleet: readonly KnownInstance[]): InstanceReach[] {
  return fleet.flatMap((instance) => {
    const firewall = firewallOf(instance);
    if (firewall === null || !isAbout(approval, approvableInstance(instance))) return [];
    const reach = intersectReach(approvableReach(firewall), approval.exposure);
    return reach.length === 0 ? [] : [{ resource: instance.resource, reach }];
  });
}

/** Returns the open exposure that `approval` would cover and that none of `approvals` covers at `at`. */
export function listStillOpen(
  approval: Approval,
  fleet: readonly KnownInstance[],
  approvals: readonly Approval[],
  at: string,
): InstanceReach[] {
  const heldFor = new Map(fleet.map((instance) => [instance.resource, listHeld(instance, approvals, at)]));
  return listCovered(approval, fleet).flatMap(({ resource, reach }) => {
    const left = subtractApproved(reach, heldFor.get(resource) ?? []);
    return left.length === 0 ? [] : [{ resource, reach: left }];
  });
}
