/**
 * The templates of the watched accounts, deployed into ministack: by the commands of docs/organization.md, and again by the commands that
 * `portwatch member-template` prints. ministack keeps the trust and the policies, and does not evaluate them. Takes about half a minute and
 * needs Python: `npm run test:deploy`.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCli } from '../cli/run-cli.ts';
import { codeBlocks, readDocument, sectionOf } from '../docs/document.ts';
import { account, DeployAccount, minute, region } from './deploy-account.ts';

const monitor = '123456789012';
const regions = [region, 'us-east-1'];
let here: DeployAccount;

beforeAll(async () => {
  here = await DeployAccount.openWithoutBootstrap({});
}, 5 * minute);

afterAll(() => here?.close());

const [ofThePage] = codeBlocks(sectionOf(readDocument('docs/organization.md').text, 'The management account'));
/** As a person runs them, in the folder above that of the templates. */
const run = (commands: string) =>
  here.workplace.shell(`set -e; cd '${here.home}'; export REGIONS='${regions.join(' ')}'; ${commands}`);

async function readRole(roleName: string, policyName: string) {
  const { aws } = here.workplace;
  const { Role } = (await aws('iam', 'get-role', '--role-name', roleName)) as {
    Role: { AssumeRolePolicyDocument: { Statement: object[] } };
  };
  const names = ['--role-name', roleName, '--policy-name', policyName];
  const { PolicyDocument } = (await aws('iam', 'get-role-policy', ...names)) as {
    PolicyDocument: { Statement: object[] };
  };
  const { PolicyNames } = (await aws('iam', 'list-role-policies', '--role-name', roleName)) as {
    PolicyNames: string[];
  };
  const { AttachedPolicies } = (await aws('iam', 'list-attached-role-policies', '--role-name', roleName)) as {
    AttachedPolicies: object[];
  };
  return {
    trust: Role.AssumeRolePolicyDocument.Statement,
    policy: PolicyDocument.Statement,
    others: [...PolicyNames.filter((name) => name !== policyName), ...AttachedPolicies],
  };
}

test(
  'P9: the roles trust the roles of the monitor and EventBridge only, and may read and forward only',
  async () => {
    const accounts = ['-c', `accounts=${account}`, '-c', 'externalId=acme-portwatch'];
    const place = ['--monitor-account', monitor, '--region', region, '--out', join(here.home, 'portwatch-members')];
    const { code, stdout, stderr } = await startCli(['member-template', ...place, ...accounts]).ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await run(ofThePage?.code ?? 'false');
    await run(stdout);
    expect(await readRole('PortwatchMember', 'Read')).toEqual({
      trust: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${monitor}:root` },
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': [
                `arn:aws:iam::${monitor}:role/PortwatchMonitor`,
                `arn:aws:iam::${monitor}:role/PortwatchMonitorEvents`,
              ],
            },
            StringEquals: { 'sts:ExternalId': 'acme-portwatch' },
          },
        },
      ],
      policy: [
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
      others: [],
    });
    const bus = `arn:aws:events:${region}:${monitor}:event-bus/Portwatch`;
    expect(await readRole('PortwatchMemberEvents', 'Forward')).toEqual({
      trust: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ],
      policy: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: bus }],
      others: [],
    });
    for (const each of regions) {
      const { Rules } = (await here.workplace.aws('events', 'list-rules', '--region', each)) as {
        Rules: { Name: string; State: string }[];
      };
      expect(Rules.map(({ State }) => State)).toEqual(['ENABLED']);
      const rule = ['--region', each, '--rule', Rules[0]?.Name ?? ''];
      expect(await here.workplace.aws('events', 'list-targets-by-rule', ...rule)).toEqual({
        Targets: [expect.objectContaining({ Arn: bus, RoleArn: `arn:aws:iam::${account}:role/PortwatchMemberEvents` })],
      });
    }
  },
  3 * minute,
);
