/** The VPC of the functions: which subnets can work, and what the roles need. */
import { Stack, Validations } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import type { AccountSettings } from '../lambda/contract/settings.ts';
import { ConfigurationError } from './configuration-error.ts';

/** The VPC in which the functions run. */
export interface MonitorNetwork {
  /** Its subnets need a way to the internet. */
  readonly vpc: IVpc;
  /**
   * Isolated and public subnets are refused: a function has no way to the internet from there, where Lightsail is read in every region.
   *
   * @default - the private subnets with a way to the internet
   */
  readonly vpcSubnets?: SubnetSelection;
  /** One that allows HTTPS out is enough. */
  readonly securityGroups: readonly ISecurityGroup[];
}

export interface FunctionNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** The route to the internet, if the app creates the VPC. */
  readonly route: IDependable | null;
}

/** The network of a VPC that the app knows. Throws ConfigurationError if a subnet is known to have no way to the internet. */
export function selectNetwork({ vpc, vpcSubnets, securityGroups }: MonitorNetwork): FunctionNetwork {
  const selected = vpc.selectSubnets(vpcSubnets ?? { subnetType: SubnetType.PRIVATE_WITH_EGRESS });
  refuseOffline('network', vpc, selected.subnetIds);
  return {
    subnetIds: selected.subnetIds,
    securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
    route: selected.internetConnectivityEstablished,
  };
}

/**
 * The network of the configuration. With the VPC's ID the CDK looks up the routes of the subnets; with the IDs of subnets alone the app
 * cannot know them. Throws ConfigurationError like `selectNetwork`.
 */
export function configuredNetwork(scope: Construct, vpc: AccountSettings['vpc']): FunctionNetwork | null {
  if (vpc === null) return null;
  if (vpc.id !== undefined)
    refuseOffline('vpc.subnetIds', Vpc.fromLookup(scope, 'Vpc', { vpcId: vpc.id }), vpc.subnetIds);
  return { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds], route: null };
}

function refuseOffline(key: string, { isolatedSubnets, publicSubnets }: IVpc, subnetIds: readonly string[]): void {
  const refuse = (kind: string, known: IVpc['isolatedSubnets']) =>
    known
      .filter(({ subnetId }) => subnetIds.includes(subnetId))
      .map(
        ({ subnetId }) =>
          `${key}: got the ${kind} subnet ${subnetId}, expected private subnets with a route to a NAT gateway. ` +
          'Portwatch reads Lightsail in every region through the internet, which a function cannot reach from there.',
      );
  const problems = [...refuse('isolated', isolatedSubnets), ...refuse('public', publicSubnets)];
  if (problems.length > 0) throw new ConfigurationError(problems);
}

const interfaceChanges = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const interfaceReads = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * Lets Lambda connect a function to a VPC, with the function's role. AWS supports the reads on `*` only, and the changes on every
 * resource of the region only (Lambda, "Giving Lambda functions access to resources in an Amazon VPC"). The code of the function gets
 * none of these permissions: requests of the code have the key `lambda:SourceFunctionArn`, requests of Lambda do not.
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
  Validations.of(role).acknowledge(
    { id: 'AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:*/*]', reason },
  );
}
