import type { App } from 'aws-cdk-lib';
import { parseConfig } from './config.ts';
import { loadConfigSources } from './config-sources.ts';
import { findWarnings } from './config-warnings.ts';
import { PortwatchStack } from './portwatch-stack.ts';

/**
 * Puts the one stack into `app`, as `folder`'s portwatch.json and the app's context say, and returns what is worth a look in them.
 * Throws ConfigurationError with every problem.
 */
export function buildPortwatchApp(app: App, folder: string): { warnings: string[] } {
  const config = parseConfig(loadConfigSources(app.node, folder));
  new PortwatchStack(app, 'Portwatch', { config, tags: config.tags });
  return { warnings: findWarnings(config, new Date().toISOString()) };
}
