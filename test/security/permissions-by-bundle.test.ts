/** P8, P9: the permissions of each function are exactly those that its bundle uses. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ProductFunction } from '../../lib/product-function.ts';
import { synthesise } from '../lib/synthesise.ts';
import { type Actions, bundleEach, codeOf } from './bundle-commands.ts';
import { listOf, resourcesOf, type Statement, statementsOfRole, statementsOfType } from './template-statements.ts';

const configurations: Record<string, Record<string, unknown>> = {
  'as it is by default': {},
  'with everything that can be configured': {
    email: 'ops@example.com',
    slackWebhookParameter: '/portwatch/webhook',
    'slack.workspaceId': 'T0123456789',
    'slack.channelId': 'C0123456789',
    keepHistoryDays: 30,
  },
  'with an adopted table': { existingTable: 'old-table' },
  'with the accounts of an organisation': { externalId: 'acme', 'accounts.organization': 'o-a1b2c3d4e5' },
  'with a list of accounts': { externalId: 'acme', accounts: '111122223333' },
};

/** Actions that the Lambda service performs with the role of a function: its log, and its failed invocations. */
const doneByLambda: Record<string, string> = {
  'logs:CreateLogStream': 'Lambda writes the log',
  'logs:PutLogEvents': 'Lambda writes the log',
  'sqs:SendMessage': 'Lambda hands over events that were given up',
  'sqs:GetQueueAttributes': 'granted with it by the CDK, on the same queue',
  'sqs:GetQueueUrl': 'granted with it by the CDK, on the same queue',
  'sqs:ReceiveMessage': 'Lambda takes batches from the queue of events',
  'sqs:DeleteMessage': 'Lambda takes batches from the queue of events',
};

/** Actions of adapter methods that are in the bundle but that this function never calls. The function has no permission for them. */
const neverAsked: Record<string, string[]> = {
  // Events name their region; only full scans delete the latest states of deleted instances. An event names the caller, so no call is
  // looked up.
  'call-events.ts': ['cloudtrail:LookupEvents', 'dynamodb:DeleteItem', 'lightsail:GetRegions'],
};

/** Actions in the bundles that are needed only with several accounts. The settings decide which monitors list the organisation. */
const isForAccounts = (action: string): boolean => /^(organizations|sts):/.test(action);

/** With several accounts, the function for events deletes alerts that were published. */
const neverAskedIn = (handlerFile: string, configuration: Record<string, unknown>): string[] =>
  (neverAsked[handlerFile] ?? []).filter(
    (action) => !('externalId' in configuration && action.endsWith(':DeleteItem')),
  );

/** AWS has neither resource types nor service condition keys for these actions (Service Authorization Reference). */
const allowedOnAnyResource =
  /^lightsail:Get(Regions|Instances|InstancePortStates)$|^cloudtrail:LookupEvents$|^organizations:ListAccounts$/;

interface Audited {
  handlerFile: string;
  roleId: string;
}

function functionsOf(stack: Stack): Audited[] {
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof ProductFunction)
    .map(({ handlerFile, role }) => ({ handlerFile, roleId: stack.getLogicalId(roleResource(role)) }));
}

function roleResource(role: ProductFunction['role']) {
  const { defaultChild } = role.node;
  if (defaultChild === undefined) throw new Error('a role without a resource');
  return defaultChild as Parameters<Stack['getLogicalId']>[0];
}

function allowedActions(statements: readonly Statement[]): string[] {
  const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => listOf(Action));
  return [...new Set(actions)].filter((action) => !(action in doneByLambda)).sort();
}

/** Actions that are allowed and not used, and actions that are used and not allowed. */
function audit(allowed: readonly string[], used: readonly string[]) {
  const byCode = used.filter((action) => !(action in doneByLambda));
  return {
    unused: allowed.filter((action) => !byCode.includes(action) && !isForAccounts(action)),
    notAllowed: byCode.filter((action) => !allowed.includes(action) && !isForAccounts(action)),
  };
}

const nothing = { unused: [], notAllowed: [] };
const handlerFiles = ['scan.ts', 'call-events.ts', 'slack-webhook.ts', 'amazon-q.ts', 'event-topic.ts'];
const withWrite = 'a scan that writes a firewall';
const writeCode = codeOf(
  'scan.ts',
  `import { PutInstancePublicPortsCommand } from '@aws-sdk/client-lightsail';
   export const write = () => new PutInstancePublicPortsCommand({ instanceName: 'x', portInfos: [] });`,
);
let actionsByBundle: Record<string, Actions>;

beforeAll(async () => {
  const codes = Object.fromEntries(handlerFiles.map((file) => [file, codeOf(file)]));
  actionsByBundle = await bundleEach({ ...codes, [withWrite]: writeCode });
});

const actionsOf = (bundle: string) => actionsByBundle[bundle] ?? [];

describe.each(Object.entries(configurations))('the deployment, %s', (_, configuration) => {
  const { stack, template } = synthesise(configuration);
  const functions = functionsOf(stack);

  test('every function of the template is checked here', () => {
    const roles = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties['Role']['Fn::GetAtt'][0],
    );
    expect(functions.map(({ roleId }) => roleId).sort()).toEqual(roles.sort());
    expect(handlerFiles).toEqual(expect.arrayContaining(functions.map(({ handlerFile }) => handlerFile)));
  });

  test('P9: each function has exactly the permissions that its bundle uses', () => {
    for (const { handlerFile, roleId } of functions) {
      const used = actionsOf(handlerFile);
      expect(used).not.toEqual([]);
      const statements = statementsOfRole(template, roleId);
      const found = audit(allowedActions(statements), used);
      expect(found).toEqual({ ...nothing, notAllowed: neverAskedIn(handlerFile, configuration) });
      // A permission for the collector, only with several accounts.
      expect(statements.filter(({ Condition }) => JSON.stringify(Condition)?.includes('OUTBOX#')).length).toBe(
        'externalId' in configuration && /^(scan|call-events)\.ts$/.test(handlerFile) ? 1 : 0,
      );
    }
  });

  test('P9: no action and no resource is a pattern, except if AWS allows no other value', () => {
    for (const roleId of Object.keys(resourcesOf(template, 'AWS::IAM::Role'))) {
      for (const { Action, Resource } of statementsOfRole(template, roleId)) {
        expect(listOf(Action).filter((action) => action.includes('*'))).toEqual([]);
        if (listOf(Action).every((action) => allowedOnAnyResource.test(action))) continue;
        // The condition names the accounts; `several-accounts.test.ts` has the whole statement.
        const text = JSON.stringify(Resource).replace('iam::*:role/PortwatchMember', '');
        expect(text).not.toContain('*');
      }
    }
  });

  test('P9: the permissions that Lambda uses are limited to the log and the queues of the function', () => {
    for (const { roleId } of functions) {
      const targets = statementsOfRole(template, roleId)
        .filter(({ Action }) => listOf(Action).some((action) => action in doneByLambda))
        .map(({ Resource }) => JSON.stringify(Resource));
      expect(targets).toEqual([
        expect.stringMatching(
          /^\{"Fn::GetAtt":\["(MonitorScan|MonitorEventsLook|MonitorEventTopicForward|AmazonQForward|SlackWebhook)Logs[0-9A-F]{8}","Arn"\]\}$/,
        ),
        expect.stringMatching(/^\{"Fn::GetAtt":\["Monitor(DeadLetter|Events)Queue[0-9A-F]{8}","Arn"\]\}$/),
        ...('externalId' in configuration && targets[0]?.includes('MonitorScan')
          ? [expect.stringMatching(/^\{"Fn::GetAtt":\["MonitorAccountsQueue[0-9A-F]{8}","Arn"\]\}$/)]
          : []),
      ]);
    }
  });

  test('only services of AWS can assume the roles', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      for (const statement of Properties['AssumeRolePolicyDocument'].Statement) {
        expect(statement.Principal).toEqual({ Service: expect.stringMatching(/^[a-z]+\.amazonaws\.com$/) });
      }
    }
  });

  test('only SNS can invoke a function, and only for the two topics', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Permission'))) {
      expect(Properties['Principal']).toBe('sns.amazonaws.com');
      expect(Properties['SourceArn']).toEqual({ Ref: expect.stringMatching(/^Monitor(Alert|Health)Topic/) });
    }
    expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual({});
  });
});

describe('configured regions', () => {
  const { stack, template } = synthesise({ regions: 'eu-west-1' });

  test('P9: GetRegions is not allowed, and the other reads are limited to these regions', () => {
    const scan = functionsOf(stack).find(({ handlerFile }) => handlerFile === 'scan.ts');
    if (scan === undefined) throw new Error('no scan function');
    const statements = statementsOfRole(template, scan.roleId);
    const found = audit(allowedActions(statements), actionsOf(scan.handlerFile));
    expect(found).toEqual({ unused: [], notAllowed: ['lightsail:GetRegions'] });
    const reads = statements.filter(({ Action }) => listOf(Action).some((action) => action.startsWith('lightsail:')));
    expect(reads.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
    ]);
  });
});

describe('the comparison finds', () => {
  const { stack, template } = synthesise();
  const scan = functionsOf(stack).find(({ handlerFile }) => handlerFile === 'scan.ts');

  test('an action that is allowed and not used', () => {
    const patched = structuredClone(template.toJSON());
    const [policy] = Object.values<{ Properties: { PolicyDocument: { Statement: Statement[] } } }>(
      Template.fromJSON(patched).findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: scan?.roleId }] },
      }) as never,
    );
    policy?.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'dynamodb:Scan', Resource: 'x' });
    const statements = statementsOfRole(Template.fromJSON(patched), scan?.roleId ?? '');
    expect(audit(allowedActions(statements), actionsOf('scan.ts'))).toEqual({
      unused: ['dynamodb:Scan'],
      notAllowed: [],
    });
  });

  test('a command that is used and not allowed', () => {
    const statements = statementsOfRole(template, scan?.roleId ?? '');
    expect(audit(allowedActions(statements), actionsOf(withWrite))).toEqual({
      unused: [],
      notAllowed: ['lightsail:PutInstancePublicPorts'],
    });
  });

  test('a command of a service without a known IAM prefix', async () => {
    // The file of one command: with the whole client, esbuild would read every command of the service.
    const file = '@aws-sdk/client-lambda/dist-es/commands/InvokeCommand.js';
    const code = `import { InvokeCommand } from '${file}'; export const x = new InvokeCommand({ FunctionName: 'x' });`;
    await expect(bundleEach({ code })).rejects.toThrow('Which IAM prefix has @aws-sdk/client-lambda?');
  });
});

describe('P8: read-only on Lightsail', () => {
  test('no bundle contains a Lightsail command other than the three that read', () => {
    const commands = handlerFiles.flatMap((file) => actionsOf(file).filter((each) => each.startsWith('lightsail:')));
    expect([...new Set(commands)]).toEqual([
      'lightsail:GetInstancePortStates',
      'lightsail:GetInstances',
      'lightsail:GetRegions',
    ]);
  });

  test('no role of any deployment has another Lightsail permission', () => {
    for (const configuration of Object.values(configurations)) {
      const { template } = synthesise(configuration);
      const allowed = Object.keys(resourcesOf(template, 'AWS::IAM::Role'))
        .flatMap((roleId) => allowedActions(statementsOfRole(template, roleId)))
        .filter((action) => action.startsWith('lightsail:'));
      for (const action of allowed) expect(action).toMatch(allowedOnAnyResource);
    }
  });
});

describe('topics and queues', () => {
  const { template } = synthesise(configurations['with everything that can be configured']);
  const onlyTls = { Bool: { 'aws:SecureTransport': 'false' } };
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const topic = (name: string) => ({ Ref: expect.stringMatching(new RegExp(`^Monitor${name}Topic`)) });
  const queue = { 'Fn::GetAtt': [expect.stringMatching(/^MonitorDeadLetterQueue/), 'Arn'] };

  test.each(['Alert', 'Health'])(
    'the %s topic: TLS only, and alarms of this account; inside the account, IAM decides',
    (name) => {
      const statements = statementsOfType(template, 'AWS::SNS::TopicPolicy').filter(({ id }) =>
        id.includes(`Monitor${name}Topic`),
      );
      expect(statements.map(({ statement }) => statement)).toEqual([
        {
          Sid: 'AllowPublishThroughSSLOnly',
          Effect: 'Deny',
          Action: 'sns:Publish',
          Principal: '*',
          Condition: onlyTls,
          Resource: topic(name),
        },
        {
          Sid: 'AlarmsOfThisAccount',
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: ofThisAccount,
          Resource: topic(name),
        },
      ]);
    },
  );

  test('the dead letters: TLS only, the rule and the two topics of this stack', () => {
    const fromTopic = (name: string) => ({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'sns.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': topic(name) } },
      Resource: queue,
    });
    const fromRule = {
      Sid: expect.any(String),
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: {
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^MonitorEventsRule/), 'Arn'] } },
      },
      Resource: queue,
    };
    const ofDeadLetters = statementsOfType(template, 'AWS::SQS::QueuePolicy').filter(({ id }) =>
      id.includes('DeadLetterQueue'),
    );
    expect(ofDeadLetters.map(({ statement }) => statement)).toEqual([
      { Effect: 'Deny', Action: 'sqs:*', Principal: { AWS: '*' }, Condition: onlyTls, Resource: queue },
      fromRule,
      fromTopic('Alert'),
      fromTopic('Health'),
    ]);
  });

  test('every topic and every queue has such a policy', () => {
    const count = (type: string) => Object.keys(resourcesOf(template, type)).length;
    expect(count('AWS::SNS::TopicPolicy')).toBe(count('AWS::SNS::Topic'));
    expect(count('AWS::SQS::QueuePolicy')).toBe(count('AWS::SQS::Queue'));
  });

  test('no statement of any policy allows everybody', () => {
    const everybody = ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']
      .flatMap((type) => statementsOfType(template, type))
      .filter(({ statement }) => JSON.stringify(statement.Principal).includes('"*"'));
    expect(everybody).toHaveLength(6);
    for (const { statement } of everybody) expect(statement).toMatchObject({ Effect: 'Deny', Condition: onlyTls });
  });
});
