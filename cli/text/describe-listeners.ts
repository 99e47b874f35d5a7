/** Describes the listeners of a topic without their addresses: kinds of subscribers, and how many there are. */
import type { Listener } from '../../lambda/adapters/list-listeners.ts';
import { renderPlain } from '../../lambda/alerts/escape.ts';

/** The endpoint at which Amazon Q Developer in chat applications subscribes to a topic. */
const amazonQEndpoint = /^https:\/\/[\w.-]+\.chatbot\.amazonaws\.com(\/|$)/;

export function isAmazonQ({ protocol, endpoint }: Pick<Listener, 'protocol' | 'endpoint'>): boolean {
  return protocol === 'https' && amazonQEndpoint.test(endpoint);
}

interface ListenerCount {
  /** "mail", "queue of the event topic", "Slack by Amazon Q Developer". */
  kind: string;
  confirmed: number;
  /** Subscriptions that are not confirmed: they receive nothing. */
  pending: number;
}

/** Counts the listeners of each kind. The kinds are in the order in which they first occur in `listeners`. */
export function countListeners(listeners: readonly Listener[]): ListenerCount[] {
  const counts = new Map<string, ListenerCount>();
  for (const listener of listeners) {
    const kind = kindOf(listener);
    const count = counts.get(kind) ?? { kind, confirmed: 0, pending: 0 };
    count[listener.isConfirmed ? 'confirmed' : 'pending'] += 1;
    counts.set(kind, count);
  }
  return [...counts.values()];
}

/** Renders the kinds of the listeners in the state `which`: `mail (2), Slack by a webhook (1)`. `null`: no listener is in that state. */
export function renderListeners(counts: readonly ListenerCount[], which: 'confirmed' | 'pending'): string | null {
  const phrases = counts.filter((count) => count[which] > 0).map((count) => `${count.kind} (${count[which]})`);
  return phrases.length === 0 ? null : phrases.join(', ');
}

const protocols: Readonly<Record<string, string>> = {
  email: 'mail',
  'email-json': 'mail',
  sqs: 'queue',
  lambda: 'function',
  firehose: 'Firehose',
  sms: 'SMS',
};

function kindOf(listener: Listener): string {
  if (isAmazonQ(listener)) return 'Slack by Amazon Q Developer';
  if (listener.channel === 'slack-webhook') return 'Slack by a webhook';
  const { protocol, channel } = listener;
  const kind = (Object.hasOwn(protocols, protocol) && protocols[protocol]) || renderPlain(protocol, 20);
  return channel === 'events' ? `${kind} of the event topic` : kind;
}
