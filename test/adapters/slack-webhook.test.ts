import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { startSlackEmulator } from '../../emulators/slack.ts';
import { postToSlack, SlackError } from '../../lambda/adapters/slack-webhook.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';

const slack = await closeAfterTests(startSlackEmulator());

describe('a post to the webhook of Slack', () => {
  /** The waits that the adapter requested, in ms. */
  let waits: number[] = [];

  afterEach(() => {
    slack.clearFaults();
    slack.clearCalls();
    waits = [];
  });

  const post = (remainingMs = 60_000, url = slack.webhookUrl) =>
    postToSlack(
      url,
      { text: 'hello', blocks: [], unfurl_links: false, unfurl_media: false },
      {
        remainingMs: () => remainingMs,
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
    );

  test.each([
    ['3', 3_000],
    ['0', 100],
    ['soon', 1_000],
    ['-5', 1_000],
  ])('waits after an answer 429 with Retry-After %s for %i ms', async (header, ms) => {
    slack.addFault({ kind: 'raw', status: 429, body: '', headers: { 'retry-after': header }, times: 1 });
    await post();
    expect(waits).toEqual([ms]);
    expect(slack.calls()).toHaveLength(2);
  });

  test('waits one second after an answer 429 without Retry-After', async () => {
    slack.addFault({ kind: 'raw', status: 429, body: '', times: 1 });
    await post();
    expect(waits).toEqual([1_000]);
  });

  test('does not wait longer than the remaining time', async () => {
    slack.addFault({ kind: 'raw', status: 429, body: '', headers: { 'retry-after': '5' } });
    await expect(post(6_000)).rejects.toThrow(new SlackError('Slack asks to wait 5 s, and only 5 s are left', 429));
    expect(waits).toEqual([]);
  });

  test.each(['http://example.com/SECRET', 'SECRET', 'ftp://127.0.0.1/SECRET'])(
    'refuses %s without a call, and without the URL in the error',
    async (url) => {
      const error = await post(60_000, url).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SlackError);
      expect(String(error)).not.toContain('SECRET');
      expect(slack.calls()).toEqual([]);
    },
  );
});

describe('a post without a connection', () => {
  const url = 'https://hooks.slack.com/services/SECRET';
  afterEach(() => void jest.restoreAllMocks());

  /** Posts once; `answer` gives the answer of `fetch`. */
  const post = async (answer: () => Response, { remainingMs = 60_000, to = url } = {}) => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => answer());
    const timeouts = jest.spyOn(AbortSignal, 'timeout');
    const message = { text: 'hello', blocks: [], unfurl_links: false as const, unfurl_media: false as const };
    const options = { remainingMs: () => remainingMs, sleep: async () => {} };
    const error: unknown = await postToSlack(to, message, options).catch((thrown: unknown) => thrown);
    return { error, calls: fetched.mock.calls, timeouts: timeouts.mock.calls.map(([ms]) => ms) };
  };
  const ok = () => new Response('ok');

  test('sends JSON to the webhook, and follows no redirect', async () => {
    const { error, calls } = await post(ok);
    expect(error).toBeUndefined();
    expect(calls).toEqual([
      [
        new URL(url),
        {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: '{"text":"hello","blocks":[],"unfurl_links":false,"unfurl_media":false}',
          redirect: 'manual',
          signal: expect.anything(),
        },
      ],
    ]);
  });

  test.each(['http://127.0.0.1:1/x', 'http://localhost/x', 'http://[::1]/x', 'https://example.com/x'])(
    'may be to %s',
    async (to) => {
      expect((await post(ok, { to })).calls).toHaveLength(1);
    },
  );

  test.each([
    [60_000, 5_000],
    [3_000, 2_000],
    [1_001, 1],
  ])('with %i ms left waits %i ms for an answer', async (remainingMs, ms) => {
    expect((await post(ok, { remainingMs })).timeouts).toEqual([ms]);
  });

  test.each([1_000, 0, -5])('with %i ms left is not tried', async (remainingMs) => {
    const { error, calls } = await post(ok, { remainingMs });
    expect(error).toEqual(new SlackError('no time is left to post to Slack', null));
    expect(calls).toEqual([]);
  });

  test.each([302, 400, 404, 500])(
    'answered with %i is an error with the first 200 characters of the answer',
    async (status) => {
      const { error, calls } = await post(() => new Response('x'.repeat(300), { status }));
      expect(error).toMatchObject({
        name: 'SlackError',
        message: `Slack answered ${status}: ${'x'.repeat(200)}`,
        status,
      });
      expect(calls).toHaveLength(1);
    },
  );

  const failure = (name: string, cause?: unknown) => Object.assign(new Error(`to ${url}`, { cause }), { name });
  test.each([
    ['no answer within 5000 ms', failure('TimeoutError')],
    ['ECONNREFUSED', failure('TypeError', { code: 'ECONNREFUSED' })],
    ['TypeError', failure('TypeError')],
    ['TypeError', failure('TypeError', null)],
    ['TypeError', failure('TypeError', 'ECONNREFUSED')],
    ['TypeError', failure('TypeError', {})],
    ['TypeError', failure('TypeError', { code: 7 })],
    ['unknown error', `to ${url}`],
  ])('that fails is an error without the URL: %s', async (words, thrown) => {
    const { error } = await post(() => {
      throw thrown;
    });
    expect(error).toMatchObject({ message: `Slack could not be reached: ${words}`, status: null });
  });
});
