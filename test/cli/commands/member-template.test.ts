import { describe, expect, test } from '@jest/globals';
import {
  type MemberDeployment,
  renderMemberCommands,
} from '../../../cli/commands/member-template/render-member-commands.ts';
import { isOfEarlierRun } from '../../../cli/commands/template/write-folder.ts';
import { cacheByKey } from '../../../cli/questions/cache-by-key.ts';
import { synthesiseMemberTemplates } from '../../../lib/synthesise-member-templates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runCli } from '../run-cli.ts';

/** Without a configuration file. */
const folder = temporaryFolder();

/** Each synthesis of the templates takes a quarter of a second. */
const templatesOf = cacheByKey(synthesise, (context) => JSON.stringify(context));

function synthesise(context: Record<string, string>) {
  const made = synthesiseMemberTemplates({ folder, context, monitorAccount: '123456789012', region: 'eu-west-1' });
  if ('refusal' in made) throw new Error(made.refusal);
  return made;
}

/** The resources of a template, with the CDK's references as the text that CloudFormation would insert. */
function resourcesOf(template: string | null): Record<string, { Type: string; Properties: Record<string, unknown> }> {
  const render = (_: string, value: { Ref?: string; 'Fn::Join'?: [string, unknown[]] }) => {
    if (value?.Ref !== undefined) return `<${value.Ref}>`;
    const parts = value?.['Fn::Join']?.[1];
    return parts ? parts.join('') : value;
  };
  return JSON.parse(template ?? '{}', render).Resources;
}

const organization = { externalId: 'acme-portwatch', 'accounts.organization': 'o-a1b2c3d4e5' };

describe('the template of the role', () => {
  const { Role1ABCC5F0: role, EventsRoleE25E4B25: forwarding, ...others } = resourcesOf(templatesOf(organization).role);

  test('P9: has a role that may read, and nothing else, for the two roles of the monitor with the external id', () => {
    expect(others).toEqual({});
    expect(role).toEqual({
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'PortwatchMember',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Action: 'sts:AssumeRole',
              Effect: 'Allow',
              Principal: { AWS: 'arn:<AWS::Partition>:iam::123456789012:root' },
              Condition: {
                ArnEquals: {
                  'aws:PrincipalArn': [
                    'arn:<AWS::Partition>:iam::123456789012:role/PortwatchMonitor',
                    'arn:<AWS::Partition>:iam::123456789012:role/PortwatchMonitorEvents',
                  ],
                },
                StringEquals: { 'sts:ExternalId': 'acme-portwatch' },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'Read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Action: [
                    'cloudtrail:LookupEvents',
                    'lightsail:GetInstancePortStates',
                    'lightsail:GetInstances',
                    'lightsail:GetRegions',
                  ],
                  Effect: 'Allow',
                  Resource: '*',
                },
              ],
            },
          },
        ],
      },
    });
  });

  test('P9: has a role with which EventBridge may put events on the bus of the monitor, and nothing else', () => {
    expect(forwarding?.Properties).toEqual({
      RoleName: 'PortwatchMemberEvents',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'Forward',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Action: 'events:PutEvents',
                Effect: 'Allow',
                Resource: 'arn:<AWS::Partition>:events:eu-west-1:123456789012:event-bus/Portwatch',
              },
            ],
          },
        },
      ],
    });
  });
});

test('the template of the events has the rule of the own account, to the bus of the monitor, by the role of the other template', () => {
  const { events } = templatesOf({ ...organization, namePrefix: 'acme', memberRoleName: 'AcmeMember' });
  const [rule, ...others] = Object.values(resourcesOf(events));
  expect(others).toEqual([]);
  expect(rule).toMatchObject({
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.lightsail'], detail: { errorCode: [{ exists: false }] } },
      Targets: [
        {
          Arn: 'arn:<AWS::Partition>:events:eu-west-1:123456789012:event-bus/acme-Portwatch',
          RoleArn: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/AcmeMemberEvents',
        },
      ],
    },
  });
});

test('without the event path there is neither a rule nor a role for events', () => {
  const { role, events } = templatesOf({ ...organization, eventPath: 'false' });
  expect(events).toBeNull();
  expect(Object.values(resourcesOf(role)).map(({ Properties }) => Properties['RoleName'])).toEqual(['PortwatchMember']);
});

test('the templates have no parameter and no asset, so that a StackSet needs nothing else', () => {
  const { role, events } = templatesOf(organization);
  for (const template of [role, events])
    expect(Object.keys(JSON.parse(template ?? ''))).toEqual(['Description', 'Resources']);
});

test('a configuration without accounts is refused, and so is a wrong one', () => {
  const refusalOf = (context: Record<string, string>) =>
    synthesiseMemberTemplates({ folder, context, monitorAccount: '123456789012', region: 'eu-west-1' });
  expect(refusalOf({})).toEqual({
    refusal:
      'The configuration has 1 problem(s):\n  - accounts: got nothing, expected a list of accounts or an organisation: a monitor of its own ' +
      'account alone needs no template for others.',
  });
  expect(refusalOf({ accounts: '1' })).toEqual({ refusal: expect.stringContaining('accounts.0: got "1"') });
});

describe('the commands', () => {
  const deployment: MemberDeployment = {
    folder: '/tmp/members',
    accounts: { organization: 'o-a1b2c3d4e5' },
    region: 'eu-west-1',
    regions: ['eu-west-1', 'us-east-1'],
    hasEvents: true,
  };
  const preferences = '--operation-preferences FailureTolerancePercentage=100,MaxConcurrentPercentage=100';
  const managed =
    '--permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false';

  test('make a StackSet of each template for the whole organisation', () => {
    expect(renderMemberCommands(deployment).split(' &&\n')).toEqual([
      "cd '/tmp/members'",
      "REGIONS='eu-west-1 us-east-1'",
      "ROOT=$(aws organizations list-roots --query 'Roots[0].Id' --output text)",
      `aws cloudformation create-stack-set --region eu-west-1 --stack-set-name PortwatchMemberRole --template-body file://portwatch-member-role.json ${managed} --capabilities CAPABILITY_NAMED_IAM`,
      `aws cloudformation create-stack-instances --region eu-west-1 --stack-set-name PortwatchMemberRole --deployment-targets OrganizationalUnitIds="$ROOT" --regions eu-west-1 ${preferences}`,
      `aws cloudformation create-stack-set --region eu-west-1 --stack-set-name PortwatchMemberEvents --template-body file://portwatch-member-events.json ${managed}`,
      `aws cloudformation create-stack-instances --region eu-west-1 --stack-set-name PortwatchMemberEvents --deployment-targets OrganizationalUnitIds="$ROOT" --regions $REGIONS ${preferences}`,
    ]);
  });

  test('name the units, and leave out the exceptions', () => {
    const accounts = {
      organization: 'o-a1b2c3d4e5',
      units: ['ou-ab12-cdef3456', 'ou-ab12-cdef7890'],
      except: ['111122223333', '444455556666'],
    };
    const text = renderMemberCommands({ ...deployment, accounts });
    expect(text).not.toContain('ROOT');
    expect(text).toContain(
      '--deployment-targets OrganizationalUnitIds=ou-ab12-cdef3456,ou-ab12-cdef7890,AccountFilterType=DIFFERENCE,Accounts=111122223333,444455556666 --regions',
    );
  });

  test('deploy two stacks in one account of a list, and read the regions from a variable unless they are configured', () => {
    expect(renderMemberCommands({ ...deployment, accounts: ['111122223333'], regions: null }).split(' &&\n')).toEqual([
      "cd '/tmp/members'",
      ': "$' + '{REGIONS:?is not set: the regions whose events are forwarded, separated by spaces}"',
      'aws cloudformation deploy --region eu-west-1 --stack-name PortwatchMemberRole --template-file portwatch-member-role.json --no-fail-on-empty-changeset --capabilities CAPABILITY_NAMED_IAM',
      'for each in $REGIONS; do aws cloudformation deploy --region "$each" --stack-name PortwatchMemberEvents --template-file portwatch-member-events.json --no-fail-on-empty-changeset || exit 1; done',
    ]);
  });

  test('deploy the role alone without the event path', () => {
    const text = renderMemberCommands({ ...deployment, hasEvents: false });
    expect(text).not.toMatch(/REGIONS|PortwatchMemberEvents/);
    expect(text).toContain('PortwatchMemberRole');
  });
});

test('a folder of an earlier run is replaced, and no other one', () => {
  expect(isOfEarlierRun(['portwatch-member-role.json', 'portwatch-member-events.json'])).toBe(true);
  expect(isOfEarlierRun(['portwatch-member-role.json', 'notes.txt'])).toBe(false);
  expect(isOfEarlierRun(['portwatch-member-events.json'])).toBe(false);
});

test('the command refuses an account that is not one, and a region that is not known', async () => {
  expect(await runCli(['member-template'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'portwatch: (1) The account of the monitor is not known: give its 12 digits with --monitor-account; (2) The region of the monitor is not known: give its name with --region, such as --region eu-west-1.\n',
  });
  const wrong = await runCli(['member-template', '--monitor-account', '1234', '--region', 'eu-west-1']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('Expected the 12 digits of an account.');
  const unknown = await runCli(['member-template', '--monitor-account', '123456789012', '--region', 'Ireland']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('The region of the monitor is not known: give its name with --region');
});
