/** Topics and subscriptions of the SNS stand-in. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../wire/reply.ts';

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  isConfirmed: boolean;
  /** What the confirmation message carries; `ConfirmSubscription` takes it. */
  token: string;
}

export interface Topic {
  arn: string;
  displayName: string;
  subscriptions: Subscription[];
  deleted: number;
}

/** Somebody at the other end must confirm these; the others are confirmed by being the same account's. */
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

  /** The same topic for the same name, as the service does. */
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

  /** Throws InvalidParameter for what is no ARN of a topic, NotFound for a topic that is not there. */
  find(arn: string | null): Topic {
    if (arn === null || !/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(arn)) throw invalidParameter('TopicArn');
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw notFound('Topic');
    return topic;
  }

  /** One subscription for one protocol and endpoint, however often it is asked for. */
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

  /** No error for one that is gone already. */
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
