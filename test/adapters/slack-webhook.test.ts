import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type SlackEmulator, startSlackEmulator } from '../../emulators/slack.ts';
import { postToSlack, SlackError } from '../../lambda/adapters/slack-webhook.ts';

describe('a post to the webhook of Slack', () => {
  let slack: SlackEmulator;
  /** The waiting times that the adapter asked for, in ms. */
  let waits: number[] = [];

  beforeAll(async () => {
    slack = await startSlackEmulator();
  });

  afterEach(() => {
    slack.clearFaults();
    slack.clearCalls();
    waits = [];
  });

  afterAll(() => slack.close());

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
