import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { buildPortwatchApp } from '../../lib/build-portwatch-app.ts';
import { withoutBundling } from './feature-flags.ts';
import { newApp } from './new-app.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portwatch-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function build(context: Record<string, unknown>, homeRegion: string | undefined = 'eu-west-1') {
  const app = newApp({ ...withoutBundling, ...context });
  const { warnings } = buildPortwatchApp(app, folder, homeRegion);
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return { warnings, stacks: stacks.map(({ stackName }) => stackName).sort() };
}

describe('the app', () => {
  test('is one stack, unless events of other regions are forwarded: then each of these regions has a small one', () => {
    expect(build({}).stacks).toEqual(['Portwatch']);
    expect(build({ eventRegions: 'eu-west-1,us-east-1,ap-south-1' }).stacks).toEqual([
      'Portwatch',
      'PortwatchEvents-ap-south-1',
      'PortwatchEvents-us-east-1',
    ]);
  });

  test('is refused when the region to which events are forwarded is not known', () => {
    const message = 'eventRegions: the region of the monitor, to which they are forwarded, is not known.';
    expect(() => build({ eventRegions: 'us-east-1' }, '')).toThrow(message);
  });

  test('is built from portwatch.json in the folder, or from the file that is named', () => {
    writeFileSync(join(folder, 'portwatch.json'), '{"scanEveryMinutes": 0}');
    expect(() => build({})).toThrow('scanEveryMinutes: got 0');
    writeFileSync(join(folder, 'prod.json'), '{"email": "you@example.com"}');
    expect(build({ config: 'prod.json' }).warnings).toEqual([]);
  });

  test('is refused when the named file does not exist, or is no name', () => {
    expect(() => build({ config: 'nowhere.json' })).toThrow(/ {2}- config: nowhere\.json can't be read: ENOENT/);
    expect(() => build({ config: '' })).toThrow('config: got "", expected the path of a file: -c config=prod.json.');
  });

  test('has no warning when somebody is subscribed, and one when nobody is', () => {
    expect(build({ email: 'you@example.com' }).warnings).toEqual([]);
    expect(build({}).warnings).toEqual([expect.stringContaining('Neither email nor slack is configured')]);
  });
});
