/** Lists who hears the alerts: the subscribers of the alert topic, and those of the topics of its channels. */
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Channel, ChannelName } from '../contract/channels.ts';

export interface Listener {
  protocol: string;
  /** Text from outside; may be a mail address. */
  endpoint: string;
  isConfirmed: boolean;
  /** The channel through which the messages come; `null`: straight from the topic. */
  channel: ChannelName | null;
}

/**
 * A function that passes messages on to a topic of its own is no listener: the subscribers of its topic are, and they hear nothing if the
 * function is not subscribed. Throws the errors of SNS.
 */
export async function listListeners(
  client: SNSClient,
  topicArn: string,
  channels: readonly Channel[],
  signal?: AbortSignal,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const subscription of await listSubscriptions(client, topicArn, signal)) {
    const channel = channels.find((each) => isFunctionOf(each, subscription));
    const heard =
      channel && channel.topicArn !== null ? await listSubscriptions(client, channel.topicArn, signal) : [subscription];
    listeners.push(...heard.map((listener) => ({ ...listener, channel: channel?.name ?? null })));
  }
  return listeners;
}

function isFunctionOf({ functionName }: Channel, { protocol, endpoint }: Subscription): boolean {
  return protocol === 'lambda' && endpoint.endsWith(`:function:${functionName}`);
}

type Subscription = Omit<Listener, 'channel'>;

async function listSubscriptions(client: SNSClient, topicArn: string, signal?: AbortSignal): Promise<Subscription[]> {
  const found: Subscription[] = [];
  const pages = paginateListSubscriptionsByTopic(
    { client },
    { TopicArn: topicArn },
    ...(signal ? [{ abortSignal: signal }] : []),
  );
  for await (const page of pages) {
    for (const { Protocol, Endpoint, SubscriptionArn } of page.Subscriptions ?? []) {
      // In place of an ARN, SNS returns `PendingConfirmation`, and for some time `Deleted`.
      if (SubscriptionArn === 'Deleted') continue;
      found.push({
        protocol: Protocol ?? '',
        endpoint: Endpoint ?? '',
        isConfirmed: SubscriptionArn?.startsWith('arn:') === true,
      });
    }
  }
  return found;
}
