/**
 * `npm run lint:policies`: tries the requests of `deploy-requests.ts` with an IAM simulator that knows the resource types and condition
 * keys of each AWS action. The policy of the key is tried as well: the statements that each synthesis prints. The simulator is installed
 * into the system's temporary folder, and is no dependency of Portwatch, because its licence is the AGPL. Exit code 1: a request has an
 * unexpected answer.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keyPolicyStatements } from '../../lib/key-policy.ts';
import { readOptions } from '../support/read-options.ts';
import { listTrials, type Request, type Trial, tryPolicies } from './deploy-requests.ts';

readOptions({}, []);

interface Simulator {
  runSimulation(
    simulation: object,
    options: object,
  ): Promise<{ resultType: string; overallResult?: string; errors?: { message: string } }>;
}

const simulator = '@cloud-copilot/iam-simulate';
const version = '0.1.173';
const account = '123456789012';
const home = { partition: 'aws', account, region: 'eu-west-1', stackName: 'Portwatch', existingTopicArns: [] };

async function loadSimulator(): Promise<Simulator> {
  const folder = join(tmpdir(), `portwatch-iam-simulate-${version}`);
  const entry = join(folder, 'node_modules', simulator, 'dist/esm/index.js');
  if (!existsSync(entry)) {
    const options = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    const { status } = spawnSync('npm', ['install', ...options, `${simulator}@${version}`], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`npm could not install ${simulator}.`);
  }
  return import(pathToFileURL(entry).href);
}

/** Throws if the simulator does not know the action, or if the action does not support such a resource. */
async function isAllowed({ runSimulation }: Simulator, { statements }: Trial, request: Request): Promise<boolean> {
  const { action, resource } = request;
  const Version = '2012-10-17';
  const isOfKms = action.startsWith('kms:') && resource !== '*';
  const { overallResult, errors } = await runSimulation(
    {
      identityPolicies: [{ name: 'deployment', policy: { Version, Statement: statements } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(isOfKms ? { resourcePolicy: { Version, Statement: keyPolicyStatements(home) } } : {}),
      request: {
        principal: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role`,
        action,
        resource: { resource, accountId: resource.split(':')[4] || account },
        contextVariables: action.endsWith('Grant') ? { 'kms:GrantIsForAWSResource': 'true' } : {},
      },
    },
    {},
  );
  if (errors) throw new Error(`${action} on ${resource}: ${errors.message}`);
  return overallResult === 'Allowed';
}

process.env['CDK_VALIDATION'] = 'false';
const folder = mkdtempSync(join(tmpdir(), 'portwatch-policies-'));
try {
  const loaded = await loadSimulator();
  const trials = listTrials(folder);
  const wrong = await tryPolicies(trials, (trial, request) => isAllowed(loaded, trial, request));
  const requests = trials.reduce((sum, { allowed, denied }) => sum + allowed.length + denied.length, 0);
  for (const line of wrong) process.stdout.write(`${line}\n`);
  if (wrong.length === 0) process.stdout.write(`${requests} requests are answered as expected.\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
