import { createServer, type Server } from 'node:http';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { postToSlack, SlackError } from '../../lambda/adapters/slack-webhook.ts';
import { buildDigest } from '../../lambda/alerts/build-digest.ts';
import { renderSlackPlain } from '../../lambda/alerts/slack-blocks.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { changeAlert, context as digestContext, http, sshToWorld } from '../alerts/fixtures.ts';
import { importFresh } from '../support/import-fresh.ts';
import { lambdaContext as buildContext } from '../support/lambda-context.ts';
import { startSlackStandIns } from './slack-stand-ins.ts';

type Handler = (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<{ posted: number }>;

const { slack, ssm, storeUrl } = await startSlackStandIns('SILENT');
const loaded = await importFresh<typeof import('../../lambda/handlers/slack-webhook.ts')>(
  'lambda/handlers/slack-webhook.ts',
);
const handler: Handler = async (event, lambdaContext) => loaded.handler(event, lambdaContext);

beforeEach(() => storeUrl(slack.webhookUrl));

const lambdaContext = (remainingMs = 120_000) => buildContext('slack-webhook', remainingMs);

function snsEvent(message: string, subject?: string) {
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message: message, ...(subject && { Subject: subject }) } }] };
}

const digest = buildDigest({ alerts: [changeAlert([http], [http, sshToWorld])] }, digestContext, 'digest-1', {
  index: 1,
  count: 1,
});

describe('messages of the topics reach Slack', () => {
  test('a digest as blocks', async () => {
    await expect(handler(snsEvent(JSON.stringify(digest)), lambdaContext())).resolves.toEqual({ posted: 1 });
    expect(slack.messages()).toEqual([renderSlackDigest(digest)]);
  });

  test('an alarm of the health topic', async () => {
    const alarm = JSON.stringify({ AlarmName: 'Portwatch-errors', NewStateValue: 'ALARM', NewStateReason: 'because' });
    await handler(snsEvent(alarm, 'ALARM: Portwatch-errors'), lambdaContext());
    expect(slack.messages()).toMatchObject([{ text: 'Portwatch needs attention: Portwatch-errors' }]);
  });

  test('P5: the end of an alarm, but not the first data of a new one: nothing was wrong before', async () => {
    const alarm = { AlarmName: 'Portwatch scan fails', NewStateValue: 'OK' };
    const first = JSON.stringify({ ...alarm, OldStateValue: 'INSUFFICIENT_DATA' });
    await expect(handler(snsEvent(first), lambdaContext())).resolves.toEqual({ posted: 0 });
    expect(slack.messages()).toEqual([]);
    await handler(snsEvent(JSON.stringify({ ...alarm, OldStateValue: 'ALARM' })), lambdaContext());
    expect(slack.messages()).toMatchObject([{ text: 'Portwatch works again: Portwatch scan fails' }]);
    const unhealthy = JSON.stringify({ ...alarm, NewStateValue: 'ALARM', OldStateValue: 'INSUFFICIENT_DATA' });
    await expect(handler(snsEvent(unhealthy), lambdaContext())).resolves.toEqual({ posted: 1 });
  });

  test('any other message as plain text, once', async () => {
    await handler(snsEvent('who <!channel> knows', 'A subject'), lambdaContext());
    expect(slack.messages()).toEqual([renderSlackPlain('A subject', 'who <!channel> knows')]);
  });

  test('every record of an event', async () => {
    const { Records } = snsEvent('one');
    await expect(handler({ Records: [...Records, ...snsEvent('two').Records] }, lambdaContext())).resolves.toEqual({
      posted: 2,
    });
    expect(slack.messages()).toHaveLength(2);
  });

  test('the URL is read once and kept for a while', async () => {
    await handler(snsEvent('one'), lambdaContext());
    await handler(snsEvent('two'), lambdaContext());
    expect(ssm.calls()).toHaveLength(1);
    expect(ssm.calls()[0]?.params).toMatchObject({ WithDecryption: true });
  });
});

describe('errors of Slack', () => {
  test('429: waits for the time that Slack asks for, and posts', async () => {
    slack.addFault({ kind: 'raw', status: 429, body: 'rate_limited', headers: { 'retry-after': '1' }, times: 1 });
    const startedAt = Date.now();
    await handler(snsEvent('one'), lambdaContext());
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(slack.messages()).toHaveLength(1);
  });

  test('429 with a longer wait than the time that is left: ends at once with an error, so that Lambda tries again', async () => {
    slack.addFault({ kind: 'raw', status: 429, body: 'rate_limited', headers: { 'retry-after': '30' } });
    await expect(handler(snsEvent('one'), lambdaContext(8_500))).rejects.toThrow(
      /^Slack asks to wait 30 s, and only 7 s are left$/,
    );
    expect(slack.calls()).toHaveLength(1);
  });

  test.each([
    [500, 'Slack answered 500: oops'],
    [404, 'Slack answered 404: no_service'],
    [302, 'Slack answered 302: moved'],
  ])('%i is an error without the URL in it', async (status, message) => {
    const body = message.split(': ')[1] ?? '';
    slack.addFault({ kind: 'raw', status, body, headers: { location: slack.webhookUrl } });
    await expect(handler(snsEvent('one'), lambdaContext())).rejects.toThrow(new SlackError(message, status));
    expect(slack.calls()).toHaveLength(1);
  });

  test.each([
    [403, 2],
    [404, 2],
    [410, 2],
    [500, 1],
  ])('%i: the next attempt posts, and the URL was read %i times', async (status, reads) => {
    slack.addFault({ kind: 'raw', status, body: 'no_service', times: 1 });
    await expect(handler(snsEvent('one'), lambdaContext())).rejects.toThrow('no_service');
    await handler(snsEvent('one'), lambdaContext());
    expect(ssm.calls()).toHaveLength(reads);
    expect(slack.messages()).toHaveLength(1);
  });

  test('a connection that breaks: the next attempt keeps the URL', async () => {
    slack.addFault({ kind: 'reset', times: 1 });
    await expect(handler(snsEvent('one'), lambdaContext())).rejects.toThrow('Slack could not be reached');
    await handler(snsEvent('one'), lambdaContext());
    expect(ssm.calls()).toHaveLength(1);
  });

  test('400: a message whose blocks Slack refuses is posted as plain text', async () => {
    slack.addFault({ kind: 'raw', status: 400, body: 'invalid_blocks', times: 1 });
    const text = JSON.stringify(digest);
    await handler(snsEvent(text, 'The subject'), lambdaContext());
    expect(slack.messages()).toEqual([renderSlackPlain('The subject', text)]);
  });

  test('400 for the text too: one error, no loop', async () => {
    slack.addFault({ kind: 'raw', status: 400, body: 'invalid_payload' });
    await expect(handler(snsEvent('one'), lambdaContext())).rejects.toThrow('Slack answered 400: invalid_payload');
    expect(slack.calls()).toHaveLength(2);
  });

  test('a connection that breaks is an error without the URL in it', async () => {
    slack.addFault({ kind: 'reset' });
    await expect(handler(snsEvent('one'), lambdaContext())).rejects.toThrow(/^Slack could not be reached: [A-Z_]+$/);
  });

  test('no answer: ends before the timeout of Lambda, with an error', async () => {
    slack.addFault({ kind: 'hang' });
    await expect(handler(snsEvent('one'), lambdaContext(1_600))).rejects.toThrow(
      /^Slack could not be reached: no answer within \d+ ms$/,
    );
  });

  test('no time left: nothing is sent', async () => {
    await expect(handler(snsEvent('one'), lambdaContext(500))).rejects.toThrow('no time is left to post to Slack');
    expect(slack.calls()).toHaveLength(0);
  });
});

describe('bad input', () => {
  test.each([
    [
      'no parameter',
      () => ssm.addFault({ kind: 'error', name: 'ParameterNotFound' }),
      "Create it as a SecureString that holds the webhook's URL.",
    ],
    [
      'no permission',
      () => ssm.addFault({ kind: 'error', name: 'AccessDeniedException' }),
      'The function needs ssm:GetParameter on it.',
    ],
    ['an empty parameter', () => storeUrl(' '), 'is empty. Create it as a SecureString'],
    ['no URL in it', () => storeUrl('hooks.slack.example/T0/secret'), 'the stored Slack webhook is no https URL'],
    [
      'a URL without TLS',
      () => storeUrl('http://hooks.slack.example/T0/secret'),
      'the stored Slack webhook is no https URL',
    ],
    [
      'no variable',
      () => delete process.env[environmentKeys.slackWebhookParameter],
      'PORTWATCH_SLACK_WEBHOOK_PARAMETER is missing',
    ],
  ])('%s: an error that says what to do, and keeps the secret', async (_title, spoil, message) => {
    spoil();
    const failed = handler(snsEvent('one'), lambdaContext());
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.not.toThrow('secret');
    expect(slack.calls()).toHaveLength(0);
  });

  test.each([
    [null],
    [{}],
    [{ Records: [] }],
    [{ Records: [{ Sns: {} }] }],
    [{ Records: [null] }],
    ['text'],
    [{ Records: ['text'] }],
    [{ Records: [{ Sns: null }] }],
    [{ Records: [{ Sns: { Message: 7 } }] }],
  ])('the event %j is refused with what was expected', async (event) => {
    await expect(handler(event, lambdaContext())).rejects.toThrow(
      `Expected an event from SNS ({"Records":[{"Sns":{"Message":"…"}}]}), got ${JSON.stringify(event)}`,
    );
  });

  test('the event is shown up to 200 characters', async () => {
    const failed = handler('x'.repeat(300), lambdaContext());
    await expect(failed).rejects.toThrow(/got "x{199}$/);
  });

  test('a subject that is no text is left out', async () => {
    const event = { Records: [{ Sns: { Message: 'one', Subject: 7 } }] };
    await handler(event, lambdaContext());
    expect(slack.messages()).toEqual([renderSlackPlain('A message from Portwatch', 'one')]);
  });
});

test('429 without Retry-After waits one second, until the post succeeds', async () => {
  let calls = 0;
  const server: Server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(calls < 3 ? 429 : 200).end(calls < 3 ? 'slow down' : 'ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sleep = jest.fn(async (_ms: number) => {});
  await postToSlack(`http://127.0.0.1:${port}/services/secret`, renderSlackPlain('a', 'b'), {
    remainingMs: () => 60_000,
    sleep,
  });
  expect(sleep.mock.calls).toEqual([[1_000], [1_000]]);
  await new Promise((resolve) => server.close(resolve));
});
