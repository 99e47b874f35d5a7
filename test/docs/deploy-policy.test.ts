/** The policies for deploying in docs/permissions.md, against what CloudFormation needs for each resource of every template. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { securedConfiguration } from '../lib/secured-configuration.ts';
import { writeTemplates } from '../templates/write-templates.ts';
import { codeBlocks, readDocument, repository, sectionOf } from './document.ts';

interface Statement {
  Action: string | string[];
  Resource: string;
}

interface Resource {
  Type: string;
  id: string;
  isForwarding: boolean;
}

const { text } = readDocument('docs/permissions.md');
const policies = codeBlocks(sectionOf(text, 'A policy for CloudFormation'))
  .filter(({ language }) => language === 'json')
  .map(({ code }) => JSON.parse(code).Statement as Statement[]);
const [policy = [], forwardingPolicy = []] = policies;

/** From the registry of CloudFormation: every action that the handlers of a type may use. */
const { types } = JSON.parse(readFileSync(join(repository, 'test/data/cloudformation-permissions.json'), 'utf8')) as {
  types: Readonly<Record<string, string[]>>;
};

/** Actions of the registry that these templates do not need. */
const notNeeded: readonly { actions: RegExp; because: string }[] = [
  { actions: /^(application-autoscaling|kinesis):/, because: 'The table is on demand, and has no stream.' },
  {
    actions: /^dynamodb:(\w+KinesisStreamingDestination|UpdateTableReplicaAutoScaling|(Create|Delete)TableReplica)$/,
    because: 'The table has no replica in another region.',
  },
  {
    actions: /^dynamodb:(Query|Scan|(Get|Put|Update|Delete|BatchWrite)Item)$/,
    because: 'Only a new replica in another region reads and writes items.',
  },
  { actions: /^dynamodb:(Put|Delete)ResourcePolicy$/, because: 'The table has no policy of its own.' },
  { actions: /^dynamodb:DeleteTable$/, because: 'The table is kept when the stack is deleted.' },
  { actions: /^cloudwatch:PutMetricData$/, because: 'Only tables with provisioned capacity.' },
  {
    actions: /^(elasticfilesystem|s3files|firehose):/,
    because: 'No function has a file system, no log goes to Firehose.',
  },
  { actions: /^s3:REST\.PUT\.OBJECT$/, because: 'Log classes that deliver to S3.' },
  {
    actions: /^logs:(CreateLogDelivery|(Put|Delete)DataProtectionPolicy|PutResourcePolicy|DescribeResourcePolicies)$/,
    because: 'The log groups have neither policies nor deliveries.',
  },
  {
    actions:
      /^lambda:(\w*FunctionConcurrency|GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig|GetLayerVersion|PutRuntimeManagementConfig|PutFunctionRecursionConfig|PutFunctionScalingConfig|PassCapacityProvider|PublishVersion)$/,
    because: 'The functions set none of these properties.',
  },
  { actions: /^sns:PutDataProtectionPolicy$/, because: 'The topics have no such policy.' },
  { actions: /^iam:(Attach|Detach)RolePolicy$/, because: 'The roles have no managed policies.' },
];

/** What the stack needs besides its resources: the code of the functions, and the version of the bootstrap. */
const ofTheStack = ['lambda:ListTags', 's3:GetObject', 's3:GetObjectVersion', 'ssm:GetParameters'];

let resources: Resource[] = [];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portwatch-policy-'));
  resources = writeTemplates(folder, { secured: securedConfiguration }).flatMap((path) => {
    const template: { Resources: Record<string, { Type: string }> } = JSON.parse(readFileSync(path, 'utf8'));
    const isForwarding = path.includes('PortwatchEvents');
    return Object.entries(template.Resources).map(([id, { Type }]) => ({ Type, id, isForwarding }));
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const isNeeded = (action: string) => !notNeeded.some(({ actions }) => actions.test(action));

/** The actions of the registry for the resources that are needed. Throws for a type whose actions are not known. */
function neededFor(chosen: readonly Resource[]): string[] {
  const actions = chosen.flatMap(({ Type }) => {
    const listed = types[Type];
    if (!listed) throw new Error(`${Type} is new: add it to test/data/cloudformation-permissions.json.`);
    return listed.filter(isNeeded);
  });
  return [...new Set(actions)].sort();
}

const matches = (pattern: string, value: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);
const allows = (statements: readonly Statement[], action: string, arn?: string) =>
  statements.some(
    ({ Action, Resource }) =>
      [Action].flat().some((pattern) => matches(pattern, action)) && (arn === undefined || matches(Resource, arn)),
  );

/** The ARN of a resource to which CloudFormation gives a name. The action is the first that CloudFormation calls for it. */
const named: Readonly<Record<string, { action: string; arn: (name: string) => string }>> = {
  'AWS::CloudWatch::Alarm': {
    action: 'cloudwatch:PutMetricAlarm',
    arn: (name) => regional('cloudwatch', `alarm:${name}`),
  },
  'AWS::DynamoDB::GlobalTable': {
    action: 'dynamodb:CreateTable',
    arn: (name) => regional('dynamodb', `table/${name}`),
  },
  'AWS::Events::Rule': { action: 'events:PutRule', arn: (name) => regional('events', `rule/${name}`) },
  'AWS::IAM::Role': { action: 'iam:CreateRole', arn: (name) => `arn:aws:iam::123456789012:role/${name}` },
  'AWS::Lambda::Function': { action: 'lambda:CreateFunction', arn: (name) => regional('lambda', `function:${name}`) },
  'AWS::Logs::LogGroup': { action: 'logs:CreateLogGroup', arn: (name) => regional('logs', `log-group:${name}`) },
  'AWS::SNS::Topic': { action: 'sns:CreateTopic', arn: (name) => regional('sns', name) },
  'AWS::SQS::Queue': { action: 'sqs:CreateQueue', arn: (name) => regional('sqs', name) },
  'AWS::Scheduler::Schedule': {
    action: 'scheduler:CreateSchedule',
    arn: (name) => regional('scheduler', `schedule/default/${name}`),
  },
};
const regional = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

describe('the policy for CloudFormation', () => {
  test('allows every action that the registry lists for the types of the templates, and no other', () => {
    const needed = neededFor(resources.filter(({ isForwarding }) => !isForwarding));
    expect(needed.filter((action) => !allows(policy, action))).toEqual([]);
    const allowed = policy.flatMap(({ Action }) => Action);
    expect(allowed.filter((action) => ![...needed, ...ofTheStack].includes(action))).toEqual([]);
  });

  test('allows the actions on every resource that has a name', () => {
    const own = resources.filter(({ Type, isForwarding }) => !isForwarding && named[Type]);
    expect(new Set(own.map(({ Type }) => Type)).size).toBe(Object.keys(named).length);
    for (const { Type, id } of own) {
      const { action, arn } = named[Type] ?? { action: '', arn: () => '' };
      expect([id, allows(policy, action, arn(`Portwatch-${id}-1ABCDEFGHIJKL`))]).toEqual([id, true]);
      expect([id, allows(policy, action, arn(`OfSomebodyElse-${id}`))]).toEqual([id, false]);
    }
  });

  test('does not allow deleting the table, or giving a role a managed policy', () => {
    for (const action of ['dynamodb:DeleteTable', 'iam:AttachRolePolicy', 'iam:CreateUser', 'iam:CreatePolicy'])
      expect([action, allows(policy, action)]).toEqual([action, false]);
  });

  test('fits into a managed policy of IAM, which has at most 6144 characters without spaces', () => {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: policy });
    expect(document.replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
  });

  test('a type that is not known is reported', () => {
    expect(() => neededFor([{ Type: 'AWS::S3::Bucket', id: 'New', isForwarding: false }])).toThrow(
      'AWS::S3::Bucket is new',
    );
  });
});

describe('the policy for the stacks that forward events', () => {
  test('allows every action that the registry lists for their types, and those of CloudFormation', () => {
    const needed = neededFor(resources.filter(({ isForwarding }) => isForwarding));
    expect(needed.filter((action) => !allows(forwardingPolicy, action))).toEqual([]);
    const allowed = forwardingPolicy.flatMap(({ Action }) => Action);
    const others = allowed.filter((action) => !needed.includes(action));
    expect(others.every((action) => action.startsWith('cloudformation:'))).toBe(true);
  });
});

describe('a bootstrap of its own', () => {
  test('has roles and a bucket with the names of the policies, with its qualifier in place of the default one', () => {
    writeTemplates(folder, { qualified: { '@aws-cdk/core:bootstrapQualifier': 'portwatch' } });
    const rolesOf = (name: string) =>
      new Set(readFileSync(join(folder, name, 'manifest.json'), 'utf8').match(/role\/cdk-[\w-]+?-role/g));
    expect([...rolesOf('qualified')].sort()).toEqual([
      'role/cdk-portwatch-cfn-exec-role',
      'role/cdk-portwatch-deploy-role',
      'role/cdk-portwatch-lookup-role',
    ]);
    expect([...rolesOf('secured')].sort()).toEqual([
      'role/cdk-hnb659fds-cfn-exec-role',
      'role/cdk-hnb659fds-deploy-role',
      'role/cdk-hnb659fds-lookup-role',
    ]);
    for (const name of ['role/cdk-hnb659fds-*', 'cdk-hnb659fds-assets-', 'cdk-bootstrap/hnb659fds/version'])
      expect(text).toContain(name);
  });
});
