import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { buildPortwatchApp } from '../../lib/build-portwatch-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutBundling } from './feature-flags.ts';
import { newApp } from './new-app.ts';

const home = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(home, 'config-'));
});

function build(
  context: Record<string, unknown>,
  homeRegion: string | undefined = 'eu-west-1',
  account = '123456789012',
) {
  const app = newApp({ ...withoutBundling, ...context });
  const { warnings, notes } = buildPortwatchApp(app, folder, homeRegion, account);
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return { warnings, notes, stacks: stacks.map(({ stackName }) => stackName).sort() };
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
    const message = 'eventRegions: the region of the monitor, to which events are forwarded, is not known.';
    expect(() => build({ eventRegions: 'us-east-1' }, '')).toThrow(message);
  });

  test('is refused when a key is of another region, with every other problem', () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const keys = { kmsKeyArn, existingTable: 'old-table', existingTableKmsKeyArn: kmsKeyArn };
    expect(() => build(keys)).toThrow(
      / {2}- kmsKeyArn: got a key of us-east-1, expected a key of eu-west-1, the region of the deployment\.\n {2}- existingTableKms/,
    );
    expect(build(keys, 'us-east-1').stacks).toEqual(['Portwatch']);
  });

  test('is refused when a topic is of another region or account, and not while the account is not known', () => {
    const existingAlertTopic = 'arn:aws:sns:us-east-1:123456789012:acme-alerts';
    const existingHealthTopic = 'arn:aws:sns:eu-west-1:210987654321:acme-health';
    expect(() => build({ existingAlertTopic, existingHealthTopic })).toThrow(
      new RegExp(
        ' {2}- existingAlertTopic: got a topic of us-east-1, expected a topic of eu-west-1, the region of the deployment\\.\n' +
          ' {2}- existingHealthTopic: got a topic of 210987654321, expected a topic of 123456789012, the account of the deployment\\.$',
      ),
    );
    expect(build({ existingHealthTopic }, 'eu-west-1', '').stacks).toEqual(['Portwatch']);
  });

  test('looks up a VPC only if the account and the region are known', () => {
    const vpc = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };
    const byId = { ...vpc, id: 'vpc-0123456789abcdef0' };
    expect(() => build({ vpc: byId }, 'eu-west-1', '')).toThrow(
      'vpc.id: the account and the region of the deployment,',
    );
    expect(build({ vpc: byId }).stacks).toEqual(['Portwatch']);
    expect(build({ vpc }, 'eu-west-1', '').stacks).toEqual(['Portwatch']);
  });

  test('has a note with the statements for the policy of a customer managed key', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(build({ kmsKeyArn }).notes).toEqual([expect.stringContaining('log-group:Portwatch-*')]);
    const existingHealthTopic = 'arn:aws:sns:eu-west-1:123456789012:acme-health';
    expect(build({ existingHealthTopic }).notes).toEqual([expect.stringContaining('AlarmsOfThisAccount')]);
    expect(build({}).notes).toEqual([]);
  });

  test('has a note about the rights that listing an organisation needs, and a warning if its own account is not watched', () => {
    const settings = { externalId: 'acme', email: 'you@example.com' };
    const { notes, warnings } = build({ ...settings, 'accounts.organization': 'o-a1b2c3d4e5' });
    expect(warnings).toEqual([]);
    expect(notes).toEqual([
      'accounts.organization: only the management account of o-a1b2c3d4e5, or a delegated administrator of an AWS service, can list the ' +
        'accounts. Deploy into one of these (docs/organization.md#where-the-monitor-is-deployed).',
    ]);
    const ofList = build({ ...settings, accounts: '111122223333' });
    expect(ofList.notes).toEqual([]);
    expect(ofList.warnings).toEqual(["The monitor's own account 123456789012 is not watched: accounts leaves it out."]);
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
    expect(build({ email: 'you@example.com' }, 'eu-central-2').warnings).toHaveLength(1);
    expect(build({ existingAlertTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-alerts' }).warnings).toEqual([]);
    expect(build({}).warnings).toEqual([expect.stringContaining('Neither email nor slack is configured')]);
  });
});
