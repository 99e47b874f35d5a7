/** Publishes a test alert to a topic, as the scan publishes alerts, and lists the subscriptions. */
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { SnsPublisher } from '../../lambda/adapters/sns-publisher.ts';
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import { listSubscribers, type Subscriber } from './topic-subscribers.ts';

export interface TopicTest {
  subscribers: Subscriber[];
  /** Error of the publish, in the SDK's words: text from outside; `null`: the message was accepted. */
  problem: string | null;
}

/** Throws if the subscriptions can not be listed. */
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
