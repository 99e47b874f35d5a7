/**
 * The channels behind the alert topic, from the scan to the last subscriber: the scan publishes once, the functions pass the alerts on, and
 * only the subscribers of their topics count as listeners.
 */
import { CreateTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Channel } from '../../lambda/contract/channels.ts';
import { type DeployedChannel, deliverTo } from '../support/deliver-to-channels.ts';
import { account, homeRegion, WatchedAccount } from './watched-account.ts';

const amazonQEndpoint = 'https://global.sns-api.chatbot.amazonaws.com';
const functionArn = (name: string) => `arn:aws:lambda:${homeRegion}:${account}:function:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:${homeRegion}:${account}:${name}`;
const web1 = { region: homeRegion, name: 'web-1' };
const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp', state: 'open', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };

let watched: WatchedAccount;
let topics: SNSClient;
let count = 0;
let eventTopic: string;
let amazonQTopic: string;

beforeAll(async () => {
  watched = await WatchedAccount.start({ lightsail: { regions: [homeRegion], notEnabledRegions: [] } });
  topics = new SNSClient({});
});

afterAll(async () => {
  topics.destroy();
  await watched.close();
});

const createTopic = async (name: string) =>
  (await topics.send(new CreateTopicCommand({ Name: `${name}-${count}` }))).TopicArn ?? '';

const subscribe = async (TopicArn: string, Protocol: string, Endpoint: string) =>
  (await topics.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true })))
    .SubscriptionArn ?? '';

/**
 * A deployment with Slack by Amazon Q and nothing else: two functions are subscribed to the alert topic, and their topics have no
 * subscribers yet.
 */
beforeEach(async () => {
  count += 1;
  await watched.renew();
  const alertTopicArn = await createTopic('alert-topic');
  eventTopic = await createTopic('event-topic');
  amazonQTopic = await createTopic('amazon-q-topic');
  const channels: Channel[] = [
    { name: 'events', functionName: 'Events', topicArn: eventTopic },
    { name: 'amazon-q', functionName: 'AmazonQ', topicArn: amazonQTopic },
    { name: 'slack-webhook', functionName: 'Webhook', topicArn: null },
  ];
  watched.deployment = { ...watched.deployment, alertTopicArn, channels };
  await subscribe(alertTopicArn, 'lambda', functionArn('Events'));
  await subscribe(alertTopicArn, 'lambda', functionArn('AmazonQ'));
  watched.emulators.lightsail.addInstance({ ...web1, portStates: [] });
});

const deliveriesTo = (endpoint: string) =>
  watched.emulators.sns.outbox().filter((delivery) => delivery.endpoint === endpoint);

const pass = (name: string, target: DeployedChannel) => deliverTo(target, deliveriesTo(functionArn(name)));

/** The marks of web-1's region: the number of recorded entries, and of alerted entries. */
async function marks(): Promise<{ recorded: number; told: number }> {
  const region = (await watched.items()).find(({ sk }) => sk === `${homeRegion}#`);
  return { recorded: Number(region?.['recorded']), told: Number(region?.['told']) };
}

describe('while only functions are subscribed, and their topics have no subscriber', () => {
  test('P3: nothing is published or marked as alerted, and the alert is sent when there is a subscriber', async () => {
    const report = await watched.scan();
    expect(watched.emulators.sns.publications()).toEqual([]);
    expect(watched.events).toContainEqual({ event: 'not-told', why: 'no-confirmed-subscriber' });
    expect(await marks()).toEqual({ recorded: 1, told: 0 });
    expect(report.alerts).toBe(0);
    await subscribe(eventTopic, 'sqs', queueArn('events'));
    await watched.scan();
    expect(watched.alerts().map(({ kind }) => kind)).toEqual(['monitoring-started']);
    expect(await marks()).toEqual({ recorded: 1, told: 1 });
  });

  test('P3: nothing is published if only the event topic has a subscriber, and its function is not subscribed any more', async () => {
    const { alertTopicArn } = watched.deployment;
    await subscribe(eventTopic, 'sqs', queueArn('events'));
    const subscription = watched.emulators.sns
      .subscriptions()
      .find(({ topicArn, endpoint }) => topicArn === alertTopicArn && endpoint === functionArn('Events'));
    await topics.send(new UnsubscribeCommand({ SubscriptionArn: subscription?.arn }));
    await watched.scan();
    expect(watched.emulators.sns.publications()).toEqual([]);
  });

  test('the function for a webhook delivers by itself, so it is a listener', async () => {
    await subscribe(watched.deployment.alertTopicArn, 'lambda', functionArn('Webhook'));
    await watched.scan();
    expect(watched.alerts().map(({ kind }) => kind)).toEqual(['monitoring-started']);
  });
});

describe('a deployment with nothing but Slack by Amazon Q', () => {
  beforeEach(async () => {
    await subscribe(amazonQTopic, 'https', amazonQEndpoint);
    watched.emulators.sns.confirmSubscriptions();
  });

  test('P3: publishes each alert once, marks it, and Slack gets its notification', async () => {
    await watched.scan();
    watched.emulators.lightsail.setPortStates({ ...web1, portStates: [ssh] });
    await watched.scan();
    expect(watched.emulators.sns.publications()).toHaveLength(2);
    expect(await marks()).toEqual({ recorded: 1, told: 1 });
    await pass('AmazonQ', { handlerFile: 'amazon-q.ts', topicArn: amazonQTopic });
    const notifications = deliveriesTo(amazonQEndpoint).map(({ body }) => JSON.parse(body));
    expect(notifications).toHaveLength(2);
    expect(notifications[1]).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: ':rotating_light: [CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)',
        description: expect.stringContaining('opened `tcp 22 (SSH)` from `anywhere`'),
      },
    });
  });
});

describe('each subscriber gets the text for its protocol', () => {
  test('https, http and a queue of the alert topic get the JSON event, mail gets text, and no subscriber gets the text for Amazon Q', async () => {
    const { alertTopicArn } = watched.deployment;
    await subscribe(alertTopicArn, 'https', 'https://example.com/hook');
    await subscribe(alertTopicArn, 'http', 'http://example.com/hook');
    await subscribe(alertTopicArn, 'sqs', queueArn('all'));
    await subscribe(alertTopicArn, 'email', 'you@example.com');
    watched.emulators.sns.confirmSubscriptions();
    await watched.scan();
    for (const endpoint of ['https://example.com/hook', 'http://example.com/hook', queueArn('all')])
      expect(deliveriesTo(endpoint).map(({ body }) => JSON.parse(body).schema)).toEqual(['portwatch.digest/1']);
    expect(deliveriesTo('you@example.com')[0]?.body).toMatch(/^INFO {2}watching 1 instance in eu-west-1/);
  });

  test('a program on the event topic gets one alert a message, with attributes that SNS delivers', async () => {
    await subscribe(eventTopic, 'sqs', queueArn('events'));
    await watched.scan();
    watched.emulators.lightsail.setPortStates({ ...web1, portStates: [ssh] });
    watched.emulators.lightsail.addInstance({ region: homeRegion, name: 'web-2', portStates: [] });
    await watched.scan();
    expect(watched.emulators.sns.publications()).toHaveLength(2);
    await pass('Events', { handlerFile: 'event-topic.ts', topicArn: eventTopic });
    const received = deliveriesTo(queueArn('events')).map(({ body, attributes }) => ({
      kinds: JSON.parse(body).alerts.map(({ kind }: { kind: string }) => kind),
      severity: attributes['severity']?.value,
      region: attributes['region'],
    }));
    const region = { type: 'String', value: 'eu-west-1' };
    expect(received).toEqual([
      { kinds: ['monitoring-started'], severity: 'info', region },
      { kinds: ['firewall-changed'], severity: 'critical', region },
      { kinds: ['instance-appeared'], severity: 'low', region },
    ]);
  });
});

describe('a function that can not publish', () => {
  const digest = (...kinds: string[]) => ({
    subject: null,
    body: JSON.stringify({ schema: 'portwatch.digest/1', account, alerts: kinds.map((kind) => ({ kind })) }),
  });

  test('P3: ends with an error, so that Lambda tries again and keeps the message at last', async () => {
    const target: DeployedChannel = { handlerFile: 'event-topic.ts', topicArn: eventTopic };
    watched.emulators.sns.addFault({ kind: 'error', operation: 'Publish', name: 'AuthorizationError', status: 403 });
    await expect(deliverTo(target, [digest('a', 'b')])).rejects.toThrow('AuthorizationError');
    watched.emulators.sns.clearFaults();
    await deliverTo(target, [digest('a', 'b')]);
    const published = watched.emulators.sns.publications().map(({ message }) => JSON.parse(message).alerts);
    expect(published).toEqual([[{ kind: 'a' }], [{ kind: 'b' }]]);
  });

  test.each(['amazon-q.ts', 'event-topic.ts'] as const)('%s refuses an event that is not from SNS', async (file) => {
    const { handler } = await import(`../../lambda/handlers/${file}`);
    await expect(handler({ detail: 1 }, {})).rejects.toThrow('Expected an event from SNS');
  });

  test('Amazon Q gets a message of an unknown format as text, in which nothing mentions anybody', async () => {
    await subscribe(amazonQTopic, 'sqs', queueArn('q'));
    const text = { subject: 'Hello', body: 'who <!channel> knows' };
    await deliverTo({ handlerFile: 'amazon-q.ts', topicArn: amazonQTopic }, [text]);
    const { content } = JSON.parse(deliveriesTo(queueArn('q'))[0]?.body ?? '{}');
    expect(content).toMatchObject({ title: 'Hello', description: '```who &lt;!channel&gt; knows```' });
  });
});
