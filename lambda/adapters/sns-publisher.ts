import { GetTopicAttributesCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { SnsMessage } from '../alerts/sns-message.ts';
import type { AlertPublisher, SubscriptionCounter, SubscriptionCounts } from '../scan/interfaces.ts';

/** The alert topic as the AlertPublisher and the SubscriptionCounter. */
export class SnsPublisher implements AlertPublisher, SubscriptionCounter {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  /** By the topic's own counts. Without counts the answer is true, so that alerts are not held back for ever. */
  async hasConfirmedSubscriber(): Promise<boolean> {
    const counts = await this.countSubscriptions();
    return counts === null || counts.confirmed > 0;
  }

  async countSubscriptions(): Promise<SubscriptionCounts | null> {
    const { Attributes } = await this.#client.send(new GetTopicAttributesCommand({ TopicArn: this.#topicArn }));
    const count = (name: string) => Number(Attributes?.[`Subscriptions${name}`] ?? Number.NaN);
    const confirmed = count('Confirmed');
    return Number.isNaN(confirmed)
      ? null
      : { confirmed, pending: count('Pending') || 0, deleted: count('Deleted') || 0 };
  }

  async publish({ subject, message, attributes }: SnsMessage): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: subject,
        Message: message,
        MessageStructure: 'json',
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
        ),
      }),
    );
  }
}
