import { CreateTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { startSnsEmulator } from '../../emulators/sns.ts';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { SnsPublisher } from '../../lambda/adapters/sns-publisher.ts';
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Channel } from '../../lambda/contract/channels.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';

const message: SnsMessage = {
  subject: '[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)',
  message: JSON.stringify({
    default: '{"schema":"portwatch.digest/1"}',
    email: 'CRITICAL  web-1',
  }),
  attributes: {
    severity: { type: 'String', value: 'critical' },
    region: { type: 'String.Array', value: '["eu-west-1"]' },
  },
};

const sns = await closeAfterTests(startSnsEmulator());
const waits = clientSettings({ connectionTimeoutMs: 5_000, requestTimeoutMs: 10_000, maxAttempts: 1 });
const client = await closeAfterTests(new SNSClient({ ...settingsFor(sns.url), ...waits }));

describe('the alert topic over HTTP', () => {
  beforeEach(() => sns.clearFaults());

  async function newTopic(name: string): Promise<string> {
    const { TopicArn } = await client.send(new CreateTopicCommand({ Name: name }));
    return TopicArn ?? '';
  }

  const subscribe = (TopicArn: string, Protocol: string, Endpoint: string) =>
    client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));

  test('no subscription is confirmed until one is', async () => {
    const topicArn = await newTopic('confirming');
    const publisher = new SnsPublisher(client, topicArn, []);
    expect(await publisher.hasConfirmedSubscriber()).toBe(false);
    await subscribe(topicArn, 'email', 'you@example.com');
    expect(await publisher.hasConfirmedSubscriber()).toBe(false);
    sns.confirmSubscriptions();
    expect(await publisher.hasConfirmedSubscriber()).toBe(true);
  });

  test('the function of a channel is not counted; the subscribers of its topic are, and so are those that were removed', async () => {
    const [topicArn, behind] = [await newTopic('counting'), await newTopic('behind')];
    const channels: Channel[] = [
      { name: 'events', functionName: 'Forward', topicArn: behind },
      { name: 'slack-webhook', functionName: 'Webhook', topicArn: null },
    ];
    const publisher = new SnsPublisher(client, topicArn, channels);
    const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
    await subscribe(topicArn, 'lambda', functionArn('Forward'));
    expect(await publisher.countSubscriptions()).toEqual({ confirmed: 0, pending: 0, deleted: 0 });
    expect(await publisher.hasConfirmedSubscriber()).toBe(false);
    await subscribe(behind, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:programs');
    await subscribe(behind, 'email', 'you@example.com');
    expect(await publisher.countSubscriptions()).toEqual({ confirmed: 1, pending: 1, deleted: 0 });
    await subscribe(topicArn, 'lambda', functionArn('Webhook'));
    // Another function with a name that ends in the same way.
    await subscribe(topicArn, 'lambda', functionArn('OwnForward'));
    const { SubscriptionArn } = await subscribe(behind, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:removed');
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await publisher.countSubscriptions()).toEqual({ confirmed: 3, pending: 1, deleted: 1 });
  });

  test('P5: a topic without the count of deleted subscriptions has no counts, and not 0', async () => {
    const topicArn = await newTopic('no-counts');
    const body = '<GetTopicAttributesResponse><GetTopicAttributesResult/></GetTopicAttributesResponse>';
    sns.addFault({ operation: 'GetTopicAttributes', kind: 'raw', body, contentType: 'text/xml' });
    expect(await new SnsPublisher(client, topicArn, []).countSubscriptions()).toBeNull();
  });

  test('every page of the subscriptions is read', async () => {
    const topicArn = await newTopic('pages');
    for (let i = 0; i < 101; i += 1) await subscribe(topicArn, 'email', `you-${i}@example.com`);
    sns.confirmSubscriptions({ endpoint: 'you-100@example.com' });
    const publisher = new SnsPublisher(client, topicArn, []);
    expect(await publisher.countSubscriptions()).toEqual({ confirmed: 1, pending: 100, deleted: 0 });
    expect(await publisher.hasConfirmedSubscriber()).toBe(true);
  });

  test('each protocol gets its own text of a message', async () => {
    const topicArn = await newTopic('publishing');
    await subscribe(topicArn, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:queue');
    await new SnsPublisher(client, topicArn, []).publish(message);
    expect(sns.outbox().at(-1)).toMatchObject({
      protocol: 'sqs',
      subject: message.subject,
      body: '{"schema":"portwatch.digest/1"}',
    });
  });

  test.each([
    ['throttling', { kind: 'error', name: 'Throttling', status: 400 }, { name: 'Throttling' }],
    ['an HTTP 500', { kind: 'error', name: 'InternalError', status: 500 }, { name: 'InternalErrorException' }],
    ['a lost answer', { kind: 'lost-answer' }, { code: 'ECONNRESET' }],
  ] as const)('P3: %s is an error, never taken for told', async (_, fault, error) => {
    const topicArn = await newTopic('failing');
    sns.addFault({ ...fault, operation: 'Publish' });
    await expect(new SnsPublisher(client, topicArn, []).publish(message)).rejects.toMatchObject(error);
  });

  test('a topic that is missing is an error', async () => {
    const publisher = new SnsPublisher(client, 'arn:aws:sns:eu-west-1:123456789012:missing', []);
    await expect(publisher.hasConfirmedSubscriber()).rejects.toThrow(/does not exist|NotFound/);
  });
});
