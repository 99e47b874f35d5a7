/**
 * An approval: a person's decision that some exposure is allowed to be open, on some instances, for some time. An approval can only allow.
 * Several approvals add up, and none of them limits another one.
 */
import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { instant, instantOrNull, reachSchema, text, textOrNull } from '../contract/item-fields.ts';
import { matchesGlob } from '../firewall/rating/glob.ts';

/** The end of an approval before its time. */
export const revocationSchema = z.object({ at: instant, by: text, reason: textOrNull });
export type Revocation = z.output<typeof revocationSchema>;

export const approvalSchema = z.object({
  /** Unique among the approvals of an account. */
  id: text,
  /** `configuration`: deployed with the settings. `command`: an item of the table, which a person wrote with the command line. */
  origin: z.enum(['configuration', 'command']),
  /**
   * `instance`, `region`, `account` and `arn` limit the instances. All four must match; `null` matches every instance. `instance` is a
   * name, or a pattern with `*` and `?`.
   */
  instance: textOrNull,
  region: textOrNull,
  account: textOrNull,
  /** Binds the approval to one instance: a new instance of the same name has another ARN. */
  arn: textOrNull,
  /** The exposure that is allowed to be open, in the canonical form of `canonicaliseReach`. */
  exposure: reachSchema,
  /** `reason` and `by` are text from outside: every renderer must escape them. */
  reason: text,
  /** The person who approved: the caller of the command line, or the name in the configuration. Portwatch does not verify the name. */
  by: text,
  /** The first and the last instant of the approval; `null`: no beginning, or no end. */
  from: instantOrNull,
  until: instantOrNull,
  revoked: z.nullable(revocationSchema),
});
export type Approval = z.output<typeof approvalSchema>;

/** The facts of an instance that decide which approvals are about it. `instanceName`: `null` for a region, which has no exposure. */
export interface ApprovableInstance {
  account: string;
  region: string;
  instanceName: string | null;
  arn: string | null;
}

/** `planned`: the approval has not begun. If several phases are possible: first revoked, then ended, then planned. */
export type ApprovalPhase = 'planned' | 'in-force' | 'ended' | 'revoked';

/** `at`: an ISO instant. A scan gives the instant of its start. */
export function phaseOf(
  { from, until, revoked }: Pick<Approval, 'from' | 'until' | 'revoked'>,
  at: string,
): ApprovalPhase {
  const now = Date.parse(at);
  if (revoked !== null && !(now < Date.parse(revoked.at))) return 'revoked';
  if (until !== null && !(now <= Date.parse(until))) return 'ended';
  return from === null || now >= Date.parse(from) ? 'in-force' : 'planned';
}

/** A short hash of all fields of an approval except its revocation. */
export function contentOf({ revoked: _, ...approval }: Approval): string {
  const sorted = Object.entries(approval).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(sorted).toWellFormed()).slice(0, 10);
}

export function isAbout(approval: Approval, { account, region, instanceName, arn }: ApprovableInstance): boolean {
  return (
    (approval.account === null || approval.account === account) &&
    (approval.region === null || approval.region === region) &&
    (approval.arn === null || approval.arn === arn) &&
    (approval.instance === null || matchesGlob(approval.instance, instanceName ?? ''))
  );
}

/** Returns the approvals that are in force for the instance at the instant `at`, in the given order. */
export function listApprovalsFor(instance: ApprovableInstance, approvals: readonly Approval[], at: string): Approval[] {
  return approvals.filter((approval) => phaseOf(approval, at) === 'in-force' && isAbout(approval, instance));
}
