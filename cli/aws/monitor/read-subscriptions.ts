import { GetSubscriptionAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { listListeners } from '../../../lambda/adapters/list-listeners.ts';
import type { Channel } from '../../../lambda/contract/channels.ts';
import { type ReaderConfig, readerSettings, readOrNull, withClient } from './reader-config.ts';

export interface SubscriptionFacts {
  protocol: string;
  /** Text from outside. */
  endpoint: string;
  /** `deleted`: SNS shows a deleted subscription for up to three days. */
  state: 'confirmed' | 'pending' | 'deleted';
}

/** Every subscription of a topic; `null`: there is no such topic. */
export function readSubscriptions(
  topicArn: string,
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<SubscriptionFacts[] | null> {
  return withClient(new SNSClient(readerSettings(config)), (client) =>
    readOrNull(listSubscriptions(client, topicArn, signal)),
  );
}

async function listSubscriptions(client: SNSClient, topicArn: string, signal: AbortSignal) {
  const found: SubscriptionFacts[] = [];
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn }, { abortSignal: signal });
  for await (const page of pages)
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
      found.push({ protocol: Protocol, endpoint: Endpoint, state: stateOf(SubscriptionArn) });
  return found;
}

/** In place of an ARN, SNS returns `PendingConfirmation`, and for some time `Deleted`. */
function stateOf(arn: string): SubscriptionFacts['state'] {
  if (arn === 'Deleted') return 'deleted';
  return arn.startsWith('arn:') ? 'confirmed' : 'pending';
}

/** True for a subscription that exists, confirmed or not. */
export function hasSubscription(arn: string, config: ReaderConfig, signal: AbortSignal): Promise<boolean> {
  return withClient(new SNSClient(readerSettings(config)), async (client) => {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    return (await readOrNull(client.send(command, { abortSignal: signal }))) !== null;
  });
}

/** Confirmed subscribers of a topic, and of the topics of its channels. Throws what the SDK throws. */
export function countListeners(
  topicArn: string,
  channels: readonly Channel[],
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<number> {
  return withClient(new SNSClient(readerSettings(config)), async (client) => {
    const listeners = await listListeners(client, topicArn, channels, signal);
    return listeners.filter(({ isConfirmed }) => isConfirmed).length;
  });
}
