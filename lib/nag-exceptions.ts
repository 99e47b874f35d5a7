import { Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * The rule packs of cdk-nag for NIST 800-53 (revision 5), HIPAA and PCI DSS. Each rule that `acknowledgeInPacks` acknowledges is in all
 * three packs.
 */
const packs = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

export interface RuleException {
  /** The id of the rule, with its pack. */
  readonly id: string;
  readonly reason: string;
}

/** Records why rules do not apply to `construct`. A CDK version without `Validations` also has no checks that read this record. */
export function acknowledge(construct: IConstruct, ...exceptions: RuleException[]): void {
  (Validations as typeof Validations | undefined)?.of(construct).acknowledge(...exceptions);
}

export function acknowledgeInPacks(construct: IConstruct, rule: string, reason: string): void {
  acknowledge(construct, ...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
}

export function acknowledgeInlinePolicy(role: IRole): void {
  acknowledgeInPacks(
    role,
    'IAMNoInlinePolicy',
    'The policy is for this one role, names the resources of this stack, and is deleted with the role: nothing else can attach it.',
  );
}
