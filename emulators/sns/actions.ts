/** The supported actions of the SNS API: each takes a form and returns the elements of the result, or throws a `Refusal`. */
import { parseNumbered, type XmlElements } from '../wire/query-protocol.ts';
import type { Outbox } from './outbox.ts';
import { parsePublication } from './publication.ts';
import { invalidParameter, notFound, type Subscription, type Topics } from './topics.ts';

interface ActionContext {
  topics: Topics;
  outbox: Outbox;
  region: string;
  account: string;
  form: URLSearchParams;
  nowMs: number;
}

export const actions: Record<string, (context: ActionContext) => XmlElements> = {
  CreateTopic: ({ topics, region, form }) => {
    const displayName = parseAttributes(form).get('DisplayName');
    return { TopicArn: topics.create(region, form.get('Name') ?? '', displayName).arn };
  },
  ListTopics: ({ topics }) => ({ Topics: topics.list().map(({ arn }) => ({ member: { TopicArn: arn } })) }),
  GetTopicAttributes: getTopicAttributes,
  Subscribe: subscribe,
  ConfirmSubscription: ({ topics, form }) => {
    const topic = topics.find(form.get('TopicArn'));
    return { SubscriptionArn: topics.confirm(topic, form.get('Token')).arn };
  },
  Unsubscribe: ({ topics, form }) => {
    topics.unsubscribe(form.get('SubscriptionArn'));
    return {};
  },
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  Publish: ({ topics, outbox, form, nowMs }) => {
    const topic = topics.find(form.get('TopicArn') ?? form.get('TargetArn'));
    const publication = parsePublication(form, topic.arn);
    return { MessageId: outbox.accept(publication, topic.subscriptions, new Date(nowMs).toISOString()) };
  },
};

/** The page size of the service. */
const pageSize = 100;

function subscribe({ topics, form }: ActionContext): XmlElements {
  const topic = topics.find(form.get('TopicArn'));
  if (parseAttributes(form).has('FilterPolicy')) throw invalidParameter('this stand-in does not support FilterPolicy');
  const subscription = topics.subscribe(topic, form.get('Protocol') ?? '', form.get('Endpoint') ?? '');
  const isArnShown = subscription.isConfirmed || form.get('ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: isArnShown ? subscription.arn : 'pending confirmation' };
}

function getTopicAttributes({ topics, account, form }: ActionContext): XmlElements {
  const topic = topics.find(form.get('TopicArn'));
  const confirmed = topic.subscriptions.filter((one) => one.isConfirmed).length;
  const attributes = {
    TopicArn: topic.arn,
    Owner: account,
    DisplayName: topic.displayName,
    SubscriptionsConfirmed: confirmed,
    SubscriptionsPending: topic.subscriptions.length - confirmed,
    SubscriptionsDeleted: topic.deleted,
  };
  return { Attributes: Object.entries(attributes).map(([key, value]) => ({ entry: { key, value } })) };
}

function listSubscriptionsByTopic({ topics, account, form }: ActionContext): XmlElements {
  const topic = topics.find(form.get('TopicArn'));
  const start = Number(form.get('NextToken') ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('NextToken');
  const page = topic.subscriptions.slice(start, start + pageSize);
  const isMore = start + pageSize < topic.subscriptions.length;
  return {
    Subscriptions: page.map((one) => ({ member: describe(one, account) })),
    ...(isMore ? { NextToken: start + pageSize } : {}),
  };
}

function describe(subscription: Subscription, account: string): XmlElements {
  const { arn, topicArn, protocol, endpoint, isConfirmed } = subscription;
  const shown = isConfirmed ? arn : 'PendingConfirmation';
  return { SubscriptionArn: shown, Owner: account, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}

function getSubscriptionAttributes({ topics, account, form }: ActionContext): XmlElements {
  const arn = form.get('SubscriptionArn');
  const subscription = topics.subscriptions().find((one) => one.arn === arn);
  if (subscription === undefined) throw notFound('Subscription');
  const { topicArn, protocol, endpoint, isConfirmed } = subscription;
  const attributes = {
    ...{ SubscriptionArn: arn ?? '', TopicArn: topicArn, Owner: account, Protocol: protocol, Endpoint: endpoint },
    PendingConfirmation: String(!isConfirmed),
  };
  return { Attributes: Object.entries(attributes).map(([key, value]) => ({ entry: { key, value } })) };
}

function parseAttributes(form: URLSearchParams): Map<string, string> {
  const entries = parseNumbered(form, 'Attributes.entry');
  return new Map(entries.map((fields) => [fields.get('key') ?? '', fields.get('value') ?? '']));
}
