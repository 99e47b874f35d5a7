/**
 * `npm run lint:templates`: checks every template with cfn-lint, a program of AWS that knows types, limits and values of each property.
 * cfn-lint is installed into a virtual environment in the system's temporary folder. Exit code 1: cfn-lint found a problem.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePython } from '../deploy/python.ts';
import { readOptions } from '../support/read-options.ts';
import { writeTemplates } from './write-templates.ts';

readOptions({}, []);

process.env['CDK_VALIDATION'] = 'false';
// A separate environment, because cfn-lint and the AWS CLI need different versions of the same packages.
const { bin } = await ensurePython(['cfn-lint==1.58.0'], 'portwatch-lint-venv');
const folder = mkdtempSync(join(tmpdir(), 'portwatch-lint-'));
try {
  const templates = writeTemplates(folder);
  // W3005 is about dependencies that the CDK writes twice; they are harmless.
  const options = ['--ignore-checks', 'W3005', '--'];
  const { status } = spawnSync(join(bin, 'cfn-lint'), [...options, ...templates], { stdio: 'inherit' });
  if (status === 0) process.stdout.write(`cfn-lint found nothing in ${templates.length} templates.\n`);
  process.exitCode = status === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
