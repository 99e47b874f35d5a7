import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { PlainMessage } from '../alerts/sns-message.ts';
import { clientSettings, defaultTimeouts } from './client-settings.ts';
import { toMessageAttributes } from './sns-publisher.ts';

export class ChannelPublisher {
  /** At most three attempts of 6 s. */
  readonly #client = new SNSClient(clientSettings({ ...defaultTimeouts, maxAttempts: 3 }));

  /** Publishes without a message structure. So SNS delivers the attributes, and applies filter policies to attributes and body. */
  async publish(topicArn: string, { message, attributes }: PlainMessage): Promise<void> {
    const MessageAttributes = toMessageAttributes(attributes);
    await this.#client.send(new PublishCommand({ TopicArn: topicArn, Message: message, MessageAttributes }));
  }
}
