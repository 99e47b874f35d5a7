import type { App } from 'aws-cdk-lib';
import { eventStackName } from '../lambda/contract/deployed-names.ts';
import { loadConfigSources } from './config-sources.ts';
import { findWarnings } from './config-warnings.ts';
import { ConfigurationError } from './configuration-error.ts';
import { decideForwarding, findForwardingProblems } from './decide-event-forwarding.ts';
import { EventForwardingStack } from './event-forwarding-stack.ts';
import { findOtherPlaces } from './find-setting-conflicts.ts';
import { type Config, parseConfig } from './parse-config.ts';
import { renderPolicyNotes } from './policy-notes.ts';
import { PortwatchStack } from './portwatch-stack.ts';

export const monitorStackName = 'Portwatch';

/**
 * Adds the monitor's stack to `app`. Each of `eventRegions`, except the region of the monitor, gets a stack that forwards events to the
 * monitor.
 *
 * The configuration comes from the app's context and from a file (portwatch.json in `folder`, or the file of `-c config`). `homeRegion`,
 * `account`: the place of the deployment; left out: not known. Returns warnings about the configuration, and notes about manual steps
 * before the deployment. Throws ConfigurationError if the configuration has problems.
 */
export function buildPortwatchApp(
  app: App,
  folder: string,
  homeRegion?: string,
  account?: string,
): { warnings: string[]; notes: string[] } {
  const config = parseConfig(loadConfigSources(app.node, folder));
  const problems = [
    ...findForwardingProblems(config, homeRegion),
    ...findOtherPlaces(config, homeRegion, account),
    ...findUnknownPlace(config, homeRegion, account),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const forwarding = decideForwarding(config, homeRegion);
  new PortwatchStack(app, monitorStackName, {
    config,
    tags: config.tags,
    // The CDK can look up a VPC only for a stack of a known account and region.
    ...(config.vpc?.id && account && homeRegion ? { env: { account, region: homeRegion } } : {}),
  });
  for (const { region, to } of forwarding)
    new EventForwardingStack(app, eventStackName(region), {
      rules: config,
      region,
      homeRegion: to,
      tags: config.tags,
      terminationProtection: config.terminationProtection,
    });
  return {
    warnings: findWarnings(config, new Date().toISOString(), { region: homeRegion, account }),
    notes: [...renderOrganizationNote(config), ...renderPolicyNotes(config, monitorStackName, account)],
  };
}

/**
 * The note is needed because the synthesis cannot check whether the account of the deployment is allowed to list the accounts of the
 * organisation.
 */
function renderOrganizationNote({ accounts }: Config): string[] {
  if (accounts === null || !('organization' in accounts)) return [];
  return [
    `accounts.organization: only the management account of ${accounts.organization}, or a delegated administrator of an AWS service, can list ` +
      'the accounts. Deploy into one of these (docs/organization.md#where-the-monitor-is-deployed).',
  ];
}

/** `vpc.id` needs a known account and region, because the CDK looks up the VPC. */
function findUnknownPlace({ vpc }: Config, homeRegion: string | undefined, account: string | undefined): string[] {
  if (vpc?.id === undefined || (homeRegion && account)) return [];
  return [
    'vpc.id: the account and the region of the deployment, in which cdk deploy looks the VPC up, are not known. Log in to AWS and use cdk deploy, or leave vpc.id out.',
  ];
}
