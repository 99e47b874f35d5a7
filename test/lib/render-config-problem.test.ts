import { describe, expect, test } from '@jest/globals';
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
