import { ArnFormat, BootstraplessSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AccountSettingsInput } from '../lambda/contract/settings-schema.ts';
import { applyAccountSettings } from './apply-account-settings.ts';
import { checkAccountSettings } from './check-props.ts';
import { refuse } from './configuration-error.ts';
import { findUnknownRegions } from './find-unknown-regions.ts';
import { acknowledgeInlinePolicy } from './nag-exceptions.ts';
import { watchedCallPattern } from './watched-call-pattern.ts';

/** The two regions, and the props of a stack. */
export interface EventForwardingStackProps extends StackProps {
  /** Region of the monitor. */
  readonly homeRegion: string;
  /** Region whose events are forwarded; the stack is deployed there. */
  readonly region: string;
  /**
   * The settings of the monitor. Only the permissions boundary and the prefix of names have an effect: the stack has no function and stores
   * nothing.
   *
   * @default - no boundary, and the names of CloudFormation
   */
  readonly rules?: AccountSettingsInput | undefined;
}

/**
 * Forwards API calls from one region to the monitor's region, in the same account. Contains a rule, and a role that can only put events on
 * the default event bus of the monitor's region. The stack has no assets, so the region needs no bootstrapping. Cost: 1 USD per million
 * events.
 */
export class EventForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { rules, homeRegion, region, ...props }: EventForwardingStackProps) {
    super(scope, id, {
      description: 'Portwatch: forwards calls that can change a Lightsail firewall',
      env: { region },
      synthesizer: new BootstraplessSynthesizer(),
      ...props,
    });
    const problems = findUnknownRegions({ eventRegions: [region] }).map((line) =>
      line.replace('eventRegions.0', 'region'),
    );
    if (problems.length > 0) refuse(problems, this.node.path);
    const settings = checkAccountSettings(rules ?? {}, this.node.path);
    applyAccountSettings(this, { ...settings, vpc: null, kmsKeyArn: null }, {});
    const busArn = this.formatArn({
      service: 'events',
      region: homeRegion,
      resource: 'event-bus',
      resourceName: 'default',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    acknowledgeInlinePolicy(role);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] }));
    const bus = EventBus.fromEventBusArn(this, 'HomeBus', busArn);
    new Rule(this, 'Rule', {
      description: 'Portwatch: forwards calls that can change a Lightsail firewall to the region of the monitor',
      eventPattern: watchedCallPattern,
      targets: [new EventBusTarget(bus, { role })],
    });
  }
}
