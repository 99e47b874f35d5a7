import { Stack } from 'aws-cdk-lib';
import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface SlackChannelProps {
  /** `T…`; a person has to authorise the workspace once, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** `C…` or `G…`. */
  readonly channelId: string;
  readonly topics: ITopic[];
  /** The path of the monitor below its stack; empty for a monitor that a clone deploys. */
  readonly monitorPath: string;
}

/** Alerts and alarms in a Slack channel by Amazon Q Developer in chat applications (formerly AWS Chatbot), free of charge. */
export class SlackChannel extends SlackChannelConfiguration {
  constructor(scope: Construct, id: string, props: SlackChannelProps) {
    const { stackName, region } = Stack.of(scope);
    // No stack name has an underscore, so the names of two monitors differ.
    const monitor = props.monitorPath === '' ? '' : `_${props.monitorPath.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
    super(scope, id, {
      // The name has to be unique in the account, so it contains the region.
      slackChannelConfigurationName: `${stackName}${monitor}-${region}`,
      slackWorkspaceId: props.workspaceId,
      slackChannelId: props.channelId,
      notificationTopics: props.topics,
      // Amazon Q drops messages that it can't show. By default nothing about these messages is logged.
      loggingLevel: LoggingLevel.ERROR,
      // By default the members of the channel get the permissions of its role, up to AdministratorAccess.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
}
