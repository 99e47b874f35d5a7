/** The webhook URL is the only secret of Portwatch. It is stored in SSM and in the memory of one function, and nowhere else. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { startSlackStandIns } from '../handlers/slack-stand-ins.ts';
import { synthesise } from '../lib/synthesise.ts';
import { importFresh } from '../support/import-fresh.ts';
import { resourcesOf } from './template-statements.ts';

describe('the deployment', () => {
  test('accepts the name of a parameter, never the URL itself', () => {
    const url = 'https://hooks.slack.com/services/T000/B000/XXXX';
    const asUrl = () => parseConfig({ file: null, commandLine: { slackWebhookParameter: url } });
    expect(asUrl).toThrow(/slackWebhookParameter/);
  });

  test('gives each function the variables that it needs, and no others: names and settings', () => {
    const { template } = synthesise({ slackWebhookParameter: '/portwatch/webhook', email: 'ops@example.com' });
    const variables = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) =>
      Object.keys(Properties['Environment'].Variables).sort(),
    );
    const { account, alertTopicArn, channels, settings, table, slackWebhookParameter, channelTopicArn } =
      environmentKeys;
    const scanning = [account, alertTopicArn, channels, settings, table].sort();
    expect(variables.sort((a, b) => a.length - b.length)).toEqual([
      [channelTopicArn],
      [slackWebhookParameter],
      scanning,
      scanning,
    ]);
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain('hooks.slack.com');
    // A reference with which CloudFormation would write the value of a secret into a resource.
    expect(text).not.toContain('{{resolve:');
  });
});

const { slack, storeUrl } = await startSlackStandIns('DEBUG');

describe('the function for Slack', () => {
  const written: string[] = [];

  beforeEach(() => {
    written.length = 0;
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  });

  afterEach(() => void jest.restoreAllMocks());

  /** Stores the URL again, posts one message, and returns every output of the function: the log, and the error if there was one. */
  async function post(event: unknown, url = slack.webhookUrl): Promise<{ said: string; error: string | null }> {
    storeUrl(url);
    const { handler } = await importFresh<typeof import('../../lambda/handlers/slack-webhook.ts')>(
      'lambda/handlers/slack-webhook.ts',
    );
    const context = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 1_600 } as Context;
    let error: string | null = null;
    try {
      await handler(event, context);
    } catch (thrown) {
      error = describeError(thrown);
    }
    return { said: written.join('') + (error ?? ''), error };
  }

  const eventWith = (Message: unknown) => ({ Records: [{ EventSource: 'aws:sns', Sns: { Message, Subject: 'x' } }] });
  const secretOf = (url: string) => new URL(url).pathname.slice(1);

  test.each([
    ['posted', null, true],
    ['a webhook that was revoked', { kind: 'raw', status: 404, body: 'no_service' }, false],
    ['a message that is refused', { kind: 'raw', status: 400, body: 'invalid_blocks' }, false],
    ['Slack is ill', { kind: 'raw', status: 500, body: 'oops' }, false],
    [
      'Slack asks to wait longer than there is time',
      { kind: 'raw', status: 429, body: '', headers: { 'retry-after': '60' } },
      false,
    ],
    ['a connection that breaks', { kind: 'reset' }, false],
    ['silence', { kind: 'hang' }, false],
  ] as const)('says nothing of the URL: %s', async (_, fault, isPosted) => {
    if (fault !== null) slack.addFault(fault);
    const { said, error } = await post(eventWith('hello'));
    expect(error === null).toBe(isPosted);
    expect(said).not.toContain(secretOf(slack.webhookUrl));
    expect(said).not.toContain(slack.webhookUrl);
  });

  test('does not log the stored value if it is no URL, or a URL that can not be reached', async () => {
    for (const stored of ['T000/B000/SECRET', 'http://example.com/SECRET', 'https://127.0.0.1:9/SECRET']) {
      const { said, error } = await post(eventWith('hello'), stored);
      expect(error).not.toBeNull();
      expect(said).not.toContain('SECRET');
    }
  });

  test('its log messages are readable', async () => {
    slack.addFault({ kind: 'raw', status: 404, body: 'no_service' });
    expect((await post(eventWith('hello'))).said).toContain('Slack answered 404: no_service');
  });

  test.each([
    ['no event of SNS', { detail: {} }],
    ['no records', { Records: [] }],
    ['a message that is no text', eventWith({ Message: 1 })],
    ['nothing', null],
  ])('poison ends in an error that shows it, for the dead letters, and posts nothing: %s', async (_, event) => {
    const { error } = await post(event);
    expect(error).toContain('Expected an event from SNS');
    expect(slack.messages()).toEqual([]);
  });

  test.each([
    ['a digest without alerts', '{"schema":"portwatch.digest/1","alerts":null}'],
    ['a digest of a future version', '{"schema":"portwatch.digest/9","alerts":[{}]}'],
    ['a digest whose alerts are no alerts', '{"schema":"portwatch.digest/1","alerts":[1,{"kind":2}]}'],
    ['JSON as deep as it gets', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['a quarter of a megabyte', '<!channel>'.repeat(25_000)],
    ['nothing at all', ''],
  ])('poison that is a message is shown, once: %s', async (_, message) => {
    expect((await post(eventWith(message))).error).toBeNull();
    expect(slack.messages()).toHaveLength(1);
    expect(JSON.stringify(slack.messages())).not.toContain('<!channel>');
  });
});

/** An error with all its properties, because Lambda logs all of them. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, ...fields } = error;
  return [error.stack, JSON.stringify(fields), cause === undefined ? '' : describeError(cause)].join('\n');
}
