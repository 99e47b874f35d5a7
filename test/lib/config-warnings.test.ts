import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findWarnings } from '../../lib/config-warnings.ts';
import { type Config, parseConfig } from '../../lib/parse-config.ts';

const now = '2026-11-23T10:00:00.000Z';
const home = { region: 'eu-west-1', account: '111122223333' };

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
  expect(findWarnings(config, now, home)).toEqual([]);
  expect(config.expected).toEqual([expect.objectContaining({ instance: 'build-*', ports: { from: 22, to: 22 } })]);
});

describe('warnings about a valid configuration', () => {
  test('report a deployment into a region that Lightsail does not have, unless the regions are configured', () => {
    const email = 'you@example.com';
    const inZurich = (commandLine: object) =>
      findWarnings(fromCommandLine({ email, ...commandLine }), now, { ...home, region: 'eu-central-2' });
    expect(inZurich({})).toEqual([
      'Lightsail has no region eu-central-2, where the monitor is deployed, and each scan lists the regions there: every scan will fail. ' +
        'Set regions to those that you use, or deploy to a region of Lightsail.',
    ]);
    expect(inZurich({ regions: 'eu-west-1' })).toEqual([]);
    expect(findWarnings(fromCommandLine({ email }), now, { region: undefined, account: undefined })).toEqual([]);
  });

  test('name an approval that has ended', () => {
    const entry = { protocol: 'tcp', ports: 22, sources: '198.51.100.0/24', reason: 'the office' };
    const approved = [entry, { ...entry, until: '2026-11-22' }];
    expect(findWarnings(fromFile({ email: 'you@example.com', approved }), now, home)).toEqual([
      'approved[1] ("the office") expired on 2026-11-22: it has no effect any more.',
    ]);
  });

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
    expect(findWarnings(config, now, home)).toEqual([
      'expected[0] ("the pipeline") expired on 2026-11-22: it has no effect any more.',
      'expected[2] ("the pipeline") expired on 2026-11-23T09:59:59Z: it has no effect any more.',
    ]);
  });

  test('report that nobody is subscribed, and only then', () => {
    expect(findWarnings(fromCommandLine({}), now, home)).toEqual([expect.stringContaining('alerts are not sent')]);
    expect(findWarnings(fromCommandLine({ email: 'you@example.com' }), now, home)).toEqual([]);
    expect(findWarnings(fromCommandLine({ slackWebhookParameter: '/w' }), now, home)).toEqual([]);
  });

  test("say that the monitor's own account is not watched: it is an exception, or is not in the list", () => {
    const warningsOf = (accounts: unknown, account: string | undefined = home.account) =>
      findWarnings(fromFile({ email: 'you@example.com', externalId: 'acme', accounts }), now, { ...home, account });
    const leftOut = ["The monitor's own account 111122223333 is not watched: accounts leaves it out."];
    expect(warningsOf(['444455556666'])).toEqual(leftOut);
    expect(warningsOf({ organization: 'o-a1b2c3d4e5', except: ['111122223333'] })).toEqual(leftOut);
    expect(warningsOf(['444455556666', '111122223333'])).toEqual([]);
    expect(warningsOf({ organization: 'o-a1b2c3d4e5', except: ['444455556666'] })).toEqual([]);
    expect(
      findWarnings(fromFile({ email: 'you@example.com', externalId: 'acme', accounts: ['444455556666'] }), now, {
        ...home,
        account: undefined,
      }),
    ).toEqual([]);
  });
});
