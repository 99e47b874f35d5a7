import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { describeError } from '../../lambda/adapters/describe-error.ts';
import { type Listener, listListeners } from '../../lambda/adapters/list-listeners.ts';
import { SnsPublisher } from '../../lambda/adapters/sns-publisher.ts';
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Channel } from '../../lambda/contract/channels.ts';
import { withClient } from './with-client.ts';

export interface TopicTest {
  subscribers: Listener[];
  /**
   * The error message of the SDK. The message can contain text from other systems, so the caller must escape it. `null`: SNS accepted the
   * test alert.
   */
  problem: string | null;
}

/** Lists the listeners of the topic, and publishes a test alert as the scan publishes alerts. Throws if the listeners cannot be listed. */
export function testTopic(
  topicArn: string,
  channels: readonly Channel[],
  buildMessage: (subscribers: readonly Listener[]) => SnsMessage,
  config: SNSClientConfig,
  signal: AbortSignal,
): Promise<TopicTest> {
  return withClient(new SNSClient(config), async (client) => {
    const subscribers = await listListeners(client, topicArn, channels, signal);
    try {
      await new SnsPublisher(client, topicArn, channels).publish(buildMessage(subscribers));
      return { subscribers, problem: null };
    } catch (error) {
      return { subscribers, problem: describeError(error) };
    }
  });
}
