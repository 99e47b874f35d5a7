import { Aws } from 'aws-cdk-lib';
import type { DeploymentSettings, MonitorSettings, WatchedAccounts } from '../lambda/contract/settings-schema.ts';
import { acknowledge } from './nag-exceptions.ts';
import type { ProductFunction } from './product-function.ts';

/**
 * Names of the roles of the scan function and the event function. The roles of the watched accounts trust these names. `undefined`: without
 * `accounts`, the roles have no configured names.
 */
export const monitorRoles = ({
  accounts,
  monitorRoleName,
}: Pick<MonitorSettings & DeploymentSettings, 'accounts' | 'monitorRoleName'>) =>
  accounts === null
    ? { scan: undefined, events: undefined }
    : { scan: monitorRoleName, events: `${monitorRoleName}Events` };

/**
 * Allows assuming the role `memberRoleName` of the listed accounts, or of every account of the organisation; `units` and `except` do not
 * limit this permission. The accounts are a condition, because 150 ARNs can be longer than the 10,240 characters that IAM allows for all
 * inline policies of a role.
 */
export function grantEnterAccounts(grantee: ProductFunction, accounts: WatchedAccounts, memberRoleName: string): void {
  const [owners, reason] =
    'organization' in accounts
      ? [
          { 'aws:ResourceOrgID': accounts.organization },
          'A condition limits the accounts to those of the organisation. The settings units and except do not limit this permission.',
        ]
      : [{ 'aws:ResourceAccount': [...accounts] }, 'A condition limits the accounts to those of the list.'];
  grantee.allow(['sts:AssumeRole'], [`arn:${Aws.PARTITION}:iam::*:role/${memberRoleName}`], { StringEquals: owners });
  acknowledge(grantee.role, {
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${memberRoleName}]`,
    reason,
  });
}
