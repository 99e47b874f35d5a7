import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { expectList } from './expect-list.ts';

export interface Subscription {
  protocol: string;
  /** The address of the subscriber as SNS returns it, for example a mail address. Escape the address before you show it. */
  endpoint: string;
  /** `deleted`: SNS lists a deleted subscription for up to three days. */
  state: 'confirmed' | 'pending' | 'deleted';
}

/** Reads all pages. Throws the errors of SNS, and ReadError if an answer has no list. */
export async function listSubscriptions(
  client: SNSClient,
  topicArn: string,
  signal?: AbortSignal,
): Promise<Subscription[]> {
  const found: Subscription[] = [];
  const pages = paginateListSubscriptionsByTopic(
    { client },
    { TopicArn: topicArn },
    ...(signal ? [{ abortSignal: signal }] : []),
  );
  for await (const page of pages)
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of expectList(
      page.Subscriptions,
      'Subscriptions',
      'ListSubscriptionsByTopic',
    ))
      found.push({ protocol: Protocol, endpoint: Endpoint, state: stateOf(SubscriptionArn) });
  return found;
}

/** In place of an ARN, SNS can return `PendingConfirmation` or `Deleted`. */
function stateOf(arn: string): Subscription['state'] {
  if (arn === 'Deleted') return 'deleted';
  return arn.startsWith('arn:') ? 'confirmed' : 'pending';
}
