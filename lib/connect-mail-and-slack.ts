import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct, IDependable } from 'constructs';
import type { ChannelName } from '../lambda/contract/channels.ts';
import type { DeploymentSettings } from '../lambda/contract/settings-schema.ts';
import { SlackChannel } from './amazon-q-channel.ts';
import { ChannelTopic } from './channel-topic.ts';
import type { HealthAlarms } from './health-alarms.ts';
import { monitorPath } from './monitor-name.ts';
import { SlackWebhook } from './slack-webhook.ts';

export type MailAndSlackSettings = Pick<
  DeploymentSettings,
  'email' | 'slack' | 'amazonQTopic' | 'slackWebhookParameter'
>;

export interface MonitorChannel {
  readonly name: ChannelName;
  readonly function: IFunction;
  /**
   * The topic to which the function publishes. Without a subscriber of this topic, the function does not count as a listener: otherwise an
   * alert that nobody gets would be marked as alerted. `null`: the function delivers the alerts itself, and is a listener.
   */
  readonly topic: ITopic | null;
  /**
   * The resource that subscribes to `topic`; `null`: no resource of the stack subscribes. The functions that publish alerts depend on the
   * subscriber: in an upgrade, the subscriber has to move to the new topic before the format of the alerts changes.
   */
  readonly subscriber: IDependable | null;
}

export interface ConnectedMonitor extends IConstruct {
  readonly alertTopic: ITopic;
  readonly healthTopic: ITopic;
  readonly deadLetterQueue: IQueue;
  readonly health: HealthAlarms;
  addChannel(channel: MonitorChannel): void;
  senderName(what: string): string;
}

/**
 * Subscribes the email addresses to the topics, and connects Amazon Q and the Slack webhook, if they are configured. `scope`: the parent of
 * the Slack resources. Returns the topic of Amazon Q; `null` without `slack` and `amazonQTopic`.
 */
export function connectMailAndSlack(
  scope: Construct,
  monitor: ConnectedMonitor,
  settings: MailAndSlackSettings,
): ITopic | null {
  for (const email of settings.email)
    for (const topic of [monitor.alertTopic, monitor.healthTopic]) topic.addSubscription(new EmailSubscription(email));
  const topicOfAmazonQ =
    settings.slack || settings.amazonQTopic ? connectAmazonQ(scope, monitor, settings.slack) : null;
  if (settings.slackWebhookParameter !== null) connectWebhook(scope, monitor, settings.slackWebhookParameter);
  return topicOfAmazonQ;
}

function connectWebhook(scope: Construct, monitor: ConnectedMonitor, parameterName: string): void {
  const { alertTopic, healthTopic } = monitor;
  const { lambda } = new SlackWebhook(scope, 'SlackWebhook', {
    parameterName,
    topics: [alertTopic, healthTopic],
    deadLetterQueue: monitor.deadLetterQueue,
  });
  monitor.health.addFunctionErrors('SlackErrors', 'Slack delivery fails', lambda, 'slack-delivery-failed');
  monitor.addChannel({ name: 'slack-webhook', function: lambda, topic: null, subscriber: null });
}

/** Amazon Q can show messages of CloudWatch alarms unchanged. Alerts need the format of Amazon Q, so they have a separate topic. */
function connectAmazonQ(scope: Construct, monitor: ConnectedMonitor, slack: MailAndSlackSettings['slack']): ITopic {
  const { alertTopic, healthTopic, deadLetterQueue, health } = monitor;
  const amazonQ = new ChannelTopic(scope, 'AmazonQ', {
    displayName: monitor.senderName('for Amazon Q'),
    handlerFile: 'amazon-q.ts',
    description: 'Portwatch: publishes alerts as notifications of Amazon Q Developer',
    alertTopic,
    deadLetterQueue,
  });
  const topics = [amazonQ.topic, healthTopic];
  const channel =
    slack && new SlackChannel(scope, 'SlackChannel', { ...slack, topics, monitorPath: monitorPath(monitor) });
  // In an upgrade, the channel must not move to a topic before alerts are published there.
  channel?.node.addDependency(amazonQ.function);
  const { lambda } = amazonQ.function;
  monitor.addChannel({ name: 'amazon-q', function: lambda, topic: amazonQ.topic, subscriber: channel });
  health.addFunctionErrors('AmazonQErrors', 'Amazon Q delivery fails', lambda, 'amazon-q-delivery-failed');
  health.addFailedDelivery('AmazonQDelivery', 'alerts for Amazon Q', amazonQ.topic);
  return amazonQ.topic;
}
