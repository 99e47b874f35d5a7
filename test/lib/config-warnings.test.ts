import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findWarnings } from '../../lib/config-warnings.ts';
import { type Config, parseConfig } from '../../lib/parse-config.ts';

const now = '2026-11-23T10:00:00.000Z';

function fromFile(content: unknown): Config {
  return parseConfig({ file: { name: 'portwatch.json', text: JSON.stringify(content) }, commandLine: {} });
}

function fromCommandLine(commandLine: Record<string, unknown>): Config {
  return parseConfig({ file: null, commandLine });
}

test('the example file is right, and has no warnings', () => {
  const name = 'portwatch.example.json';
  const text = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const config = parseConfig({ file: { name, text }, commandLine: {} });
  expect(findWarnings(config, now)).toEqual([]);
  expect(config.expected).toEqual([expect.objectContaining({ instance: 'build-*', ports: { from: 22, to: 22 } })]);
});

describe('warnings about a valid configuration', () => {
  test('name an expected change that has expired, after the end of its day', () => {
    const entry = { instance: 'build-*', ports: 22, reason: 'the pipeline' };
    const config = fromFile({
      email: 'you@example.com',
      expected: [
        { ...entry, until: '2026-11-22' },
        { ...entry, until: '2026-11-23' },
        { ...entry, until: '2026-11-23T09:59:59Z' },
        entry,
      ],
    });
    expect(findWarnings(config, now)).toEqual([
      'expected[0] ("the pipeline") expired on 2026-11-22: it has no effect any more.',
      'expected[2] ("the pipeline") expired on 2026-11-23T09:59:59Z: it has no effect any more.',
    ]);
  });

  test('report that nobody is subscribed, and only then', () => {
    expect(findWarnings(fromCommandLine({}), now)).toEqual([expect.stringContaining('alerts are not sent')]);
    expect(findWarnings(fromCommandLine({ email: 'you@example.com' }), now)).toEqual([]);
    expect(findWarnings(fromCommandLine({ slackWebhookParameter: '/w' }), now)).toEqual([]);
  });
});
