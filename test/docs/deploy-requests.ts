/**
 * The requests that the policies for deploying in docs/permissions.md must allow, and those that they must not allow. The registry of
 * CloudFormation lists the actions for each type; the templates have the resources. `deploy-policy.test.ts` compares them with the
 * policies; `npm run lint:policies` evaluates the policies with an IAM simulator.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurations, writeTemplates } from '../templates/write-templates.ts';
import { codeBlocks, readDocument, repository, sectionOf } from './document.ts';

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

export interface Request {
  action: string;
  /** An ARN, or `*` for an action that supports no resource type. */
  resource: string;
}

/** The policies of a role, or of a person, and the policy of the key, with the requests to evaluate. */
export interface Trial {
  name: string;
  statements: Statement[];
  allowed: Request[];
  denied: Request[];
}

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape.
  Properties: Record<string, any>;
}

interface Deployed extends Resource {
  id: string;
  stack: string;
  region: string;
  all: Readonly<Record<string, Resource>>;
}

const account = '123456789012';
const homeRegion = 'eu-west-1';
const { text } = readDocument('docs/permissions.md');

const policiesUnder = (heading: string): Statement[][] =>
  codeBlocks(sectionOf(text, heading))
    .filter(({ language }) => language === 'json')
    .map(({ code }) => JSON.parse(code).Statement);

export const [policy = [], forwardingPolicy = []] = policiesUnder('A policy for CloudFormation');
export const [peoplePolicy = []] = policiesUnder('Deploying');

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

/** The necessary actions for a type, from the registry. Throws for a type that the registry data lacks. */
export function neededFor(type: string): string[] {
  const listed = types[type];
  if (!listed) throw new Error(`${type} is new: add it to test/data/cloudformation-permissions.json.`);
  return listed.filter((action) => !notNeeded.some(({ actions }) => actions.test(action)));
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  const compiled =
    patterns.get(pattern) ?? new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  patterns.set(pattern, compiled);
  return compiled.test(value);
}

export const allows = (statements: readonly Statement[], action: string, resource?: string): boolean =>
  statements.some(
    ({ Action, Resource }) =>
      [Action].flat().some((pattern) => matches(pattern, action)) &&
      (resource === undefined || [Resource].flat().some((pattern) => matches(pattern, resource))),
  );

/** Actions that support no resource type (Service Authorization Reference). */
const onNothing =
  /^(ec2:Describe\w+|kms:ListAliases|logs:DescribeLogGroups|lambda:CreateEventSourceMapping|events:(Put|Remove)Permission|chatbot:(\w*SlackChannelConfigurations?|ListTagsForResource))$/;

const arn = (service: string, region: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;

/** A property of a template as text. References of the CDK must be to the account, the region or the partition. */
function renderName(value: unknown, region: string): string | null {
  if (typeof value === 'string') return value;
  const parts: unknown[] | undefined = Object(value)['Fn::Join']?.[1];
  if (!parts) return null;
  return parts.map((part) => (typeof part === 'string' ? part : region)).join('');
}

const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Chatbot::SlackChannelConfiguration': 'ConfigurationName',
};

/** CloudFormation's generated name: the stack, the logical id, and a random text. */
function nameOf({ Type, Properties, id, stack, region }: Deployed): string {
  return renderName(Properties[nameProperties[Type] ?? ''], region) ?? `${stack}-${id}-1ABCDEFGHIJKL`;
}

/** The ARN of the resource that `value` names: a `Ref`, or the ARN as an attribute. A complete ARN is returned unchanged. */
function arnOf(value: unknown, from: Deployed): string {
  if (typeof value === 'string') return value;
  const id: string = Object(value).Ref ?? Object(value)['Fn::GetAtt']?.[0];
  const resource = from.all[id];
  if (!resource) throw new Error(`${from.id} names ${JSON.stringify(value)}, which is not in the template.`);
  return ownArn({ ...from, ...resource, id });
}

/** The bus of a rule, which is part of its ARN unless it is the default one. */
const busOf = (one: Deployed): string => {
  const { EventBusName: bus } = one.Properties;
  return bus === undefined ? '' : `${arnOf(bus, one).split('/')[1]}/`;
};

/** The resource in requests for the actions of its own service. */
function ownArn(one: Deployed): string {
  const { Properties, region } = one;
  const name = nameOf(one);
  switch (one.Type) {
    case 'AWS::Chatbot::SlackChannelConfiguration':
      return arn('chatbot', '', `chat-configuration/slack-channel/${name}`);
    case 'AWS::CloudWatch::Alarm':
      return arn('cloudwatch', region, `alarm:${name}`);
    case 'AWS::DynamoDB::GlobalTable':
      return arn('dynamodb', region, `table/${name}`);
    case 'AWS::Events::EventBus':
      return arn('events', region, `event-bus/${name}`);
    case 'AWS::Events::EventBusPolicy':
      return arnOf(Properties['EventBusName'], one);
    case 'AWS::Events::Rule':
      return arn('events', region, `rule/${busOf(one)}${name}`);
    case 'AWS::IAM::Role':
      return arn('iam', '', `role/${name}`);
    case 'AWS::IAM::Policy':
      return arnOf(Properties['Roles'][0], one);
    case 'AWS::Lambda::Function':
      return arn('lambda', region, `function:${name}`);
    case 'AWS::Lambda::EventInvokeConfig':
    case 'AWS::Lambda::Permission':
      return arnOf(Properties['FunctionName'], one);
    case 'AWS::Lambda::EventSourceMapping':
      return arn('lambda', region, 'event-source-mapping:11111111-2222-3333-4444-555555555555');
    case 'AWS::Logs::LogGroup':
      return arn('logs', region, `log-group:${name}`);
    case 'AWS::SNS::Topic':
      return arn('sns', region, name);
    case 'AWS::SNS::Subscription':
      return arnOf(Properties['TopicArn'], one);
    case 'AWS::SNS::TopicPolicy':
      return arnOf(Properties['Topics'][0], one);
    case 'AWS::SQS::Queue':
      return arn('sqs', region, name);
    case 'AWS::SQS::QueuePolicy':
      return arnOf(Properties['Queues'][0], one);
    case 'AWS::Scheduler::Schedule':
      return arn('scheduler', region, `schedule/default/${name}`);
    default:
      throw new Error(`${one.Type} is new: its ARN is not known here.`);
  }
}

const withoutVersion = (bucket: string) =>
  bucket.replaceAll('$' + '{AWS::AccountId}', account).replaceAll('$' + '{AWS::Region}', homeRegion);

/** The requests of CloudFormation for one resource. */
function requestsFor(one: Deployed, key: string): Request[] {
  const own = ownArn(one);
  const service = own.split(':')[2] ?? '';
  const { Role, RoleArn, IamRoleArn, Targets, Target, Code } = one.Properties;
  const roles = [
    Role,
    RoleArn,
    IamRoleArn,
    Target?.RoleArn,
    ...(Targets ?? []).map((each: { RoleArn?: unknown }) => each.RoleArn),
  ];
  const passed = roles.flatMap((role) => (role === undefined ? [] : [arnOf(role, one)]));
  const resourcesOf = (action: string): string[] => {
    const [prefix = '', verb = ''] = action.split(':');
    if (onNothing.test(action)) return ['*'];
    if (action === 'iam:PassRole') return passed;
    if (action === 'iam:CreateServiceLinkedRole')
      return service === 'chatbot'
        ? [arn('iam', '', 'role/aws-service-role/management.chatbot.amazonaws.com/AWSServiceRoleForAWSChatbot')]
        : [];
    // A topic has roles only if its deliveries are logged.
    if (action === 'iam:GetRole' && service === 'sns') return [];
    if (prefix === 'kms') return key === '' ? [] : [key];
    if (prefix === 's3')
      return Code?.S3Bucket ? [`arn:aws:s3:::${withoutVersion(Code.S3Bucket['Fn::Sub'])}/${'0'.repeat(64)}.zip`] : [];
    if (prefix === service) return verb.includes('*') ? [] : [own];
    throw new Error(`${one.Type} needs ${action}: on which resource is not known here.`);
  };
  return neededFor(one.Type).flatMap((action) => resourcesOf(action).map((resource) => ({ action, resource })));
}

/** Actions that the policy must not allow, on resources of Portwatch or of others. */
function forbidden(own: readonly Deployed[], key: string): Request[] {
  const first = (type: string) => {
    const found = own.find(({ Type }) => Type === type);
    return found ? ownArn(found) : '';
  };
  const [role, table, topic] = ['AWS::IAM::Role', 'AWS::DynamoDB::GlobalTable', 'AWS::SNS::Topic'].map(first);
  const [queue, fn, log] = ['AWS::SQS::Queue', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'].map(first);
  const on = (resource: string | undefined, ...actions: string[]) =>
    resource ? actions.map((action) => ({ action, resource })) : [];
  return [
    ...on(role, 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'sts:AssumeRole'),
    ...on(arn('iam', '', 'role/Admin'), 'iam:PassRole', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'),
    ...on(arn('iam', '', 'user/alice'), 'iam:CreateUser', 'iam:CreateAccessKey', 'iam:PutUserPolicy'),
    ...on(
      arn('iam', '', 'policy/boundary'),
      'iam:CreatePolicy',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
    ),
    ...on(
      arn('iam', '', 'role/aws-service-role/ec2.amazonaws.com/AWSServiceRoleForEC2'),
      'iam:CreateServiceLinkedRole',
    ),
    ...on(
      table,
      'dynamodb:DeleteTable',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
    ),
    ...on(table, 'dynamodb:PutResourcePolicy'),
    ...on(topic, 'sns:Publish', 'sns:AddPermission'),
    ...on(queue, 'sqs:ReceiveMessage', 'sqs:SendMessage', 'sqs:PurgeQueue'),
    ...on(fn, 'lambda:InvokeFunction', 'lambda:CreateFunctionUrlConfig'),
    ...on(log && `${log}:log-stream:one`, 'logs:GetLogEvents', 'logs:PutLogEvents'),
    ...on(key === '' ? undefined : key, 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy', 'kms:DisableKey'),
    ...on(arn('kms', homeRegion, 'key/99999999-0000-0000-0000-000000000000'), 'kms:Decrypt', 'kms:CreateGrant'),
    ...on(arn('lightsail', homeRegion, 'Instance/11111111'), 'lightsail:PutInstancePublicPorts'),
    ...on(`arn:aws:s3:::cdk-hnb659fds-assets-${account}-${homeRegion}/key`, 's3:PutObject', 's3:DeleteObject'),
    ...on('arn:aws:s3:::of-somebody-else/key', 's3:GetObject'),
  ];
}

/** Actions whose statements allow any resource, because AWS generates an id or a name that does not contain the stack's name. */
const onAnyResource = /^(chatbot:|cloudwatch:DescribeAlarms$|lambda:\w+EventSourceMapping$)/;

/** The same requests for resources of other stacks, accounts and regions. */
function ofOthers(requests: readonly Request[]): Request[] {
  return requests.flatMap(({ action, resource }) => {
    if (resource === '*' || onAnyResource.test(action) || !/:(Portwatch|acme-)|\/(Portwatch|acme-)/.test(resource))
      return [];
    return [
      { action, resource: resource.replace(/(Portwatch|acme-).*$/, 'OfSomebodyElse') },
      { action, resource: resource.replace(account, '210987654321') },
    ];
  });
}

const replaceIn = (statements: readonly Statement[], from: string, to: string): Statement[] =>
  JSON.parse(JSON.stringify(statements).replaceAll(from, to));

/** Inserts the prefix before the names in these statements, as the page describes. */
const withPrefix = (statements: readonly Statement[], prefix: string, ...sids: string[]): Statement[] =>
  statements.map((one) =>
    sids.includes(one.Sid)
      ? { ...one, Resource: String(one.Resource).replace(/Portwatch[A-Za-z]*-?\*/, `${prefix}-*`) }
      : one,
  );

const without = (statements: readonly Statement[], ...sids: string[]): Statement[] =>
  statements.filter(({ Sid }) => !sids.includes(Sid));

/** The statements whose names begin with the prefix. */
const prefixed = ['Functions', 'Roles', 'Rules', 'EventBus', 'Schedules', 'Alarms'];

const withArns = (statements: readonly Statement[], sid: string, ...arns: readonly string[]): Statement[] =>
  statements.map((one) => (one.Sid === sid ? { ...one, Resource: [one.Resource, ...arns].flat() } : one));

const existing = {
  existingAlertTopic: arn('sns', homeRegion, 'acme-alerts'),
  existingHealthTopic: arn('sns', homeRegion, 'acme-health'),
};
const qualifier = 'portwatch';
const accounts = { externalId: 'acme', 'accounts.organization': 'o-a1b2c3d4e5' };

/** Writes the templates into `folder`. Each trial changes the policies as docs/permissions.md describes it. */
export function listTrials(folder: string): Trial[] {
  const { everything = {}, secured = {} } = configurations;
  const chosen = {
    secured,
    existing: { ...everything, ...existing },
    qualified: { email: 'you@example.com', '@aws-cdk/core:bootstrapQualifier': qualifier },
    accounts,
    prefixed: { ...accounts, namePrefix: 'acme-sec' },
  };
  const key = String(secured['kmsKeyArn']);
  const prefix = String(secured['namePrefix']);
  // Other people deploy the templates of the watched accounts, in those accounts.
  const paths = writeTemplates(folder, { chosen, withMembers: false });
  const inQualified = (statements: readonly Statement[]) => replaceIn(statements, 'hnb659fds', qualifier);
  type Statements = Record<'home' | 'forwarding' | 'people', Statement[]>;
  const statementsOf: Record<keyof typeof chosen, Statements> = {
    secured: {
      home: withPrefix(policy, prefix, ...prefixed),
      forwarding: withPrefix(forwardingPolicy, prefix, 'ForwardingRules', 'ForwardingRoles'),
      people: peoplePolicy,
    },
    existing: {
      home: withArns(without(policy, 'Key', 'EventBus', 'EventBusPolicy'), 'Topics', ...Object.values(existing)),
      forwarding: forwardingPolicy,
      people: peoplePolicy,
    },
    prefixed: {
      home: withArns(
        withPrefix(without(policy, 'Slack', 'SlackServiceRole', 'Key'), 'acme-sec', ...prefixed),
        'Roles',
        arn('iam', '', 'role/PortwatchMonitor'),
        arn('iam', '', 'role/PortwatchMonitorEvents'),
      ),
      forwarding: forwardingPolicy,
      people: peoplePolicy,
    },
    accounts: {
      home: without(policy, 'Slack', 'SlackServiceRole', 'Key'),
      forwarding: forwardingPolicy,
      people: peoplePolicy,
    },
    qualified: {
      home: inQualified(without(policy, 'Slack', 'SlackServiceRole', 'Key', 'EventBus', 'EventBusPolicy')),
      forwarding: forwardingPolicy,
      people: inQualified(peoplePolicy),
    },
  };
  const ofCloudFormation = paths.map((path): Trial => {
    const name = dirname(path).split('/').at(-1) as keyof typeof chosen;
    const stack = path.split('/').at(-1)?.replace('.template.json', '') ?? '';
    const isForwarding = stack.startsWith('PortwatchEvents');
    const region = isForwarding ? stack.slice('PortwatchEvents-'.length) : homeRegion;
    const { Resources }: { Resources: Record<string, Resource> } = JSON.parse(readFileSync(path, 'utf8'));
    const own = Object.entries(Resources).map(([id, one]) => ({ ...one, id, stack, region, all: Resources }));
    const keyOfStack = name === 'secured' && !isForwarding ? key : '';
    const bootstrap = `parameter/cdk-bootstrap/${name === 'qualified' ? qualifier : 'hnb659fds'}/version`;
    const allowed = [
      ...own.flatMap((one) => requestsFor(one, keyOfStack)),
      ...(isForwarding ? [] : [{ action: 'ssm:GetParameters', resource: arn('ssm', region, bootstrap) }]),
    ];
    const { home, forwarding } = statementsOf[name];
    return {
      name: `${name}: ${stack}`,
      statements: isForwarding ? forwarding : home,
      allowed,
      denied: [...forbidden(own, keyOfStack), ...ofOthers(allowed)],
    };
  });
  const ofPeople = (['secured', 'qualified'] as const).map((name): Trial => {
    const manifest = readFileSync(join(folder, name, 'manifest.json'), 'utf8');
    const roles = new Set(manifest.match(/role\/cdk-[\w-]+?-role-/g));
    return {
      name: `${name}: the person who deploys`,
      statements: statementsOf[name].people,
      allowed: [...roles].map((role) => ({
        action: 'sts:AssumeRole',
        resource: arn('iam', '', `${role}${account}-${homeRegion}`),
      })),
      denied: [{ action: 'sts:AssumeRole', resource: arn('iam', '', 'role/Admin') }],
    };
  });
  return [...ofCloudFormation, ...ofPeople];
}

/** One line for each request with an unexpected answer. `isAllowed`: evaluates one request. */
export async function tryPolicies(
  trials: readonly Trial[],
  isAllowed: (trial: Trial, request: Request) => boolean | Promise<boolean>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const trial of trials)
    for (const [requests, expected] of [
      [trial.allowed, true],
      [trial.denied, false],
    ] as const)
      for (const request of requests)
        if ((await isAllowed(trial, request)) !== expected)
          wrong.push(
            `${trial.name}: ${request.action} on ${request.resource} is ${expected ? 'not allowed' : 'allowed'}`,
          );
  return [...new Set(wrong)];
}
