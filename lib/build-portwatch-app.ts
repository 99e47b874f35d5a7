import type { App } from 'aws-cdk-lib';
import { loadConfigSources } from './config-sources.ts';
import { findWarnings } from './config-warnings.ts';
import { ConfigurationError } from './configuration-error.ts';
import { EventForwardingStack } from './event-forwarding-stack.ts';
import { type Config, parseConfig } from './parse-config.ts';
import { PortwatchStack } from './portwatch-stack.ts';

/**
 * Adds the monitor's stack to `app`, configured by portwatch.json in `folder` and by the app's context, and one small stack for each
 * of `eventRegions`. `homeRegion` is the region of the deployment, if it is known. Returns warnings about the configuration. Throws
 * ConfigurationError with every problem.
 */
export function buildPortwatchApp(app: App, folder: string, homeRegion?: string): { warnings: string[] } {
  const config = parseConfig(loadConfigSources(app.node, folder));
  const forwarding = decideForwarding(config, homeRegion);
  new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
  for (const { region, to } of forwarding)
    new EventForwardingStack(app, `PortwatchEvents-${region}`, { region, homeRegion: to, tags: config.tags });
  return { warnings: findWarnings(config, new Date().toISOString()) };
}

function decideForwarding({ eventRegions }: Config, homeRegion: string | undefined): { region: string; to: string }[] {
  if (eventRegions.length === 0) return [];
  if (!homeRegion)
    throw new ConfigurationError([
      'eventRegions: the region of the monitor, to which they are forwarded, is not known. Set AWS_REGION, or a region in the profile.',
    ]);
  return eventRegions.filter((region) => region !== homeRegion).map((region) => ({ region, to: homeRegion }));
}
