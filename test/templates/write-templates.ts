/** The templates of several configurations, like those of a deployment, but without the bundles of the functions. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildPortwatchApp } from '../../lib/build-portwatch-app.ts';
import { MemberEventsStack, MemberRoleStack } from '../../lib/member-stacks.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { memberProps } from '../../lib/synthesise-member-templates.ts';
import { withoutBundling } from '../lib/feature-flags.ts';
import { securedConfiguration } from '../lib/secured-configuration.ts';

const { eventRegions, ...subscribers } = {
  email: securedConfiguration.email,
  'slack.workspaceId': securedConfiguration['slack.workspaceId'],
  'slack.channelId': securedConfiguration['slack.channelId'],
  slackWebhookParameter: securedConfiguration.slackWebhookParameter,
  eventRegions: securedConfiguration.eventRegions,
};

/** Together these have every resource and every property that the stacks can have. */
export const configurations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  default: {},
  everything: { ...subscribers, eventRegions, regions: 'eu-west-1,us-east-1', 'tags.team': 'web' },
  secured: securedConfiguration,
  organization: {
    ...securedConfiguration,
    externalId: 'acme',
    'accounts.organization': 'o-a1b2c3d4e5',
    'accounts.units': 'ou-ab12-cdef3456',
  },
  list: { externalId: 'acme', accounts: '111122223333,444455556666' },
  rare: {
    scanEveryMinutes: '1440',
    existingTable: 'old-table',
    existingAlertTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-alerts',
    existingAlertTopicKmsKeyArn: securedConfiguration.kmsKeyArn,
    existingHealthTopic: 'arn:aws:sns:eu-west-1:123456789012:acme-health',
    eventPath: 'false',
    attribution: 'false',
  },
};

/** Adds the stacks of `portwatch member-template`. */
function addMembers(app: App, commandLine: Readonly<Record<string, string>>): void {
  const props = memberProps(parseConfig({ file: null, commandLine }), '123456789012', 'eu-west-1');
  new MemberRoleStack(app, 'MemberRole', props);
  new MemberEventsStack(app, 'MemberEvents', props);
}

interface WriteOptions {
  readonly chosen?: typeof configurations;
  /** False: without the stacks of the watched accounts. */
  readonly withMembers?: boolean;
}

/** Writes one folder into `folder` for each of `chosen`. Returns the paths of all templates. */
export function writeTemplates(
  folder: string,
  { chosen = configurations, withMembers = true }: WriteOptions = {},
): string[] {
  return Object.entries(chosen).flatMap(([name, configuration]) => {
    const outdir = join(folder, name);
    const app = new App({ context: { ...withoutBundling, ...configuration }, outdir, treeMetadata: false });
    buildPortwatchApp(app, folder, 'eu-west-1', '123456789012');
    if (withMembers && 'externalId' in configuration) addMembers(app, configuration);
    return app.synth().stacks.map(({ templateFullPath }) => templateFullPath);
  });
}
