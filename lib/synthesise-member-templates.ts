import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import type { WatchedAccounts } from '../lambda/contract/settings-schema.ts';
import { monitorStackName } from './build-portwatch-app.ts';
import { loadConfigSources } from './config-sources.ts';
import { ConfigurationError } from './configuration-error.ts';
import { monitorRoles } from './enter-member-accounts.ts';
import { eventBusName } from './member-event-bus.ts';
import { MemberEventsStack, type MemberProps, MemberRoleStack } from './member-stacks.ts';
import { type Config, parseConfig } from './parse-config.ts';

export interface MemberTemplateSources {
  /** The folder of portwatch.json. */
  readonly folder: string;
  /** The values of `-c key=value`. */
  readonly context: Readonly<Record<string, string>>;
  readonly monitorAccount: string;
  /** The region of the monitor. */
  readonly region: string;
}

export interface MemberTemplates {
  readonly accounts: WatchedAccounts;
  /** The configured regions; `null`: every region that Lightsail has. */
  readonly regions: readonly string[] | null;
  /** The template as JSON. */
  readonly role: string;
  /** The template as JSON. `null` with `eventPath: false`. */
  readonly events: string | null;
}

/** Synthesises the templates for the watched accounts. `refusal`: what must be corrected in the configuration, one line or more. */
export function synthesiseMemberTemplates(
  sources: MemberTemplateSources,
): MemberTemplates | { readonly refusal: string } {
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-member-'));
  try {
    return synthesise(sources, outdir);
  } catch (error) {
    if (error instanceof ConfigurationError) return { refusal: error.message };
    throw error;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesise(
  { folder, context, monitorAccount, region }: MemberTemplateSources,
  outdir: string,
): MemberTemplates {
  const app = new App({ outdir, context: { ...cdkJson.context, ...context } });
  const config = parseConfig(loadConfigSources(app.node, folder));
  const { accounts } = config;
  const props = memberProps(config, monitorAccount, region);
  const stacks = [new MemberRoleStack(app, 'Role', props)];
  if (props.bus) stacks.push(new MemberEventsStack(app, 'Events', props));
  const made = app.synth();
  const [role = '', events = null] = stacks.map(({ artifactId }) =>
    readFileSync(made.getStackArtifact(artifactId).templateFullPath, 'utf8'),
  );
  return { accounts: accounts ?? [], regions: config.regions, role, events };
}

/** Throws ConfigurationError if the setting `accounts` or `externalId` is missing. */
export function memberProps(config: Config, monitorAccount: string, region: string): MemberProps {
  const { accounts, externalId, memberRoleName, eventPath, namePrefix } = config;
  if (accounts === null || externalId === null)
    throw new ConfigurationError([
      'accounts: got nothing, expected a list of accounts or an organisation: a monitor of its own account alone needs no template for others.',
    ]);
  const { scan, events } = monitorRoles(config);
  return {
    monitorAccount,
    monitorRoles: [scan, events].flatMap((name) => name ?? []),
    memberRoleName,
    externalId,
    bus: eventPath ? { region, name: eventBusName(monitorStackName, namePrefix) } : null,
  };
}
