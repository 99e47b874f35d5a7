/** The VPC of the functions: which subnets can be used, and which permissions the roles need. */
import { Stack } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import type { AccountSettings } from '../lambda/contract/settings-schema.ts';
import { refuse } from './configuration-error.ts';
import { acknowledge } from './nag-exceptions.ts';

/** The VPC in which the functions run. */
export interface MonitorNetwork {
  /** The subnets of the functions need a route to the internet. */
  readonly vpc: IVpc;
  /**
   * Isolated and public subnets are refused, because a function in such a subnet has no route to the internet. The functions read
   * Lightsail in every region through the internet.
   *
   * @default - the private subnets with a route to the internet
   */
  readonly vpcSubnets?: SubnetSelection;
  /** One to five security groups. One group that allows outgoing HTTPS is enough. */
  readonly securityGroups: readonly ISecurityGroup[];
}

export interface FunctionNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** The routes to the internet, which a function must wait for. `null`: a VPC of the configuration, which exists already. */
  readonly route: IDependable | null;
}

const selectSubnets = ({ vpc, vpcSubnets }: MonitorNetwork) =>
  vpc.selectSubnets(vpcSubnets ?? { subnetType: SubnetType.PRIVATE_WITH_EGRESS });

/**
 * Returns one line for each wrong value, for subnets that cannot be selected, and for each subnet that is known to have no route to the
 * internet.
 */
export function findNetworkProblems(network: MonitorNetwork): string[] {
  const given: unknown = network.securityGroups;
  const ids = Array.isArray(given) ? given.filter((group) => typeof group?.securityGroupId === 'string') : [];
  const isList = Array.isArray(given) && ids.length === given.length && ids.length >= 1 && ids.length <= 5;
  const groups = isList
    ? []
    : [
        'network.securityGroups: expected a list of 1 to 5 security groups of the CDK. One that allows HTTPS out is enough.',
      ];
  if (typeof network.vpc?.selectSubnets !== 'function')
    return [
      ...groups,
      'network.vpc: expected a VPC of the CDK, such as Vpc.fromLookup(…). The IDs of subnets belong in vpc.',
    ];
  try {
    return [...groups, ...findOffline('network', network.vpc, selectSubnets(network).subnetIds)];
  } catch (error) {
    // Catches every error, because the CDK has no class for a VPC without the wanted subnets.
    const why = error instanceof Error ? error.message : String(error);
    return [
      ...groups,
      `network: expected private subnets with a route to a NAT gateway, which cannot be selected: ${why}`,
    ];
  }
}

export function selectNetwork(network: MonitorNetwork): FunctionNetwork {
  const selected = selectSubnets(network);
  const { securityGroups } = network;
  return {
    subnetIds: selected.subnetIds,
    securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
    route: selected.internetConnectivityEstablished,
  };
}

/**
 * With the ID of the VPC, the CDK looks up the routes of the subnets. Without the ID, the routes are not known. Throws ConfigurationError
 * if a subnet is known to have no route to the internet.
 */
export function configuredNetwork(scope: Construct, vpc: AccountSettings['vpc']): FunctionNetwork | null {
  if (vpc === null) return null;
  const problems =
    vpc.id === undefined
      ? []
      : findOffline('vpc.subnetIds', Vpc.fromLookup(scope, 'Vpc', { vpcId: vpc.id }), vpc.subnetIds);
  if (problems.length > 0) refuse(problems, scope.node.path);
  return { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds], route: null };
}

function findOffline(key: string, { isolatedSubnets, publicSubnets }: IVpc, subnetIds: readonly string[]): string[] {
  const describe = (kind: string, known: IVpc['isolatedSubnets']) =>
    known
      .filter(({ subnetId }) => subnetIds.includes(subnetId))
      .map(
        ({ subnetId }) =>
          `${key}: got the ${kind} subnet ${subnetId}, expected private subnets with a route to a NAT gateway. ` +
          'Portwatch reads Lightsail in every region through the internet, which a function cannot reach from there.',
      );
  return [...describe('isolated', isolatedSubnets), ...describe('public', publicSubnets)];
}

const interfaceChanges = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const interfaceReads = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * Lambda uses the role of a function to create and delete the network interfaces of the function in the VPC. AWS allows the read actions
 * only on `*`, and the other actions only on all EC2 resources of the region (Lambda, "Giving Lambda functions access to resources in an
 * Amazon VPC").
 *
 * A further statement denies these actions to the code of the function. This statement does not affect Lambda itself, because only requests
 * of the code have the key `lambda:SourceFunctionArn`.
 */
export function allowNetworkInterfaces(role: Role): void {
  const all = Stack.of(role).formatArn({ service: 'ec2', resource: '*', resourceName: '*' });
  const functions = Stack.of(role).formatArn({ service: 'lambda', resource: 'function:*' });
  role.addToPrincipalPolicy(new PolicyStatement({ actions: interfaceReads, resources: ['*'] }));
  role.addToPrincipalPolicy(new PolicyStatement({ actions: interfaceChanges, resources: [all] }));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...interfaceChanges, ...interfaceReads],
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': functions } },
    }),
  );
  const reason =
    'Lambda needs these actions on any network interface to connect the function to its VPC; the code of the function is denied them.';
  acknowledge(
    role,
    { id: 'AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:*/*]', reason },
  );
}
