import { Stack } from 'aws-cdk-lib';
import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface SlackChannelProps {
  /** `T…`; a person has to authorise the workspace once, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** Begins with `C` or `G`. */
  readonly channelId: string;
  readonly topics: ITopic[];
  /** Construct path of the monitor below its stack. Empty in a deployment from a clone of Portwatch's repository. */
  readonly monitorPath: string;
}

/**
 * Shows alerts and alarms in a Slack channel. Uses Amazon Q Developer in chat applications (formerly AWS Chatbot), which is free of charge.
 */
export class SlackChannel extends SlackChannelConfiguration {
  constructor(scope: Construct, id: string, props: SlackChannelProps) {
    const { stackName, region } = Stack.of(scope);
    // The underscore separates the stack name from the path. No stack name has an underscore, so the names of two monitors differ.
    const monitor = props.monitorPath === '' ? '' : `_${props.monitorPath.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
    super(scope, id, {
      // The name has to be unique in the account, so it contains the region.
      slackChannelConfigurationName: `${stackName}${monitor}-${region}`,
      slackWorkspaceId: props.workspaceId,
      slackChannelId: props.channelId,
      notificationTopics: props.topics,
      // Amazon Q drops messages that it can't show. By default nothing about these messages is logged.
      loggingLevel: LoggingLevel.ERROR,
      // By default, the members of the Slack channel get the permissions of the channel's role, up to AdministratorAccess.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
}
