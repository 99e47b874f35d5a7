import { describe, expect, test } from '@jest/globals';
import { loadConfigFile } from '../../lib/config-sources.ts';
import { ConfigurationError } from '../../lib/configuration-error.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { renderExpected } from '../../lib/render-config-problem.ts';

function problemsOf(commandLine: Record<string, unknown>): readonly string[] {
  try {
    parseConfig({ file: null, commandLine });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('a problem of the configuration', () => {
  test.each([
    ['emial', 'Did you mean email?'],
    ['Email', 'Did you mean email?'],
    ['slackWebhook', 'Did you mean slackWebhookParameter?'],
    ['zzz', 'Known are: name, email, slack,'],
    ['slack.channel', 'Did you mean channelId?'],
    ['email.first', 'Known are: name, email, slack,'],
  ])('suggests a known key in place of an unknown one: %s', (key, suggestion) => {
    const problems = problemsOf({ [key]: 'x' }).join('\n');
    expect(problems).toContain(`${key}: there is no such key.`);
    expect(problems).toContain(suggestion);
  });

  test("never shows a URL that was given in place of the parameter's name: the URL is a secret", () => {
    const url = 'https://hooks.slack.com/services/T0/B0/k3y';
    const [problem] = problemsOf({ slackWebhookParameter: url });
    expect(problem).toMatch(/^slackWebhookParameter: got a URL, expected the name of an SSM parameter/);
    expect(problem).not.toContain('k3y');
  });

  const secret = 'https://hooks.slack.com/services/T0/B0/k3y';

  test.each([
    ['a list', { slackWebhookParameter: [secret, 'x'] }, 'slackWebhookParameter: got [a URL,"x"], expected'],
    ['an object', { slackWebhookParameter: { url: secret } }, 'slackWebhookParameter: got {"url":a URL}, expected'],
    ['a key of an object', { alertFrom: { [secret]: 1 } }, 'alertFrom: got {a URL:1}, expected'],
    ['an unknown key', { [`slack.${secret}`]: 'x' }, 'slack.a URL: there is no such key.'],
    ['a part of a list', { 'slack.channelId': secret }, 'slack.channelId: got a URL, expected'],
    ['a text that begins with a space', { slackWebhookParameter: ` ${secret}` }, 'got a URL, expected'],
    ['a text with more words', { alertFrom: `curl '${secret}'` }, 'alertFrom: got "curl \'a URL", expected'],
    ['a URL with a space', { alertFrom: 'https://hooks.slack.com/ k3y' }, 'alertFrom: got a URL, expected'],
    ['a URL without https:', { alertFrom: ['hooks.slack.com/services/k3y'] }, 'alertFrom: got [a URL], expected'],
    [
      'a part next to a list',
      { tags: ['x'], 'tags.team': secret },
      'tags.team: got a URL, expected no part of an object',
    ],
    ['a setting without effect', { externalId: secret }, 'externalId: got a URL, expected none without accounts.'],
  ])('never shows a URL in %s', (_, given, expected) => {
    const problems = problemsOf(given).join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('k3y');
  });

  test('never shows a URL in place of the configuration file, or as its content', () => {
    const thrown = (run: () => unknown) => {
      try {
        return run();
      } catch (error) {
        return String(error);
      }
    };
    const file = { name: 'portwatch.json', text: JSON.stringify([secret]) };
    const texts = [
      thrown(() => parseConfig({ file, commandLine: {} })),
      thrown(() => loadConfigFile(secret, '/nowhere')),
      thrown(() => loadConfigFile([secret], '/nowhere')),
    ];
    expect(texts).toEqual([
      expect.stringContaining('portwatch.json: got [a URL], expected an object'),
      expect.stringContaining("config: a URL can't be read: ENOENT"),
      expect.stringContaining('config: got [a URL], expected the path of a file'),
    ]);
    expect(texts.join()).not.toContain('k3y');
  });

  test('cuts a long value', () => {
    const [problem] = problemsOf({ alertFrom: 'x'.repeat(200) });
    expect(problem).toBe(
      `alertFrom: got "${'x'.repeat(79)}…, expected one of critical, high, medium, low, info. The default is low.`,
    );
  });

  test('has the words of the value, or else of the setting around the value, or else the message of the schema', () => {
    const expectedAt = (...path: (string | number)[]) =>
      renderExpected({ path, message: 'Invalid input' }, 'configuration');
    expect(expectedAt('email', 3)).toBe(
      'expected an address such as you@example.com. Correct it or take it out of the list.',
    );
    expect(expectedAt('expected', 0, 'ports', 'from')).toMatch(
      /^expected a port from 0 to 65535, or a range .* The default is every port\.$/,
    );
    expect(expectedAt('nothing')).toBe('Invalid input');
  });
});
