/**
 * The resources of the watched accounts: a role for the monitor, and in each region a rule that forwards events. The stacks have no assets,
 * so that StackSets can deploy them.
 */
import { Aws, BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicy } from './nag-exceptions.ts';
import { watchedCallPattern } from './watched-call-pattern.ts';

export interface MemberProps {
  /** The account of the monitor, 12 digits. */
  readonly monitorAccount: string;
  /** The names of the monitor's roles that are allowed to read the account. */
  readonly monitorRoles: readonly string[];
  readonly memberRoleName: string;
  readonly externalId: string;
  /** The bus that receives the events. `null`: no events are forwarded. */
  readonly bus: { readonly region: string; readonly name: string } | null;
}

const busArn = ({ monitorAccount, bus }: MemberProps) =>
  `arn:${Aws.PARTITION}:events:${bus?.region}:${monitorAccount}:event-bus/${bus?.name}`;
const eventsRoleName = ({ memberRoleName }: MemberProps) => `${memberRoleName}Events`;

/** One stack for each account: a role that the monitor assumes to read the account, and with `bus` a role that forwards events. */
export class MemberRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberProps) {
    super(scope, id, {
      description:
        'Portwatch: a role that may read the Lightsail firewalls of this account, for the monitor in another account',
      synthesizer: new BootstraplessSynthesizer(),
    });
    const { monitorAccount, memberRoleName, externalId } = props;
    const monitors = props.monitorRoles.map((name) => `arn:${Aws.PARTITION}:iam::${monitorAccount}:role/${name}`);
    const role = new Role(this, 'Role', {
      roleName: memberRoleName,
      // The roles are a condition, because IAM refuses a role as principal that does not exist yet. IAM also replaces a deleted role by its
      // id, so that a new role of the same name would not be trusted (IAM, "Principal").
      assumedBy: new AccountPrincipal(monitorAccount).withConditions({
        ArnEquals: { 'aws:PrincipalArn': monitors },
        StringEquals: { 'sts:ExternalId': externalId },
      }),
      inlinePolicies: {
        Read: allow(
          [
            'lightsail:GetRegions',
            'lightsail:GetInstances',
            'lightsail:GetInstancePortStates',
            'cloudtrail:LookupEvents',
          ],
          '*',
        ),
      },
    });
    acknowledgeInlinePolicy(role);
    acknowledge(role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'These actions support no resource types (Service Authorization Reference), so AWS allows them on "*" only.',
    });
    if (props.bus === null) return;
    const forwarding = new Role(this, 'EventsRole', {
      roleName: eventsRoleName(props),
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { Forward: allow(['events:PutEvents'], busArn(props)) },
    });
    acknowledgeInlinePolicy(forwarding);
  }
}

/** One stack for each region of an account: the rule that forwards API calls to the bus of the monitor. 1 USD per million events. */
export class MemberEventsStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberProps) {
    super(scope, id, {
      description: 'Portwatch: forwards calls that can change a Lightsail firewall to the monitor in another account',
      synthesizer: new BootstraplessSynthesizer(),
    });
    const role = Role.fromRoleArn(
      this,
      'Role',
      `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${eventsRoleName(props)}`,
      { mutable: false },
    );
    new Rule(this, 'Rule', {
      description: 'Portwatch: forwards calls that can change a Lightsail firewall to the account of the monitor',
      eventPattern: watchedCallPattern,
      targets: [new EventBusTarget(EventBus.fromEventBusArn(this, 'Bus', busArn(props)), { role })],
    });
  }
}

function allow(actions: string[], resource: string): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });
}
