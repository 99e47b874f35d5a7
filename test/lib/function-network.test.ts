/** The VPC of the functions. */
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { DriftMonitor } from '../../lib/drift-monitor.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';
import { withoutBundling } from './feature-flags.ts';
import { newApp } from './new-app.ts';
import { securedConfiguration } from './secured-configuration.ts';
import { resourcesOf, type Statement, templates } from './secured-templates.ts';
import { findOne, type Resource, synthesise } from './synthesise.ts';

describe('a VPC', () => {
  const template = templates['the stack of the monitor'];
  const ids = {
    subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    securityGroupIds: ['sg-0123456789abcdef0'],
  };

  test('has every function', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(1);
    for (const [, { Properties }] of functions)
      expect(Properties['VpcConfig']).toEqual({ SubnetIds: ids.subnetIds, SecurityGroupIds: ids.securityGroupIds });
  });

  test('P9: each role lets Lambda create network interfaces in this region and account, and denies that to the code', () => {
    const ec2Statements = resourcesOf(template, 'AWS::IAM::Policy').map(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[]).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('ec2:')),
      ),
    );
    const ofFunctions = ec2Statements.filter((statements) => statements.length > 0);
    expect(ofFunctions.length).toBe(resourcesOf(template, 'AWS::Lambda::Function').length);
    for (const statements of ofFunctions) {
      const changes = statements.find(({ Action }) => Action.includes('ec2:CreateNetworkInterface'));
      expect(JSON.stringify(changes?.Resource)).toBe(
        '{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":ec2:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":*/*"]]}',
      );
      const denied = statements.find(({ Effect }) => Effect === 'Deny');
      const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
      const ofEc2 = allowed.filter((action) => action.startsWith('ec2:')).sort();
      expect([denied?.Action].flat().toSorted()).toEqual(ofEc2);
      expect(denied?.Condition).toEqual({ ArnLike: { 'lambda:SourceFunctionArn': expect.anything() } });
    }
  });

  test('is in no template without a configuration', () => {
    expect(JSON.stringify(synthesise().template.toJSON())).not.toMatch(/ec2:|VpcConfig/);
  });

  const monitorInVpc = (subnetType: SubnetType) => {
    const stack = new Stack(newApp(), 'Own');
    const subnetConfiguration = [
      { name: 'a', subnetType: SubnetType.PUBLIC },
      { name: 'b', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'c', subnetType: SubnetType.PRIVATE_ISOLATED },
    ];
    const vpc = new Vpc(stack, 'Vpc', { subnetConfiguration, maxAzs: 1 });
    const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })];
    new DriftMonitor(stack, 'Monitor', { network: { vpc, vpcSubnets: { subnetType }, securityGroups } });
    return Template.fromStack(stack);
  };

  test('can be one of the app, and the functions wait for its route to the internet', () => {
    const { resource } = findOne(monitorInVpc(SubnetType.PRIVATE_WITH_EGRESS), 'AWS::Lambda::Function', 'MonitorScan');
    const { Properties, DependsOn } = resource as Resource & { DependsOn: string[] };
    expect(Properties['VpcConfig']).toEqual({
      SubnetIds: [{ Ref: expect.stringMatching(/^VpcbSubnet1/) }],
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
    });
    expect(DependsOn).toContainEqual(expect.stringMatching(/^VpcbSubnet1DefaultRoute/));
  });

  test.each([
    [SubnetType.PRIVATE_ISOLATED, 'isolated'],
    [SubnetType.PUBLIC, 'public'],
  ])('P5: is refused with subnets that are %s, since Lightsail could not be read', (type, kind) => {
    expect(() => monitorInVpc(type)).toThrow(
      new RegExp(
        `network: got the ${kind} subnet .*, expected private subnets with a route to a NAT gateway\\. Portwatch reads`,
      ),
    );
  });

  test('P5: is refused with isolated subnets in the configuration, when the ID of the VPC is given', () => {
    const lookedUp = (type: string, subnetId: string) => ({
      'vpc-provider:account=123456789012:filter.vpc-id=vpc-0123456789abcdef0:region=eu-west-1:returnAsymmetricSubnets=true':
        {
          vpcId: 'vpc-0123456789abcdef0',
          availabilityZones: [],
          subnetGroups: [
            { name: 'x', type, subnets: [{ subnetId, availabilityZone: 'eu-west-1a', routeTableId: 'rtb-1' }] },
          ],
        },
    });
    const build = (context: Record<string, unknown>) =>
      new PortwatchStack(newApp({ ...withoutBundling, ...context }), 'Portwatch', {
        config: parseConfig({
          file: null,
          commandLine: { ...securedConfiguration, 'vpc.id': 'vpc-0123456789abcdef0' },
        }),
        env: { account: '123456789012', region: 'eu-west-1' },
      });
    expect(() => build(lookedUp('Isolated', 'subnet-0123456789abcdef1'))).toThrow(
      'vpc.subnetIds: got the isolated subnet subnet-0123456789abcdef1, expected private subnets with a route to a NAT gateway.',
    );
    expect(() => build(lookedUp('Private', 'subnet-0123456789abcdef1'))).not.toThrow();
    expect(() => build(lookedUp('Isolated', 'subnet-0123456789abcdef9'))).not.toThrow();
  });
});
