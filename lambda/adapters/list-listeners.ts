/** Lists the listeners: the subscribers of the alert topic, and those of the topics of its channels. */
import type { SNSClient } from '@aws-sdk/client-sns';
import type { Channel, ChannelName } from '../contract/channels.ts';
import { listSubscriptions, type Subscription } from './list-subscriptions.ts';

export interface Listener {
  protocol: string;
  /** The address of the subscriber as SNS returns it, for example a mail address. Escape the address before you show it. */
  endpoint: string;
  isConfirmed: boolean;
  /** `null`: the listener is subscribed to the alert topic itself, and is not the function of a channel. */
  channel: ChannelName | null;
}

/**
 * A channel's function with a topic of its own is no listener, because the function only passes messages on. If the function is subscribed
 * to the alert topic, the subscribers of the function's topic are listeners.
 *
 * Throws the errors of SNS, and ReadError if an answer has no list.
 */
export async function listListeners(
  client: SNSClient,
  topicArn: string,
  channels: readonly Channel[],
  signal?: AbortSignal,
): Promise<Listener[]> {
  return listListenersAmong(await listSubscriptions(client, topicArn, signal), client, channels, signal);
}

/** As `listListeners`, for a topic whose subscriptions were listed before. */
export async function listListenersAmong(
  subscriptions: readonly Subscription[],
  client: SNSClient,
  channels: readonly Channel[],
  signal?: AbortSignal,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const subscription of toHeard(subscriptions)) {
    const channel = channels.find((each) => isFunctionOf(each, subscription));
    const heard =
      channel && channel.topicArn !== null
        ? toHeard(await listSubscriptions(client, channel.topicArn, signal))
        : [subscription];
    listeners.push(...heard.map((listener) => ({ ...listener, channel: channel?.name ?? null })));
  }
  return listeners;
}

function isFunctionOf({ functionName }: Channel, { protocol, endpoint }: Heard): boolean {
  return protocol === 'lambda' && endpoint.endsWith(`:function:${functionName}`);
}

type Heard = Omit<Listener, 'channel'>;

/** Leaves out deleted subscriptions, which SNS lists for up to three days. */
function toHeard(subscriptions: readonly Subscription[]): Heard[] {
  return subscriptions
    .filter(({ state }) => state !== 'deleted')
    .map(({ protocol, endpoint, state }) => ({ protocol, endpoint, isConfirmed: state === 'confirmed' }));
}
