/** Permissions of the monitor in the watched accounts, and of the watched accounts on the monitor. */
import { Aws } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeploymentSettings, MonitorSettings, WatchedAccounts } from '../lambda/contract/settings-schema.ts';
import { acknowledge } from './nag-exceptions.ts';
import type { ProductFunction } from './product-function.ts';

/**
 * The names of the roles of the two functions, which the roles of the watched accounts trust. Without `accounts`, CloudFormation chooses
 * the names.
 */
export const monitorRoles = ({
  accounts,
  monitorRoleName,
}: Pick<MonitorSettings & DeploymentSettings, 'accounts' | 'monitorRoleName'>) =>
  accounts === null
    ? { scan: undefined, events: undefined }
    : { scan: monitorRoleName, events: `${monitorRoleName}Events` };

/** `monitor`: the name of the monitor. It can have slashes, which the name of a bus cannot have. */
export const eventBusName = (monitor: string, namePrefix: string | null): string =>
  `${namePrefix === null ? '' : `${namePrefix}-`}${monitor}`.replaceAll('/', '-');

/**
 * Allows assuming the role of each watched account, and no other role: both condition keys contain the account that owns the role. The list
 * is a condition, because 150 ARNs can be longer than the 10,240 characters that IAM allows for all inline policies of a role.
 */
export function grantEnterAccounts(grantee: ProductFunction, accounts: WatchedAccounts, memberRoleName: string): void {
  const owners =
    'organization' in accounts
      ? { 'aws:ResourceOrgID': accounts.organization }
      : { 'aws:ResourceAccount': [...accounts] };
  grantee.allow(['sts:AssumeRole'], [`arn:${Aws.PARTITION}:iam::*:role/${memberRoleName}`], { StringEquals: owners });
  acknowledge(grantee.role, {
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${memberRoleName}]`,
    reason: 'A condition limits the accounts to those that are watched.',
  });
}

export interface MemberBusProps {
  readonly eventBusName: string;
  readonly accounts: WatchedAccounts;
}

/**
 * Receives the events of the watched accounts. It accepts events of the organisation, or of the accounts of the list, and stores nothing.
 */
export class MemberBus extends EventBus {
  constructor(scope: Construct, id: string, { eventBusName, accounts }: MemberBusProps) {
    super(scope, id, { eventBusName, description: 'Portwatch: receives API calls of the watched accounts' });
    const members =
      'organization' in accounts
        ? {
            principals: [new AnyPrincipal()],
            conditions: { StringEquals: { 'aws:PrincipalOrgID': accounts.organization } },
          }
        : { principals: accounts.map((account) => new AccountPrincipal(account)) };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WatchedAccounts',
        actions: ['events:PutEvents'],
        resources: [this.eventBusArn],
        ...members,
      }),
    );
  }
}
