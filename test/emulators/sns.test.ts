import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
  SubscribeCommand,
  ThrottledException,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type SnsEmulator, startSnsEmulator } from '../../emulators/sns.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

let emulator: SnsEmulator;
let client: SNSClient;
let topicArn = '';

const keep = closeAfterEachTest();

beforeEach(async () => {
  emulator = keep(await startSnsEmulator({ now: () => Date.UTC(2026, 10, 23, 10, 5) }));
  client = keep(new SNSClient(settingsFor(emulator.url)));
  topicArn = (await client.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '';
});

const subscribe = (Protocol: string, Endpoint: string) =>
  client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint }));
const publish = (input: Partial<PublishCommandInput>) =>
  client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello', ...input }));
const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:alerts';

describe('topics and subscriptions', () => {
  test('a topic has an ARN of its region, the same for the same name', async () => {
    expect(topicArn).toBe('arn:aws:sns:eu-west-1:123456789012:alerts');
    expect((await client.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn).toBe(topicArn);
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: topicArn }]);
  });

  test('e-mail and https wait for a confirmation; sqs and lambda do not', async () => {
    expect((await subscribe('email', 'a@example.com')).SubscriptionArn).toBe('pending confirmation');
    expect((await subscribe('https', 'https://example.com/hook')).SubscriptionArn).toBe('pending confirmation');
    expect((await subscribe('sqs', queueArn)).SubscriptionArn).toMatch(`${topicArn}:`);
    expect((await subscribe('lambda', 'arn:aws:lambda:eu-west-1:123456789012:function:f')).SubscriptionArn).toMatch(
      `${topicArn}:`,
    );
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '2', SubscriptionsPending: '2' });
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    expect(Subscriptions?.map((one) => [one.Protocol, one.SubscriptionArn === 'PendingConfirmation'])).toEqual([
      ['email', true],
      ['https', true],
      ['sqs', false],
      ['lambda', false],
    ]);
  });

  test('the token confirms a subscription, a wrong one is InvalidParameter', async () => {
    await subscribe('email', 'a@example.com');
    const Token = emulator.subscriptions()[0]?.token;
    const confirmed = await client.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token }));
    expect(confirmed.SubscriptionArn).toBe(emulator.subscriptions()[0]?.arn);
    const wrong = new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: 'guessed' });
    await expect(client.send(wrong)).rejects.toThrow(InvalidParameterException);
  });

  test('an endpoint subscribed twice is one subscription; unsubscribed, it is counted as deleted', async () => {
    await subscribe('sqs', queueArn);
    const { SubscriptionArn } = await subscribe('sqs', queueArn);
    expect(emulator.subscriptions()).toHaveLength(1);
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsDeleted: '1' });
  });

  test('subscriptions are listed a hundred at a time', async () => {
    // Without the SDK, because so many requests of the SDK take long.
    const authorization = 'AWS4-HMAC-SHA256 Credential=EMULATED/20261123/eu-west-1/sns/aws4_request';
    for (let n = 0; n < 101; n += 1) {
      const fields = { Action: 'Subscribe', TopicArn: topicArn, Protocol: 'sqs', Endpoint: `${queueArn}-${n}` };
      const request = { method: 'POST', headers: { authorization }, body: new URLSearchParams(fields) };
      expect((await fetch(emulator.url, request)).status).toBe(200);
    }
    const first = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    const { NextToken } = first;
    const second = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken }));
    expect([first.Subscriptions?.length, second.Subscriptions?.length, second.NextToken]).toEqual([100, 1, undefined]);
  });

  test('unknown protocols, endpoints that do not fit and filters are refused', async () => {
    await expect(subscribe('pigeon', 'home')).rejects.toThrow(InvalidParameterException);
    await expect(subscribe('email', 'nobody')).rejects.toThrow(InvalidParameterException);
    await expect(subscribe('https', 'http://example.com')).rejects.toThrow(InvalidParameterException);
    const Attributes = { FilterPolicy: '{"severity":["critical"]}' };
    const filtered = new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes });
    await expect(client.send(filtered)).rejects.toThrow('FilterPolicy');
  });
});

describe('publishing', () => {
  test('the text reaches confirmed subscriptions only, with subject and attributes', async () => {
    await subscribe('email', 'a@example.com');
    await subscribe('sqs', queueArn);
    const severity = { DataType: 'String', StringValue: 'critical' };
    const { MessageId } = await publish({ Subject: 'Über <all> & "more"', MessageAttributes: { severity } });
    expect(emulator.outbox()).toEqual([
      {
        topicArn,
        subscriptionArn: emulator.subscriptions()[1]?.arn,
        protocol: 'sqs',
        endpoint: queueArn,
        subject: 'Über <all> & "more"',
        body: 'hello',
        attributes: { severity: { type: 'String', value: 'critical' } },
        messageId: MessageId,
        at: '2026-11-23T10:05:00.000Z',
      },
    ]);
  });

  test('a structured message gives each protocol its text, the others `default`, and loses its attributes', async () => {
    await subscribe('email', 'a@example.com');
    await subscribe('sqs', queueArn);
    await subscribe('https', 'https://example.com/hook');
    emulator.confirmSubscriptions();
    const Message = JSON.stringify({ default: 'for all', email: 'for people', https: '{"version":"1.0"}', extra: 'x' });
    const severity = { DataType: 'String', StringValue: 'critical' };
    await publish({ Message, MessageStructure: 'json', MessageAttributes: { severity } });
    expect(emulator.outbox().map(({ protocol, body, attributes }) => [protocol, body, attributes])).toEqual([
      ['email', 'for people', {}],
      ['sqs', 'for all', {}],
      ['https', '{"version":"1.0"}', {}],
    ]);
    expect(emulator.publications()[0]?.attributes).toEqual({ severity: { type: 'String', value: 'critical' } });
  });

  test('without a subscriber a publish succeeds, and is counted', async () => {
    expect((await publish({})).MessageId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(emulator.outbox()).toEqual([]);
    expect(emulator.publications()).toHaveLength(1);
    emulator.clearOutbox();
    expect(emulator.publications()).toEqual([]);
  });

  test('99 characters of subject and 262,144 bytes of message are taken', async () => {
    await publish({ Subject: 'x'.repeat(99), Message: 'y'.repeat(262_144) });
    expect(emulator.publications()[0]?.subject).toHaveLength(99);
  });

  const text = (StringValue: string, DataType = 'String') => ({
    MessageAttributes: { name: { DataType, StringValue } },
  });
  test.each<[string, Partial<PublishCommandInput>, string]>([
    ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'Subject'],
    ['an empty subject', { Subject: '' }, 'Subject'],
    ['a line break in the subject', { Subject: 'a\nb' }, 'Subject'],
    ['a control character in the subject', { Subject: 'a\u0085b' }, 'Subject'],
    ['a line separator in the subject', { Subject: 'a\u2028b' }, 'Subject'],
    ['a subject that begins with a blank', { Subject: ' a' }, 'Subject'],
    ['an empty message', { Message: '' }, 'Empty message'],
    ['a message of one byte too many', { Message: 'x'.repeat(262_145) }, 'Message too long'],
    ['a message whose characters fit and bytes do not', { Message: 'é'.repeat(131_073) }, 'Message too long'],
    ['attributes that make it too long', { Message: 'x'.repeat(262_140), ...text('value') }, 'Message too long'],
    ['a structure other than json', { MessageStructure: 'xml' }, 'MessageStructure'],
    ['a structured message that is not JSON', { MessageStructure: 'json' }, 'failed to parse'],
    ['a structured message that is a list', { MessageStructure: 'json', Message: '["a"]' }, 'failed to parse'],
    ['no `default`', { MessageStructure: 'json', Message: '{"email":"a"}' }, 'No default entry'],
    ['a `default` that is no string', { MessageStructure: 'json', Message: '{"default":{}}' }, 'No default entry'],
    ['an empty attribute', text(''), 'non-empty'],
    ['an attribute of an unknown type', text('x', 'Date'), 'invalid message attribute type'],
    ['a list attribute that is no list', text('eu-west-1', 'String.Array'), 'non-empty value of its type'],
  ])('%s is refused with InvalidParameter', async (_, input, words) => {
    const error = await publish(input).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidParameterException);
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    expect(emulator.publications()).toEqual([]);
  });

  test('an unknown topic is NotFound, what is no ARN is InvalidParameter', async () => {
    await expect(publish({ TopicArn: `${topicArn}-2` })).rejects.toThrow(NotFoundException);
    await expect(publish({ TopicArn: 'alerts' })).rejects.toThrow(InvalidParameterException);
  });
});

describe('faults', () => {
  test('throttling is the typed exception', async () => {
    emulator.addFault({ operation: 'Publish', kind: 'error', name: 'Throttled', status: 429, times: 1 });
    await expect(publish({})).rejects.toThrow(ThrottledException);
    await publish({});
    expect(emulator.publications()).toHaveLength(1);
  });

  test('HTTP 500 applies nothing', async () => {
    emulator.addFault({ operation: 'Publish', kind: 'error', name: 'InternalError', status: 500, times: 1 });
    await expect(publish({})).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(emulator.publications()).toEqual([]);
  });

  test('a publish whose answer is lost is delivered', async () => {
    emulator.addFault({ operation: 'Publish', kind: 'lost-answer', times: 1 });
    await expect(publish({})).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(emulator.publications()).toHaveLength(1);
    expect(emulator.calls().at(-1)).toMatchObject({ operation: 'Publish', outcome: 'lost-answer' });
  });
});

test('the outbox, the subscriptions and the confirmation are available over HTTP, too', async () => {
  const control = `${emulator.url}/_emulator`;
  await subscribe('email', 'a@example.com');
  const body = JSON.stringify({ endpoint: 'a@example.com' });
  const confirmed = await fetch(`${control}/confirm-subscriptions`, { method: 'POST', body });
  expect(await confirmed.json()).toEqual({ confirmed: 1 });
  await publish({ Message: 'told' });
  expect(await (await fetch(`${control}/outbox`)).json()).toMatchObject([{ endpoint: 'a@example.com', body: 'told' }]);
  await fetch(`${control}/clear-outbox`, { method: 'POST' });
  expect(emulator.outbox()).toEqual([]);
});
