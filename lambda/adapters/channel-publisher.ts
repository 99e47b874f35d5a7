import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { PlainMessage } from '../alerts/sns-message.ts';
import { clientSettings, defaultTimeouts } from './client-settings.ts';
import { toMessageAttributes } from './sns-publisher.ts';

/** Publishes messages to the topic of a channel. */
export class ChannelPublisher {
  /** Three attempts of at most 6 s each. */
  readonly #client = new SNSClient(clientSettings({ ...defaultTimeouts, maxAttempts: 3 }));

  /** Without a message structure, so that SNS sends the attributes, and applies filter policies to attributes and body. */
  async publish(topicArn: string, { message, attributes }: PlainMessage): Promise<void> {
    const MessageAttributes = toMessageAttributes(attributes);
    await this.#client.send(new PublishCommand({ TopicArn: topicArn, Message: message, MessageAttributes }));
  }
}
