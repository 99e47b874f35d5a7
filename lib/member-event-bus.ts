import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { WatchedAccounts } from '../lambda/contract/settings-schema.ts';

/** The name of a monitor can have slashes, the name of a bus cannot. */
export const eventBusName = (monitor: string, namePrefix: string | null): string =>
  `${namePrefix === null ? '' : `${namePrefix}-`}${monitor}`.replaceAll('/', '-');

export interface MemberEventBusProps {
  readonly eventBusName: string;
  readonly accounts: WatchedAccounts;
}

/** Accepts only events of the listed accounts, or of every account of the organisation, and stores nothing. */
export class MemberEventBus extends EventBus {
  constructor(scope: Construct, id: string, { eventBusName, accounts }: MemberEventBusProps) {
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
