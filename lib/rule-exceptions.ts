import { Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** The packs of cdk-nag for NIST 800-53 (revision 5), HIPAA and PCI DSS, which share these rules. */
const packs = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/** Records why `rule` of the packs does not hold for `construct`. */
export function acknowledgeInPacks(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge(...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
}

export function acknowledgeInlinePolicy(role: IRole): void {
  acknowledgeInPacks(
    role,
    'IAMNoInlinePolicy',
    'The policy is for this one role, names the resources of this stack, and is deleted with the role: nothing else can attach it.',
  );
}
