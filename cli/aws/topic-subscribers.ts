/** The subscriptions of a topic; for the command line. The monitor itself only counts them. */
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

export interface Subscriber {
  protocol: string;
  /** Text from outside. */
  endpoint: string;
  isConfirmed: boolean;
}

export async function listSubscribers(client: SNSClient, topicArn: string, signal: AbortSignal): Promise<Subscriber[]> {
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
