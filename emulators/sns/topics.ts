import { randomUUID } from 'node:crypto';
import { Refusal } from '../wire/reply.ts';

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  isConfirmed: boolean;
  /** Sent in the confirmation message; the input of `ConfirmSubscription`. */
  token: string;
}

interface Topic {
  arn: string;
  displayName: string;
  subscriptions: Subscription[];
  deleted: number;
}

/** A person must confirm a subscription with one of these protocols. The stand-in confirms the other protocols at once. */
const confirmedByPeople = ['email', 'email-json', 'http', 'https'];
const confirmedAtOnce = ['sqs', 'lambda', 'firehose', 'application', 'sms'];

export function notFound(what: string): Refusal {
  return new Refusal({ name: 'NotFound', status: 404, message: `${what} does not exist` });
}

export function invalidParameter(message: string): Refusal {
  return new Refusal({ name: 'InvalidParameter', message: `Invalid parameter: ${message}` });
}

export class Topics {
  readonly #account: string;
  #topics = new Map<string, Topic>();

  constructor(account: string) {
    this.#account = account;
  }

  /** Returns the existing topic if the name exists, as the service does. */
  create(region: string, name: string, displayName = ''): Topic {
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const arn = `arn:aws:sns:${region}:${this.#account}:${name}`;
    const topic = this.#topics.get(arn) ?? { arn, displayName, subscriptions: [], deleted: 0 };
    this.#topics.set(arn, topic);
    return topic;
  }

  list(): Topic[] {
    return [...this.#topics.values()];
  }

  subscriptions(): Subscription[] {
    return this.list().flatMap((topic) => topic.subscriptions);
  }

  /** Throws InvalidParameter for a text that is not a topic ARN, NotFound for a topic that does not exist. */
  find(arn: string | null): Topic {
    if (arn === null || !/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(arn)) throw invalidParameter('TopicArn');
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw notFound('Topic');
    return topic;
  }

  /**
   * Returns the existing subscription if the protocol and endpoint are already subscribed. Throws InvalidParameter for an unknown protocol,
   * or for an endpoint that does not fit the protocol.
   */
  subscribe(topic: Topic, protocol: string, endpoint: string): Subscription {
    const isKnown = confirmedAtOnce.includes(protocol) || confirmedByPeople.includes(protocol);
    if (!isKnown) throw invalidParameter('Does not support this protocol string');
    if (!isEndpoint(protocol, endpoint)) throw invalidParameter(`Endpoint: ${protocol} does not take ${endpoint}`);
    const existing = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (existing !== undefined) return existing;
    const isConfirmed = confirmedAtOnce.includes(protocol);
    const arn = `${topic.arn}:${randomUUID()}`;
    const subscription = { arn, topicArn: topic.arn, protocol, endpoint, isConfirmed, token: randomUUID() };
    topic.subscriptions.push(subscription);
    return subscription;
  }

  confirm(topic: Topic, token: string | null): Subscription {
    const subscription = topic.subscriptions.find((one) => one.token === token);
    if (subscription === undefined) throw invalidParameter('Invalid token');
    subscription.isConfirmed = true;
    return subscription;
  }

  /** If the subscription no longer exists, this is no error. */
  unsubscribe(arn: string | null): void {
    if (arn === null || arn.split(':').length !== 7) throw invalidParameter('SubscriptionArn');
    for (const topic of this.#topics.values()) {
      const left = topic.subscriptions.filter((one) => one.arn !== arn);
      topic.deleted += topic.subscriptions.length - left.length;
      topic.subscriptions = left;
    }
  }
}

function isEndpoint(protocol: string, endpoint: string): boolean {
  if (protocol.startsWith('email')) return /^[^@\s]+@[^@\s]+$/.test(endpoint);
  if (protocol.startsWith('http')) return endpoint.startsWith(`${protocol}://`);
  return protocol === 'sms' ? endpoint !== '' : endpoint.startsWith('arn:');
}
