import type { App } from 'aws-cdk-lib';
import { parseConfig } from './config.ts';
import { loadConfigSources } from './config-sources.ts';
import { PortwatchStack } from './portwatch-stack.ts';

/** Puts the one stack into `app`, as `folder`'s portwatch.json and the app's context say. Throws ConfigurationError. */
export function buildPortwatchApp(app: App, folder: string): PortwatchStack {
  const config = parseConfig(loadConfigSources(app.node, folder));
  return new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
}
