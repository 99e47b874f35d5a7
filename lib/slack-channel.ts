import { Stack } from 'aws-cdk-lib';
import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface SlackChannelProps {
  /** `T…`; the workspace was authorised once, by hand, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** `C…` or `G…`. */
  readonly channelId: string;
  readonly topics: ITopic[];
}

/** Alerts and alarms in a Slack channel by Amazon Q Developer in chat applications (once AWS Chatbot), which costs nothing. */
export class SlackChannel extends SlackChannelConfiguration {
  constructor(scope: Construct, id: string, props: SlackChannelProps) {
    super(scope, id, {
      slackChannelConfigurationName: Stack.of(scope).stackName,
      slackWorkspaceId: props.workspaceId,
      slackChannelId: props.channelId,
      notificationTopics: props.topics,
      // A message that it can't show is dropped in silence, unless errors are logged; the default is no logging at all.
      loggingLevel: LoggingLevel.ERROR,
      // By default whoever is in the channel may do what the channel's role and AdministratorAccess allow. Here it only listens.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
}
