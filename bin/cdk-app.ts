import { App } from 'aws-cdk-lib';
import { buildPortwatchApp } from '../lib/build-portwatch-app.ts';
import { ConfigurationError } from '../lib/configuration-error.ts';

try {
  const { warnings, notes } = buildPortwatchApp(
    new App(),
    process.cwd(),
    process.env['CDK_DEFAULT_REGION'],
    process.env['CDK_DEFAULT_ACCOUNT'],
  );
  for (const warning of warnings) process.stderr.write(`Warning: ${warning}\n`);
  for (const note of notes) process.stderr.write(`Note: ${note}\n`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\nNothing was deployed.\n`);
  // Exit at once: at the normal end of the process, the CDK would synthesise an empty app.
  process.exit(1);
}
