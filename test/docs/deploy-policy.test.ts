/**
 * Compares the policies for deploying in docs/permissions.md with the actions that CloudFormation needs for each resource of every
 * template. `npm run lint:policies` tries the same requests with an IAM simulator.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { allows, forwardingPolicy, listTrials, neededFor, policy, type Trial, tryPolicies } from './deploy-requests.ts';

let trials: Trial[] = [];
process.env['CDK_VALIDATION'] = 'false';
const folder = temporaryFolder();
trials = listTrials(folder);

/** The actions for the types of one template, on any resource. */
function neededIn(path: string): string[] {
  const template: { Resources: Record<string, { Type: string }> } = JSON.parse(
    readFileSync(join(folder, path), 'utf8'),
  );
  const used = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  return [...new Set([...used].flatMap(neededFor))].sort();
}

/** Actions for the stack itself, not for its resources: the code of the functions, and the version of the bootstrap. */
const ofTheStack = ['lambda:ListTags', 's3:GetObject', 's3:GetObjectVersion', 'ssm:GetParameters'];

describe('the policies for deploying', () => {
  test('P9: allow each request for each resource of every stack, and none for other resources or other ends', async () => {
    for (const { name, allowed, denied } of trials) {
      expect([name, allowed.length > 1, denied.length > 0]).toEqual([name, true, true]);
    }
    const wrong = await tryPolicies(trials, ({ statements }, { action, resource }) =>
      allows(statements, action, resource),
    );
    expect(wrong).toEqual([]);
  });

  test('are tried with every setting and a prefix, with existing topics, with a bootstrap qualifier of its own, and for several accounts, also with a prefix', () => {
    expect(trials.map(({ name }) => name)).toEqual([
      'secured: PortwatchEvents-us-east-1',
      'secured: Portwatch',
      'existing: PortwatchEvents-us-east-1',
      'existing: Portwatch',
      'qualified: Portwatch',
      'accounts: Portwatch',
      'prefixed: Portwatch',
      'secured: the person who deploys',
      'qualified: the person who deploys',
    ]);
    const resourcesOf = (name: string) => trials.find((one) => one.name === name)?.allowed.map((one) => one.resource);
    const ofAccount = 'arn:aws:iam::123456789012:role/cdk-portwatch';
    expect(resourcesOf('qualified: the person who deploys')?.sort()).toEqual([
      ...['cfn-exec', 'deploy', 'lookup'].map((role) => `${ofAccount}-${role}-role-123456789012-eu-west-1`),
    ]);
    expect(resourcesOf('qualified: Portwatch')).toContain(
      'arn:aws:ssm:eu-west-1:123456789012:parameter/cdk-bootstrap/portwatch/version',
    );
    expect(resourcesOf('existing: Portwatch')).toContain('arn:aws:sns:eu-west-1:123456789012:acme-alerts');
    expect(resourcesOf('secured: Portwatch')?.join()).toMatch(/:role\/acme-sec-.*:role\/acme-sec-/);
  });

  test('allow no action that the registry does not list for a type of the templates', () => {
    const others = (statements: typeof policy, path: string) =>
      statements.flatMap(({ Action }) => Action).filter((action) => !neededIn(path).includes(action));
    const needed = [...ofTheStack, ...neededIn('accounts/Portwatch.template.json')];
    const own = others(policy, 'secured/Portwatch.template.json');
    expect(own.filter((action) => !needed.includes(action))).toEqual([]);
    const forwarding = others(forwardingPolicy, 'secured/PortwatchEvents-us-east-1.template.json');
    expect(forwarding.filter((action) => !action.startsWith('cloudformation:'))).toEqual([]);
  });

  test('fit into a managed policy of IAM, which has at most 6144 characters without spaces', () => {
    for (const Statement of [policy, forwardingPolicy]) {
      const document = JSON.stringify({ Version: '2012-10-17', Statement });
      expect(document.replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
    }
  });

  test('a type that is not known is reported', () => {
    expect(() => neededFor('AWS::S3::Bucket')).toThrow('AWS::S3::Bucket is new');
  });

  test('a request that is answered wrongly is reported', async () => {
    const trial = trials.find(({ name }) => name === 'qualified: Portwatch');
    const weakened = trial && {
      ...trial,
      statements: [
        ...trial.statements.filter(({ Sid }) => Sid !== 'Queues'),
        { Sid: 'TooMuch', Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      ],
    };
    const wrong = await tryPolicies(weakened ? [weakened] : [], ({ statements }, { action, resource }) =>
      allows(statements, action, resource),
    );
    expect(wrong).toContain('qualified: Portwatch: iam:PassRole on arn:aws:iam::123456789012:role/Admin is allowed');
    expect(wrong).toContainEqual(expect.stringMatching(/^qualified: Portwatch: sqs:CreateQueue on .* is not allowed$/));
  });
});
