/** Publishes a test alert to a topic, as the scan publishes alerts, and lists the subscriptions. */
import { paginateListSubscriptionsByTopic, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { SnsPublisher } from '../../lambda/adapters/sns-publisher.ts';
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';

export interface Subscriber {
  protocol: string;
  /** Text from outside. */
  endpoint: string;
  isConfirmed: boolean;
}

export interface TopicTest {
  subscribers: Subscriber[];
  /** Error of the publish, in the SDK's words: text from outside; `null`: the message was accepted. */
  problem: string | null;
}

/** Throws if the subscriptions cannot be listed. */
export async function testTopic(
  topicArn: string,
  message: SnsMessage,
  config: SNSClientConfig,
  signal: AbortSignal,
): Promise<TopicTest> {
  const client = new SNSClient(config);
  try {
    const subscribers = await listSubscribers(client, topicArn, signal);
    try {
      await new SnsPublisher(client, topicArn).publish(message);
      return { subscribers, problem: null };
    } catch (error) {
      return { subscribers, problem: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  } finally {
    client.destroy();
  }
}

async function listSubscribers(client: SNSClient, topicArn: string, signal: AbortSignal): Promise<Subscriber[]> {
  const found: Subscriber[] = [];
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn }, { abortSignal: signal });
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
