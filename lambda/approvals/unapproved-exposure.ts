/**
 * Unapproved exposure: what is open, less what is approved, by set subtraction over protocols, ports and sources. A source that is not a
 * network, and an unknown protocol, is a set of its own, which only its own name approves: approving every address approves no alias and
 * no rule without sources. A rule with an unknown field cannot be approved, because nobody knows what it lets through.
 */
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
import { unknownField } from '../firewall/rules/rule-notes.ts';
import type { Approval } from './approval.ts';

/** The part of an exposure that one approval covers. Parts of several approvals may overlap. */
export interface ApprovedPart extends Pick<Approval, 'id' | 'by' | 'reason' | 'until'> {
  /** Canonical. Empty only in an entry that was too large for its exposure. */
  reach: Reach[];
}

/** `approvals`: those that hold for the instance. */
export function listApprovedParts(reach: readonly Reach[], approvals: readonly Approval[]): ApprovedPart[] {
  return approvals.flatMap(({ id, by, reason, until, exposure }): ApprovedPart[] => {
    const part = intersectReach(reach, exposure);
    return part.length === 0 ? [] : [{ id, by, reason, until, reach: part }];
  });
}

/** The part of `reach` that no approval covers; canonical. Without approvals `reach` itself, which costs nothing. */
export function subtractApproved(reach: readonly Reach[], approvals: readonly Pick<Approval, 'exposure'>[]): Reach[] {
  if (approvals.length === 0) return [...reach];
  return subtractReach(
    reach,
    approvals.flatMap(({ exposure }) => exposure),
  );
}

/** What a firewall lets through and no approval covers. `approvals`: those that hold for the instance. */
export function unapprovedExposure(firewall: Firewall, approvals: readonly Approval[]): Exposure {
  const whole = exposureOf(firewall);
  if (approvals.length === 0) return whole;
  const understood = subtractFrom(whole, approvals);
  if (!hasUnknownFields(whole)) return understood;
  const [odd, clear] = splitRules(firewall);
  const rest = exposureOf(odd);
  const unapproved = subtractFrom(exposureOf(clear), approvals);
  return {
    reach: canonicaliseReach([...unapproved.reach, ...rest.reach]),
    dormant: canonicaliseReach([...unapproved.dormant, ...rest.dormant]),
    notes: whole.notes,
  };
}

/** The part of what a firewall lets through that can be approved: all of it but the rules with an unknown field. */
export function approvableReach(firewall: Firewall): Reach[] {
  const whole = exposureOf(firewall);
  return hasUnknownFields(whole) ? exposureOf(splitRules(firewall)[1]).reach : whole.reach;
}

const hasUnknownFields = ({ notes }: Exposure) => notes.some(({ code }) => code === unknownField);

function subtractFrom({ reach, dormant, notes }: Exposure, approvals: readonly Approval[]): Exposure {
  return { reach: subtractApproved(reach, approvals), dormant: subtractApproved(dormant, approvals), notes };
}

/** The rules with an unknown field, and the others. */
function splitRules({ rules, ipAddressType }: Firewall): [Firewall, Firewall] {
  const [odd, clear]: [PortState[], PortState[]] = [[], []];
  for (const rule of rules) (hasUnknownFields(exposureOf({ rules: [rule] })) ? odd : clear).push(rule);
  return [
    { rules: odd, ipAddressType },
    { rules: clear, ipAddressType },
  ];
}
