/**
 * Unapproved exposure is the open exposure minus the approved exposure, by set subtraction over protocols, ports and sources.
 *
 * An approval covers a source that is not a network, or an unknown protocol, only by its exact name. So an approval of every address covers
 * no alias, and no rule without sources. A rule with an unknown field cannot be approved, because its effect is unknown.
 */
import * as z from 'zod/mini';
import { reachSchema } from '../contract/item-fields.ts';
import {
  canonicaliseReach,
  type Exposure,
  exposureOf,
  type Firewall,
  intersectReach,
  type PortState,
  type Reach,
  subtractReach,
} from '../firewall/index.ts';
import { hasNote, unknownField } from '../firewall/rules/rule-notes.ts';
import { type Approval, approvalSchema } from './approval.ts';

const { id, by, reason, until } = approvalSchema.shape;
/** `reach` is canonical. It is empty only in an entry that was too large to store the exposure. */
export const approvedPartSchema = z.object({ id, by, reason, until, reach: reachSchema });

/** The part of an exposure that one approval covers. Parts of several approvals can overlap. */
type ApprovedPart = z.output<typeof approvedPartSchema>;

/** `approvals`: those that are in force for the instance. */
export function listApprovedParts(reach: readonly Reach[], approvals: readonly Approval[]): ApprovedPart[] {
  return approvals.flatMap(({ id, by, reason, until, exposure }): ApprovedPart[] => {
    const part = intersectReach(reach, exposure);
    return part.length === 0 ? [] : [{ id, by, reason, until, reach: part }];
  });
}

/**
 * The part of `reach` that no approval covers; canonical if `reach` is canonical. Without approvals, a copy of `reach` is returned, which
 * is fast.
 */
export function subtractApproved(reach: readonly Reach[], approvals: readonly Pick<Approval, 'exposure'>[]): Reach[] {
  if (approvals.length === 0) return [...reach];
  return subtractReach(
    reach,
    approvals.flatMap(({ exposure }) => exposure),
  );
}

/** The exposure of a firewall that no approval covers. `approvals`: those that are in force for the instance. */
export function unapprovedExposure(firewall: Firewall, approvals: readonly Approval[]): Exposure {
  const whole = exposureOf(firewall);
  if (approvals.length === 0) return whole;
  if (!hasUnknownFields(whole)) return subtractFrom(whole, approvals);
  const [odd, clear] = splitRules(firewall);
  const rest = exposureOf(odd);
  const unapproved = subtractFrom(exposureOf(clear), approvals);
  return {
    reach: canonicaliseReach([...unapproved.reach, ...rest.reach]),
    dormant: canonicaliseReach([...unapproved.dormant, ...rest.dormant]),
    notes: whole.notes,
  };
}

/** The part of the exposure of a firewall that can be approved: all of it except the rules with an unknown field. */
export function approvableReach(firewall: Firewall): Reach[] {
  const whole = exposureOf(firewall);
  return hasUnknownFields(whole) ? exposureOf(splitRules(firewall)[1]).reach : whole.reach;
}

const hasUnknownFields = ({ notes }: Exposure) => hasNote(notes, unknownField);

function subtractFrom({ reach, dormant, notes }: Exposure, approvals: readonly Approval[]): Exposure {
  return { reach: subtractApproved(reach, approvals), dormant: subtractApproved(dormant, approvals), notes };
}

/** The rules with an unknown field, and the other rules. */
function splitRules({ rules, ipAddressType }: Firewall): [Firewall, Firewall] {
  const [odd, clear]: [PortState[], PortState[]] = [[], []];
  for (const rule of rules) (hasUnknownFields(exposureOf({ rules: [rule] })) ? odd : clear).push(rule);
  return [
    { rules: odd, ipAddressType },
    { rules: clear, ipAddressType },
  ];
}
