/** Who is subscribed to a topic. For the command line: the monitor itself only asks how many there are. */
import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';

export interface Subscriber {
  protocol: string;
  /** Text from outside. */
  endpoint: string;
  isConfirmed: boolean;
}

export async function listSubscribers(client: SNSClient, topicArn: string, signal: AbortSignal): Promise<Subscriber[]> {
  const found: Subscriber[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken }), {
      abortSignal: signal,
    });
    for (const { Protocol, Endpoint, SubscriptionArn } of page.Subscriptions ?? []) {
      // SNS says `PendingConfirmation`, and for a while `Deleted`, in the place of the ARN.
      if (SubscriptionArn === 'Deleted') continue;
      found.push({
        protocol: Protocol ?? '',
        endpoint: Endpoint ?? '',
        isConfirmed: SubscriptionArn?.startsWith('arn:') === true,
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
