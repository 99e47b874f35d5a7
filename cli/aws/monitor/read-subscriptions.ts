import { GetSubscriptionAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { listListenersAmong } from '../../../lambda/adapters/list-listeners.ts';
import { listSubscriptions, type Subscription } from '../../../lambda/adapters/list-subscriptions.ts';
import type { Channel } from '../../../lambda/contract/channels.ts';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

/** `null`: the topic does not exist. */
export function readSubscriptions(
  topicArn: string,
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<Subscription[] | null> {
  return withClient(new SNSClient(readerSettings(config)), (client) =>
    readOrNull(listSubscriptions(client, topicArn, signal)),
  );
}

/** True for a subscription that exists, confirmed or not. */
export function hasSubscription(arn: string, config: ReaderConfig, signal: AbortSignal): Promise<boolean> {
  return withClient(new SNSClient(readerSettings(config)), async (client) => {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    return (await readOrNull(client.send(command, { abortSignal: signal }))) !== null;
  });
}

/**
 * Counts the confirmed listeners among the subscriptions of a topic. If the function of a channel with its own topic is subscribed, the
 * function does not count, and the subscribers of the channel's topic count. Throws the errors of the SDK.
 */
export function countListeners(
  subscriptions: readonly Subscription[],
  channels: readonly Channel[],
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<number> {
  return withClient(new SNSClient(readerSettings(config)), async (client) => {
    const listeners = await listListenersAmong(subscriptions, client, channels, signal);
    return listeners.filter(({ isConfirmed }) => isConfirmed).length;
  });
}
