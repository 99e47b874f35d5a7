import { App } from 'aws-cdk-lib';
import { buildPortwatchApp } from '../lib/build-portwatch-app.ts';
import { ConfigurationError } from '../lib/configuration-error.ts';

try {
  const { warnings } = buildPortwatchApp(new App(), process.cwd(), process.env['CDK_DEFAULT_REGION']);
  for (const warning of warnings) process.stderr.write(`Warning: ${warning}\n`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\nNothing was deployed.\n`);
  // At once: an app that was left to end by itself would still be synthesised, empty.
  process.exit(1);
}
