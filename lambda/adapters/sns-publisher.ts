import { GetTopicAttributesCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { PlainMessage, SnsMessage } from '../alerts/sns-message.ts';
import type { Channel } from '../contract/channels.ts';
import type { AlertPublisher, SubscriptionCounter, SubscriptionCounts } from '../scan/interfaces.ts';
import { listListeners } from './list-listeners.ts';

/** Publishes to the alert topic, and counts its subscriptions. */
export class SnsPublisher implements AlertPublisher, SubscriptionCounter {
  readonly #client: SNSClient;
  readonly #topicArn: string;
  readonly #channels: readonly Channel[];

  constructor(client: SNSClient, topicArn: string, channels: readonly Channel[]) {
    this.#client = client;
    this.#topicArn = topicArn;
    this.#channels = channels;
  }

  async hasConfirmedSubscriber(): Promise<boolean> {
    const listeners = await listListeners(this.#client, this.#topicArn, this.#channels);
    return listeners.some(({ isConfirmed }) => isConfirmed);
  }

  async countSubscriptions(): Promise<SubscriptionCounts | null> {
    const topics = [this.#topicArn, ...this.#channels.flatMap(({ topicArn }) => topicArn ?? [])];
    const [listeners, ...deleted] = await Promise.all([
      listListeners(this.#client, this.#topicArn, this.#channels),
      ...topics.map((topicArn) => this.#countDeleted(topicArn)),
    ]);
    const confirmed = listeners.filter(({ isConfirmed }) => isConfirmed).length;
    const pending = listeners.length - confirmed;
    const sum = deleted.reduce<number | null>((all, count) => (all === null || count === null ? null : all + count), 0);
    return sum === null ? null : { confirmed, pending, deleted: sum };
  }

  /**
   * Counts with the attributes of the topic, because the list of subscriptions does not contain every deleted subscription. `null`: the
   * topic has no such attribute.
   */
  async #countDeleted(topicArn: string): Promise<number | null> {
    const { Attributes } = await this.#client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const count = Number.parseInt(Attributes?.['SubscriptionsDeleted'] ?? '', 10);
    return Number.isNaN(count) ? null : count;
  }

  async publish({ subject, message, attributes }: SnsMessage): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: subject,
        Message: message,
        MessageStructure: 'json',
        MessageAttributes: toMessageAttributes(attributes),
      }),
    );
  }
}

export function toMessageAttributes(attributes: PlainMessage['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
  );
}
